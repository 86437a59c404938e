import EventLog
import ImagingCase
import Problems

extension CaseDesk {
    /// A person's decision, as texts.
    struct Decision {
        let choose: String
        let reason: String
        let person: String
        let role: String
    }

    /// The conflicts of all cases, open ones or all. Exit 3 while one of them is open.
    func conflicts(all: Bool) throws(Problem) -> DeskAnswer {
        var json = JSONWriter()
        json.beginArray()
        var rows: [[String]] = []
        var open = 0
        var state: CaseState?
        for place in try library.conflicts(openOnly: !all) where try isListed(place.stream) {
            if state?.stream != place.stream { state = CaseFold.fold(place.stream, try library.facts(of: place.stream)) }
            guard let state else { continue }
            let found =
                place.isShared
                ? try shared(at: place)?.conflict : state.conflicts.first { $0.id == place.id }
            guard let conflict = found else { continue }
            Self.write(conflict, of: place.stream, sides: nil, to: &json)
            if conflict.state == .open { open += 1 }
            rows.append(Self.row(conflict, state))
        }
        json.endArray()
        AuditTrail.current?.counts(rows.count)
        let text = rows.isEmpty ? (all ? "no conflicts" : "no open conflicts") : TextTable.aligned(rows)
        return DeskAnswer(
            exit: open > 0 ? 3 : 0, json: json.text, text: text, remark: open > 0 ? "Try: filmjacket conflict show ID" : "")
    }

    private static func row(_ conflict: Conflict, _ state: CaseState) -> [String] {
        let isOpen = conflict.state == .open
        let due = conflict.due.map { "due \(CaseText.clock(OccurredAt($0, zoneMinutes: LocalZone.minutes(at: $0))))" } ?? ""
        let closed = conflict.closedBy.map { "by \(CaseText.short($0))" } ?? ""
        return [
            isOpen ? "! open" : conflict.state.rawValue, conflict.id, "\(conflict.number) \(conflict.kind)",
            CaseText.short(state.stream), state.patient?.name ?? "", conflict.owner.rawValue, isOpen ? due : closed,
            isOpen ? conflict.inForce : "",
        ]
    }

    /// One conflict with both sides.
    func conflict(_ id: String) throws(Problem) -> DeskAnswer {
        let (streams, conflict) = try find(id) { (stream, author) throws(Problem) in
            try requireOpen(stream, to: author, askedAs: id)
        }
        let stream = streams[0]
        AuditTrail.current?.finds(stream)
        AuditTrail.current?.finds(conflict: conflict.id)
        let histories = try streams.map { (stream) throws(Problem) in CaseHistory(try library.facts(of: stream)) }
        var sides = JSONWriter()
        sides.beginArray()
        for (stream, history) in zip(streams, histories) {
            let bodies = try bodies(of: stream)
            for event in conflict.events {
                if let position = history.position(of: event) { write(history, position, bodies, to: &sides) }
            }
        }
        sides.endArray()
        var json = JSONWriter()
        Self.write(conflict, of: stream, sides: sides.bytes, to: &json)
        let remark =
            conflict.state == .open
            ? "Try: filmjacket conflict resolve \(conflict.id) --choose EVENT --reason TEXT --as PERSON --role \(conflict.owner.rawValue)"
            : ""
        return DeskAnswer(
            json: json.text,
            text: CaseText.lines(of: conflict, in: histories, within: .ofNobody(to: stream)).joined(separator: "\n"),
            remark: remark)
    }

    /// Closes a conflict by choosing what stands.
    ///
    /// - Throws: `NOT_FOUND`, `AMBIGUOUS`, or what the door in front of the log says; nothing was recorded then.
    func resolve(_ id: String, _ decision: Decision, source: EventSource, key: String?) async throws(Problem) -> Receipt {
        AuditTrail.current?.asks(decision.person, decision.role)
        let author = try Self.author(decision.person, decision.role)
        let (streams, conflict) = try find(id) { (stream, author) throws(Problem) in
            try requireWritable(stream, by: author, askedAs: id)
        }
        let stream = streams[0]
        AuditTrail.current?.finds(stream)
        AuditTrail.current?.finds(conflict: conflict.id)
        let chosen = try choice(decision.choose, of: conflict, in: stream)
        let event = try sealed(
            .conflictResolved(
                ConflictResolved(conflict: conflict.id, number: conflict.number, choose: chosen, reason: decision.reason)),
            on: stream)
        let recorded = try await record(
            RecordIntent(
                event: event, stream: stream, author: author, assurance: Caller.current?.assurance ?? .operator,
                occurredAt: present, source: source, sourceKey: key ?? ""))
        if recorded.isRepeat { try requireSame(event.kind, by: author, recorded) }
        return try receipt(recorded, what: event.kind.text, conflict: conflict.id)
    }

    /// Finds a conflict for whoever asks. To a signed-in person one of a case that does not open to him is not there.
    private func find(
        _ text: String, requiring: (StreamID, Author) throws(Problem) -> Void
    ) throws(Problem) -> (streams: [StreamID], conflict: Conflict) {
        guard let author = Caller.signedIn, CaseReading.reach(of: author.role) != .everything else { return try find(text) }
        let found: (streams: [StreamID], conflict: Conflict)
        do throws(Problem) { found = try find(text) } catch {
            guard error.code == .notFound || error.code == .ambiguous else { throw error }
            throw Self.hidden(text)
        }
        for stream in found.streams { try requiring(stream, author) }
        return found
    }

    /// The conflict that a text names: its id, a unique beginning of it, or a case with exactly one open conflict. The histories that it
    /// lies in, first that in which a decision is recorded.
    func find(_ text: String) throws(Problem) -> (streams: [StreamID], conflict: Conflict) {
        let places =
            text.count > 1 && text.hasPrefix("k") ? try library.conflicts(openOnly: false).filter { $0.id.hasPrefix(text) } : []
        guard places.count < 2 else {
            throw Problem(
                .ambiguous, "'\(text)' fits \(places.count) conflicts.", facts: places.prefix(5).map { .init("candidate", $0.id) }
            )
        }
        let stream: StreamID
        do throws(Problem) {
            if let place = places.first { stream = place.stream } else { stream = try resolve(text) }
        } catch {
            guard error.code == .unknownCase else { throw error }
            throw Problem(
                .notFound, "No conflict and no case here is known as '\(text)'.", remedy: "See: filmjacket conflict list --all.",
                facts: [.init("asked", text)])
        }
        let near = try near(stream, CaseHistory(try library.facts(of: stream)))
        let all =
            near.centre.state.conflicts.map { (streams: [stream], conflict: $0) }
            + near.conflicts.map { (streams: $0.streams, conflict: $0.conflict) }
        let candidates = all.filter { found in places.first.map { $0.id == found.conflict.id } ?? (found.conflict.state == .open)
        }
        guard let first = candidates.first else {
            throw Problem(.notFound, "The case \(stream) has no open conflict.", remedy: "See: filmjacket conflict list --all.")
        }
        guard candidates.count == 1 else {
            throw Problem(
                .ambiguous, "The case \(stream) has \(candidates.count) open conflicts.", remedy: "Name one of them by its id.",
                facts: candidates.map { .init("candidate", $0.conflict.id) })
        }
        return first
    }

    /// The event that a text names, first among the conflict's own: so `lakeview` is enough where each side is another site's.
    private func choice(_ text: String, of conflict: Conflict, in stream: StreamID) throws(Problem) -> EventID {
        let own = conflict.events.filter { id in
            let whole = id.description
            return !text.isEmpty
                && (whole.hasPrefix(text) || whole.hasSuffix("/" + text) || "\(id.log.site)/\(id.sequence)" == text)
        }
        return own.count == 1 ? own[0] : try library.event(named: text, in: stream)
    }

    /// Writes a conflict with the case that it belongs to.
    static func write(_ conflict: Conflict, of stream: StreamID, sides: [UInt8]?, to json: inout JSONWriter) {
        var plain = JSONWriter()
        conflict.write(to: &plain)
        var bytes = Array("{\"case\":\"\(stream)\",".utf8) + plain.bytes.dropFirst()
        if let sides { bytes = bytes.dropLast() + Array(",\"sides\":".utf8) + sides + [0x7d] }
        json.raw(bytes)
    }
}
