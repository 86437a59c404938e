import EventLog
import ImagingCase

/// Tells the placer how his order fares.
///
/// Source: HL7 v2.5.1 4.5.1 (ORC), tables 0119 and 0038; IHE RAD TF-2 4.3 (filler order management).
struct OrderMessage {
    let outbound: HL7Outbound
    let state: CaseState

    /// The answer to a request to cancel: CR, UC, DR or UD.
    func write(control: String, at time: OccurredAt, to writer: inout SegmentWriter) {
        let numbers = outbound.numbers(state)
        let isCancelled = control == "CR" || control == "DR"
        writer.add(
            "ORC",
            [
                1: control, 2: numbers.placer, 3: numbers.filler, 5: isCancelled ? "CA" : orderStatus,
                9: HL7Timestamp.text(time),
            ])
        request(isCancelled ? "X" : resultStatus, to: &writer)
    }

    /// How far the examination is.
    func write(status: String, at time: OccurredAt, to writer: inout SegmentWriter) {
        let numbers = outbound.numbers(state)
        let word = String(status.prefix(2))
        writer.add(
            "ORC", [1: "SC", 2: numbers.placer, 3: numbers.filler, 5: word, 9: HL7Timestamp.text(time)])
        if word == "SC", let start = state.rare.schedule.standing.last?.start {
            writer.add("TQ1", [1: "1", 7: HL7Timestamp.text(OccurredAt(start))])
        }
        request(word == "SC" ? "S" : word == "DC" ? "X" : word == "HD" ? "O" : resultStatus, to: &writer)
    }

    /// The order as it goes on, where a cancellation was refused.
    private var orderStatus: String {
        switch state.order.status {
        case .performed, .reported: "CM"
        default: "IP"
        }
    }

    /// Source: HL7 v2.5.1 table 0123.
    private var resultStatus: String {
        switch state.report.status {
        case .none, .retracted: "I"
        case .preliminary: "P"
        case .final, .reconciled: "F"
        case .addended, .corrected, .competing: "C"
        }
    }

    private func request(_ status: String, to writer: inout SegmentWriter) {
        RequestSegment(outbound: outbound, state: state).write(status: status, to: &writer)
    }
}

/// The examination that a message is about.
///
/// Source: HL7 v2.5.1 4.5.3 and 7.4.1 (OBR); IHE RAD TF-2 4.1 (OBR-18 accession number).
struct RequestSegment {
    let outbound: HL7Outbound
    let state: CaseState

    func write(status: String, reader: String = "", issued: Instant? = nil, to writer: inout SegmentWriter) {
        let numbers = outbound.numbers(state)
        let begun = state.acquisition.steps.compactMap(\.startedAt).min()
        let procedure = state.order.content?.procedure.map { SegmentWriter.coded($0, outbound.open) } ?? ""
        let reading = SegmentWriter.escaped(outbound.open(reader))
        writer.add(
            "OBR",
            [
                1: "1", 2: numbers.placer, 3: numbers.filler, 4: procedure,
                7: begun.map { HL7Timestamp.text(OccurredAt($0)) } ?? "", 18: numbers.accession,
                22: issued.map { HL7Timestamp.text(OccurredAt($0)) } ?? "",
                24: SegmentWriter.escaped(section), 25: status, 32: reading.isEmpty ? "" : "&\(reading)",
            ])
    }

    /// Source: HL7 v2.5.1 table 0074.
    private var section: String {
        let modality = state.acquisition.modalities.first ?? state.order.content?.modality ?? ""
        switch modality {
        case "CT": return "CT"
        case "MR": return "NMR"
        case "US": return "RUS"
        case "NM", "PT": return "NMS"
        case "": return ""
        default: return "RAD"
        }
    }
}

/// Tells whether the order is accepted, and the protocol to run.
///
/// Source: ANS tele-radiology HL7 v2.5.1 guide, flow 3 (ORU^R01 with ORC-1 OK or OC).
struct ReviewMessage {
    let outbound: HL7Outbound
    let state: CaseState

    func write(isAccepted: Bool, at time: OccurredAt, to writer: inout SegmentWriter) {
        let numbers = outbound.numbers(state)
        writer.add(
            "ORC",
            [1: isAccepted ? "OK" : "OC", 2: numbers.placer, 3: numbers.filler, 9: HL7Timestamp.text(time)])
        RequestSegment(outbound: outbound, state: state).write(status: isAccepted ? "O" : "X", to: &writer)
        guard isAccepted, let plan = state.protocoling.plan else { return }
        let texts = [plan.name, plan.contrast, plan.instructions].map(outbound.open).filter { !$0.isEmpty }
        let data = Base64.text(of: Array(texts.joined(separator: "\n").utf8))
        writer.add(
            "OBX",
            [
                1: "1", 2: "ED", 3: SegmentWriter.components("PROTOCOLE_IMAGERIE", outbound.open(plan.name), "L"),
                5: "^TEXT^PLAIN^Base64^\(data)", 11: "F",
            ])
    }
}
