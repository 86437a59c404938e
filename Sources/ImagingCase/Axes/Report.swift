public import EventLog

/// One version of the report: a preliminary, a final, a correction or an addendum. Every version stays readable for ever.
public struct ReportVersion: Hashable, Sendable {
    /// What it was written as.
    public enum Kind: String, Sendable {
        case preliminary
        case final
        case correction
        case addendum
    }

    /// What it counts as now.
    public enum Status: String, Sendable {
        case preliminary
        case final
        case corrected
        case addendum
        /// A later version, or a person's decision, took its place.
        case superseded
        /// Withdrawn from use, with everything that hung on it.
        case retracted
        /// Written upon a version that had been withdrawn; shown to its author until a person decides.
        case quarantined
        /// A preliminary by somebody who had seen a final: a comment.
        case commentAfterFinal
        /// Signed by somebody who may not sign: shown like a preliminary.
        case unprivileged
    }

    /// What a reader of the version should know.
    public enum Mark: String, Sendable {
        /// An addendum to a version that was corrected meanwhile.
        case onEarlierVersion
        /// Signed after having seen another signed version that it does not name; both are shown.
        case besideSeenVersion
        /// It names no version that its author had seen.
        case namesNothing
        /// Care may have followed the error that it corrects.
        case clinicallySignificant
    }

    /// The event.
    public let event: EventID
    /// What it was written as.
    public let kind: Kind
    /// What it counts as.
    public internal(set) var status: Status
    /// Whether it is in force; of competing versions each is.
    public internal(set) var stands: Bool
    /// Who wrote it.
    public let by: String
    /// In which role.
    public let role: String
    /// Where.
    public let site: SiteID
    /// When, as asserted.
    public let at: Instant
    /// Findings.
    public internal(set) var findings = ""
    /// Impression.
    public internal(set) var impression = ""
    /// An addendum's text.
    public internal(set) var text = ""
    /// Why it corrects.
    public internal(set) var reason = ""
    /// Digest of the content that was read.
    public internal(set) var contentVersion = ""
    /// The versions that it replaces.
    public internal(set) var replaces: [EventID] = []
    /// The version that it adds to.
    public internal(set) var addendumTo: EventID?
    /// The event that took its place.
    public internal(set) var supersededBy: EventID?
    /// The event that withdrew it, or that it was written without knowing.
    public internal(set) var retractedBy: EventID?
    /// Versions beside which it stands until they are reconciled.
    public internal(set) var competesWith: [EventID] = []
    /// What a reader should know.
    public internal(set) var marks: [Mark] = []
}

/// A withdrawal of a version from use.
public struct ReportRetraction: Hashable, Sendable {
    /// The event.
    public let event: EventID
    /// The version; nil for all that its author had seen.
    public let which: EventID?
    /// Who withdrew it.
    public let by: String
    /// When, as asserted.
    public let at: Instant
    /// Why.
    public let reason: RetractionReason
    /// Remark.
    public let note: String
}

/// What the report is at.
public struct ReportState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        case preliminary
        case final
        case addended
        case corrected
        /// Signed versions made apart stand beside each other.
        case competing
        /// A person chose among competing versions.
        case reconciled
        case retracted
    }

    /// Where it is.
    public internal(set) var status: Status = .none
    /// The version that stands; nil where none or several do.
    public internal(set) var current: EventID?
    /// Every version, in causal order.
    public internal(set) var versions: [ReportVersion] = []
    /// Every withdrawal, in causal order.
    public internal(set) var retractions: [ReportRetraction] = []
    /// Whether an archive reported content from which no version follows, so that a signer must name what was read.
    public internal(set) var lacksContentVersion = false
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// No report.
    public init() {}

    /// The signed versions in force: one, or several that compete.
    public var standing: [ReportVersion] { versions.filter(\.stands) }

    /// The version of an event.
    public func version(_ event: EventID) -> ReportVersion? { versions.first { $0.event == event } }
}

/// The report: signed statements never merge, replace or hide each other silently.
///
/// Source: HL7 tables 0085 and 0123, DICOM (0040,A493); house rules for conflicts 38 to 42.
public enum ReportAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "report" }
    /// What it looks at.
    public static var concern: Concerns { .report }

    /// Derives the versions, which of them stand, and the questions between them.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReportState {
        var ledger = ReportLedger(history)
        var state = ReportState()
        state.lacksContentVersion = ledger.lacksContentVersion
        guard !ledger.entries.isEmpty || !ledger.retractions.isEmpty else { return state }
        ledger.quarantineLateText(of: stream, into: &conflicts)
        ledger.weighSignedVersions(of: stream, into: &conflicts)
        ledger.weighPreliminaries(of: stream, into: &conflicts)
        ledger.weighAddenda(of: stream, into: &conflicts)
        ledger.conclude(into: &state)
        return state
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ReportState) -> [Anomaly] { state.oddities }

    /// Writes the state.
    public static func write(_ state: ReportState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if let current = state.current { json.member("current", current) }
        if !state.versions.isEmpty {
            json.key("reports")
            json.beginArray()
            for version in state.versions { write(version, to: &json) }
            json.endArray()
        }
        if !state.retractions.isEmpty {
            json.key("retractions")
            json.beginArray()
            for retraction in state.retractions {
                json.beginObject()
                json.member("event", retraction.event)
                if let which = retraction.which { json.member("which", which) }
                json.member("by", retraction.by)
                json.moment("at", retraction.at)
                if retraction.reason != .unspecified { json.member("reason", retraction.reason.word) }
                json.memberIfSaid("note", retraction.note)
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    private static func write(_ version: ReportVersion, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", version.event)
        json.member("state", version.status.rawValue)
        json.member("kind", version.kind.rawValue)
        json.member("stands", version.stands)
        json.member("by", version.by)
        json.member("role", version.role)
        json.member("site", version.site.description)
        json.memberIfSaid("findings", version.findings)
        json.memberIfSaid("impression", version.impression)
        json.memberIfSaid("text", version.text)
        json.memberIfSaid("reason", version.reason)
        json.moment("at", version.at)
        json.memberIfSaid("contentVersion", version.contentVersion)
        if !version.replaces.isEmpty { json.member("replaces", events: version.replaces) }
        if let target = version.addendumTo { json.member("addendumTo", target) }
        if let event = version.supersededBy { json.member("supersededBy", event) }
        if let event = version.retractedBy { json.member("retractedBy", event) }
        if !version.competesWith.isEmpty { json.member("competesWith", events: version.competesWith) }
        if !version.marks.isEmpty { json.member("marks", texts: version.marks.map(\.rawValue)) }
        json.endObject()
    }
}
