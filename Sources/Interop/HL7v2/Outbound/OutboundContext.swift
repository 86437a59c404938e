public import EventLog
public import ImagingCase

/// Who sends to whom, and what is needed to write for him.
public struct HL7Outbound: Sendable {
    /// The sending facility, MSH-4: the site.
    public let facility: String
    /// The receiving application, MSH-5.
    public let receivingApplication: String
    /// The receiving facility, MSH-6.
    public let receivingFacility: String
    /// Opens a text that is sealed where it is kept.
    public let open: @Sendable (String) -> String

    /// States it.
    public init(
        facility: String, receivingApplication: String = "", receivingFacility: String = "",
        open: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.facility = facility
        self.receivingApplication = receivingApplication
        self.receivingFacility = receivingFacility
        self.open = open
    }

    /// A message that tells a statement.
    ///
    /// - Parameters:
    ///   - controlID: MSH-10, at most 20 characters; the same for every try.
    ///   - time: when it is written.
    ///   - before: what was told of the subject last; nil where nothing was.
    ///   - wasFinal: whether a final report was told of the case before, so that whatever follows is a correction.
    /// - Returns: the message, or nil where there is nothing to tell that the receiver could do anything with: what he never heard of need
    ///   not be taken back.
    public func message(
        _ statement: HL7Statement, of state: CaseState, controlID: String, at time: OccurredAt, before: String?, wasFinal: Bool
    ) -> String? {
        var writer = SegmentWriter()
        switch statement.subject {
        case .answer:
            header("ORM^O01^ORM_O01", controlID, time, &writer)
            person(state, &writer)
            OrderMessage(outbound: self, state: state).write(control: statement.meaning, at: time, to: &writer)
        case .status:
            header("ORM^O01^ORM_O01", controlID, time, &writer)
            person(state, &writer)
            OrderMessage(outbound: self, state: state).write(status: statement.meaning, at: time, to: &writer)
        case .review:
            header("ORU^R01^ORU_R01", controlID, time, &writer)
            person(state, &writer)
            ReviewMessage(outbound: self, state: state).write(
                isAccepted: statement.meaning.hasPrefix("accepted"), at: time, to: &writer)
        case .critical(let event):
            if statement.meaning == "withdrawn", before == nil { return nil }
            guard let card = state.criticalResult.cards.first(where: { $0.event == event }) else { return nil }
            header("ORU^R01^ORU_R01", controlID, time, &writer)
            person(state, &writer)
            ResultMessage(outbound: self, state: state).write(
                card, isWithdrawn: statement.meaning == "withdrawn", to: &writer)
        case .report:
            if statement.meaning.hasPrefix("W"), before == nil { return nil }
            header("ORU^R01^ORU_R01", controlID, time, &writer)
            person(state, &writer)
            ResultMessage(outbound: self, state: state).write(statement.meaning, wasFinal: wasFinal, to: &writer)
        }
        return writer.text
    }

    /// A message that asks for nothing but an answer: what this machine's clock says. Of no patient, so that a receiver which takes
    /// everything makes none up.
    ///
    /// Source: HL7 v2.5.1 14.3.1 (NMD^N02), 14.4.1 (NCK).
    public func probe(controlID: String, at time: OccurredAt) -> String {
        var writer = SegmentWriter()
        header("NMD^N02^NMD_N02", controlID, time, &writer, processing: "T")
        writer.add("NCK", [1: HL7Timestamp.text(time)])
        return writer.text
    }

    /// Source: HL7 v2.5.1 2.15.9 (MSH), table 0211.
    private func header(
        _ type: String, _ controlID: String, _ time: OccurredAt, _ writer: inout SegmentWriter, processing: String = "P"
    ) {
        let escaped = SegmentWriter.escaped
        // MSH-1 is the delimiter itself, so that every field stands one place before its number.
        writer.add(
            "MSH",
            [
                1: "^~\\&", 2: "FILMJACKET", 3: escaped(facility), 4: escaped(receivingApplication),
                5: escaped(receivingFacility),
                6: HL7Timestamp.text(time), 8: type, 9: controlID, 10: processing, 11: "2.5.1",
                17: HL7CharacterSet.utf8.rawValue,
            ])
    }

    /// Source: HL7 v2.5.1 3.4.2 (PID).
    private func person(_ state: CaseState, _ writer: inout SegmentWriter) {
        guard let patient = state.patient else { return writer.add("PID", [3: "", 5: ""]) }
        let sex: String
        switch patient.sex {
        case .female: sex = "F"
        case .male: sex = "M"
        case .other: sex = "O"
        case .unknown: sex = "U"
        case .unspecified: sex = ""
        }
        let day = open(patient.birthDate).filter { $0 != "-" }
        writer.add(
            "PID",
            [
                1: "1", 3: SegmentWriter.personIdentifier(open(patient.id), open(patient.issuer)),
                5: SegmentWriter.personName(open(patient.name)), 7: SegmentWriter.escaped(day), 8: sex,
            ])
    }

    /// Order numbers as ORC and OBR carry them.
    func numbers(_ state: CaseState) -> (placer: String, filler: String, accession: String) {
        let placer = state.aliases.placerOrder.first.map { SegmentWriter.identifier(open($0.value), open($0.issuer)) } ?? ""
        let accession = state.aliases.accession.first
        let filler = accession.map { SegmentWriter.identifier(open($0.value), open($0.issuer)) } ?? ""
        return (placer, filler, accession.map { SegmentWriter.escaped(open($0.value)) } ?? "")
    }
}
