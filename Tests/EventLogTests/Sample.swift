import EventLog

/// Parts of events that tests start from and change one at a time.
struct Sample {
    var site = "northside"
    var incarnation: UInt64 = 0x3f2a_9c01_d4e5_f607
    var sequence: UInt64 = 42
    var streamKind = StreamKind.imagingCase
    var streamHigh: UInt64 = 0x0102_0304_0506_0708
    var streamLow: UInt64 = 0x090a_0b0c_0d0e_0f10
    var kind = "report.finalSigned"
    var schema: UInt16 = 1
    var recordedAt: UInt64 = 1_700_000_000_000 << 16 | 7
    var occurredAt: Int64 = 1_699_999_990_000
    var zoneMinutes: Int16 = 60
    var person = "dr.rey"
    var role = "radiologist"
    var actorSite = "northside"
    var assurance = Assurance.local
    var source = EventSource.page
    var sourceKey = "msg-1"
    var parents = [Sample.id("northside", 1, 41), Sample.id("southside", 2, 9)]
    var payload: [UInt8] = [0x0a, 0x02, 0x6f, 0x6b]

    static func site(_ text: String) -> SiteID {
        guard let site = SiteID(text) else { preconditionFailure("\(text) is no site id") }
        return site
    }

    static func log(_ site: String, _ incarnation: UInt64 = 1) -> LogID {
        LogID(site: Self.site(site), incarnation: Incarnation(bits: incarnation))
    }

    static func id(_ site: String, _ incarnation: UInt64, _ sequence: UInt64) -> EventID {
        EventID(log: log(site, incarnation), sequence: sequence)
    }

    /// A hash that stands for a number.
    static func hash(_ number: Int) -> EventHash { .sha256(Array("\(number)".utf8)) }

    var actor: Actor { Actor(person: person, role: role, site: Self.site(actorSite), assurance: assurance) }

    var event: Event {
        Event(
            id: Self.id(site, incarnation, sequence), stream: StreamID(kind: streamKind, high: streamHigh, low: streamLow),
            kind: EventKind(kind), schema: schema, recordedAt: HybridTime(bits: recordedAt),
            occurredAt: OccurredAt(Instant(milliseconds: occurredAt), zoneMinutes: zoneMinutes), actor: actor, source: source,
            sourceKey: sourceKey, parents: parents, payload: payload)
    }

    var draft: EventDraft {
        EventDraft(
            stream: StreamID(kind: streamKind, high: streamHigh, low: streamLow), kind: EventKind(kind), schema: schema,
            occurredAt: OccurredAt(Instant(milliseconds: occurredAt), zoneMinutes: zoneMinutes), actor: actor, source: source,
            sourceKey: sourceKey, payload: payload)
    }

    /// A hash for each parent.
    var parentHashes: [EventHash] { parents.map { Self.hash(Int($0.sequence)) } }
}
