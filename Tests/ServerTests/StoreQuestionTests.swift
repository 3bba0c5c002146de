import API
import Foundation
import Incentives
import Server
import Testing

@Suite("What a server is asked about its store")
struct StoreQuestionTests {
  @Test("system.stats tells how far the tables are behind, and nothing of a follower that runs")
  func followerLag() async throws {
    try await RunningServer.run { server in
      let stats = try server.owner().call("system.stats")
      #expect(stats.contains(#""followerLag":0"#))
      #expect(!stats.contains("followerFailure"))
    }
  }

  @Test("system.verify reads heads as write replies carry them")
  func heads() async throws {
    let hash = String(repeating: "0a", count: 32)
    try await RunningServer.run { server in
      let owner = try server.owner()
      func verify(_ heads: String) throws -> String {
        try owner.call("system.verify", #"{"heads":[\#(heads)]}"#)
      }
      let head = #"{"program":"class","position":7,"head":"\#(hash)"}"#
      #expect(try verify(head).hasPrefix(#"{"clean":false"#))
      let nowhere = head.replacingOccurrences(of: "7", with: "0")
      #expect(try verify(nowhere).contains("heads[0].position"))
      let noHash = head.replacingOccurrences(of: "0a0a", with: "xxxx")
      #expect(try verify(noHash).contains("heads[0].head"))
    }
  }
}
