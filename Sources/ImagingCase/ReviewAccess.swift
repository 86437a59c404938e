public import EventLog

/// How much of a history somebody may see. Peer review is privileged: a file of it opens to leads and, in part, to its reviewers, and
/// what was recorded of it anywhere else is shown to nobody. Every other history is open.
///
/// Source: house rule (peer review is privileged); ``ReviewState/visible(to:)`` says who may see what.
public struct ReviewAccess: Hashable, Sendable {
    private enum Reach: Hashable, Sendable {
        case whole
        /// The person's own part of a review file.
        case part(Author)
        case nothing
    }

    private let reach: Reach
    private let isReviewFile: Bool

    /// Judges a history by all that is known of it now, also where an earlier state of it is looked at.
    ///
    /// - Parameter asker: who looks; nil for somebody who did not say who he is.
    public init(to stream: StreamID, _ history: CaseHistory, for asker: Author?) {
        isReviewFile = stream.kind == .reviewFile
        guard isReviewFile else {
            reach = .whole
            return
        }
        guard let asker else {
            reach = .nothing
            return
        }
        if asker.role == .lead {
            reach = .whole
        } else {
            let seen = CaseFold.fold(stream, history).rare.review.visible(to: asker)
            reach = seen.cards.isEmpty ? .nothing : .part(asker)
        }
    }

    /// What somebody may see who did not say who he is.
    public static func ofNobody(to stream: StreamID) -> ReviewAccess { ReviewAccess(to: stream, CaseHistory([]), for: nil) }

    /// Whether anything of it may be shown.
    public var isOpen: Bool { reach != .nothing }

    /// Who may see a review file, as a sentence.
    public static let rule = "A review file is shown to a lead, and to a reviewer to whom a report in it is assigned."

    /// Whether the body of an event may be shown. That the event is there, and of what kind, may be known to whoever the history is
    /// open to.
    public func shows(_ fact: CaseFact) -> Bool {
        switch reach {
        case .nothing: return false
        case .whole: return isReviewFile || !fact.event.kind.isPrivileged
        case .part(let asker):
            if case .review(.assigned(let said)) = fact.event { return said.reviewer == asker.person }
            return fact.actor.person == asker.person
        }
    }

    /// A state as far as it may be shown: of a reviewer his cards with his own scores, and his own remarks.
    public func shown(_ state: CaseState) -> CaseState {
        switch reach {
        case .whole: state
        case .part(let asker): state.narrowed(to: asker)
        case .nothing: state.narrowed(to: Author(person: "", role: .system))
        }
    }
}

extension EventKind {
    /// Whether it is part of peer review, whose content only leads and the assigned reviewers may see.
    public var isPrivileged: Bool { ReviewEvent.kinds.contains(self) }
}

extension CaseState {
    /// What is left of a review file for one of its reviewers. Others' remarks, decisions and departures may speak of others' scores.
    fileprivate func narrowed(to asker: Author) -> CaseState {
        var state = self
        state.rare = RareAxes(review: rare.review.visible(to: asker))
        state.comments = comments.filter { $0.by == asker.person }
        state.conflicts = []
        state.anomalies = []
        return state
    }
}
