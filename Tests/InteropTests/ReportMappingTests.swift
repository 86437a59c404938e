import EventLog
import ImagingCase
import Testing

@testable import Interop

@Suite struct ReportMappingTests {
    private let findings = "OBX|1|TX|59776-5^Findings^LN||Old infarct.||||||F"
    private let impression = "OBX|2|TX|19005-8^Impression^LN||No bleeding.||||||F"

    private func events(_ lines: [String]) throws(HL7Problem) -> [CaseEvent] { try Sample.map(lines).intents.map(\.event) }

    @Test func `findings and impression are told apart by their codes`() throws {
        let mapped = try Sample.map(Sample.result("F", [findings, impression]))
        #expect(mapped.intents.map(\.event) == [.finalSigned(FinalSigned(findings: "Old infarct.", impression: "No bleeding."))])
        #expect(
            mapped.intents[0].person == "Ann Smith (77)" && mapped.intents[0].role == .radiologist && mapped.intents[0].opensCase)
        #expect(mapped.intents[0].occurredAt.instant == Instant(milliseconds: 1_767_708_000_000))
    }

    @Test func `text without a section is kept in the findings, other sections under their names`() throws {
        let lines = [
            "OBX|1|TX|36643-5^XR chest^LN||Line one~line two", "OBX|2|FT|36643-5&IMP^XR^LN||a\\.br\\b ^ c & d",
            "OBX|3|TX|18834-2^Comparison^LN||2024",
            "OBX|4|NM|8867-4^Heart rate^LN||72|/min", "OBX|5|TX|18783-1^Recommendation^LN||CT in 3 months", "NTE|1||see note",
        ]
        let expected = PreliminaryIssued(
            findings: "Line one\nline two\nComparison: 2024\nHeart rate: 72 /min",
            impression: "a\nb ^ c & d\nRecommendation: CT in 3 months\nsee note")
        #expect(try events(Sample.result("P", lines)) == [.preliminaryIssued(expected)])
    }

    @Test(arguments: [
        ("P", "P", EventKind.preliminaryIssued), ("R", "", .preliminaryIssued), ("A", "", .preliminaryIssued),
        ("F", "F", .finalSigned), ("", "F", .finalSigned),
        ("F", "", .finalSigned), ("C", "F", .reportCorrected), ("F", "C", .reportCorrected), ("F", "W", .reportRetracted),
        ("F", "D", .reportRetracted),
        ("X", "F", .reportRetracted), ("F", "P", .preliminaryIssued), ("", "P", .preliminaryIssued),
    ])
    func `the most cautious status counts`(_ request: String, _ text: String, _ kind: EventKind) throws {
        #expect(try events(Sample.result(request, ["OBX|1|TX|59776-5^F^LN||text||||||\(text)"])).map(\.kind) == [kind])
    }

    @Test func `a part that is withdrawn makes a correction without that part`() throws {
        let lines = [findings.replacing("||||||F", with: "||||||W"), impression]
        #expect(try events(Sample.result("F", lines)) == [.reportCorrected(ReportCorrected(impression: "No bleeding."))])
    }

    @Test func `corrections and retractions name no version, which the importer knows`() throws {
        guard case .reportCorrected(let correction) = try events(Sample.result("C", [findings])).first,
            case .reportRetracted(let retraction) = try events(Sample.result("X", [])).first
        else { throw HL7Problem(.internalError, at: nil, "another event was expected") }
        #expect(correction.replaces == nil && correction.findings == "Old infarct.")
        #expect(retraction.which == nil && retraction.reason == .other)
    }

    @Test func `an abnormal finding that is critical is raised once, in the most urgent category`() throws {
        let lines = [
            findings, "OBX|2|TX|19005-8^I^LN||Tension pneumothorax.|||AA|||F||||||RID49481^Cat2^RadLex",
            "OBX|3|TX|19005-8^I^LN||Midline shift.|||AA|||F||||||RID49480^Cat1^RadLex",
        ]
        let mapped = try Sample.map(Sample.result("P", lines))
        #expect(mapped.intents.map(\.event.kind) == [.preliminaryIssued, .criticalResultRaised])
        #expect(
            mapped.intents[1].event
                == .criticalResultRaised(CriticalResultRaised(category: 1, finding: "Tension pneumothorax.\nMidline shift.")))
        let bare = try Sample.map(Sample.result("F", [findings.replacing("||||||F", with: "|||AA|||F")]))
        guard case .criticalResultRaised(let critical) = bare.intents[1].event else {
            throw HL7Problem(.internalError, at: nil, "another event was expected")
        }
        #expect(critical.category == 1 && bare.remarks.count == 1)
        #expect(try events(Sample.result("F", [findings.replacing("||||||F", with: "|||A|||F")])).count == 1)
        #expect(
            try events(Sample.result("X", [findings.replacing("||||||F", with: "|||AA|||W")])).map(\.kind) == [.reportRetracted])
    }

    @Test func `acceptance and protocol, refusal with its reason`() throws {
        let text = "Axial T2, no contrast"
        let encoded = Base64.text(of: Array(text.utf8))
        let accepted = try Sample.map(
            Sample.result(
                "", ["OBX|1|ED|PROTOCOLE_IMAGERIE^Protocole^TLR_OBSERVATION||^TEXT^^Base64^\(encoded)||||||F"], orc: "OK"))
        #expect(
            accepted.intents.map(\.event) == [
                .orderReviewed(OrderReviewed(decision: .accepted)),
                .protocolAssigned(ProtocolAssigned(name: "Protocole", instructions: text)),
            ])
        let plain = try events(Sample.result("", ["OBX|1|FT|PROTOCOLE_IMAGERIE^P^TLR_OBSERVATION||a\\.br\\b||||||F"], orc: "RE"))
        #expect(plain.last == .protocolAssigned(ProtocolAssigned(name: "P", instructions: "a\nb")))
        let rejected = [
            Sample.header("ORU^R01"), Sample.person, "ORC|OC|P100^NORTH||||||||||77^A^B||||^not justified",
            "OBR|1|||X^Y^TLR_OBR_PROCEDURE",
        ]
        #expect(try events(rejected) == [.orderReviewed(OrderReviewed(decision: .rejected, reason: "not justified"))])
        #expect(
            problem { () throws(HL7Problem) in try events(Sample.result("", ["OBX|1|FT|PROTOCOLE_IMAGERIE^P||"], orc: "OK")) }?
                .code == .requiredFieldMissing)
    }

    @Test func `a document that is no text is named and never carried`() throws {
        let data = Base64.text(of: Array("%PDF-1.7\n".utf8) + [0xff, 0x00, 0xd8])
        let lines = [impression, "OBX|3|ED|PDF^Report^L||^application^pdf^Base64^\(data)||||||F"]
        guard case .finalSigned(let report) = try events(Sample.result("F", lines)).first else {
            throw HL7Problem(.internalError, at: nil, "another event was expected")
        }
        #expect(report.findings == "[application/pdf, \(data.count) characters of base64, not carried]")
        #expect(report.impression == "No bleeding.")
    }

    @Test func `a laboratory's result is refused as no imaging report`() {
        let potassium = "OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/l|||||F"
        let section = problem { () throws(HL7Problem) in try events(Sample.result("F", [potassium], section: "CH")) }
        #expect(section?.code == .tableValueNotFound && section?.message.hasPrefix("This is not an imaging report") == true)
        let specimen = problem { () throws(HL7Problem) in try events(Sample.result("F", [potassium, "SPM|1"], section: "")) }
        #expect(specimen?.code == .segmentSequence && specimen?.message.hasPrefix("This is not an imaging report") == true)
    }

    @Test func `a report that does not show its kind counts only where the order is known`() throws {
        let lines = Sample.result("F", ["OBX|1|TX|X^Text^L||text"], section: "")
        #expect(try Sample.map(lines).intents[0].opensCase == false)
        #expect(try Sample.map(Sample.result("F", [impression], section: "")).intents[0].opensCase)
        #expect(try Sample.map(lines + ["ZDS|1.2.3^A^B^DICOM"]).intents[0].opensCase)
    }

    @Test(arguments: [
        ("", "", HL7ErrorCode.requiredFieldMissing), ("S", "", .tableValueNotFound), ("O", "O", .tableValueNotFound),
    ])
    func `a result that is no report yet is refused`(_ request: String, _ text: String, _ code: HL7ErrorCode) {
        let found = problem { () throws(HL7Problem) in
            try events(Sample.result(request, ["OBX|1|TX|59776-5^F^LN||text||||||\(text)"]))
        }
        #expect(found?.code == code && found?.location == HL7Location("OBR", field: 25))
    }

    @Test func `a report without text is refused, a retraction needs none`() throws {
        let found = problem { () throws(HL7Problem) in try events(Sample.result("F", ["OBX|1|TX|59776-5^F^LN||"])) }
        #expect(found?.code == .requiredFieldMissing && found?.location == HL7Location("OBX", field: 5))
        #expect(
            problem { () throws(HL7Problem) in try events([Sample.header("ORU^R01"), Sample.person]) }?.code == .segmentSequence)
    }

    @Test func `of several orders the one without observations is noted`() throws {
        let lines = Sample.result("F", [impression]) + ["ORC|RE|P101^NORTH", "OBR|2|||X^Y||||||||||||||||||||CT|F"]
        let mapped = try Sample.map(lines)
        #expect(mapped.intents.count == 1 && mapped.remarks.last?.location == HL7Location("OBR", 2))
    }
}

@Suite struct DocumentMappingTests {
    private func document(_ trigger: String, _ status: String = "AU", _ rest: [String] = ["OBX|1|TX|X^Report||All well."])
        -> [String]
    {
        let txa = "TXA|1|DI|TX|20260106150000+0100||20260106160000+0100|||1^Orig^Al|2^Auth^Bo||D1||P100^NORTH|F200^RIS||\(status)"
        return [Sample.header("MDM^\(trigger)"), Sample.person, "PV1|1|O", txa] + rest
    }

    @Test(arguments: [
        ("T02", "AU", CaseEvent.finalSigned(FinalSigned(findings: "All well."))),
        ("T02", "LA", .finalSigned(FinalSigned(findings: "All well."))),
        ("T02", "DO", .preliminaryIssued(PreliminaryIssued(findings: "All well."))),
        ("T02", "", .preliminaryIssued(PreliminaryIssued(findings: "All well."))),
        ("T06", "AU", .addendumSigned(AddendumSigned(text: "All well."))),
        ("T10", "AU", .reportCorrected(ReportCorrected(findings: "All well."))),
        ("T11", "AU", .reportRetracted(ReportRetracted(reason: .other, note: "All well."))),
    ])
    func `each document trigger has its event`(_ trigger: String, _ status: String, _ event: CaseEvent) throws {
        let mapped = try Sample.map(document(trigger, status))
        #expect(mapped.intents.map(\.event) == [event])
        let intent = mapped.intents[0]
        #expect(intent.aliases.placerOrder?.value == "P100" && intent.aliases.accession?.value == "F200")
        #expect(intent.person == "Bo Auth (2)" && intent.role == .radiologist && !intent.opensCase)
        #expect(intent.occurredAt == OccurredAt(Instant(milliseconds: 1_767_711_600_000), zoneMinutes: 60))
    }

    @Test func `a document for two orders is recorded for both`() throws {
        var lines = document("T02")
        lines.insert(contentsOf: ["ORC|RE|A1^N", "OBR|1|||X^Y", "ORC|RE|A2^N", "OBR|2|||X^Y"], at: 3)
        #expect(try Sample.map(lines).intents.map { $0.aliases.placerOrder?.value } == ["A1", "A2"])
    }

    @Test func `a document without TXA or text is refused`() {
        #expect(
            problem { () throws(HL7Problem) in try Sample.map([Sample.header("MDM^T02"), Sample.person]) }?.location
                == HL7Location("TXA"))
        #expect(problem { () throws(HL7Problem) in try Sample.map(document("T02", "AU", [])) }?.code == .requiredFieldMissing)
    }
}

@Suite struct PatientMappingTests {
    @Test func `an arrival and a correction are about the person, in all cases`() throws {
        for (trigger, kind) in [
            ("A04", EventKind.patientArrived), ("A10", .patientArrived), ("A08", .demographicsCorrected),
            ("A31", .demographicsCorrected),
        ] {
            let mapped = try Sample.map([
                Sample.header("ADT^\(trigger)"), "EVN|\(trigger)|20260106120000+0100|||9^Desk^Fay|20260106110000+0100",
                "PID|1||S1^^^SSA^SS~P1^^^NORTH^MR||DOE^JANE||1979|F", "PV1|1|O\(String(repeating: "|", count: 17))V77^^^NORTH^VN",
            ])
            let intent = mapped.intents[0]
            #expect(mapped.intents.count == 1 && intent.event.kind == kind)
            #expect(!intent.aliases.namesCase && !intent.opensCase)
            #expect(intent.aliases.patient == Patient(issuer: "NORTH", id: "P1", name: "DOE^JANE", sex: .female))
            #expect(intent.aliases.patientIdentifiers.map(\.value) == ["S1", "P1"])
            #expect(intent.person == "Fay Desk (9)" && intent.role == .system)
            #expect(intent.occurredAt.instant == Instant(milliseconds: 1_767_693_600_000))
            #expect(mapped.remarks.contains { $0.location == HL7Location("PID", field: 7) })
            if case .patientArrived(let arrival) = intent.event { #expect(arrival.visit == "V77") }
        }
    }

    @Test func `a deleted birth date is said, one that is left out is not`() throws {
        func evidence(_ birth: String) throws -> String {
            guard
                case .demographicsCorrected(let event) = try Sample.map([
                    Sample.header("ADT^A08"), "PID|1||P1^^^N||DOE||\(birth)",
                ]).intents[0].event
            else {
                return ""
            }
            #expect(event.patient?.birthDate == "")
            return event.evidence
        }
        #expect(try evidence("\"\"") == "ADT^A08 C1 from RIS, NORTH; deleted by the sender: birth date")
        #expect(try evidence("") == "ADT^A08 C1 from RIS, NORTH")
    }

    private func links(_ trigger: String, _ rest: [String]) throws -> [PersonEvent] {
        try Sample.map([Sample.header("ADT^\(trigger)"), "EVN|\(trigger)|20260106120000+0100"] + rest).intents.compactMap {
            intent in
            #expect(!intent.aliases.namesCase && !intent.opensCase && intent.role == .system)
            guard case .person(let said) = intent.event else { return nil }
            return said
        }
    }

    private func id(_ issuer: String, _ value: String) -> IssuedIdentifier { IssuedIdentifier(issuer: issuer, value: value) }

    @Test func `a merge names who goes on and who is retired, each pair of a message and of one issuer together`() throws {
        let source = "ADT^A40 C1 from RIS, NORTH"
        let one = try links("A40", [Sample.person, "MRG|P2^^^NORTH^MR"])
        #expect(one == [.merged(PersonMerged(survivor: id("NORTH", "P1"), retired: id("NORTH", "P2"), evidence: source))])
        let two = try links(
            "A40",
            [
                "PID|1||P1^^^NORTH^MR~S1^^^SSA^SS||DOE", "PD1|x", "MRG|S2^^^SSA^SS~P2^^^NORTH^MR~P2^^^NORTH^MR~S1^^^SSA^SS",
                "PID|2||P5^^^NORTH^MR||ROE", "MRG|X6^^^OTHER^MR",
            ])
        #expect(
            two == [
                .merged(PersonMerged(survivor: id("SSA", "S1"), retired: id("SSA", "S2"), evidence: source)),
                .merged(PersonMerged(survivor: id("NORTH", "P1"), retired: id("NORTH", "P2"), evidence: source)),
                .merged(PersonMerged(survivor: id("NORTH", "P5"), retired: id("OTHER", "X6"), evidence: source)),
            ])
        let changed = try links("A47", [Sample.person, "MRG|P2^^^NORTH^MR"])
        #expect(changed == [.identifierChanged(PersonIdentifierChanged(from: id("NORTH", "P2"), to: id("NORTH", "P1")))])
    }

    @Test func `a merge of somebody with nobody or with himself is refused at its place`() {
        let cases: [(rest: [String], code: HL7ErrorCode, place: String)] = [
            ([Sample.person], .segmentSequence, "PID"), (["MRG|P2^^^NORTH^MR"], .segmentSequence, "MRG"),
            ([], .segmentSequence, "PID"),
            ([Sample.person, Sample.person, "MRG|P2^^^NORTH^MR"], .segmentSequence, "PID"),
            ([Sample.person, "MRG|P2^^^NORTH^MR", "MRG|P3^^^NORTH^MR"], .segmentSequence, "MRG"),
            ([Sample.person, "MRG|"], .requiredFieldMissing, "MRG-1"),
            ([Sample.person, "MRG|P1^^^NORTH^MR"], .requiredFieldMissing, "MRG-1"),
            (["PID|1||||DOE", "MRG|P2^^^NORTH^MR"], .requiredFieldMissing, "PID-3"),
        ]
        for (rest, code, place) in cases {
            let found = problem { () throws(HL7Problem) in try Sample.map([Sample.header("ADT^A40")] + rest) }
            #expect(
                found?.code == code && found?.location?.description.hasPrefix(place) == true,
                "\(rest): \(String(describing: found))")
        }
    }
}
