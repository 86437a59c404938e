import EventLog

/// The versions of a report and how they refer to each other; lives for one fold.
struct ReportLedger {
    /// A version at its place in the history. Other versions are named by their index here, other facts by their position.
    struct Entry {
        let position: Int
        let kind: ReportVersion.Kind
        /// Whether its author may sign; a preliminary needs no signature.
        let isPrivileged: Bool
        /// The versions that it replaces and that its author had seen.
        var names: [Int] = []
        /// What it names, directly or through the versions that it names: gathered once, because lines may be long and cross.
        var covered: [Int] = []
        /// The version that an addendum adds to.
        var target: Int?
        /// The first version that names it.
        var replacedBy: Int?
        /// The position of the decision that put another in its place.
        var lostTo: Int?
        /// The position of the decision that chose it.
        var chosenBy: Int?
        /// The position of its retraction.
        var retractedBy: Int?
        /// The position of a retraction that it came upon.
        var quarantinedBy: Int?
        var competesWith: [Int] = []
        var marks: [ReportVersion.Mark] = []

        /// Whether it is a signed full text.
        var isSigned: Bool { isPrivileged && (kind == .final || kind == .correction) }
        /// Whether nothing took it out of force.
        var isInForce: Bool { replacedBy == nil && lostTo == nil && retractedBy == nil && quarantinedBy == nil }
    }

    let history: CaseHistory
    var entries: [Entry] = []
    private(set) var retractions: [(position: Int, targets: [Int])] = []
    private(set) var reconciliations: [Int] = []
    /// The signed full texts, and whether a retraction came upon any text.
    private var texts: [Int] = []
    var hasQuarantine = false
    private var contentVersions = (told: 0, named: 0)
    /// Whether versions made apart wait to be reconciled.
    var isCompeting = false

    init(_ history: CaseHistory) {
        self.history = history
        for position in history.positions(of: .report) {
            switch history.facts[position].event {
            case .preliminaryIssued: add(.preliminary, at: position)
            case .finalSigned(let report): add(.final, at: position, naming: report.supersedes)
            case .reportCorrected(let report):
                add(.correction, at: position, naming: report.replaces.map { [$0] } ?? [])
            case .addendumSigned(let addendum): add(.addendum, at: position, to: addendum.addendumTo)
            case .reportRetracted(let retraction): retract(retraction.which, at: position)
            case .reportReconciled: reconciliations.append(position)
            case .studyContentChanged(let content):
                contentVersions.told += 1
                contentVersions.named += content.contentVersion.isEmpty && content.series.isEmpty ? 0 : 1
            default: continue
            }
        }
        for index in entries.indices where entries[index].isSigned {
            for named in entries[index].names where entries[named].replacedBy == nil { entries[named].replacedBy = index }
        }
    }

    /// Whether archives reported content and none said anything that a version follows from.
    var lacksContentVersion: Bool { contentVersions.told > 0 && contentVersions.named == 0 }

    private mutating func add(
        _ kind: ReportVersion.Kind, at position: Int, naming names: [EventID] = [], to target: EventID? = nil
    ) {
        var entry = Entry(position: position, kind: kind, isPrivileged: history.facts[position].role?.readsImages == true)
        entry.names = names.compactMap { seen($0, at: position) }
        switch kind {
        case .correction where names.isEmpty: entry.names = soleVersion(seenAt: position).map { [$0] } ?? []
        case .addendum: entry.target = target.map { seen($0, at: position) } ?? soleVersion(seenAt: position)
        default: break
        }
        let needsName = kind == .correction || kind == .addendum || !names.isEmpty
        if needsName && entry.names.isEmpty && entry.target == nil { entry.marks.append(.namesNothing) }
        if case .reportCorrected(let report) = history.facts[position].event, report.clinicallySignificant {
            entry.marks.append(.clinicallySignificant)
        }
        entry.covered = entry.names
        for named in entry.names {
            for earlier in entries[named].covered where !entry.covered.contains(earlier) { entry.covered.append(earlier) }
        }
        if entry.isSigned { texts.append(entries.count) }
        entries.append(entry)
    }

    private func seen(_ event: EventID, at position: Int) -> Int? {
        entries.firstIndex { history.facts[$0.position].id == event && history.precedes($0.position, position) }
    }

    /// The only signed version that an author had seen standing; nil where there were none or several.
    private func soleVersion(seenAt position: Int) -> Int? {
        let known = entries.indices.filter { entries[$0].isSigned && history.precedes(entries[$0].position, position) }
        let last = known.filter { one in
            !known.contains { entries[$0].names.contains(one) }
        }
        return last.count == 1 ? last[0] : nil
    }

    /// A retraction that names nothing withdraws every signed version that its author had seen: the cautious reading.
    private mutating func retract(_ which: EventID?, at position: Int) {
        let targets: [Int]
        if let which {
            targets = seen(which, at: position).map { [$0] } ?? []
        } else {
            targets = entries.indices.filter { entries[$0].isSigned && history.precedes(entries[$0].position, position) }
        }
        for target in targets where entries[target].retractedBy == nil { entries[target].retractedBy = position }
        retractions.append((position, targets))
    }

    func precedes(_ earlier: Int, _ later: Int) -> Bool {
        history.precedes(entries[earlier].position, entries[later].position)
    }

    func areConcurrent(_ one: Int, _ other: Int) -> Bool {
        history.areConcurrent(entries[one].position, entries[other].position)
    }

    /// Whether a version names another, directly or through the versions that it names.
    func covers(_ later: Int, _ earlier: Int) -> Bool { entries[later].covered.contains(earlier) }

    /// The versions of signed full texts that were not quarantined.
    var signed: [Int] { hasQuarantine ? texts.filter { entries[$0].quarantinedBy == nil } : texts }

    /// The index of the version at a position.
    func index(at position: Int?) -> Int? {
        guard let position else { return nil }
        return entries.firstIndex { $0.position == position }
    }
}
