import EventLog
import ImagingCase
import Testing

@testable import Interop

/// The whole tele-radiology story of one examination, in four messages that others wrote.
@Suite(.enabled(if: Corpus.isThere, Corpus.absence)) struct TeleradiologyTests {
    private let placer = IssuedIdentifier(issuer: "1.2.250.1.748.12345678.12", value: "OPN101")
    private let patient = Patient(
        issuer: "1.2.250.1.213.1.4.10", id: "279035121518989", name: "PAT-TROIS^DOMINIQUE^DOMINIQUE", birthDate: "1979-03-28",
        sex: .female)

    private func map(_ file: String) throws -> HL7Mapped {
        let bytes = try Corpus.bytes("teleradiology-fr/\(file)")
        // As it is, re-sent in one file, and re-sent with other line ends: one set of keys.
        let mapped = try HL7Lexer().read(bytes).map { try HL7Mapping.map(try $0.outcome.get(), site: Sample.site) }
        let twice = try HL7Lexer().read(bytes + [0x0a] + bytes.map { $0 == 0x0d ? 0x0a : $0 }).map {
            try HL7Mapping.map(try $0.outcome.get(), site: Sample.site)
        }
        #expect(mapped.count == 1 && twice.count == 2)
        for copy in twice { #expect(copy.intents == mapped[0].intents) }
        for intent in mapped[0].intents {
            #expect(intent.aliases.placerOrder == placer && intent.aliases.patient == patient)
            #expect(intent.occurredAt.zoneMinutes == 60)
        }
        return mapped[0]
    }

    @Test func `1, the order`() throws {
        let intents = try map("1-order.hl7").intents
        #expect(intents.count == 2)
        #expect(
            intents[0].event
                == .orderPlaced(
                    OrderPlaced(
                        placerOrder: placer, patient: patient, modality: "MR", bodySite: "tête et/ou cou", laterality: .right,
                        reason: "JustificationDemande",
                        requester: "Adam Hoda (801234567897)",
                        history: [
                            "Commentaire sur la finalité de l'examen", "Commentaire sur la modalité",
                            "History of General health Narrative: Antécédents majeur du patient", "Body height: 170 cm",
                            "Body weight: 68 kg",
                        ])))
        guard case .pregnancyScreened(let screen) = intents[1].event else {
            throw HL7Problem(.internalError, at: nil, "another event")
        }
        #expect(screen.result == .no)
        #expect(intents[0].occurredAt.instant == Instant(milliseconds: 1_767_703_458_000))
        #expect(intents[0].sourceKey.hasPrefix("StructureApp|StructureFacility|000001|") && intents[0].sourceKey.hasSuffix("|0"))
    }

    @Test func `2, the cancellation`() throws {
        let intents = try map("2-cancel.hl7").intents
        #expect(
            intents.map(\.event) == [
                .ordering(.cancelRequested(OrderCancelRequested(reason: "Motif d'annulation de la demande")))
            ])
        #expect(intents[0].person == "Adam Hoda (801234567897)")
    }

    @Test func `3, the acceptance with its protocol`() throws {
        let mapped = try map("3-accept-with-protocol.hl7")
        #expect(
            mapped.intents.map(\.event) == [
                .orderReviewed(OrderReviewed(decision: .accepted)),
                .protocolAssigned(ProtocolAssigned(name: "Protocole d'imagerie médicale", instructions: "Pendggfbubzbdy12gggvt")),
            ])
        #expect(mapped.intents.allSatisfy { $0.role == .radiologist && $0.person == "Thomas Eric (801234564895)" })
        #expect(mapped.remarks.contains { $0.location == HL7Location("OBX", field: 5, component: 5) })
    }

    @Test func `4, the complement after the examination`() throws {
        let intents = try map("4-post-exam-complement.hl7").intents
        #expect(intents.count == 1)
        guard case .studyHandedOver(let handOver) = intents[0].event else {
            throw HL7Problem(.internalError, at: nil, "another event")
        }
        #expect(handOver.declaredSeries == 0 && handOver.declaredInstances == 0 && handOver.viewerURL == "Penfhghdegge")
        #expect(handOver.administered == ["V09 (ATC), lot 0123456789, 1 ml"])
        #expect(
            handOver.note.contains("résonance magnétique cerveau") && handOver.note.contains("Images are kept for 730 jours."))
        #expect(intents[0].aliases.accession == IssuedIdentifier(issuer: "1.2.250.1.925.994044.27", value: "ACN101"))
        #expect(intents[0].aliases.studyUID == "1.2.250.1.213.4.5.2.1.101" && intents[0].role == .technologist)
    }
}

/// What every one of the converter's messages comes to.
@Suite(.enabled(if: Corpus.isThere, Corpus.absence)) struct ConverterCorpusTests {
    private static let refusals: [String: (HL7ErrorCode, HL7AcknowledgmentCode, String)] = [
        "ADT-A01-01": (.unsupportedEvent, .reject, "MSH-9.2"), "ADT-A02-01": (.unsupportedEvent, .reject, "MSH-9.2"),
        "ADT-A03-01": (.unsupportedEvent, .reject, "MSH-9.2"),
        "ADT-A11-01": (.unsupportedEvent, .reject, "MSH-9.2"), "ADT-A28-01": (.unsupportedEvent, .reject, "MSH-9.2"),
        "ADT-A45-01": (.unsupportedEvent, .reject, "MSH-9.2"),
        // The blood bank's section; a blood count and a lipid panel with their specimens; an order for goods.
        "ORU-R01-01": (.tableValueNotFound, .error, "OBR-24"), "LAB-ORU-1": (.segmentSequence, .error, "SPM"),
        "OMG-O19-01": (.segmentSequence, .error, "SPM"), "ORM-O01-05": (.segmentSequence, .error, "RQD"),
        // The document is empty.
        "MDM-T02-01": (.requiredFieldMissing, .error, "OBX[2]-5"), "MDM-T06-01": (.requiredFieldMissing, .error, "OBX[2]-5"),
        "MDM-T10-01": (.requiredFieldMissing, .error, "OBX[2]-5"),
    ]
    private static let events: [String: [EventKind]] = [
        "ADT-A04-01": [.patientArrived], "ADT04-23": [.patientArrived], "ADT-A10-01": [.patientArrived],
        "ADT-A08-01": [.demographicsCorrected], "ADT-A40-01": [.personMerged], "ADT-A47-01": [.personIdentifierChanged],
        "ADT-A05-01": [.demographicsCorrected], "SIU-S12-01": [.appointmentBooked], "SIU-S13-01": [.appointmentMoved],
        "SIU-S15-01": [.appointmentCancelled], "SIU-S26-01": [.appointmentNoShow],
        "ADT-A31-01": [.demographicsCorrected], "ORM-O01-01": [.orderPlaced], "ORM-O01-03": [.orderPlaced, .orderPlaced],
    ]

    @Test func `every file maps to its events or is refused at its place`() throws {
        let files = try Corpus.paths().filter { $0.hasPrefix("fhir-converter") }
        #expect(files.count == 27)
        for file in files {
            let name = String(file.dropFirst("fhir-converter/".count).dropLast(4))
            let readings = HL7Lexer().read(try Corpus.bytes(file))
            #expect(readings.count == 1, "\(name)")
            do throws(HL7Problem) {
                let mapped = try HL7Mapping.map(try readings[0].outcome.get(), site: Sample.site)
                #expect(mapped.intents.map(\.event.kind) == Self.events[name], "\(name)")
            } catch {
                let expected = Self.refusals[name]
                #expect(error.code == expected?.0 && error.acknowledgment == expected?.1, "\(name): \(error)")
                #expect(error.location?.description == expected?.2, "\(name): \(error)")
            }
        }
        #expect(Self.refusals.count + Self.events.count == 27)
    }

    @Test func `the registration with a byte-order mark and a bare number is read, and both are noted`() throws {
        let reading = HL7Lexer().read(try Corpus.bytes("fhir-converter/ADT04-23.hl7"))[0]
        let mapped = try HL7Mapping.map(try reading.outcome.get(), site: Sample.site)
        let patient = Patient(issuer: "NINTENDO", id: "123456789", name: "BROS^MARIO", birthDate: "1985-01-01", sex: .male)
        #expect(mapped.intents[0].aliases.patient == patient && mapped.intents[0].person == "BOWSER KOOPA")
        #expect(
            mapped.remarks.map(\.description) == [
                "begins with a byte-order mark, which was skipped", "the last segment has no end: see that the message is whole",
                "segments end in LF where CR is due",
                "PID-3: names no assigning authority; the sender is taken as the issuer",
            ])
        guard case .patientArrived(let arrival) = mapped.intents[0].event else {
            throw HL7Problem(.internalError, at: nil, "another event")
        }
        #expect(arrival.visit == "0123456789")
    }

    @Test func `two orders in one message keep their own numbers and one person`() throws {
        let reading = HL7Lexer().read(try Corpus.bytes("fhir-converter/ORM-O01-03.hl7"))[0]
        let intents = try HL7Mapping.map(try reading.outcome.get(), site: Sample.site).intents
        #expect(
            intents.map { $0.aliases.placerOrder } == [
                IssuedIdentifier(issuer: "GHHPlacer", value: "1101"), IssuedIdentifier(issuer: "GHHPlacer", value: "2203"),
            ])
        #expect(
            intents.map { $0.aliases.patient?.id } == ["PATID1234", "PATID1234"] && intents[0].aliases.patient?.issuer == "2.16.1"
        )
        #expect(intents.map(\.occurredAt.zoneMinutes) == [135, 135])
    }
}
