// swift-tools-version:6.2
import PackageDescription

// Warnings are errors. Exclusive access is proved by the compiler where it can be and checked at run
// time in debug builds, in which all tests run; a release leaves the run-time half out, because the
// living state belongs to one thread and the checks took a tenth of the engine's time.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
  name: "laurel",
  products: [
    .executable(name: "laurel", targets: ["laurel"]),
    .executable(name: "laurel-bench", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(name: "LMDB", dependencies: ["CLMDB", "CZlib"], swiftSettings: strict),
    .target(name: "Incentives", swiftSettings: strict),
    .target(
      name: "Ledger", dependencies: ["Incentives", "LMDB", crypto],
      swiftSettings: strict),
    .target(name: "Engine", dependencies: ["Incentives", "Ledger"], swiftSettings: strict),
    .target(name: "JSONRPC", dependencies: ["CJSON"], swiftSettings: strict),
    .target(name: "API", dependencies: ["Incentives", "JSONRPC"], swiftSettings: strict),
    .target(name: "Tabular", dependencies: ["CZlib"], swiftSettings: strict),
    .target(
      name: "Server",
      dependencies: [
        "API", "Engine", "Incentives", "JSONRPC", "Ledger",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ] + nio, swiftSettings: strict),
    .target(name: "Client", dependencies: ["API", "JSONRPC"], swiftSettings: strict),
    .executableTarget(
      name: "laurel",
      dependencies: [
        "API", "Client", "Engine", "Incentives", "JSONRPC", "Ledger", "Server", "Tabular",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"), "Yams", crypto,
      ],
      resources: [
        .embedInCode("Programs/oulad.yaml"), .embedInCode("Programs/demo.yaml"),
        .embedInCode("Programs/calendar-2026.csv"), .embedInCode("Programs/calendar-2026.yaml"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Client", "JSONRPC", "LMDB", "TestSupport", "Trials",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Incentives"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "Trials", dependencies: ["Client", "JSONRPC", "TestSupport"], path: "Tests/Trials",
      swiftSettings: strict),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB", "CZlib"], swiftSettings: strict),
    .testTarget(
      name: "IncentivesTests", dependencies: ["Incentives", "TestSupport"],
      resources: [.copy("Scripts")], swiftSettings: strict),
    .testTarget(
      name: "LedgerTests", dependencies: ["Incentives", "Ledger", "LMDB", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "JSONRPCTests", dependencies: ["JSONRPC"], swiftSettings: strict),
    .testTarget(
      name: "APITests", dependencies: ["API", "Incentives", "JSONRPC", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "TabularTests", dependencies: ["Tabular", "CZlib"], swiftSettings: strict),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "Incentives", "Ledger", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "API", "Client", "Engine", "Incentives", "JSONRPC", "Ledger", "Server",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Client", "Incentives", "JSONRPC", "Tabular", "Trials", "laurel"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
