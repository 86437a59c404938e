public import EventLog

/// What a site's late return changed in one case.
public struct LateCase: Hashable, Sendable {
    /// The case.
    public let stream: StreamID
    /// The axes that it changed, in the order of the published state; empty where it changed nothing that is shown.
    public let changedAxes: [String]
    /// Conflicts that are open now and were not before, by number and id.
    public let newConflicts: [String]
    /// How late the latest of its events is, in milliseconds.
    public let lateMilliseconds: Int64

    /// States what was changed.
    public init(stream: StreamID, changedAxes: [String], newConflicts: [String], lateMilliseconds: Int64) {
        self.stream = stream
        self.changedAxes = changedAxes
        self.newConflicts = newConflicts
        self.lateMilliseconds = lateMilliseconds
    }

    /// What two arrivals changed together.
    public func joined(with other: LateCase) -> LateCase {
        LateCase(
            stream: stream, changedAxes: changedAxes + other.changedAxes.filter { !changedAxes.contains($0) },
            newConflicts: newConflicts + other.newConflicts.filter { !newConflicts.contains($0) },
            lateMilliseconds: max(lateMilliseconds, other.lateMilliseconds))
    }

    /// Whether somebody has to look at the case again.
    public var reopens: Bool { !changedAxes.isEmpty || !newConflicts.isEmpty }

    /// How late in words, such as `late: 19 days`.
    public var words: String { LateReturn.words(lateMilliseconds) }
}

/// The one message that a role gets about a whole return, however many cases and events came.
public struct LateDigest: Hashable, Sendable {
    /// Who is told.
    public let owner: Role
    /// The cases with an axis of his that changed, by id.
    public let cases: [LateCase]
    /// How late the latest of them is, in words.
    public let words: String

    /// Writes it as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("owner", owner.rawValue)
        json.member("late", words)
        json.key("cases")
        json.beginArray()
        for late in cases {
            json.beginObject()
            json.member("case", late.stream.description)
            json.member("late", late.words)
            json.member("axes", texts: late.changedAxes)
            if !late.newConflicts.isEmpty { json.member("newConflicts", texts: late.newConflicts) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

/// A site that comes back after weeks (conflict 74): its events count at their causal place, a case reopens only where an axis
/// changes, and each owner gets one message.
public enum LateReturn {
    /// From how late on an event makes a digest instead of alarms.
    public static let lateMillisecondsMin: Int64 = 24 * 3_600_000

    /// Compares a case before and after some facts arrived; nil where none of them is late.
    ///
    /// - Parameter now: when they arrived.
    public static func compare(
        _ before: CaseState, _ after: CaseState, arrived: [CaseFact], now: Instant
    ) -> LateCase? {
        guard let oldest = age(of: arrived, at: now), oldest >= lateMillisecondsMin else { return nil }
        var was = AxisImages()
        before.visitAxes(&was)
        var isNow = AxisImages()
        after.visitAxes(&isNow)
        let known = Set(before.openConflicts.map(\.id))
        return LateCase(
            stream: after.stream, changedAxes: isNow.differing(from: was),
            newConflicts: after.openConflicts.filter { !known.contains($0.id) }.map { "\($0.number) \($0.kind)" },
            lateMilliseconds: oldest)
    }

    /// How old the oldest of some facts is, in milliseconds; nil for none.
    private static func age(of facts: [CaseFact], at now: Instant) -> Int64? {
        facts.map { fact -> Int64 in
            let (age, overflow) = now.milliseconds.subtractingReportingOverflow(fact.occurredAt.instant.milliseconds)
            return overflow ? (now < fact.occurredAt.instant ? .min : .max) : age
        }.max()
    }

    /// One digest for each role that owns a changed axis, by role; none for cases that nothing changed in.
    public static func digests(of cases: [LateCase]) -> [LateDigest] {
        let changed = cases.filter(\.reopens).sorted { $0.stream < $1.stream }
        return Role.allCases.compactMap { role in
            let own = changed.filter { late in
                late.changedAxes.contains { owners(of: $0).contains(role) } || (late.changedAxes.isEmpty && role == .lead)
            }
            guard let latest = own.map(\.lateMilliseconds).max() else { return nil }
            return LateDigest(owner: role, cases: own, words: words(latest))
        }
    }

    /// Who answers for an axis.
    ///
    /// Source: house rule; the owners of the conflicts of each axis.
    public static func owners(of axis: String) -> [Role] {
        switch axis {
        case "order", "schedule", "attachment": [.referrer, .frontDesk]
        case "identity", "linkage", "cluster": [.frontDesk, .siteAdmin]
        case "protocol", "reading", "report", "discrepancy", "imageQuality": [.radiologist]
        case "criticalResult", "recommendation", "consult": [.radiologist, .referrer]
        case "safety", "consent", "medication": [.technologist, .radiologist]
        case "acquisition", "handOver", "preparation", "instruction", "question", "availability": [.technologist]
        case "dose", "equipment": [.physicist]
        case "treatment": [.radiationOncologist, .physicist]
        case "intervention": [.interventionalRadiologist]
        case "incident", "staffDose": [.safetyOfficer]
        case "credential": [.siteAdmin]
        case "research": [.researcher]
        default: [.lead]
        }
    }

    /// `late: 19 days`, or hours below two days.
    static func words(_ milliseconds: Int64) -> String {
        let hours = milliseconds / 3_600_000
        return hours < 48 ? "late: \(hours) hours" : "late: \(hours / 24) days"
    }
}

/// What each axis shows, as its published bytes.
private struct AxisImages: AxisVisitor {
    private var images: [(name: String, bytes: [UInt8])] = []

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) {
        guard !A.isSilent(state) else { return }
        var json = JSONWriter()
        A.write(state, to: &json)
        images.append(("\(A.name)", json.bytes))
    }

    /// The axes that show something else than before, or for the first time, or no more.
    func differing(from before: AxisImages) -> [String] {
        let changed = images.filter { image in before.images.first { $0.name == image.name }?.bytes != image.bytes }.map(\.name)
        let gone = before.images.map(\.name).filter { name in !images.contains { $0.name == name } }
        return changed + gone
    }
}
