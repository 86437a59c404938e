import EventLog
import Foundation
import ImagingCase
import Interop
import Testing

/// Reports as FHIR: each by itself through all its versions, two where two compete.
struct FHIRReportTests {
    private static func shown(_ facts: [CaseFact], _ type: FHIRType) throws -> [[String: Any]] {
        let history = CaseHistory(facts)
        let whole = FHIRCase(CaseFold.fold(someCase, history), history)
        return try whole.resources(type).map {
            try #require(JSONSerialization.jsonObject(with: Data($0.json(whole.version))) as? [String: Any])
        }
    }

    private static func order(_ site: inout CaseBuilder) -> CaseFact {
        site.record(
            .orderPlaced(
                OrderPlaced(
                    accession: IssuedIdentifier(issuer: "1.2.3", value: "A-1"),
                    patient: Patient(issuer: "north", id: "7", name: "DOE^JANE^Q^DR", birthDate: "1970-01-31", sex: .female),
                    procedure: Coded(code: "24627-2", scheme: "LN", text: "CT chest"), modality: "CT", priority: .stat)),
            by: "r.ey", role: .referrer)
    }

    @Test func `a report keeps its id from preliminary to corrected`() throws {
        var site = CaseBuilder("north")
        let order = Self.order(&site)
        let claim = site.record(.readingClaimed(ReadingClaimed()), after: [order], by: "r.one", role: .radiologist)
        var facts = [order, claim]
        #expect(try Self.shown(facts, .diagnosticReport).map { $0["status"] as? String } == ["registered"])
        let preliminary = site.record(
            .preliminaryIssued(PreliminaryIssued(impression: "maybe")), after: [claim], by: "r.one", role: .radiologist)
        facts.append(preliminary)
        let first = try #require(try Self.shown(facts, .diagnosticReport).first)
        #expect(first["status"] as? String == "preliminary")
        let final = site.record(
            .finalSigned(FinalSigned(impression: "certain", supersedes: [preliminary.id])), after: [preliminary], by: "r.one",
            role: .radiologist)
        facts.append(final)
        let second = try Self.shown(facts, .diagnosticReport)
        #expect(second.map { $0["status"] as? String } == ["final"] && second[0]["id"] as? String == first["id"] as? String)
        #expect(second[0]["conclusion"] as? String == "certain")
        let addendum = site.record(
            .addendumSigned(AddendumSigned(addendumTo: final.id, text: "and more")), after: [final], by: "r.one",
            role: .radiologist)
        let third = try Self.shown(facts + [addendum], .diagnosticReport)
        #expect(third.map { $0["status"] as? String } == ["appended"])
        #expect(third[0]["conclusion"] as? String == "certain\nand more")
        let retraction = site.record(
            .reportRetracted(ReportRetracted(which: final.id, reason: .wrongPatient)), after: [final], by: "r.one",
            role: .radiologist)
        #expect(try Self.shown(facts + [retraction], .diagnosticReport).map { $0["status"] as? String } == ["entered-in-error"])
    }

    @Test func `two finals made apart are two reports, each marked, and one issue that names both`() throws {
        var (north, south) = (CaseBuilder("north"), CaseBuilder("south"))
        let order = Self.order(&north)
        let one = north.record(.finalSigned(FinalSigned(impression: "mass")), after: [order], by: "r.one", role: .radiologist)
        let two = south.record(.finalSigned(FinalSigned(impression: "no mass")), after: [order], by: "r.two", role: .radiologist)
        let reports = try Self.shown([order, one, two], .diagnosticReport)
        #expect(reports.map { $0["status"] as? String } == ["final", "final"])
        for report in reports {
            let tags = (report["meta"] as? [String: Any])?["tag"] as? [[String: Any]] ?? []
            #expect(tags.contains { $0["code"] as? String == "competing" })
        }
        let issues = try Self.shown([order, one, two], .detectedIssue)
        let issue = try #require(issues.first { ($0["code"] as? [String: Any])?["text"] as? String == "38 competingFinals" })
        #expect(issue["status"] as? String == "preliminary" && issue["severity"] as? String == "high")
        let implicated = (issue["implicated"] as? [[String: Any]] ?? []).compactMap { $0["reference"] as? String }
        #expect(Set(implicated) == Set(reports.compactMap { $0["id"] as? String }.map { "DiagnosticReport/\($0)" }))
        let lead = north.record(
            .reportReconciled(ReportReconciled(competing: [one.id, two.id], chosen: two.id, rationale: "looked again")),
            after: [one, two], by: "lead", role: .lead)
        let settled = try Self.shown([order, one, two, lead], .diagnosticReport)
        #expect(Set(settled.compactMap { $0["status"] as? String }) == ["final", "cancelled"])
        let closed = try Self.shown([order, one, two, lead], .detectedIssue)
        #expect(closed.contains { $0["status"] as? String == "final" && $0["mitigation"] != nil })
    }

    @Test func `names, numbers and codes are in their parts`() throws {
        var site = CaseBuilder("north")
        let order = Self.order(&site)
        let patient = try #require(try Self.shown([order], .patient).first)
        let name = (patient["name"] as? [[String: Any]])?.first
        #expect(name?["text"] as? String == "DR JANE Q DOE" && name?["family"] as? String == "DOE")
        #expect(name?["given"] as? [String] == ["JANE", "Q"] && name?["prefix"] as? [String] == ["DR"])
        #expect(patient["gender"] as? String == "female" && patient["birthDate"] as? String == "1970-01-31")
        let number = (patient["identifier"] as? [[String: Any]])?.first
        #expect(number?["system"] as? String == "urn:filmjacket:issuer:north" && number?["value"] as? String == "7")
        let request = try #require(try Self.shown([order], .serviceRequest).first)
        let accession = (request["identifier"] as? [[String: Any]])?.first
        #expect(accession?["system"] as? String == "urn:oid:1.2.3" && accession?["value"] as? String == "A-1")
        let code = ((request["code"] as? [String: Any])?["coding"] as? [[String: Any]])?.first
        #expect(code?["system"] as? String == "http://loinc.org" && code?["code"] as? String == "24627-2")
        #expect(request["status"] as? String == "active" && request["priority"] as? String == "stat")
    }

    @Test func `what is sealed is opened in its parts, not around them`() throws {
        var site = CaseBuilder("north")
        let order = site.record(
            .orderPlaced(OrderPlaced(patient: Patient(issuer: "north", id: "sealed-id", name: "sealed-name"), modality: "CT")),
            by: "r.ey", role: .referrer)
        let final = site.record(
            .finalSigned(FinalSigned(impression: "sealed-text")), after: [order], by: "r.one", role: .radiologist)
        let history = CaseHistory([order, final])
        let words = ["sealed-id": "7", "sealed-name": "DOE^JANE", "sealed-text": "mass"]
        let whole = FHIRCase(CaseFold.fold(someCase, history), history) { words[$0] ?? $0 }
        let patient = try #require(whole.resources(.patient).first)
        #expect(patient.identifiers.map(\.value) == ["7"])
        #expect(String(decoding: patient.content, as: UTF8.self).contains(#""family":"DOE","given":["JANE"]"#))
        let report = String(decoding: try #require(whole.resources(.diagnosticReport).first).content, as: UTF8.self)
        #expect(report.contains(#""conclusion":"mass""#) && report.contains(Base64.text(of: Array("IMPRESSION\nmass".utf8))))
    }
}
