public import EventLog

/// One reading of a study as other systems see it: it is scheduled once, claimed at most once, and ends for good.
///
/// Source: DICOM PS3.4 CC.1.1 (UPS states).
public struct Workitem: Hashable, Sendable {
    /// The states; the last two are final.
    public enum State: String, CaseIterable, Sendable {
        case scheduled = "SCHEDULED"
        case inProgress = "IN PROGRESS"
        case canceled = "CANCELED"
        case completed = "COMPLETED"
    }

    /// One claim of it.
    public struct Claim: Hashable, Sendable {
        /// The event that claimed.
        public let event: EventID
        /// Who reads.
        public let by: String
        /// Where.
        public let site: SiteID
        /// Since when.
        public let at: Instant
        /// When the lease ends; nil where it ends by an act only.
        public let leaseUntil: Instant?
    }

    /// Its identifier, equal at every node.
    public let uid: WorkitemUID
    /// Since when it waits to be read.
    public let scheduledAt: Instant
    /// The canceled workitem in whose place it stands; nil where there was none.
    public let replaces: WorkitemUID?
    /// Where it is.
    public internal(set) var state = State.scheduled
    /// Who reads or read it: the holder first, then who reads beside him.
    public internal(set) var claims: [Claim] = []
    /// Every event that claimed it, renewals and co-readers included, in causal order.
    public internal(set) var claimedBy: [EventID] = []
    /// When it ended; nil until then.
    public internal(set) var endedAt: Instant?
    /// Who signed it; empty until somebody does.
    public internal(set) var signedBy = ""
    /// Why it was canceled; empty for any other.
    public internal(set) var reason = ""

    init(_ uid: WorkitemUID, scheduledAt: Instant, replaces: WorkitemUID? = nil) {
        self.uid = uid
        self.scheduledAt = scheduledAt
        self.replaces = replaces
    }
}
