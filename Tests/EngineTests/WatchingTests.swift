import Foundation
import Incentives
import Ledger
import Synchronization
import Testing

@testable import Engine

/// What an operator is told of a store at work, and what a crash in a quiet hour leaves.
@Suite struct WatchingTests {
  @Test func theHeadFileIsWrittenWhileNothingHappens() throws {
    let rig = try Rig()
    try rig.applyProgram()
    let heads = rig.store.journal.allHeads()
    let deadline = ContinuousClock.now + .seconds(30)
    var written: [ProgramNumber: Head] = [:]
    while written != heads, ContinuousClock.now < deadline {
      written = try HeadFile.open(at: rig.directory + "/heads").heads
      Thread.sleep(forTimeInterval: 0.05)
    }
    #expect(written == heads)
    try rig.stop()
  }

  @Test func tablesThatWereThrownAwayAreTold() throws {
    let rig = try Rig()
    try rig.applyProgram()
    try rig.stop()
    let file = URL(fileURLWithPath: rig.directory + "/state/data.mdb")
    try Data(repeating: 7, count: 40_960).write(to: file)
    let events = Mutex<[StoreEvent]>([])
    let store = try Store.open(at: rig.directory)
    var configuration = EngineConfiguration()
    configuration.diskReserveBytes = 0
    configuration.report = { event in events.withLock { $0.append(event) } }
    let engine = try Engine.start(store: store, configuration: configuration)
    engine.stop()
    try store.close()
    let warnings = events.withLock { $0.filter { $0.weight == .warning } }
    #expect(warnings.count == 1)
    #expect(warnings.first.map { "\($0)" }?.contains("built again from the journal") == true)
  }

  @Test func aMapThatIsNearlyFullRefusesWritesLikeAFullDisk() throws {
    let directory = NSTemporaryDirectory() + "laurel-map-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try Store.open(at: directory, options: StoreOptions(mapBytes: 8 << 20))
    let space = try store.journal.space()
    #expect(space.mapBytes == 8 << 20)
    #expect(space.roomBytes <= 8 << 20)
    let configuration = EngineConfiguration()
    #expect(try configuration.freeBytes(store) < configuration.diskReserveBytes)
    try store.close()
  }
}
