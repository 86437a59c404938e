public import EventLog

/// What changed in a case since somebody looked: which events came, which axes say something else, which conflicts opened or closed.
public struct CaseChanges: Hashable, Sendable {
    /// One axis that says something else now.
    public struct AxisChange: Hashable, Sendable {
        /// The axis' JSON key.
        public let axis: String
        /// Its state's word before; empty where it said nothing.
        public let before: String
        /// Its state's word now; empty where it says nothing any more.
        public let after: String
    }

    /// What needs somebody first, before.
    public let headlineBefore: String
    /// What needs somebody first, now.
    public let headline: String
    /// The events that came since, in causal order.
    public let events: [EventID]
    /// The axes that say something else.
    public let axes: [AxisChange]
    /// Conflicts that were not there or not open before and are open now.
    public let opened: [Conflict]
    /// Conflicts that were open before and are not any more; one that grew wider counts as opened, not as closed.
    public let closed: [Conflict]

    /// Compares a case with what somebody had seen of it.
    ///
    /// - Parameters:
    ///   - seen: a part of the history in which every event's past is.
    ///   - shown: a state as far as it may be shown; nothing of what that leaves out is compared.
    public init(
        from seen: CaseHistory, to history: CaseHistory, of stream: StreamID, shown: (CaseState) -> CaseState = { $0 }
    ) {
        let (before, after) = (shown(CaseFold.fold(stream, seen)), shown(CaseFold.fold(stream, history)))
        headlineBefore = before.headline
        headline = after.headline
        let known = Set(seen.facts.map(\.id))
        events = history.facts.map(\.id).filter { !known.contains($0) }
        axes = Self.axes(before, after)
        let wasOpen = Set(before.openConflicts.map(\.id))
        opened = after.openConflicts.filter { !wasOpen.contains($0.id) }
        closed = after.conflicts.filter { $0.state != .open && wasOpen.contains($0.id) }
    }

    /// Whether nothing came.
    public var isEmpty: Bool { events.isEmpty }

    private static func axes(_ before: CaseState, _ after: CaseState) -> [AxisChange] {
        var (was, now) = (AxisTexts(), AxisTexts())
        before.visitAxes(&was)
        after.visitAxes(&now)
        var changes: [AxisChange] = []
        for text in now.all {
            let earlier = was.all.first { $0.name == text.name }
            guard earlier?.json != text.json else { continue }
            changes.append(AxisChange(axis: text.name, before: earlier?.word ?? "", after: text.word))
        }
        for text in was.all where !now.all.contains(where: { $0.name == text.name }) {
            changes.append(AxisChange(axis: text.name, before: text.word, after: ""))
        }
        return changes
    }

    /// Writes the changes as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("headlineBefore", headlineBefore)
        json.member("headline", headline)
        json.member("events", events: events)
        json.key("axes")
        json.beginArray()
        for change in axes {
            json.beginObject()
            json.member("axis", change.axis)
            json.member("before", change.before)
            json.member("after", change.after)
            json.endObject()
        }
        json.endArray()
        write(opened, as: "conflictsOpened", to: &json)
        write(closed, as: "conflictsClosed", to: &json)
        json.endObject()
    }

    private func write(_ conflicts: [Conflict], as name: StaticString, to json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for conflict in conflicts { conflict.write(to: &json) }
        json.endArray()
    }
}

/// Collects each axis' JSON with its state's word.
struct AxisTexts: AxisVisitor {
    private(set) var all: [(name: String, word: String, json: [UInt8])] = []

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) {
        if A.isSilent(state) { return }
        var json = JSONWriter()
        A.write(state, to: &json)
        all.append((A.label, Self.word(of: json.bytes), json.bytes))
    }

    /// The value of the first member, which is "state" by law of the axes.
    private static func word(of json: [UInt8]) -> String {
        let begin = Array("{\"state\":\"".utf8)
        guard json.starts(with: begin) else { return "" }
        return String(decoding: json.dropFirst(begin.count).prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}

extension CaseState {
    /// The axes in which most cases say nothing, where this one says something: JSON key and state, in the order of the published state.
    public var spokenRareAxes: [(axis: String, state: String)] {
        guard rare !== RareAxes.none else { return [] }
        var texts = AxisTexts()
        rare.visit(&texts)
        return texts.all.map { ($0.name, $0.word) }
    }
}

extension CaseHistory {
    /// What a person had seen when he last acted: his own events and everything that came before them; empty for one who never did.
    public func seen(by person: String) -> CaseHistory {
        let own = positions.filter { facts[$0].actor.person == person }
        return CaseHistory(positions.filter { place in own.contains { $0 == place || precedes(place, $0) } }.map { facts[$0] })
    }

    /// What was recorded until a moment, by the sites' own clocks, with the past of each such event.
    public func recorded(until moment: Instant) -> CaseHistory {
        let own = positions.filter { facts[$0].recordedAt.instant <= moment }
        return CaseHistory(positions.filter { place in own.contains { $0 == place || precedes(place, $0) } }.map { facts[$0] })
    }
}
