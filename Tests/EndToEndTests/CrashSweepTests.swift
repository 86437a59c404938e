import Foundation
import Testing

/// Every write and every sync of a command is the last one once: what was acknowledged is there afterwards, nothing is there twice, and
/// the next command goes on.
///
/// A share of the points runs always: see `CrashSweep.wanted`.
@Suite(.serialized) struct CrashSweepTests {
    /// How a command may end at which a call failed: as if nothing were, with a fault of the machine, or killed.
    static let ends: Set<Int32> = [0, 1, 9, 73, 75, 137]

    @Test func `a command that records is cut at each of its writes, and what it said was recorded is there`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.recording, in: network) else { return }
        try network.order("A1", at: network.northside)
        try sweepRecording(sweep, network) { CrashSweep.remark($0, $1) }
    }

    @Test func `a site's first command is cut while it makes the store, and what it said was recorded is there`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.opening, in: network) else { return }
        try sweepRecording(sweep, network) { folder, text in
            [
                "case", "record", "order.placed", "--data", folder, "--as", "Dr Reyes", "--role", "referrer", "--json",
                "accession.issuer=e2e", "accession.value=\(text)", "patient.issuer=e2e", "patient.id=1", "patient.name=DOE^JANE",
                "modality=CT", "priority=stat",
            ]
        }
    }

    /// Cuts a command that records one event at northside.
    private func sweepRecording(_ sweep: CrashSweep, _ network: RealNetwork, _ record: (String, String) -> [String]) throws {
        let before = try sweep.script == .opening ? 0 : CrashSweep.events(in: network.northside.data)
        let points = try sweep.tracer.points(of: record(network.copy(of: network.northside, "counted"), "counted"))
        try sweep.over(points) { point, _ in
            try network.withCopy(of: network.northside) { folder in
                let ended = try sweep.tracer.run(record(folder, "cut"), at: point)
                let isAcknowledged = ended.json["event"] != nil
                #expect(Self.ends.contains(ended.code), "\(point): \(ended.code) \(ended.output) \(ended.errors)")
                #expect((ended.code == 0) == isAcknowledged, "\(point): \(ended.output)")
                let next = try Product.run(record(folder, "after"))
                #expect(next.code == 0, "\(point): \(next.output) \(next.errors)")
                let after = try CrashSweep.events(in: folder, point)
                // A command that was cut may have recorded without saying so, never said so without having recorded.
                #expect(
                    after == before + 2 || (!isAcknowledged && after == before + 1), "\(point): \(before) and then \(after)")
            }
            return nil
        }
    }

    @Test func `a final report whose signing is cut is there whole or not at all, as a look at the case says`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.signing, in: network) else { return }
        try network.order("A1", at: network.northside)
        let before = try CrashSweep.events(in: network.northside.data)
        func sign(_ folder: String) -> [String] {
            [
                "case", "record", "report.finalSigned", "--case", "A1", "--data", folder, "--as", "Dr Osei", "--role",
                "radiologist", "--json", "findings=no bleeding", "impression=as before", "contentVersion=v1",
            ]
        }
        func finals(_ folder: String, _ point: CrashPoint) throws -> [String] {
            let shown = try Product.run("case", "show", "A1", "--data", folder, "--json")
            #expect(shown.code == 0, "\(point): \(shown.output)")
            let report = (shown.json["axes"] as? [String: Any])?["report"] as? [String: Any]
            return (report?["reports"] as? [[String: Any]] ?? []).map { "\($0["state"] ?? "") \($0["findings"] ?? "")" }
        }
        try sweep.over(sweep.tracer.points(of: sign(network.copy(of: network.northside, "counted")))) { point, _ in
            try network.withCopy(of: network.northside) { folder in
                let isAcknowledged = try sweep.tracer.run(sign(folder), at: point).json["event"] != nil
                if try finals(folder, point).isEmpty {
                    #expect(!isAcknowledged, "\(point)")
                    #expect(try Product.run(sign(folder)).code == 0, "\(point)")
                }
                #expect(try finals(folder, point) == ["final no bleeding"], "\(point)")
                #expect(try CrashSweep.events(in: folder, point) == before + 1, "\(point)")
            }
            return nil
        }
    }

    @Test func `an import that is cut at each of its writes is completed by the same import`() throws {
        let network = try RealNetwork()
        guard let sweep = try CrashSweep(.importing, in: network) else { return }
        try network.order("A1", at: network.northside)
        let file = network.folder + "/orders.hl7"
        try (1...4).map(Self.order).joined().write(toFile: file, atomically: true, encoding: .utf8)
        func importing(_ folder: String) -> [String] { ["import", "hl7", file, "--data", folder, "--json"] }
        let counted = try network.copy(of: network.northside, "counted")
        let points = try sweep.tracer.points(of: importing(counted))
        let whole = try CrashSweep.events(in: counted)
        try #require(try whole >= CrashSweep.events(in: network.northside.data) + 4)
        try sweep.over(points) { point, _ in
            try network.withCopy(of: network.northside) { folder in
                _ = try sweep.tracer.run(importing(folder), at: point)
                let again = try Product.run(importing(folder))
                #expect(again.code == 0, "\(point): \(again.output) \(again.errors)")
                #expect(try CrashSweep.events(in: folder, point) == whole, "\(point)")
            }
            return nil
        }
    }

    /// An order as another system sends it.
    private static func order(_ number: Int) -> String {
        [
            #"MSH|^~\&|RIS|NORTH|FJ|HUB|2026010613441\#(number)+0100||ORM^O01^ORM_O01|O\#(number)|P|2.5.1"#,
            "PID|1||P\(number)^^^NORTH^MR||LIND^EVA||19790328|F", "ORC|NW|B\(number)^NORTH|||||||20260106131500+0100",
            "OBR|1|B\(number)^NORTH||CTHEAD^CT Head^LOCAL",
        ].map { $0 + "\r" }.joined()
    }
}
