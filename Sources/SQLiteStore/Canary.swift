public import EventLog
import ImagingCase
public import Problems

/// A harmless event that a site records from time to time and that goes to every other site: its age there says whether the whole way
/// works, from one log through the hub into another.
///
/// It goes to a history of its own, one for each site and day, that no case shows and no rule reads.
public enum Canary {
    /// The event's kind; older versions pass it on as one that they do not know.
    public static let kind = EventKind("system.canary")
    static let keyPrefix = "canary/"

    /// The history of a site's day.
    static func stream(of site: SiteID, at now: Instant) -> StreamID {
        StreamID(kind: .site, derivedFrom: "canary:\(site):\(now.milliseconds / 86_400_000)")
    }
}

/// The newest canary of a site that is held here.
public struct CanarySeen: Equatable, Sendable {
    /// The site.
    public let site: SiteID
    /// When it was recorded there, by that site's clock.
    public let recorded: Instant
    /// The event.
    public let id: EventID
}

extension EventRecorder {
    /// Records a canary.
    public func sing() async throws(Problem) -> EventID {
        try await recordSystem { site, now in
            EventDraft(
                stream: Canary.stream(of: site, at: now), kind: Canary.kind, occurredAt: OccurredAt(now),
                actor: Actor(person: "filmjacket", role: Role.system.rawValue, site: site, assurance: .machine), source: .system,
                payload: [])
        }
    }
}

extension StoreWriter {
    /// Keeps word of the newest canary of each site.
    func noteCanary(_ event: HashedEvent) throws {
        let key = Canary.keyPrefix + event.id.log.site.text
        let recorded = event.event.recordedAt.instant.milliseconds
        let held = try SiteMeta.get(key, self).flatMap { String(decoding: $0, as: UTF8.self).split(separator: " ").first }
        guard (held.flatMap { Int64($0) } ?? .min) < recorded else { return }
        try SiteMeta.set(key, Array("\(recorded) \(event.id)".utf8), self)
    }
}

extension StoreFile {
    /// The newest canary of each site, in order of site.
    public func canaries() throws(Problem) -> [CanarySeen] {
        try database.read { db in
            let select = try RawStatement(
                db, "SELECT key, value FROM meta WHERE key>='canary/' AND key<'canary0' ORDER BY key", isCached: true)
            var found: [CanarySeen] = []
            while try select.step() {
                let parts = String(decoding: select.bytes(1), as: UTF8.self).split(separator: " ")
                guard let site = SiteID(String(select.text(0).dropFirst(Canary.keyPrefix.count))), parts.count == 2,
                    let recorded = Int64(parts[0]), let id = EventID(parts[1])
                else { continue }
                found.append(CanarySeen(site: site, recorded: Instant(milliseconds: recorded), id: id))
            }
            return found
        }
    }
}
