/// Who may import whom: the plan of the house as data.
enum ImportTable {
    /// One target: what it may import beside what its floor allows. A name that ends in `*` stands for all that begin so.
    struct Room {
        let name: String
        let imports: [String]

        init(_ name: String, _ imports: [String]) {
            self.name = name
            self.imports = imports
        }

        func permits(_ module: String) -> Bool { imports.contains { matches($0, module) } }
    }

    /// A row of rooms: none imports another of its row or of a higher one.
    struct Floor {
        let name: String
        let rooms: [Room]
    }

    /// What only shells and what stands on them may import: clocks, files, threads, logs.
    static let outside = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Darwin", "Musl", "Synchronization",
        "Logging",
        "ServiceLifecycle", "NIO*", "Hummingbird*", "GRDB*", "CCurl",
    ]

    /// The one pure room that sees Foundation, because generated messages hold bytes as `Data`; its neighbours see none of it.
    static let generated = "WireSchema"

    /// What every room above the purity line may import besides its own list.
    static let system = ["Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Darwin", "Musl", "Synchronization"]

    /// Floors below the purity line, lowest first.
    static let pure: [Floor] = [
        Floor(name: "C", rooms: [Room("CCurl", []), Room("CZstd", [])]),
        Floor(name: "ground", rooms: [Room("Problems", []), Room("EventLog", ["Crypto"])]),
        Floor(
            name: "sense",
            rooms: [
                Room("ImagingCase", ["EventLog", "Problems", "Crypto"]), Room("Replication", ["EventLog", "Problems", "Crypto"]),
            ]),
        Floor(name: "schema", rooms: [Room("WireSchema", ["SwiftProtobuf", "Foundation", "FoundationEssentials"])]),
        Floor(
            name: "codecs",
            rooms: [
                Room(
                    "Wire",
                    ["EventLog", "ImagingCase", "Replication", "Problems", "WireSchema", "CZstd", "Crypto", "SwiftProtobuf"]),
                Room("Interop", ["EventLog", "ImagingCase", "Problems"]),
            ]),
    ]

    /// Floors above the purity line, lowest first.
    static let shells: [Floor] = [
        Floor(
            name: "shells",
            rooms: [
                Room("CurlHTTP", ["Problems", "CCurl", "HTTPTypes"]),
                Room("NodeFiles", ["Problems", "Crypto"]),
            ]),
        Floor(
            name: "keeping",
            rooms: [
                Room(
                    "SQLiteStore",
                    [
                        "EventLog", "ImagingCase", "Replication", "Wire", "Problems", "NodeFiles", "GRDB", "GRDBSQLite", "Crypto",
                    ]),
                Room("Audit", ["EventLog", "ImagingCase", "Problems", "NodeFiles", "Crypto", "NIO*"]),
                Room(
                    "People",
                    [
                        "EventLog", "ImagingCase", "Problems", "CurlHTTP", "NodeFiles", "Crypto", "CryptoExtras", "JWTKit",
                        "HTTPTypes",
                    ]),
            ]),
        Floor(
            name: "door",
            rooms: [
                Room(
                    "Web",
                    [
                        "EventLog", "ImagingCase", "Problems", "Wire", "Interop", "NodeFiles", "Audit", "People", "Hummingbird*",
                        "NIO*", "HTTPTypes",
                        "Logging",
                        "ServiceLifecycle",
                    ])
            ]),
        Floor(
            name: "outside",
            rooms: [
                Room(
                    "Outbound",
                    [
                        "EventLog", "ImagingCase", "Interop", "Problems", "SQLiteStore", "NodeFiles", "CurlHTTP", "Web", "Crypto",
                        "NIO*", "ServiceLifecycle", "Logging",
                    ])
            ]),
        Floor(
            name: "runtimes",
            rooms: [
                Room(
                    "Simulation", ["EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", "Crypto"]),
                Room(
                    "SiteAgent",
                    [
                        "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "Problems", "SQLiteStore", "NodeFiles",
                        "CurlHTTP", "Web", "Outbound",
                        "Audit", "People", "Hummingbird*", "NIO*", "X509", "SwiftASN1", "HTTPTypes", "ServiceLifecycle",
                        "UnixSignals", "Logging",
                        "Crypto",
                    ]),
                Room(
                    "Hub",
                    [
                        "EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", "NodeFiles", "Web", "Audit",
                        "People",
                        "Hummingbird*", "NIO*", "X509", "SwiftASN1", "HTTPTypes", "ServiceLifecycle", "UnixSignals", "Logging",
                        "Crypto",
                    ]),
            ]),
        Floor(
            name: "mains",
            rooms: [
                Room(
                    "filmjacket",
                    [
                        "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "Problems", "SQLiteStore", "NodeFiles",
                        "CurlHTTP", "Web",
                        "Audit", "People", "Outbound", "SiteAgent", "Hub", "Simulation", "ArgumentParser", "ServiceLifecycle",
                        "Logging",
                        "HTTPTypes", "NIO*",
                    ]),
                Room("filmjacket-simulate", ["Simulation", "ArgumentParser"]),
                Room(
                    "filmjacket-bench",
                    [
                        "EventLog", "ImagingCase", "Replication", "Wire", "Problems", "SQLiteStore", "GRDBSQLite", "CurlHTTP",
                        "Web", "People", "ArgumentParser", "Crypto",
                    ]),
            ]),
    ]

    /// Tests that stand on more than their subject and what it may import.
    static let tests: [Room] = [
        Room("StoreContract", ["EventLog", "ImagingCase", "Replication", "Wire", "Problems"]),
        Room("TestServers", []),
        Room("FHIRModels", []),
        // That rules need no key is a law of the fold over what Wire seals; what is drawn here is also what FHIR's models judge.
        Room("ImagingCaseTests", ["Wire", "Interop", "FHIRModels"]),
        Room("CurlHTTPTests", ["TestServers"]),
        Room("PeopleTests", ["TestServers"]),
        Room("WebTests", ["SQLiteStore", "StoreContract", "TestServers", "JWTKit"]),
        Room("SQLiteStoreTests", ["StoreContract"]),
        Room("OutboundTests", ["StoreContract", "TestServers", "Wire"]),
        Room("HubTests", ["Hub", "CurlHTTP", "StoreContract", "FHIRModels"]),
        Room("SiteAgentTests", ["SiteAgent", "Hub", "TestServers", "StoreContract"]),
        Room(
            "EndToEndTests",
            [
                "TestServers", "FHIRModels", "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "SQLiteStore",
                "Problems",
                "GRDBSQLite",
            ]),
        Room("HouseTests", []),
        Room("filmjacket-fuzz", ["Problems", "EventLog", "ImagingCase", "Replication", "Wire", "Interop", "Crypto"]),
    ]

    static var floors: [Floor] { pure + shells }
    static var rooms: [Room] { floors.flatMap(\.rooms) }

    static func matches(_ pattern: String, _ module: String) -> Bool {
        pattern.hasSuffix("*") ? module.hasPrefix(pattern.dropLast()) : module == pattern
    }

    /// The floor on which a room lies; nil for a module from outside.
    static func level(of name: String) -> Int? { floors.firstIndex { $0.rooms.contains { $0.name == name } } }

    static func isPure(_ name: String) -> Bool { pure.contains { $0.rooms.contains { $0.name == name } } }
}
