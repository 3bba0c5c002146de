import Foundation
import Incentives
import JSONRPC
import Testing

@testable import API

@Suite("rpc.discover tells the method table as an OpenRPC document")
struct OpenRPCDocumentTests {
  /// Where the meta-schema lies when `../shared` is beside the checkout.
  static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/fixtures/openrpc").path

  @Test("each method is there with its parameters, its result and the refusals")
  func methods() throws {
    try withValue(of: OpenRPCDocument.text) { document in
      let root = try #require(document.object)
      #expect(root["openrpc"]?.text?.string == "1.2.6")
      let methods = try #require(root["methods"]?.array)
      #expect(methods.count == MethodTable.entries.count)
      for (method, entry) in zip(methods, MethodTable.entries) {
        let members = try #require(method.object)
        #expect(members["name"]?.text?.string == entry.card.name)
        let params = try #require(members["params"]?.array)
        #expect(params.map { $0.object?["name"]?.text?.string } == entry.card.params.map(\.name))
        #expect(members["result"]?.object?["schema"]?.object?["type"]?.text?.string == "object")
        #expect(members["errors"]?.array?.count == RefusalReason.allCases.count)
      }
      let errors = try #require(root["components"]?.object?["errors"]?.object)
      #expect(errors.map { $0.key.string } == RefusalReason.allCases.map(\.rawValue))
    }
  }

  @Test("an outcome stands in its envelope")
  func envelope() throws {
    try withValue(of: OpenRPCDocument.text) { document in
      let methods = try #require(document.object?["methods"]?.array)
      let grant = try #require(
        methods.first { $0.object?["name"]?.text?.string == "points.grant" })
      let schema = grant.object?["result"]?.object?["schema"]?.object
      let names = schema?["properties"]?.object?.map { $0.key.string }
      #expect(names == ["outcome", "replayed", "position", "head"])
    }
  }

  func problems(of text: some Collection<UInt8>) throws -> [String] {
    let schema = try Data(
      contentsOf: URL(fileURLWithPath: "\(Self.fixture)/metaschema__schema.json"))
    return try withValue(of: schema) { schema in
      try withValue(of: text) { MetaSchema(root: schema).problems(of: $0) }
    }
  }

  @Test(
    "it is valid by the meta-schema of OpenRPC",
    .enabled(if: FileManager.default.fileExists(atPath: fixture)))
  func isValid() throws {
    #expect(try problems(of: OpenRPCDocument.text) == [])
    let wrong = """
      {"openrpc":"1.2.6","info":{"title":7,"version":"1"},"methods":[{"name":"a.b","parms":[]}]}
      """
    #expect(try !problems(of: wrong.utf8).isEmpty)
  }

  @Test(
    "the examples of OpenRPC are valid too, so that the judge is a judge",
    .enabled(if: FileManager.default.fileExists(atPath: fixture)),
    arguments: ["petstore-openrpc.json", "params-by-name-petstore-openrpc.json"])
  func judge(name: String) throws {
    let example = try Data(contentsOf: URL(fileURLWithPath: "\(Self.fixture)/\(name)"))
    #expect(try problems(of: example) == [])
  }
}
