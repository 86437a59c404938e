public import EventLog

/// One destination and how much of the study it has.
public struct DestinationState: Hashable, Sendable {
    /// How far the present content is, there.
    public enum Status: String, Sendable {
        /// Nothing is known of the content.
        case unknown
        /// Images are being made or are coming in.
        case receiving
        /// The content stands still; it has not been sent there.
        case stable
        /// The technologist declared it complete; it has not been sent there.
        case handedOver
        case transferring
        /// The transfer was said to be complete and was not: fewer instances arrived than the content holds.
        case incomplete
        case failed
        /// All of it was sent; nobody compared it there.
        case delivered
        /// All of it was compared there, or the destination committed itself to keep it.
        case verified
    }

    /// Site id or AE title.
    public let name: String
    /// How far it is.
    public internal(set) var status: Status = .unknown
    /// The content that the status is about.
    public internal(set) var contentVersion = ""
    /// How many instances that content has; 0 where nobody said.
    public internal(set) var instances = 0
    /// How many were sent.
    public internal(set) var sent = 0
    /// How many were compared there.
    public internal(set) var verified = 0
    /// Why the last attempt failed.
    public internal(set) var reason = ""
    /// Whether it is not tried again by itself.
    public internal(set) var isFinal = false
    /// The content that arrived there before and is not the present one; empty where there is none.
    public internal(set) var earlierVersion = ""
    /// How much of the earlier content arrived: delivered or verified.
    public internal(set) var earlierStatus: Status = .unknown
    /// The events about the present content, in causal order.
    public internal(set) var events: [EventID] = []

    /// One line for people, such as "all 412 of 412 verified at lakeview".
    public var line: String {
        let total = instances > 0 ? "\(instances)" : "an unknown number"
        switch status {
        case .unknown: return "nothing known at \(name)"
        case .receiving: return earlier("more images are being made; not sent to \(name)")
        case .stable: return earlier("\(total) images not sent to \(name)")
        case .handedOver: return earlier("\(total) images handed over, not sent to \(name)")
        case .transferring: return "\(sent) of \(total) sent to \(name)"
        case .incomplete: return "only \(sent) of \(total) arrived at \(name)"
        case .failed: return "transfer to \(name) failed: \(reason.isEmpty ? "no reason given" : reason)"
        case .delivered where verified > 0: return "\(verified) of \(total) verified at \(name), all sent"
        case .delivered: return "all \(total) delivered at \(name), not verified"
        case .verified: return "all \(total) of \(total) verified at \(name)"
        }
    }

    private func earlier(_ text: String) -> String {
        earlierVersion.isEmpty ? text : text + " (an earlier content is \(earlierStatus.rawValue) there)"
    }
}

/// Where the images are, per destination.
public struct AvailabilityState: Hashable, Sendable {
    /// The present content.
    public internal(set) var contentVersion = ""
    /// All content versions that archives reported, in causal order.
    public internal(set) var versions: [String] = []
    /// Every destination that a transfer named, ascending.
    public internal(set) var destinations: [DestinationState] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing said.
    public init() {}

    /// The word for all destinations: failed where one failed, else that of the destination that has least.
    public var status: DestinationState.Status? {
        let order: [DestinationState.Status] = [
            .failed, .incomplete, .unknown, .receiving, .stable, .handedOver, .transferring, .delivered, .verified,
        ]
        return order.first { word in destinations.contains { $0.status == word } }
    }

    /// The destination of a name; nil where no transfer named it.
    public subscript(destination: String) -> DestinationState? { destinations.first { $0.name == destination } }
}

/// Where the images are, per destination. Sent, delivered and verified are three facts; new content begins anew everywhere.
///
/// Source: DICOM PS3.4 J (Storage Commitment), IHE RAD TF SWF.b (RAD-10); house rule.
public enum AvailabilityAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "availability" }

    /// What it looks at.
    public static var concern: Concerns { .availability }

    /// Derives how far each destination is with the present content.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> AvailabilityState {
        var ledger = AvailabilityLedger(history, of: stream)
        var state = AvailabilityState()
        guard !ledger.transfers.isEmpty else { return state }
        ledger.conclude(into: &state)
        return state
    }

    /// Whether there is nothing to show: no transfer was ever told.
    public static func isSilent(_ state: AvailabilityState) -> Bool { state.destinations.isEmpty }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: AvailabilityState) -> [Anomaly] { state.oddities }

    /// Writes the state.
    public static func write(_ state: AvailabilityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status?.rawValue ?? "none")
        json.memberIfSaid("contentVersion", state.contentVersion)
        json.key("destinations")
        json.beginArray()
        for destination in state.destinations { write(destination, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ destination: DestinationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("destination", destination.name)
        json.member("state", destination.status.rawValue)
        json.member("line", destination.line)
        json.memberIfSaid("contentVersion", destination.contentVersion)
        json.member("instances", destination.instances)
        json.member("sent", destination.sent)
        json.member("verified", destination.verified)
        json.memberIfSaid("reason", destination.reason)
        if destination.isFinal { json.member("isFinal", true) }
        json.memberIfSaid("earlierVersion", destination.earlierVersion)
        if !destination.earlierVersion.isEmpty { json.member("earlierState", destination.earlierStatus.rawValue) }
        json.member("events", events: destination.events)
        json.endObject()
    }

    /// Explains each destination.
    public static func explain(_ state: AvailabilityState, _ history: CaseHistory) -> [Explanation] {
        state.destinations.map { destination in
            let rule =
                switch destination.status {
                case .unknown: "A transfer was told, and nothing is known of the content."
                case .receiving: "More images are being made than were sent."
                case .stable: "Nothing of the present content was sent there; new content begins anew everywhere."
                case .handedOver: "The study was handed over, and its present content was not sent there."
                case .transferring: "A transfer began and has not ended; the most that anybody told counts."
                case .incomplete: "A transfer was said to be complete with fewer instances than the content has."
                case .failed: "The latest attempt failed."
                case .delivered: "All was sent; fewer instances than the content has were compared there."
                case .verified: "As many instances as the content has were compared there, or the destination committed itself."
                }
            return Explanation(
                axis: label, state: "\(destination.name) \(destination.status.rawValue)", rule: rule, events: destination.events)
        }
    }
}
