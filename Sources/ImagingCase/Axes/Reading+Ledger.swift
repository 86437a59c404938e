import EventLog

/// The positions of the facts that concern the reading, gathered in one pass. A class, because desk, tasks and content each hold it.
final class ReadingLedger {
    private(set) var claims: [Int] = []
    private(set) var releases: [Int] = []
    /// Finals and corrections, signed by somebody who reads images.
    private(set) var reads: [Int] = []
    private(set) var addenda: [Int] = []
    /// Facts that tell of series: content reports of archives, and ended procedure steps.
    private(set) var content: [Int] = []
    private(set) var retractions: [(position: Int, which: EventID?)] = []
    /// Decisions of conflict 35.
    private(set) var decisions: [Int] = []
    private(set) var isHandedOver = false
    /// Readings that were asked for.
    private(set) var requests: [Int] = []
    /// Readers who cannot take it.
    private(set) var declines: [Int] = []
    /// Offers to another reader, and who took one.
    private(set) var transfers: [Int] = []
    private(set) var acceptances: [Int] = []
    /// Drafts and preliminaries: work that shows that a reader has not let go.
    private(set) var drafts: [Int] = []
    private(set) var preliminaries: [Int] = []
    /// The reads that were not withdrawn from use, nor written upon one that was.
    private(set) var standing: [Int] = []

    init(_ history: CaseHistory, of stream: StreamID) {
        for position in history.positions(of: .reading) {
            switch history.facts[position].event {
            case .readingClaimed: claims.append(position)
            case .readingReleased: releases.append(position)
            case .finalSigned, .reportCorrected:
                if history.facts[position].role?.readsImages == true { reads.append(position) }
            case .addendumSigned:
                if history.facts[position].role?.readsImages == true { addenda.append(position) }
            case .reportRetracted(let retraction): retractions.append((position, retraction.which))
            case .studyContentChanged, .procedureStepCompleted: content.append(position)
            case .procedureStepDiscontinued(let step):
                if !step.series.isEmpty { content.append(position) }
            case .studyHandedOver: isHandedOver = true
            case .preliminaryIssued: preliminaries.append(position)
            case .reportReceipt(.draftNoted): drafts.append(position)
            case .readingTask(let event): take(event, at: position)
            case .conflictResolved(let decision):
                guard decision.number == ReadingAxis.lateContent.number, let role = history.facts[position].role else { continue }
                let rule = ReadingAxis.lateContent
                if Authority.mayResolve(role, number: rule.number, ownedBy: rule.owner) { decisions.append(position) }
            default: continue
            }
        }
        standing = retractions.isEmpty ? reads : Self.standing(reads, history, stream)
    }

    private func take(_ event: ReadingTaskEvent, at position: Int) {
        switch event {
        case .requested: requests.append(position)
        case .declined: declines.append(position)
        case .transferred: transfers.append(position)
        case .transferAccepted: acceptances.append(position)
        }
    }

    /// Whether there is anything to read, asked for, claimed or signed.
    var isOpened: Bool {
        isHandedOver || !claims.isEmpty || !reads.isEmpty || !content.isEmpty || !requests.isEmpty || !transfers.isEmpty
            || !drafts.isEmpty || !acceptances.isEmpty || !declines.isEmpty
    }

    /// A text that the report withdrew from use, or that waits there in quarantine, has read nothing.
    private static func standing(_ reads: [Int], _ history: CaseHistory, _ stream: StreamID) -> [Int] {
        var reports = ReportLedger(history)
        // The report's own fold raises these.
        var raised: [Conflict] = []
        reports.quarantineLateText(of: stream, into: &raised)
        return reads.filter { read in
            reports.index(at: read).map { reports.entries[$0] }.map { $0.retractedBy == nil && $0.quarantinedBy == nil } ?? true
        }
    }

    /// The content version that a signed report names.
    static func versionRead(_ event: CaseEvent) -> String {
        switch event {
        case .finalSigned(let report): report.contentVersion
        case .reportCorrected(let report): report.contentVersion
        default: ""
        }
    }

    /// The signed reports whose author had claimed neither before nor beside signing.
    func withoutClaim(_ history: CaseHistory) -> [EventID] {
        let taken = claims + acceptances
        return reads.filter { read in
            !taken.contains {
                history.facts[$0].actor.person == history.facts[read].actor.person && !history.precedes(read, $0)
            }
        }.map { history.facts[$0].id }
    }

    /// The events that made the study ready to be read.
    static func openers(_ history: CaseHistory) -> [EventID] {
        history.facts.filter { fact in
            switch fact.event {
            case .studyHandedOver, .studyContentChanged, .procedureStepCompleted: true
            case .procedureStepDiscontinued(let step): !step.series.isEmpty
            default: false
            }
        }.map(\.id)
    }

    /// The events that withdrew reports.
    static func retracting(_ history: CaseHistory) -> [EventID] {
        history.facts.filter { if case .reportRetracted = $0.event { true } else { false } }.map(\.id)
    }
}
