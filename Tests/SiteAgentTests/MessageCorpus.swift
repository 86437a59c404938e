import EventLog
import Foundation
import Testing
import Web

@testable import SiteAgent

/// The public messages that this project did not write; read from the folder that the environment names.
enum MessageCorpus {
    static let folder = ProcessInfo.processInfo.environment["FILMJACKET_CORPUS"]
    static let isThere = folder != nil
    static let absence: Comment =
        "FILMJACKET_CORPUS is not set: name the folder of the public messages (hl7/teleradiology-fr, hl7/fhir-converter) to run this test"

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: try #require(folder) + "/hl7/" + path)))
    }

    static func paths() throws -> [String] {
        let folder = try #require(folder)
        return try ["teleradiology-fr", "fhir-converter"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/hl7/\(name)").filter { $0.hasSuffix(".hl7") }.sorted()
                .map { "\(name)/\($0)" }
        }
    }
}

/// What became of one message, as a script reads it.
struct MessageRow: Decodable, Equatable, Sendable {
    struct Fault: Decodable, Equatable, Sendable {
        let code: Int
        let location: String?
        let message: String
        let remedy: String
    }

    let message: String
    let acknowledgement: String?
    let events: [String]
    let cases: [String]
    let `repeat`: Bool
    let remarks: [String]
    let error: Fault?

    /// `AA`, or the refusal as `AE 102 PID-7`.
    var short: String {
        guard let error else { return acknowledgement ?? "-" }
        return [acknowledgement ?? "-", String(error.code), error.location ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension OpenSite {
    /// Takes messages as `filmjacket import hl7` hands them over.
    func take(_ bytes: [UInt8], name: String = "test.hl7") async throws -> (exit: Int32, rows: [MessageRow]) {
        let answer = await desk.answer(.importHL7(name: name, bytes: Base64.text(of: bytes)))
        return (answer.exit, try JSONDecoder().decode([MessageRow].self, from: Data(answer.json.utf8)))
    }

    /// A case as a script reads it.
    func show(_ id: String) async throws -> [String: Any] {
        let answer = await desk.answer(.caseShow(id: id, knownTo: nil, at: nil))
        #expect(answer.exit == 0, "\(answer.json)")
        return try answer.object
    }
}
