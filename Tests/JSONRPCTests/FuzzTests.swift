import JSONRPC
import Testing

@Suite("Damaged input is refused or read soundly, never worse")
struct FuzzTests {
  static let seeds: [String] = [
    #"{"jsonrpc":"2.0","method":"facts.record","params":{"name":"x","value":1},"id":1}"#,
    #"[{"jsonrpc":"2.0","method":"a","id":"\ud83d\ude00"},{"id":-0},[1e999,-0.5,"\\\""]]"#,
    #"{"jsonrpc":"2.0","id":1.5,"error":{"code":-32000,"message":"积分","data":[[[[{}]]]]}}"#,
    "1\r\n\n[1,2]\r\n{\"a\":18446744073709551616}\n",
  ]

  @Test("thousands of mutations", arguments: [21, 22, 23, 24] as [UInt64])
  func mutations(seed: UInt64) throws {
    let parser = try JSONParser()
    let second = try JSONParser()
    var random = SeededGenerator(seed: seed)
    let tokens: [[UInt8]] = [
      "-0", "1e999", "\\u", "\"", "[", "}", "00", "\\", ",", ":", "\n", "\u{0}",
    ]
    .map { Array($0.utf8) }
    for _ in 0..<3000 {
      var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<Int.random(in: 0..<5, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(place + 3, bytes.count - 1))
        case 2: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      let isSound = bytes.withUnsafeBytes {
        FuzzEntry.explore($0, parser: parser, second: second)
      }
      #expect(isSound, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
    }
  }
}
