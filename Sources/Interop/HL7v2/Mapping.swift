/// A message's meaning: events to record, or a refusal. A message is taken whole or not at all.
///
/// | message | intents |
/// | --- | --- |
/// | ORM^O01, OMG^O19, OMI^O23 | by ORC-1 of each order: NW, RO placed; XO, XX changed; RP, RU with an RO beside it replaced, else changed |
/// | | CA, DC cancellation asked for; OC, OD, CR, DR cancelled; HD, HR, OH held; RL, OR, OE hold released; SC, SR by ORC-5: IP, CM, DC procedure step started, completed, discontinued, CA cancelled, HD held; OMI SR hand-over; everything else of table 0119 a comment |
/// | ORU^R01 | by ORC-1 OK, OC, UA: review and protocol; else by OBR-25 and OBX-11: preliminary, final, corrected, retracted; OBX-8 AA: critical |
/// | MDM^T02, T06, T10, T11 | final or preliminary, addendum, corrected, retracted |
/// | ADT^A04, A10; A05, A08, A31 | arrived; demographics corrected (who is expected has not arrived) |
/// | ADT^A24, A40; A37; A47 | two identifiers are one person; they are two after all; the person has another identifier |
/// | SIU^S12; S13, S14; S15; S26 | appointment booked; moved; cancelled; the person did not come |
/// | ACK | none |
///
/// Source: clinical mapping of the house, section 5; HL7 v2.5.1 chapters 3, 4, 7, 9, 10; IHE RAD TF-2 4.1 to 4.3; ANS
/// tele-radiology HL7 v2.5.1 guide.
public enum HL7Mapping {
    /// Maps a message.
    ///
    /// - Throws: `HL7Problem`; nothing of the message is to be recorded then.
    public static func map(_ message: HL7Message, site: HL7Site) throws(HL7Problem) -> HL7Mapped {
        var context = MappingContext(message: message, site: site)
        let header = message.header
        switch (header.type, header.trigger) {
        case ("ACK", _):
            return HL7Mapped(
                intents: [], remarks: message.remarks + [HL7Remark("an acknowledgment is a receipt: nothing to record")])
        // Before version 2.3.1 a trigger could be left out where the type has one only.
        case ("ORM", "O01"), ("ORM", ""), ("OMG", "O19"), ("OMI", "O23"): try OrderMapping.map(&context)
        case ("ORU", "R01"), ("ORU", ""): try ReportMapping.mapResults(&context)
        case ("MDM", "T02"), ("MDM", "T06"), ("MDM", "T10"), ("MDM", "T11"): try ReportMapping.mapDocument(&context)
        case ("ADT", "A04"), ("ADT", "A05"), ("ADT", "A10"), ("ADT", "A08"), ("ADT", "A31"): try PatientMapping.map(&context)
        case ("ADT", "A40"), ("ADT", "A47"): try PatientMapping.mapLinks(&context)
        case ("ADT", "A24"), ("ADT", "A37"): try PatientMapping.mapPair(&context)
        case ("SIU", "S12"), ("SIU", "S13"), ("SIU", "S14"), ("SIU", "S15"), ("SIU", "S26"): try ScheduleMapping.map(&context)
        case ("ORM", _), ("OMG", _), ("OMI", _), ("ORU", _), ("MDM", _), ("ADT", _), ("SIU", _):
            throw HL7Problem(
                .unsupportedEvent, at: header.segment.location(9, component: 2),
                "\(header.type) is recorded for \(triggers(of: header.type)), and MSH-9 says \(HL7Problem.shown(header.trigger))."
            )
        default:
            throw HL7Problem(
                .unsupportedMessageType, at: header.segment.location(9, component: 1),
                "ORM, OMG, OMI, ORU, MDM, ADT and SIU messages are recorded, and MSH-9 says \(HL7Problem.shown(header.type)).")
        }
        try checkProcessing(header, &context)
        return context.mapped
    }

    private static func triggers(of type: String) -> String {
        switch type {
        case "ORM": "O01"
        case "OMG": "O19"
        case "OMI": "O23"
        case "ORU": "R01"
        case "MDM": "T02, T06, T10 and T11"
        case "SIU": "S12, S13, S14, S15 and S26"
        default: "A04, A05, A08, A10, A24, A31, A37, A40 and A47"
        }
    }

    /// Comes last, so that a message that could never be recorded is told so first.
    private static func checkProcessing(_ header: HL7Header, _ context: inout MappingContext) throws(HL7Problem) {
        let location = header.segment.location(11)
        switch header.processing {
        case "P": return
        case "": context.remark("names no processing id; taken as production", at: location)
        case "T", "D":
            guard context.site.acceptsTraining else {
                throw HL7Problem(
                    .unsupportedProcessing, at: location,
                    "Production messages (P) are recorded here, and MSH-11 says \(HL7Problem.shown(header.processing)).")
            }
            context.remark("a training or debugging message is recorded like any other", at: location)
        default:
            throw HL7Problem(
                .unsupportedProcessing, at: location,
                "MSH-11 has to say P, T or D, and it says \(HL7Problem.shown(header.processing)).")
        }
    }
}
