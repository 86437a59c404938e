public import EventLog

/// What a request to change a workitem's state comes to.
public enum WorkitemStep: Hashable, Sendable {
    /// A reader takes it.
    case claim
    /// Its owner holds it already; a lease that runs out is to be renewed.
    case keep
    /// Its owner gives it back.
    case release
    /// It is in that state already, which the answer says in a warning.
    case nothing(warning: String)
}

/// Why a workitem is not changed.
public struct WorkitemRefusal: Error, Hashable, Sendable {
    /// Whether the transaction is at fault, and not the workitem's state.
    public let isTransaction: Bool
    /// The status of the DIMSE service that says the same.
    public let status: UInt16
    /// One sentence for people.
    public let message: String
    /// What to do next.
    public let remedy: String
    /// The text of the `Warning` field.
    public let warning: String

    init(_ status: UInt16, _ message: String, remedy: String, warning: String = WorkitemRefusal.inconsistent) {
        self.status = status
        isTransaction = status == 0xc301
        self.message = message
        self.remedy = remedy
        self.warning = warning
    }

    /// Source: DICOM PS3.18 11.7.3.
    static let inconsistent = "The submitted request is inconsistent with the current state of the UPS Instance."
    static let incorrect = "The Transaction UID is incorrect."
    /// Source: DICOM PS3.18 11.7.3.
    public static let missing = "The Transaction UID is missing."
}

extension Workitem {
    /// What a request for a state comes to.
    ///
    /// - Parameter isOwner: whether whoever asks named the Transaction UID of a claim on this workitem.
    /// - Throws: `WorkitemRefusal`, with the status of the standard's table.
    ///
    /// Source: DICOM PS3.4 CC.1.1-2. One cell differs: who claims again under his own Transaction UID, because the answer got lost, is
    /// told that he holds it and not that it is in progress.
    public func step(to wanted: State, isOwner: Bool) throws(WorkitemRefusal) -> WorkitemStep {
        switch wanted {
        case .scheduled:
            throw WorkitemRefusal(
                0xc303, "A workitem does not become SCHEDULED again.",
                remedy: "Give it back with CANCELED: a successor is scheduled in its place.")
        case .inProgress: return try claimStep(isOwner)
        case .completed, .canceled: return try endStep(wanted, isOwner)
        }
    }

    private func claimStep(_ isOwner: Bool) throws(WorkitemRefusal) -> WorkitemStep {
        switch state {
        case .scheduled: return .claim
        case .inProgress where isOwner: return .keep
        case .inProgress:
            throw WorkitemRefusal(
                0xc302, "The workitem is already IN PROGRESS, claimed by another reader.",
                remedy: "Take another, or wait until it is canceled and claim its successor.")
        case .canceled, .completed: throw Self.over(state)
        }
    }

    private func endStep(_ wanted: State, _ isOwner: Bool) throws(WorkitemRefusal) -> WorkitemStep {
        guard state != .scheduled else {
            throw WorkitemRefusal(
                0xc310, "The workitem is not IN PROGRESS yet.",
                remedy: "Claim it first: ask for IN PROGRESS with a new Transaction UID.")
        }
        guard isOwner else {
            throw WorkitemRefusal(
                0xc301, "The Transaction UID is not the one under which the workitem was claimed.",
                remedy: "Send the Transaction UID of the claim; only who claimed the workitem changes it.",
                warning: WorkitemRefusal.incorrect)
        }
        if state == wanted {
            return .nothing(warning: "The UPS is already in the requested state of \(state.rawValue).")
        }
        guard state == .inProgress else { throw Self.over(state) }
        guard wanted == .completed else { return .release }
        throw WorkitemRefusal(
            0xc304, "The workitem does not meet the requirements of its final state: no report of the study is signed.",
            remedy: "Sign the report, which completes the workitem; or give it back with CANCELED.")
    }

    private static func over(_ state: State) -> WorkitemRefusal {
        WorkitemRefusal(
            0xc300, "The workitem is \(state.rawValue), which is final.",
            remedy: "Search for workitems that are SCHEDULED: its successor is among them.")
    }
}

/// The secret of who claimed a workitem, as it is kept: a fingerprint.
///
/// It is the source key of the event that claimed, and so it travels with the event: what was claimed at a site can be given back at
/// the hub, and a claim that comes again is the same event. The Transaction UID itself is kept nowhere; its fingerprint is of one
/// workitem, so that one UID used twice does not show.
///
/// Source: DICOM PS3.4 CC.2.1.1 (Transaction UID (0008,1195) as the lock of a UPS).
public struct WorkitemTransaction: Hashable, Sendable {
    /// The source key of the first claim.
    public let key: String

    /// Takes the fingerprint of a Transaction UID; nil for a text that is no UID.
    public init?(_ transaction: String, of workitem: WorkitemUID) {
        let isUID =
            (1...64).contains(transaction.utf8.count)
            && transaction.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
        guard isUID else { return nil }
        let print = EventHash.sha256(Array("filmjacket transaction\n\(workitem)\n\(transaction)".utf8))
        key = "ups|\(workitem)|\(print)"
    }

    /// The source key of a claim that renews the lease of another.
    public func key(renewing event: EventID) -> String { "\(key)|\(event)" }

    /// The source key of giving it back.
    public var releaseKey: String { "\(key)|canceled" }

    /// Whether a claim was made with this transaction, by its source key.
    public func claimed(_ sourceKey: String) -> Bool { sourceKey == key || sourceKey.hasPrefix(key + "|") }
}
