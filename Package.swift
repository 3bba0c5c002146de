// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "laurel",
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")
  ],
  targets: [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "LMDB", dependencies: ["CLMDB", "CZlib"], swiftSettings: strict),
    .target(name: "Incentives", swiftSettings: strict),
    .target(
      name: "Ledger", dependencies: ["CZlib", "Incentives", "LMDB", crypto],
      swiftSettings: strict),
    .target(name: "Engine", dependencies: ["Incentives", "Ledger"], swiftSettings: strict),
    .target(name: "JSONRPC", dependencies: ["CJSON"], swiftSettings: strict),
    .target(name: "Tabular", dependencies: ["CZlib"], swiftSettings: strict),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "Incentives", "Ledger"],
      swiftSettings: strict),
    .testTarget(name: "JSONRPCTests", dependencies: ["JSONRPC"], swiftSettings: strict),
    .testTarget(name: "TabularTests", dependencies: ["Tabular", "CZlib"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
