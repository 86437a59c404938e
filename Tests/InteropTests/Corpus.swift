import Foundation
import Testing

@testable import Interop

/// The public messages that this project did not write; read from the folder that the environment names.
enum Corpus {
    static let folder = ProcessInfo.processInfo.environment["FILMJACKET_CORPUS"]
    static let isThere = folder != nil
    static let absence: Comment =
        "FILMJACKET_CORPUS is not set: name the folder of the public messages (hl7/teleradiology-fr, hl7/fhir-converter) to run this test"

    static func bytes(_ path: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return Array(
            try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent("hl7").appendingPathComponent(path)))
    }

    static func paths() throws -> [String] {
        let folder = try #require(folder)
        return try ["teleradiology-fr", "fhir-converter"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/hl7/\(name)").filter { $0.hasSuffix(".hl7") }.sorted()
                .map { "\(name)/\($0)" }
        }
    }
}

/// A small message of our own: segments are joined by CR.
enum Sample {
    static let site = HL7Site(zoneMinutes: 60)

    static func header(_ type: String, id: String = "C1", version: String = "2.5.1", charset: String = "") -> String {
        "MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||\(type)|\(id)|P|\(version)||||||\(charset)"
    }

    static let person = "PID|1||P1^^^NORTH^MR||DOE^JANE^Q||19790328|F"

    static func bytes(_ segments: [String], end: String = "\r") -> [UInt8] {
        Array(segments.map { $0 + end }.joined().utf8)
    }

    static func read(_ segments: [String]) throws(HL7Problem) -> HL7Message {
        try HL7Lexer().read(bytes(segments))[0].outcome.get()
    }

    /// Reads and maps; throws the problem of whichever refuses.
    static func map(_ segments: [String], site: HL7Site = site) throws(HL7Problem) -> HL7Mapped {
        try HL7Mapping.map(try read(segments), site: site)
    }

    static func order(_ control: String, _ rest: [String] = ["OBR|1|||CTHEAD^CT Head^LOCAL"], orc: String = "") -> [String] {
        [header("ORM^O01^ORM_O01"), person, "ORC|\(control)|P100^NORTH\(orc)"] + rest
    }

    static func result(_ status: String, _ rest: [String], orc: String = "RE", section: String = "CT") -> [String] {
        let request =
            "OBR|1|P100^NORTH||CTHEAD^CT Head^LOCAL||||||||||||||||||20260106150000||\(section)|\(status)|||||||77&Smith&Ann"
        return [header("ORU^R01^ORU_R01"), person, "ORC|\(orc)|P100^NORTH", request] + rest
    }
}

/// A generator with a printed seed; never the system's.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// The problem that a body throws, or nil.
func problem(_ body: () throws(HL7Problem) -> some Any) -> HL7Problem? {
    do throws(HL7Problem) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
