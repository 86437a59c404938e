import EventLog
import ImagingCase
import Testing

@testable import Interop

@Suite struct OrderMappingTests {
    @Test func `a new order says everything that the message says`() throws {
        let mapped = try Sample.map([
            Sample.header("ORM^O01^ORM_O01"), Sample.person, "AL1|1|DA|IOD^Iodinated contrast|SV|anaphylaxis",
            "ORC|NW|P100^NORTH|F200^RIS||||^^^^^S||20260106120000+0100|||77^Hoda^Adam",
            "TQ1|1||||||||A",
            "OBR|1|||CTHEAD^CT Head^LOCAL|||||||||fall from ladder||^^^HEAD&Head^L|77^Hoda^Adam||ACC9||||||CT",
            "NTE|1||call the ward", "DG1|1||S06^Head injury", "OBX|1|NM|8302-2^Body height^LN||170|cm",
            "OBX|2|CE|82810-3^Pregnancy^LN||Y^yes",
            "NTE|1||week 12", "ZDS|1.2.840.1.2^RIS^Application^DICOM",
        ])
        #expect(mapped.intents.count == 2)
        let intent = mapped.intents[0]
        let accession = IssuedIdentifier(issuer: "NORTH", value: "ACC9")
        let placer = IssuedIdentifier(issuer: "NORTH", value: "P100")
        let patient = Patient(issuer: "NORTH", id: "P1", name: "DOE^JANE^Q", birthDate: "1979-03-28", sex: .female)
        #expect(
            intent.event
                == .orderPlaced(
                    OrderPlaced(
                        accession: accession, placerOrder: placer, patient: patient,
                        procedure: Coded(code: "CTHEAD", scheme: "LOCAL", text: "CT Head"),
                        modality: "CT", bodySite: "Head", laterality: .left, reason: "fall from ladder", priority: .asap,
                        requester: "Adam Hoda (77)",
                        studyUID: "1.2.840.1.2",
                        history: [
                            "call the ward", "Body height: 170 cm", "week 12", "Allergy: Iodinated contrast, SV, anaphylaxis",
                            "Diagnosis: Head injury",
                        ])))
        #expect(
            intent.aliases.placerOrder == placer && intent.aliases.accession == accession
                && intent.aliases.studyUID == "1.2.840.1.2")
        #expect(
            intent.aliases.patient == patient
                && intent.aliases.patientIdentifiers == [IssuedIdentifier(issuer: "NORTH", value: "P1")])
        #expect(intent.person == "Adam Hoda (77)" && intent.role == .system && intent.opensCase)
        #expect(intent.occurredAt == OccurredAt(Instant(milliseconds: 1_767_697_200_000), zoneMinutes: 60))
        guard case .pregnancyScreened(let screen) = mapped.intents[1].event else { throw problemNotExpected }
        #expect(screen.result == .yes && screen.items == [ScreeningItem(kind: "Pregnancy", value: "yes")])
        #expect(mapped.intents.map(\.sourceKey).map { $0.suffix(2) } == ["|0", "|1"])
        #expect(mapped.remarks.map(\.description) == ["OBR-18: names no assigning authority; the sender is taken as the issuer"])
    }

    private var problemNotExpected: HL7Problem { HL7Problem(.internalError, at: nil, "another event was expected") }

    @Test(arguments: [
        ("NW", EventKind.orderPlaced), ("RO", .orderPlaced), ("XO", .orderChanged), ("XX", .orderChanged), ("RP", .orderChanged),
        ("RU", .orderChanged),
        ("CA", .orderCancelRequested), ("DC", .orderCancelRequested), ("OC", .orderCancelled), ("CR", .orderCancelled),
        ("HD", .orderHeld), ("HR", .orderHeld), ("OH", .orderHeld), ("RL", .orderHoldReleased), ("OR", .orderHoldReleased),
        ("OE", .orderHoldReleased), ("UH", .commentAdded),
        ("UC", .commentAdded), ("nw", .orderPlaced),
    ])
    func `each order control has its event`(_ control: String, _ kind: EventKind) throws {
        for type in ["ORM^O01", "OMG^O19", "OMI^O23"] {
            let mapped = try Sample.map([
                Sample.header(type), Sample.person, "ORC|\(control)|P100^NORTH", "OBR|1|||CTHEAD^CT Head^LOCAL",
            ])
            #expect(mapped.intents.map(\.event.kind) == [kind], "\(type) \(control)")
        }
    }

    @Test(arguments: [
        ("IP", EventKind.procedureStepStarted), ("CM", .procedureStepCompleted), ("DC", .procedureStepDiscontinued),
        ("CA", .orderCancelled),
        ("SC", .commentAdded), ("HD", .orderHeld), ("A", .commentAdded),
    ])
    func `each status change has its event`(_ status: String, _ kind: EventKind) throws {
        let lines = Sample.order(
            "SC", ["OBR|1|||CTHEAD^CT Head||||||||||||||||||||CT", "IPC|ACC1^N|R1|1.2.3||MR||||AE1"], orc: "|||\(status)")
        let intent = try #require(try Sample.map(lines).intents.first)
        #expect(intent.event.kind == kind && intent.role == .system)
        if case .procedureStepStarted(let step) = intent.event {
            #expect(step == ProcedureStepStarted(studyUID: "1.2.3", modality: "MR", station: "AE1"))
        }
    }

    @Test func `what the sender asked is said in the comment`() throws {
        let intent = try Sample.map(Sample.order("UH", ["NTE|1||renal function first"])).intents[0]
        #expect(
            intent.event
                == .commentAdded(CommentAdded(text: "RIS, NORTH says that the order cannot be held: renal function first")))
    }

    @Test func `two orders of one message are two intents with their own aliases and keys`() throws {
        let mapped = try Sample.map([
            Sample.header("ORM^O01"), Sample.person, "ORC|NW|A1^N|F1^R", "OBR|1|||CT^CT", "ORC|NW|A2^N|F2^R", "OBR|2|||MR^MR",
            "NTE|1||second only",
        ])
        #expect(mapped.intents.map { $0.aliases.placerOrder?.value } == ["A1", "A2"])
        #expect(mapped.intents.map { $0.aliases.accession?.value } == ["F1", "F2"])
        #expect(Set(mapped.intents.map(\.sourceKey)).count == 2)
        guard case .orderPlaced(let first) = mapped.intents[0].event, case .orderPlaced(let second) = mapped.intents[1].event
        else { throw problemNotExpected }
        #expect(first.history.isEmpty && second.history == ["second only"])
    }

    @Test func `orders of two persons in one message stay with their person`() throws {
        let mapped = try Sample.map([
            Sample.header("ORM^O01"), Sample.person, "AL1|1||LATEX", "ORC|NW|A1^N", "OBR|1|||CT^CT",
            "PID|2||P2^^^NORTH^MR||ROE^RICHARD", "ORC|NW|A2^N",
            "OBR|1|||CT^CT",
        ])
        #expect(mapped.intents.map { $0.aliases.patient?.id } == ["P1", "P2"])
        guard case .orderPlaced(let second) = mapped.intents[1].event else { throw problemNotExpected }
        #expect(second.history.isEmpty)
    }

    @Test func `a deletion is said in words where nothing would leave the field as it was`() throws {
        let deleted = try Sample.map(Sample.order("XO", ["OBR|1|||CT^CT|||||||||\"\""], orc: "||||||||||\"\"")).intents[0].event
        let empty = try Sample.map(Sample.order("XO", ["OBR|1|||CT^CT|||||||||"])).intents[0].event
        guard case .orderChanged(let said) = deleted, case .orderChanged(let unsaid) = empty else { throw problemNotExpected }
        #expect(said.note == "Deleted by the sender: requester.\nDeleted by the sender: relevant clinical information.")
        #expect(unsaid.note.isEmpty && said.reason.isEmpty && unsaid.reason.isEmpty)
    }

    @Test func `the reason of a cancellation is ORC-16, else the notes`() throws {
        let coded = try Sample.map(Sample.order("CA", orc: "||||||||||||||X^patient declined")).intents[0].event
        #expect(coded == .ordering(.cancelRequested(OrderCancelRequested(reason: "patient declined"))))
        let noted = try Sample.map(Sample.order("CA", ["OBR|1", "NTE|1||moved to MR"])).intents[0].event
        #expect(noted == .ordering(.cancelRequested(OrderCancelRequested(reason: "moved to MR"))))
    }

    @Test func `an order that another of the message stands in for is replaced, and one alone is changed`() throws {
        let mapped = try Sample.map([
            Sample.header("ORM^O01"), Sample.person, "ORC|RP|P100^NORTH||||||||||||||X^wrong side", "OBR|1|||CTHEAD^CT Head",
            "ORC|RO|P200^NORTH", "OBR|2|||CTNECK^CT Neck",
        ])
        let by = IssuedIdentifier(issuer: "NORTH", value: "P200")
        #expect(mapped.intents.count == 2 && mapped.intents[1].event.kind == .orderPlaced)
        #expect(mapped.intents[0].event == .ordering(.replaced(OrderReplaced(by: by, reason: "wrong side"))))
        #expect(mapped.intents[0].aliases.placerOrder?.value == "P100" && mapped.intents[1].aliases.placerOrder == by)
        #expect(try Sample.map(Sample.order("RP")).intents.map(\.event.kind) == [.orderChanged])
    }

    @Test func `a hold says why, or that nobody did, and a request to discontinue stops what has begun`() throws {
        #expect(
            try Sample.map(Sample.order("HD", ["OBR|1", "NTE|1||renal function first"])).intents[0].event
                == .ordering(.held(OrderHeld(reason: "renal function first"))))
        #expect(
            try Sample.map(Sample.order("OH")).intents[0].event
                == .ordering(.held(OrderHeld(reason: "RIS, NORTH gave no reason."))))
        #expect(
            try Sample.map(Sample.order("DC")).intents[0].event
                == .ordering(.cancelRequested(OrderCancelRequested(stopsWhenBegun: true))))
    }

    @Test(arguments: [
        (["R^x^TLR_OBSERVATION||24028007^right^SCT"], Laterality.right), (["R||24028007"], .unspecified),
    ])
    func `sides are told by their SNOMED CT codes in the region`(_ values: [String], _ side: Laterality) throws {
        let observations = values.map { "OBX|1|CE|" + $0.replacing("R^x", with: "REGION_ANATOMIQUE^x") }
        guard case .orderPlaced(let order) = try Sample.map(Sample.order("NW", ["OBR|1|||X^Y"] + observations)).intents[0].event
        else {
            throw problemNotExpected
        }
        #expect(order.laterality == side)
    }

    @Test func `left and right together are both sides`() throws {
        let region = "OBX|1|CE|REGION_ANATOMIQUE^x^TLR_OBSERVATION||"
        let lines = Sample.order(
            "NW", ["OBR|1|||X^Y", region + "24028007^r^SCT", region + "7771000^l^SCT", region + "72696002^Knee^SCT"])
        guard case .orderPlaced(let order) = try Sample.map(lines).intents[0].event else { throw problemNotExpected }
        #expect(order.laterality == .bilateral && order.bodySite == "Knee")
    }

    @Test(arguments: [
        (["ORC|NW|"], HL7ErrorCode.segmentSequence, "OBR"), (["ORC|NW", "OBR|1|||X^Y"], .requiredFieldMissing, "ORC-2"),
        (["ORC||P1^N", "OBR|1|||X^Y"], .requiredFieldMissing, "ORC-1"),
        (["ORC|ZZ|P1^N", "OBR|1|||X^Y"], .tableValueNotFound, "ORC-1"),
        (["ORC|SC|P1^N", "OBR|1|||X^Y"], .requiredFieldMissing, "ORC-5"),
        (["ORC|SC|P1^N|||??", "OBR|1|||X^Y"], .tableValueNotFound, "ORC-5"),
        (["OBR|1|P1^N||X^Y"], .segmentSequence, "OBR"), ([], .segmentSequence, "ORC"),
        (["ORC|NW|P1^N", "RQD|1"], .segmentSequence, "RQD"),
        (["ORC|NW|P1^N", "OBR|1|||X^Y||||||||||||||||||||CH"], .tableValueNotFound, "OBR-24"),
        (["ORC|NW|P1^N", "OBR|1|||X^Y", "SPM|1"], .segmentSequence, "SPM"),
        (["ORC|NW|P1^N", "OBR|1|||X^Y", "IPC|A1||1.2.x"], .dataType, "IPC-3"),
    ])
    func `an order that cannot be recorded is refused at its place`(_ rest: [String], _ code: HL7ErrorCode, _ place: String) {
        let found = problem { () throws(HL7Problem) in try Sample.map([Sample.header("ORM^O01"), Sample.person] + rest) }
        #expect(found?.code == code && found?.acknowledgment == .error)
        #expect(found?.location?.description == place)
    }

    @Test(arguments: [
        ("PID|1||||DOE", HL7ErrorCode.requiredFieldMissing, "PID-3"), ("PID|1||^^^N^MR", .requiredFieldMissing, "PID-3"),
        ("PID|1||P1^^^N||DOE||20260231", .dataType, "PID-7"), ("PID|1||P1^^^N||DOE|||W", .tableValueNotFound, "PID-8"),
        ("PV1|1|O", .segmentSequence, "PID"),
    ])
    func `a person who cannot be told is refused at the place`(_ person: String, _ code: HL7ErrorCode, _ place: String) {
        let found = problem { () throws(HL7Problem) in
            try Sample.map([Sample.header("ORM^O01"), person, "ORC|NW|P1^N", "OBR|1|||X^Y"])
        }
        #expect(found?.code == code && found?.location?.description == place)
    }

    @Test func `an unknown type is rejected with 200, an unknown trigger with 201, training with 202`() throws {
        func refusal(_ type: String) -> HL7Problem? {
            problem { () throws(HL7Problem) in try Sample.map([Sample.header(type), Sample.person]) }
        }
        #expect(refusal("SRM^S01")?.code == .unsupportedMessageType && refusal("SRM^S01")?.acknowledgment == .reject)
        for type in ["ADT^A01", "SIU^S17", "ADT^A45", "ORM^O02", "ORU^R40", "MDM^T01", "ADT^"] {
            #expect(refusal(type)?.code == .unsupportedEvent && refusal(type)?.acknowledgment == .reject, "\(type)")
        }
        let training = Sample.order("NW").map { $0.replacing("|P|2.5.1", with: "|T|2.5.1") }
        #expect(problem { () throws(HL7Problem) in try Sample.map(training) }?.code == .unsupportedProcessing)
        #expect(try Sample.map(training, site: HL7Site(acceptsTraining: true)).intents.count == 1)
        #expect(try Sample.map([Sample.header("ACK^O01"), "MSA|AA|1"]).intents.isEmpty)
    }

    @Test func `a bare identifier takes the site's issuer where the site has one`() throws {
        let lines = [Sample.header("ORM^O01"), Sample.person, "ORC|NW|P100", "OBR|1|||X^Y"]
        #expect(try Sample.map(lines).intents[0].aliases.placerOrder?.issuer == "NORTH")
        #expect(try Sample.map(lines, site: HL7Site(issuer: "1.2.3")).intents[0].aliases.placerOrder?.issuer == "1.2.3")
    }

    @Test func `a person's name that is too long for an event is refused`() {
        let name = String(repeating: "x", count: 250)
        let found = problem { () throws(HL7Problem) in try Sample.map(Sample.order("NW", orc: "||||||||||1234567^\(name)")) }
        #expect(found?.code == .valueTooLong && found?.location == HL7Location("ORC", field: 12))
    }

    @Test func `texts that are too long for one event are refused`() {
        let notes = Array(repeating: "NTE|1||\(String(repeating: "x", count: 60_000))", count: 4)
        #expect(
            problem { () throws(HL7Problem) in try Sample.map(Sample.order("NW", ["OBR|1|||X^Y"] + notes)) }?.code
                == .valueTooLong)
    }
}
