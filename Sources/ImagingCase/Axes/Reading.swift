public import EventLog

/// One reader's claim on a study: a lease that coordinates, never a lock that decides.
public struct ReadingClaim: Hashable, Sendable {
    /// How far a claim is.
    public enum Status: String, Sendable {
        /// The reader holds the study.
        case holds
        /// The reader reads beside the holder.
        case coReads
        /// The reader, or a lead, gave it back.
        case released
        /// The same reader claimed again later.
        case renewed
        /// Another reader, who had seen it, claimed the study for himself after the lease.
        case lapsed
        /// Another reader accepted the study when it was offered to him.
        case handedOn
        /// The reader says that he cannot read it.
        case declined
        /// The reader signed.
        case signed
        /// Another reader signed; this one is told before further work.
        case overtaken
    }

    /// The claim.
    public let event: EventID
    /// Who reads.
    public let by: String
    /// Where.
    public let site: SiteID
    /// Beside others or alone; an unsaid mode means alone.
    public let mode: ClaimMode
    /// Whether the study was assigned to this reader.
    public let assigned: Bool
    /// Since when, as asserted.
    public let at: Instant
    /// When the lease ends; nil until it is given back.
    public let leaseUntil: Instant?
    /// How far it is, without regard to the time of day.
    public internal(set) var status: Status
    /// The event that ended it.
    public internal(set) var endedBy: EventID?

    /// Whether nothing but time can have ended it.
    public var isActive: Bool { status == .holds || status == .coReads }
}

/// A series, or a part of one, that no signed report was read from.
public struct UnseenSeries: Hashable, Sendable {
    /// Series Instance UID.
    public let uid: String
    /// Modality, where it was said.
    public let modality: String
    /// How many of its instances were not seen; 0 where the bytes of seen instances differ.
    public let instances: Int
    /// The event that told of it first.
    public let event: EventID
}

/// Why a study that was reported is to be read again.
public enum RereadReason: String, Sendable {
    /// Content came that no signed report was read from.
    case lateContent
    /// A signed report rests on images that were rejected without its author knowing.
    case rejectedImages
    /// Every signed report was withdrawn from use.
    case retraction
}

/// Who reads a study, and whether all of it has been read.
public struct ReadingState: Hashable, Sendable {
    /// The steps of the axis.
    public enum Status: String, Sendable {
        case none
        /// There is something to read and nobody reads it.
        case queued
        /// A reader was named or asked, and has not taken it.
        case offered
        case claimed
        /// Several readers read it.
        case coRead
        case reported
        /// What was reported does not cover what is there, or does not hold: queued to be read again.
        case reopened
    }

    /// Where it is. It does not depend on the time of day: see `holder(at:)`.
    public internal(set) var status: Status = .none
    /// Every claim: the holder, the co-readers in their order, then the ended ones in causal order.
    public internal(set) var claims: [ReadingClaim] = []
    /// The content version that the latest signed report names.
    public internal(set) var readVersion = ""
    /// Series and instances that arrived beside or after every signed reading.
    public internal(set) var unseen: [UnseenSeries] = []
    /// Content versions that were not read and whose series are not known.
    public internal(set) var unseenVersions: [String] = []
    /// Whether every signed report was withdrawn from use.
    public internal(set) var isRetracted = false
    /// Signed reports in force that rest on rejected images and that nobody has taken up, in causal order.
    public internal(set) var onRejectedImages: [EventID] = []
    /// Reports that were signed by somebody without a claim: legal, and noted.
    public internal(set) var signedWithoutClaim: [EventID] = []
    /// Every reading that was asked for, in causal order.
    public internal(set) var tasks: [ReadingTask] = []
    /// Every offer to another reader, in causal order.
    public internal(set) var offers: [ReadingOffer] = []
    /// The latest draft of each reader who has not signed since, ascending by name: nobody's work is lost.
    public internal(set) var drafts: [ReadingDraft] = []
    /// Signed texts that are in use: what was read of the study.
    var read: [EventID] = []
    /// Events that arrived although they were illegal.
    var oddities: [Anomaly] = []

    /// Nothing to read yet.
    public init() {}

    /// Why it is to be read again, though it was reported; empty where nothing asks for that.
    public var rereadBecause: [RereadReason] {
        var reasons: [RereadReason] = []
        if !unseen.isEmpty || !unseenVersions.isEmpty { reasons.append(.lateContent) }
        if !onRejectedImages.isEmpty { reasons.append(.rejectedImages) }
        if isRetracted { reasons.append(.retraction) }
        return reasons
    }

    /// Takes note of the images: a report that rests on rejected ones reopens the reading.
    mutating func conclude(with images: ImageQualityState, _ report: ReportState) {
        guard images.needsRereading else { return }
        let open = images.reliances.filter(\.isOpen).map(\.report)
        onRejectedImages = report.versions.filter { version in
            (version.status == .final || version.status == .corrected) && open.contains(version.event)
        }.map(\.event)
        if status == .reported && !onRejectedImages.isEmpty { status = .reopened }
    }

    /// The claim that holds the study at a moment: the first whose lease has not ended; nil where nobody holds it.
    public func holder(at now: Instant) -> ReadingClaim? {
        claims.first { claim in
            guard claim.isActive else { return false }
            guard let end = claim.leaseUntil else { return true }
            return now < end
        }
    }

    /// Where it is at a moment: a claim whose lease has ended leaves the study to be read by somebody else.
    public func status(at now: Instant) -> Status {
        guard status == .claimed || status == .coRead, holder(at: now) == nil else { return status }
        return offers.contains(where: \.isOpen) ? .offered : .queued
    }
}

/// Reading: claims as leases, and the question whether what is there has been read. None → queued → offered → claimed → reported; a
/// release, a decline and the end of the lease lead back to queued; late content, rejected images and a retraction reopen it.
///
/// Source: DICOM PS3.4 CC.2.1 (UPS; 110005 Interpretation); FHIR R4 Task; house rule for conflicts 1, 2, 3, 4 and 35.
public enum ReadingAxis: Axis {
    /// The JSON key.
    public static var name: StaticString { "reading" }
    /// What it looks at.
    public static var concern: Concerns { .reading }

    /// Derives who reads, who read, and what nobody has seen.
    public static func fold(_ history: CaseHistory, of stream: StreamID, conflicts: inout [Conflict]) -> ReadingState {
        let ledger = ReadingLedger(history, of: stream)
        var state = ReadingState()
        guard ledger.isOpened else { return state }
        var decided: [Int] = []
        if !ledger.claims.isEmpty || !ledger.transfers.isEmpty || !ledger.acceptances.isEmpty {
            var desk = ReadingDesk(ledger, history)
            desk.raiseConflicts(of: stream, into: &conflicts)
            state.claims = desk.claims()
            state.offers = desk.shownOffers()
            state.oddities = desk.oddities
        }
        ReadingTasks(ledger, history).conclude(into: &state)
        if !ledger.reads.isEmpty {
            state.signedWithoutClaim = ledger.withoutClaim(history)
            state.read = ledger.standing.map { history.facts[$0].id }
            if let last = history.ancestry.latest(of: ledger.standing).first {
                state.readVersion = ReadingLedger.versionRead(history.facts[last].event)
            }
            if !ledger.content.isEmpty {
                decided = ReadingContent(ledger, history).raiseConflicts(of: stream, into: &conflicts)
                ReadingContent(ledger, history).findUnseen(beyond: decided, into: &state)
            }
        }
        state.isRetracted = !ledger.reads.isEmpty && ledger.standing.isEmpty
        state.status = status(of: state, ledger)
        return state
    }

    private static func status(of state: ReadingState, _ ledger: ReadingLedger) -> ReadingState.Status {
        let readers = state.claims.filter(\.isActive)
        if let first = readers.first {
            return readers.contains { $0.by != first.by } ? .coRead : .claimed
        }
        if state.isRetracted { return .reopened }
        let waiting = state.tasks.filter(\.isOpen)
        let isOffered = state.offers.contains(where: \.isOpen) || waiting.contains { $0.status == .offered }
        if !ledger.standing.isEmpty {
            guard state.unseen.isEmpty && state.unseenVersions.isEmpty else { return .reopened }
            return waiting.isEmpty ? .reported : isOffered ? .offered : .queued
        }
        if isOffered { return .offered }
        return ledger.isHandedOver || !ledger.content.isEmpty || !waiting.isEmpty ? .queued : .none
    }

    /// Events that arrived although they were illegal.
    public static func anomalies(_ state: ReadingState) -> [Anomaly] { state.oddities }

    /// Writes the state.
    public static func write(_ state: ReadingState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if !state.rereadBecause.isEmpty { json.member("rereadBecause", texts: state.rereadBecause.map(\.rawValue)) }
        if !state.claims.isEmpty {
            json.key("claims")
            json.beginArray()
            for claim in state.claims { write(claim, to: &json) }
            json.endArray()
        }
        json.memberIfSaid("readVersion", state.readVersion)
        if !state.unseen.isEmpty {
            json.key("unseen")
            json.beginArray()
            for series in state.unseen {
                json.beginObject()
                json.member("uid", series.uid)
                json.memberIfSaid("modality", series.modality)
                json.member("instances", series.instances)
                json.member("event", series.event)
                json.endObject()
            }
            json.endArray()
        }
        if !state.unseenVersions.isEmpty { json.member("unseenVersions", texts: state.unseenVersions) }
        if state.isRetracted { json.member("retracted", true) }
        if !state.signedWithoutClaim.isEmpty {
            json.member("signedWithoutClaim", events: state.signedWithoutClaim)
        }
        writeTasks(of: state, to: &json)
        json.endObject()
    }

    private static func write(_ claim: ReadingClaim, to json: inout JSONWriter) {
        json.beginObject()
        json.member("event", claim.event)
        json.member("state", claim.status.rawValue)
        json.member("by", claim.by)
        json.member("site", claim.site.description)
        if claim.mode != .unspecified { json.member("mode", claim.mode.word) }
        if claim.assigned { json.member("assigned", true) }
        json.moment("at", claim.at)
        if let end = claim.leaseUntil { json.moment("leaseUntil", end) }
        if let ended = claim.endedBy { json.member("endedBy", ended) }
        json.endObject()
    }

    /// Explains the state, each claim and each gap between what was read and what is there.
    public static func explain(_ state: ReadingState, _ history: CaseHistory) -> [Explanation] {
        var all: [Explanation] = []
        let say = { (word: String, rule: String, events: [EventID]) in
            all.append(Explanation(axis: label, state: word, rule: rule, events: events))
        }
        let active = state.claims.filter(\.isActive).map(\.event)
        let openers = ReadingLedger.openers(history)
        switch state.status {
        case .none: return []
        case .queued: say("queued", "There are images or a hand-over, and nobody has claimed or signed.", openers)
        case .offered: say("offered", "A reader was named or asked, and has not taken it yet.", openers)
        case .claimed:
            say("claimed", "A claim is neither given back, taken over nor signed; its lease is judged when asked.", active)
        case .coRead: say("coRead", "Several readers hold claims: the assigned one first, else the lower hash, holds.", active)
        case .reported: say("reported", "A signed report covers all content that is known.", state.read)
        case .reopened where state.isRetracted:
            say(
                "reopened", "Every signed report was withdrawn from use; the study waits for a new reading.",
                ReadingLedger.retracting(history))
        case .reopened:
            if state.rereadBecause.contains(.lateContent) {
                say(
                    "reopened", "Content came that no signed report was read from; late content reopens the reading.",
                    state.read + state.unseen.map(\.event))
            }
            if state.rereadBecause.contains(.rejectedImages) {
                say(
                    "reopened", "A signed report rests on images that were rejected without its author knowing.",
                    state.onRejectedImages)
            }
        }
        for claim in state.claims where !claim.isActive {
            say(claim.status.rawValue, rule(of: claim.status), [claim.event] + (claim.endedBy.map { [$0] } ?? []))
        }
        if !state.signedWithoutClaim.isEmpty {
            say("signedWithoutClaim", "A signature needs no claim; that there was none is noted.", state.signedWithoutClaim)
        }
        return all + explainTasks(of: state)
    }

    private static func rule(of status: ReadingClaim.Status) -> String {
        switch status {
        case .holds, .coReads: "The claim is in force."
        case .released: "The reader or a lead gave the study back."
        case .renewed: "The same reader claimed the study again."
        case .lapsed: "Another reader, who had seen this claim, claimed the study after its lease."
        case .handedOn: "The reader to whom the study was offered accepted it."
        case .declined: "The reader says that he cannot read it; the study waits for another."
        case .signed: "The reader signed, which ends the claim."
        case .overtaken: "Another reader signed; the signature is accepted and this reader is told before further work."
        }
    }
}
