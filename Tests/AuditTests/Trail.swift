import Audit
import EventLog
import Foundation

/// An audit in a temporary folder, with a clock that stands still.
final class Trail {
    static let noon = Instant(milliseconds: 1_795_000_000_000)

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "filmjacket-audit-\(UInt64.random(in: 0 ... .max))"
    )
    .path
    var path: String { folder + "/audit" }
    var limits = AuditLimits()

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)  // a temporary folder
    }

    /// Opens it as a process would.
    func open() -> AuditLog { AuditLog(folder: path, node: "northside", limits: limits) { Self.noon } }

    /// Appends some records through a process that ends after them.
    func write(_ count: Int) async throws {
        let log = open()
        for number in 0..<count { try await log.append(Self.record(number)) }
    }

    static func record(_ number: Int, code: AuditCode = .patientRecord, person: String = "dr.lund") -> AuditRecord {
        AuditRecord(
            at: noon.advanced(byMilliseconds: Int64(number) * 1000), code: code, action: .read,
            actor: AuditActor(person: person, role: "radiologist", site: "northside", session: "s1"), address: "socket",
            call: "case show", objects: AuditObjects(stream: "c-\(number)"), query: "limit=\(number)", count: number)
    }

    /// The segments' names, ascending.
    func segments() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".jsonl") }.sorted()
    }

    /// The bytes of the last segment.
    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + (try segments().last ?? "")))) }

    func replace(_ bytes: some Collection<UInt8>) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + (try segments().last ?? "")))
    }

    func verify() async throws -> AuditVerification { try await open().verify(witness: nil) }
}
