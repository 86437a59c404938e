import EventLog
import ImagingCase

/// What the reading is at, and what nobody has seen.
extension ReferenceFold {
    mutating func foldReading(_ reading: ReferenceReading, _ reports: ReferenceReports) {
        for conflict in reading.conflicts { raise(conflict) }
        // A text that was withdrawn, or that waits in quarantine, has read nothing.
        let standing = reading.reads.filter { !reports.isWithdrawn($0) && !reports.quarantined.contains($0) }
        raiseLateContent(reading.reads, reports)
        let unseen = unseen(standing)
        say("unseen", unseen.map { "\($0.key) \($0.value)" }.sorted())
        let holders = Set(reading.claims.filter { $0.endedBy == nil }.map { history.author($0.place) })
        let waiting = reading.waiting(standing)
        say("readings wanted", waiting.sorted())
        let isOffered = reading.isOffered || waiting.contains("offered")
        let isThere = !contents.isEmpty || !history.of(.studyHandedOver).isEmpty
        let word =
            if holders.count > 1 {
                "coRead"
            } else if holders.count == 1 {
                "claimed"
            } else if !reading.reads.isEmpty && (standing.isEmpty || !unseen.isEmpty) {
                "reopened"
            } else if !standing.isEmpty && waiting.isEmpty {
                "reported"
            } else if isOffered {
                "offered"
            } else if !standing.isEmpty || isThere || !waiting.isEmpty {
                "queued"
            } else {
                "none"
            }
        say("reading", word)
    }

    /// The series that an event tells of.
    private func series(_ place: Int) -> [Series] {
        switch history.event(place) {
        case .studyContentChanged(let said): said.series
        case .procedureStepCompleted(let said): said.series
        case .procedureStepDiscontinued(let said): said.series
        default: []
        }
    }

    /// What tells of content: archives, and steps that ended.
    private var contents: [Int] {
        let broken = history.of(.procedureStepDiscontinued).filter { !series($0).isEmpty }
        return (history.of(.studyContentChanged, .procedureStepCompleted) + broken).sorted()
    }

    private func version(_ content: Int) -> String {
        if case .studyContentChanged(let said) = history.event(content) { said.contentVersion } else { "" }
    }

    private func versionRead(_ look: Int) -> String {
        switch history.event(look) {
        case .finalSigned(let said): said.contentVersion
        case .reportCorrected(let said): said.contentVersion
        default: ""
        }
    }

    /// Whether who looked had this content before him: his text names its version, or he knew of it and names none that is older.
    private func hasBefore(_ look: Int, _ content: Int) -> Bool {
        let read = versionRead(look)
        if !read.isEmpty && version(content) == read { return true }
        guard history.saw(look, content) else { return false }
        let named = read.isEmpty ? [] : contents.filter { version($0) == read }
        let isArchive = history.event(content).kind == .studyContentChanged
        return !isArchive || named.isEmpty || !history.saw(content, all: named)
    }

    private func isCovered(_ series: Series, by seen: [Series]) -> Bool {
        seen.contains { known in
            let hasSameBytes = known.digest.isEmpty || series.digest.isEmpty || known.digest == series.digest
            return known.uid == series.uid && known.instances >= series.instances && hasSameBytes
        }
    }

    private func seen(_ looks: [Int]) -> [Series] {
        looks.flatMap { look in contents.filter { hasBefore(look, $0) }.flatMap(series) }
    }

    private var addenda: [Int] { history.of(.addendumSigned).filter(history.isReader) }

    /// Decisions of conflict 35 by those who read images: whatever they choose, they looked.
    private var decisions: [Int] {
        history.of(.conflictResolved).filter { place in
            if case .conflictResolved(let said) = history.event(place) {
                said.number == 35 && history.isReader(place)
            } else {
                false
            }
        }
    }

    /// For each series how many of its images no standing text, addendum or decision covers; 0 where only the bytes differ.
    private func unseen(_ standing: [Int]) -> [String: Int] {
        guard !standing.isEmpty else { return [:] }
        let looks = standing + addenda + decisions
        let known = seen(looks)
        var missing: [String: Int] = [:]
        for content in contents where !looks.contains(where: { hasBefore($0, content) }) {
            for series in series(content) where !isCovered(series, by: known) {
                let before = known.filter { $0.uid == series.uid }.map(\.instances).max() ?? 0
                missing[series.uid] = max(missing[series.uid] ?? 0, series.instances - before)
            }
        }
        return missing
    }

    /// Conflict 35: a text was signed apart from content that its author had not before him. What a later look by somebody who knew
    /// of both covers, and what none does, are two questions.
    private mutating func raiseLateContent(_ reads: [Int], _ reports: ReferenceReports) {
        let looks = (reads + addenda + decisions).sorted()
        for read in reads {
            let late = contents.filter { content in
                history.apart(content, read) && !hasBefore(read, content)
                    && series(content).contains { !isCovered($0, by: seen([read])) }
            }
            let looked = late.filter { content in looks.contains { history.saw($0, all: [read, content]) } }
            for side in [looked, late.filter { !looked.contains($0) }] {
                for content in side where !side.contains(where: { history.saw(content, $0) }) {
                    var conflict = history.conflict(
                        35, "lateContent", [read, content], owner: .radiologist, settling: looks)
                    let isFollowed = reads.contains { next in
                        history.saw(next, read) && history.apart(next, content)
                            && !reports.withdrawn.contains { $0.versions.contains(next) }
                    }
                    let isMoot = isFollowed || reports.withdrawn.contains { $0.versions.contains(read) }
                    if conflict.state == .open && isMoot { conflict.state = .superseded }
                    raise(conflict)
                }
            }
        }
    }
}
