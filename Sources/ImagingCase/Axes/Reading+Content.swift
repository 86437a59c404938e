import EventLog

/// What was read of a study beside what is there of it: exact, because a report names the content version it was read from, and
/// what else its author had seen is known from the history.
struct ReadingContent {
    private let history: CaseHistory
    private let ledger: ReadingLedger

    init(_ ledger: ReadingLedger, _ history: CaseHistory) {
        self.history = history
        self.ledger = ledger
    }

    /// Raises conflict 35 for every standing report and the first content that came beside it unseen, and gives the decisions
    /// that closed one.
    func raiseConflicts(of stream: StreamID, into conflicts: inout [Conflict]) -> [Int] {
        var decided = ledger.decisions
        lazy var closers = (ledger.reads + ledger.addenda + ledger.decisions).sorted()
        for read in ledger.reads {
            let beside = ledger.content.filter { history.areConcurrent($0, read) }
            guard !beside.isEmpty else { continue }
            let seen = series(seenBy: read)
            let late = beside.filter { isLate($0, for: read, seen) }
            // What one later look covered and what it did not are two questions.
            let looked = late.filter { fact in closers.contains { history.follows($0, all: [read, fact]) } }
            for fact in firsts(of: looked) + firsts(of: late.filter { !looked.contains($0) }) {
                var conflict = Conflict(
                    ReadingAxis.lateContent, between: [read, fact], in: history, of: stream, settling: closers,
                    inForce: inForce(late, seen))
                // A later text that was taken back has taken nothing over.
                let successor = ledger.reads.first {
                    history.precedes(read, $0) && history.areConcurrent($0, fact) && retraction(of: $0) == nil
                }
                if let successor { conflict.supersede(by: history[successor]) }
                if let retracted = retraction(of: read) { conflict.supersede(by: history[retracted]) }
                // Somebody's decision is a look of its own; a text that closed it looks as long as it is in use.
                if let closing = conflict.closedBy.flatMap(history.position), history.isDecision(closing) {
                    decided.append(closing)
                }
                conflicts.append(conflict)
            }
        }
        return decided
    }

    private func retraction(of read: Int) -> Int? {
        ledger.retractions.first {
            $0.which == history.facts[read].id || ($0.which == nil && history.precedes(read, $0.position))
        }?
        .position
    }

    private func firsts(of facts: [Int]) -> [Int] {
        facts.filter { fact in !facts.contains { history.precedes($0, fact) } }
    }

    private func inForce(_ late: [Int], _ seen: [Series]) -> String {
        var new: [UnseenSeries] = []
        for fact in late { add(seriesTold(at: fact), from: fact, beyond: seen, to: &new) }
        guard !new.isEmpty else { return ReadingAxis.lateContent.inForce }
        let images = new.reduce(0) { $0 &+ $1.instances }
        let names = new.map(\.uid).joined(separator: ", ")
        return "The report stands for the content that was read; \(images) images not seen, in series \(names)."
    }

    /// Gathers the series and versions that no standing report, addendum or decision covers.
    func findUnseen(beyond decided: [Int], into state: inout ReadingState) {
        guard !ledger.standing.isEmpty else { return }
        let looks = ledger.standing + ledger.addenda + decided
        let open = ledger.content.filter { fact in !looks.contains { covers($0, fact) } }
        guard !open.isEmpty else { return }
        var seen: [Series] = []
        for look in looks { seen += series(seenBy: look) }
        for fact in open {
            let told = seriesTold(at: fact)
            add(told, from: fact, beyond: seen, to: &state.unseen)
            let version = version(at: fact)
            if told.isEmpty, !version.isEmpty, !state.unseenVersions.contains(version) { state.unseenVersions.append(version) }
        }
    }

    /// Whether a look covers a fact for certain: it names the fact's version, or its author had seen the fact and does not name an
    /// earlier version.
    private func covers(_ look: Int, _ fact: Int) -> Bool {
        let named = ReadingLedger.versionRead(history.facts[look].event)
        if !named.isEmpty && named == version(at: fact) { return true }
        guard history.precedes(fact, look) else { return false }
        return isStep(fact) || !isNewer(fact, than: matches(named))
    }

    private func isNewer(_ fact: Int, than read: [Int]) -> Bool {
        !read.isEmpty && read.allSatisfy { history.precedes($0, fact) }
    }

    /// Facts that tell of the content version of a report.
    private func matches(_ version: String) -> [Int] {
        version.isEmpty ? [] : ledger.content.filter { self.version(at: $0) == version }
    }

    private func isLate(_ fact: Int, for read: Int, _ seen: [Series]) -> Bool {
        if covers(read, fact) { return false }
        let told = seriesTold(at: fact)
        guard told.isEmpty else { return told.contains { !isSeen($0, seen) } }
        return !version(at: fact).isEmpty
    }

    /// The series that a look rests on: those of the version it names and of what its author had seen and is not newer.
    private func series(seenBy look: Int) -> [Series] {
        let named = matches(ReadingLedger.versionRead(history.facts[look].event))
        var seen: [Series] = []
        for fact in ledger.content {
            let isKnown = history.precedes(fact, look) && (isStep(fact) || !isNewer(fact, than: named))
            if isKnown || named.contains(fact) { seen += seriesTold(at: fact) }
        }
        return seen
    }

    private func isSeen(_ series: Series, _ seen: [Series]) -> Bool {
        seen.contains {
            $0.uid == series.uid && $0.instances >= series.instances
                && ($0.digest.isEmpty || series.digest.isEmpty || $0.digest == series.digest)
        }
    }

    private func add(_ told: [Series], from fact: Int, beyond seen: [Series], to unseen: inout [UnseenSeries]) {
        for series in told where !isSeen(series, seen) {
            let known = seen.reduce(0) { $1.uid == series.uid ? max($0, $1.instances) : $0 }
            let missing = max(0, series.instances - known)
            if let index = unseen.firstIndex(where: { $0.uid == series.uid }) {
                guard missing > unseen[index].instances else { continue }
                unseen[index] = UnseenSeries(
                    uid: series.uid, modality: unseen[index].modality, instances: missing, event: unseen[index].event)
            } else {
                unseen.append(
                    UnseenSeries(uid: series.uid, modality: series.modality, instances: missing, event: history.facts[fact].id))
            }
        }
    }

    private func isStep(_ fact: Int) -> Bool {
        if case .studyContentChanged = history.facts[fact].event { return false }
        return true
    }

    /// The version that a content report names or that follows from its series; empty where it says neither.
    private func version(at fact: Int) -> String {
        guard case .studyContentChanged(let content) = history.facts[fact].event else { return "" }
        return content.series.isEmpty ? content.contentVersion : ContentDigest.version(content)
    }

    private func seriesTold(at fact: Int) -> [Series] {
        switch history.facts[fact].event {
        case .studyContentChanged(let content): content.series
        case .procedureStepCompleted(let step): step.series
        case .procedureStepDiscontinued(let step): step.series
        default: []
        }
    }
}
