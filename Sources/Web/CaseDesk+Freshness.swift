import EventLog
import ImagingCase

extension CaseDesk {
    /// How fresh what another site says of a case is: its newest event here, and when it was heard of.
    struct Freshness {
        let site: SiteID
        let newest: Instant
        let heard: Instant?
    }

    /// Every other site that recorded something on the case, ascending.
    func freshness(of history: CaseHistory) -> [Freshness] {
        var newest: [SiteID: Instant] = [:]
        for fact in history.facts where fact.id.log.site != sight.own() {
            newest[fact.id.log.site] = max(newest[fact.id.log.site] ?? fact.recordedAt.instant, fact.recordedAt.instant)
        }
        return newest.sorted { $0.key < $1.key }.map { Freshness(site: $0.key, newest: $0.value, heard: sight.lastHeard($0.key)) }
    }

    /// A case's JSON with how fresh the other sites' part of it is, and which of the own events the hub
    /// does not hold yet, and what it shares with others.
    func json(of state: CaseState, _ history: CaseHistory, near: Neighbourhood? = nil) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("freshness")
        json.beginArray()
        for entry in freshness(of: history) {
            json.beginObject()
            json.member("site", entry.site.text)
            json.moment("newest", entry.newest)
            if let heard = entry.heard { json.moment("heard", heard) }
            json.endObject()
        }
        json.endArray()
        json.member("unshared", events: unshared(history))
        if let near { Self.members(of: near, to: &json) }
        json.endObject()
        return state.json().dropLast() + [UInt8(ascii: ",")] + json.bytes.dropFirst()
    }

    /// Own events that the hub does not hold yet, ascending.
    func unshared(_ history: CaseHistory) -> [EventID] { history.facts.map(\.id).filter { !sight.isShared($0) }.sorted() }

    /// Lines for people; none where the case is of one site and all of it is shared.
    func freshnessLines(_ history: CaseHistory) -> [String] {
        var lines = freshness(of: history).map { entry in
            let heard = entry.heard.map { ", heard of \(Self.age($0, now())) ago" } ?? ""
            return "\(entry.site): newest event \(Self.age(entry.newest, now())) old\(heard)"
        }
        let waiting = unshared(history)
        if !waiting.isEmpty {
            lines.append("here only, not at the hub yet: \(waiting.map(CaseText.short).joined(separator: " "))")
        }
        return lines
    }

    /// How long ago, in one number; a clock ahead of ours counts as now.
    static func age(_ moment: Instant, _ now: Instant) -> String {
        let seconds = max(0, (now.milliseconds - moment.milliseconds) / 1000)
        if seconds < 120 { return "\(seconds) s" }
        return seconds < 7200 ? "\(seconds / 60) min" : seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) d"
    }
}
