import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// Whether it is safe to go ahead with the person: one line, then every reason with who can lift it.
    func goAhead(_ id: String) throws(Problem) -> DeskAnswer {
        let (stream, history) = try history(of: id, knownTo: nil, at: nil)
        let near = try nearShown(stream, history)
        let state = near.centre.state
        let answer = state.goAhead(at: now(), stations: try stations(of: state.site), near: near)
        let rows = answer.reasons.map { reason in
            let who = reason.liftedBy.map(\.rawValue).joined(separator: ", ")
            let mark = reason.answer == .yes ? "mind" : reason.answer == .notYet ? "missing" : "! no"
            return [mark, reason.axis, reason.what, reason.events.map(CaseText.short).joined(separator: " "), who]
        }
        let rest = rows.isEmpty ? freshnessLines(history) : [TextTable.aligned(rows, indent: "  ")] + freshnessLines(history)
        return DeskAnswer(
            json: Self.json(of: stream, answer.write(to:)), text: ([answer.line] + rest).joined(separator: "\n"))
    }

    /// What the register of a site says of its machines; nothing where no site is known, or its register is not held here.
    private func stations(of site: SiteID?) throws(Problem) -> EquipmentState {
        guard let site else { return EquipmentState() }
        let register = StreamID.site(site)
        return CaseFold.fold(register, try library.facts(of: register)).rare.equipment
    }

    /// Everything of a case that waits for somebody, the longest overdue first.
    func due(_ id: String) throws(Problem) -> DeskAnswer {
        let (stream, history) = try history(of: id, knownTo: nil, at: nil)
        let escalation = CaseFold.fold(stream, history).escalation(at: now())
        let rows = escalation.items.map { item in
            [
                Self.due(Timestamp.text(of: item.due), now()), item.kind.rawValue, item.what,
                item.isDue(at: now()) ? "\(item.owner.rawValue) -> \(item.escalatesTo.rawValue)" : item.owner.rawValue, item.to,
                CaseText.short(item.event),
            ]
        }
        return DeskAnswer(
            json: Self.json(of: stream, escalation.write(to:)),
            text: rows.isEmpty ? "nothing waits" : TextTable.aligned([["DUE", "WHAT", "TO DO", "WHO", "TO", "EVENT"]] + rows))
    }

    /// How far each report, critical result and instruction went: recorded here, shared with the hub, delivered, seen, acknowledged.
    func receipts(_ id: String) throws(Problem) -> DeskAnswer {
        let (stream, history) = try history(of: id, knownTo: nil, at: nil)
        let items = CaseFold.fold(stream, history).rare.receipt.items
        var rows: [[String]] = []
        let json = Self.json(of: stream) { json in
            json.beginObject()
            json.key("items")
            json.beginArray()
            for item in items {
                write(item, to: &json)
                rows += lines(of: item)
            }
            json.endArray()
            json.endObject()
        }
        return DeskAnswer(
            json: json,
            text: rows.isEmpty
                ? "nothing was sent to anybody" : TextTable.aligned([["WHAT", "EVENT", "STEP", "WHO", "WHEN"]] + rows))
    }

    private func write(_ item: ReceiptItem, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", item.event)
        json.member("kind", item.kind.rawValue)
        json.member("by", item.by)
        json.moment("recorded", item.at)
        json.member("shared", sight.isShared(item.event))
        json.key("recipients")
        json.beginArray()
        for ladder in item.ladders {
            json.beginObject()
            json.member("recipient", ladder.recipient)
            json.member("level", ladder.level.word)
            json.key("steps")
            json.beginArray()
            for step in ladder.steps {
                json.beginObject()
                json.member("level", step.level.word)
                json.member("event", step.event)
                json.moment("at", step.at)
                json.memberIfSaid("channel", step.channel)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func lines(of item: ReceiptItem) -> [[String]] {
        let first = [
            item.kind.rawValue, CaseText.short(item.event), sight.isShared(item.event) ? "shared" : "recorded here only", item.by,
            Self.clock(item.at),
        ]
        let steps = item.ladders.flatMap { ladder in
            ladder.steps.map { ["", CaseText.short($0.event), $0.level.word, ladder.recipient, Self.clock($0.at)] }
        }
        return [first] + steps
    }

    private static func clock(_ moment: Instant) -> String {
        CaseText.clock(OccurredAt(moment, zoneMinutes: LocalZone.minutes(at: moment)))
    }

    /// A JSON object that begins with the case's id.
    private static func json(of stream: StreamID, _ write: (inout JSONWriter) -> Void) -> String {
        var plain = JSONWriter()
        write(&plain)
        return "{\"case\":\"\(stream)\"" + (plain.bytes.count > 2 ? "," : "")
            + String(decoding: plain.bytes.dropFirst(), as: UTF8.self)
    }
}
