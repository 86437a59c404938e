// swift-tools-version: 6.2
// Rows of the house, lowest first; a target imports lower rows only (Tests/HouseTests checks the table).
import PackageDescription

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let certificates: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "filmjacket",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "filmjacket", targets: ["filmjacket"]),
        .executable(name: "filmjacket-bench", targets: ["filmjacket-bench"]),
        .executable(name: "filmjacket-simulate", targets: ["filmjacket-simulate"]),
    ],
    dependencies: [
        // SHA-256, Ed25519 and scrypt: a reviewed implementation, never our own.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        // The hub's certificate authority: X.509 written and read by those who keep it for everybody.
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        // Identity tokens of OpenID Connect: signatures, algorithms and claims checked by a library that others check too.
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        // The published bodies' generated messages and their JSON mapping.
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        // SQLite connections, migrations and their error codes.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // The HTTP/1.1 server and its TLS.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        // Channel handlers for the limits that the server does not have, and the local socket.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // One currency type for header fields and status codes on both sides.
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        // Orderly start and shutdown, signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The command line's grammar, help and completions.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // row 0: C
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // row 1: ground
        .target(name: "Problems"),
        .target(name: "EventLog", dependencies: [crypto]),
        // row 2: sense (these two never import each other)
        .target(name: "ImagingCase", dependencies: ["EventLog", "Problems", crypto]),
        .target(name: "Replication", dependencies: ["EventLog", "Problems", crypto]),
        // row 3: codecs
        .target(name: "WireSchema", dependencies: [protobuf], exclude: ["Protos"]),
        .target(
            name: "Wire",
            dependencies: ["EventLog", "ImagingCase", "Replication", "Problems", "WireSchema", "CZstd", crypto, protobuf]),
        .target(name: "Interop", dependencies: ["EventLog", "ImagingCase", "Problems"]),
        // ---- purity line: below no I/O, clock, randomness, async, Foundation or logging
        // row 5: shells
        .target(name: "CurlHTTP", dependencies: ["CCurl", "Problems", httpTypes]),
        .target(name: "NodeFiles", dependencies: ["Problems", crypto]),
        // row 6: who acts, what is kept of it, and where it lies
        .target(
            name: "SQLiteStore",
            dependencies: ["EventLog", "ImagingCase", "Replication", "Wire", "Problems", "NodeFiles", grdb, sqlite, crypto]),
        .target(
            name: "Audit",
            dependencies: ["EventLog", "ImagingCase", "Problems", "NodeFiles", crypto, nioCore, nioPosix, nioSSL]),
        .target(
            name: "People",
            dependencies: [
                "EventLog", "ImagingCase", "Problems", "CurlHTTP", "NodeFiles", crypto, cryptoExtras, jwt, httpTypes,
            ]),
        // row 7: the door
        // Interop for what the routes under /fhir answer: the mapping is pure and stands beside HL7's.
        .target(
            name: "Web",
            dependencies: [
                "EventLog", "ImagingCase", "Problems", "Wire", "Interop", "NodeFiles", "Audit", "People", hummingbird,
                hummingbirdCore,
                nioCore, nioHTTP1,
                nioPosix, nioSSL, nioTLS,
                httpTypes,
                logging, lifecycle,
            ]),
        // row 8: what goes out to other systems
        .target(
            name: "Outbound",
            dependencies: [
                "EventLog", "ImagingCase", "Interop", "Problems", "SQLiteStore", "NodeFiles", "CurlHTTP", "Web", crypto, nioCore,
                nioPosix, lifecycle, logging,
            ]),
        // row 9: runtimes, and the world in which they are rehearsed
        .target(
            name: "Simulation",
            dependencies: ["EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", crypto]),
        .target(
            name: "SiteAgent",
            dependencies: [
                "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "Problems", "SQLiteStore", "NodeFiles", "CurlHTTP",
                "Web", "Outbound",
                "Audit", "People", hummingbird, nioCore, nioPosix, certificates, asn1, httpTypes, lifecycle, unixSignals, logging,
                crypto,
            ]),
        .target(
            name: "Hub",
            dependencies: [
                "EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", "NodeFiles", "Web", "Audit",
                "People",
                hummingbird,
                hummingbirdCore, hummingbirdTLS, nioCore, nioSSL, certificates, asn1, httpTypes, lifecycle, unixSignals, logging,
                crypto,
            ]),
        // row 10: mains
        .executableTarget(
            name: "filmjacket",
            dependencies: [
                "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "Problems", "SQLiteStore", "NodeFiles", "CurlHTTP",
                "SiteAgent", "Outbound",
                "Hub", "Web", "Audit", "People", "Simulation", arguments, lifecycle, logging, httpTypes, nioCore, nioPosix,
            ]),
        .executableTarget(
            name: "filmjacket-bench",
            dependencies: [
                "EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", "CurlHTTP", "Web", "People",
                arguments,
                sqlite, crypto,
            ]),
        .executableTarget(name: "filmjacket-simulate", dependencies: ["Simulation", arguments]),
        // tests
        .target(
            name: "StoreContract", dependencies: ["EventLog", "ImagingCase", "Replication", "Wire"], path: "Tests/StoreContract"),
        // The models of FHIR that another group keeps, for tests of what is written as FHIR.
        .target(name: "FHIRModels", path: "Tests/FHIRModels", exclude: ["validate.py"]),
        .testTarget(name: "ProblemsTests", dependencies: ["Problems"]),
        .testTarget(name: "NodeFilesTests", dependencies: ["NodeFiles", "Problems"]),
        .testTarget(name: "EventLogTests", dependencies: ["EventLog", crypto]),
        .testTarget(
            name: "ImagingCaseTests",
            dependencies: ["ImagingCase", "EventLog", "Problems", "Wire", "Interop", "FHIRModels"], exclude: ["Golden"]),
        .testTarget(
            name: "ReplicationTests", dependencies: ["Replication", "EventLog", "Problems"], exclude: ["Scripts"]),
        .testTarget(
            name: "WireTests",
            dependencies: ["Wire", "WireSchema", "EventLog", "ImagingCase", "Replication", "Problems", crypto, protobuf],
            exclude: ["Golden"]),
        .testTarget(name: "InteropTests", dependencies: ["Interop", "ImagingCase", "EventLog", "Problems"]),
        .testTarget(name: "HouseTests"),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "SQLiteStore", "NodeFiles", "StoreContract", "EventLog", "ImagingCase", "Replication", "Wire", grdb, sqlite,
            ]),
        .testTarget(
            name: "AuditTests", dependencies: ["Audit", "EventLog", "ImagingCase", "Problems", crypto, nioCore, nioPosix, nioSSL]),
        .testTarget(
            name: "PeopleTests",
            dependencies: ["People", "CurlHTTP", "TestServers", "EventLog", "ImagingCase", "Problems", crypto, jwt, httpTypes]),
        .target(name: "TestServers", path: "Tests/TestServers"),
        .testTarget(name: "CurlHTTPTests", dependencies: ["CurlHTTP", "TestServers", "Problems", httpTypes]),
        .testTarget(
            name: "WebTests",
            dependencies: [
                "Web", "People", "TestServers", "SQLiteStore", "StoreContract", "EventLog", "ImagingCase", "Problems",
                hummingbird, nioCore, nioHTTP1, nioPosix, httpTypes, logging, jwt,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        .testTarget(
            name: "OutboundTests",
            dependencies: [
                "Outbound", "SQLiteStore", "StoreContract", "CurlHTTP", "TestServers", "EventLog", "ImagingCase", "Interop",
                "Problems", "Web", "Wire", logging, nioCore, nioPosix,
            ]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation", "EventLog", "Problems"], exclude: ["Seeds"]),
        .testTarget(
            name: "HubTests",
            dependencies: [
                "Hub", "CurlHTTP", "StoreContract", "EventLog", "ImagingCase", "Replication", "Wire", "SQLiteStore", "Problems",
                "Web", "FHIRModels", crypto, certificates, asn1, logging, httpTypes, hummingbird, nioCore,
            ]),
        .testTarget(
            name: "SiteAgentTests",
            dependencies: [
                "SiteAgent", "Audit", "Hub", "TestServers", "CurlHTTP", "StoreContract", "EventLog", "ImagingCase", "Replication",
                "Wire", "Interop", "SQLiteStore", "Problems", "Web", crypto, logging, httpTypes, nioCore,
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestServers", "FHIRModels", "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "SQLiteStore",
                "Problems", sqlite,
            ],
            exclude: ["Transcripts", "Scripts"]),
    ],
    swiftLanguageModes: [.v6]
)

// One settings list for every Swift target of ours: what is new is on, what warns does not build.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
]
// Targets that call C directly say `unsafe` where they do, so that a reviewer can search for it.
let nearC: Set<String> = ["CurlHTTP"]
// Generated code is taken as the generator writes it.
let generated: Set<String> = ["WireSchema"]
for target in package.targets where target.type != .system && !generated.contains(target.name) {
    target.swiftSettings = house + (nearC.contains(target.name) ? [.strictMemorySafety()] : [])
}

// CORE_ONLY=1 leaves the pure targets and their tests: a clean build in seconds, for the inner loop. CORE_ONLY=case leaves the clinical
// rules and their tests alone, for trying one changed rule after another. CORE_ONLY=simulation leaves what is rehearsed and its tests.
if let core = Context.environment["CORE_ONLY"] {
    let rules: Set<String> = ["Problems", "EventLog", "ImagingCase", "ImagingCaseTests"]
    let shells: Set<String> = [
        "CCurl", "CurlHTTP", "SQLiteStore", "Web", "Outbound", "OutboundTests", "SiteAgent", "Hub", "filmjacket",
        "filmjacket-bench", "Simulation",
        "filmjacket-simulate", "SimulationTests", "StoreContract", "NodeFiles", "Audit", "People", "NodeFilesTests", "AuditTests",
        "PeopleTests",
        "SQLiteStoreTests", "TestServers", "CurlHTTPTests", "WebTests", "HubTests", "SiteAgentTests", "EndToEndTests",
    ]
    let rehearsed: Set<String> = [
        "CZstd", "Problems", "EventLog", "ImagingCase", "Replication", "WireSchema", "Wire", "NodeFiles", "SQLiteStore",
        "Simulation",
        "filmjacket-simulate", "ReplicationTests", "WireTests", "SimulationTests", "HouseTests",
    ]
    // What looks at the rules from above would have half of the house built for every question.
    if core == "case", let target = package.targets.first(where: { $0.name == "ImagingCaseTests" }) {
        target.dependencies = ["ImagingCase", "EventLog", "Problems"]
        target.exclude += ["SealedTextTests.swift", "FHIRReportTests.swift", "FHIRResourceTests.swift"]
    }
    package.products.removeAll()
    package.targets.removeAll {
        core == "simulation" ? !rehearsed.contains($0.name) : core == "case" ? !rules.contains($0.name) : shells.contains($0.name)
    }
}

// FUZZ=1 leaves the parsers and what feeds them arbitrary bytes (Deploy/fuzz), instrumented for libFuzzer, which brings its own main.
if Context.environment["FUZZ"] != nil {
    let parsers: Set<String> = [
        "CZstd", "Problems", "EventLog", "ImagingCase", "Replication", "WireSchema", "Wire", "Interop",
    ]
    let watched: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
    package.products = [.executable(name: "filmjacket-fuzz", targets: ["filmjacket-fuzz"])]
    package.targets.removeAll { !parsers.contains($0.name) }
    for target in package.targets where target.type == .regular { target.swiftSettings = (target.swiftSettings ?? []) + watched }
    package.targets.append(
        .executableTarget(
            name: "filmjacket-fuzz",
            dependencies: ["Problems", "EventLog", "ImagingCase", "Replication", "Wire", "Interop", crypto],
            path: "Deploy/fuzzer",
            swiftSettings: house + watched + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
