import EventLog

extension ImageQualityAxis {
    static let reportedWhenRejected = ConflictRule(
        number: 36, kind: "reportRestsOnRejectedImages", owner: .radiologist, dueMinutes: 4 * 60,
        rule:
            "A report that rests on images rejected apart from it is flagged: its author confirms it, adds to it or withdraws it.",
        inForce: "The report stands and is flagged; the rejected images are hidden from routine use and kept.",
        told: [.radiologist])
    static let reportedOfAnotherPerson = ConflictRule(
        number: 36, kind: "reportRestsOnRejectedImages", owner: .radiologist, dueMinutes: 15,
        rule: "A report that rests on images of another person is not published: its author adds to it or withdraws it.",
        inForce: "Nothing is published: the report rests on images that were rejected as those of another person.",
        told: [.radiologist, .lead, .siteAdmin, .technologist])
    static let goneWhileRead = ConflictRule(
        number: 63, kind: "imagesGoneWhileRead", owner: .siteAdmin, dueMinutes: 60,
        rule:
            "Images that an archive lost while somebody reads them are recalled from another copy; what was said of them stays.",
        inForce: "The images are gone, and no other copy is known.",
        told: [.radiologist, .siteAdmin])
}

extension ImageQualityLedger {
    /// Conflict 36, and the reports that rest on rejected images without anybody having been apart.
    func weighReports(of stream: StreamID, _ state: inout ImageQualityState, into conflicts: inout [Conflict]) {
        for rejection in rejections where rejection.counts {
            for report in reports where !history.precedes(rejection.position, report) {
                guard let series = basis(of: report, in: rejection) else { continue }
                weigh(report, rejection, series, of: stream, &state, into: &conflicts)
            }
        }
    }

    private func weigh(
        _ report: Int, _ rejection: Rejection, _ series: [String], of stream: StreamID, _ state: inout ImageQualityState,
        into conflicts: inout [Conflict]
    ) {
        let sides = [report, rejection.position]
        let withdrawals = retractions.filter { withdraws($0, report) }.map(\.position)
        let texts = (reports + addenda).filter { isReader($0) && history.precedes(report, $0) && takesUp($0, report) }
        let successor = texts.first { !addenda.contains($0) && !history.precedes(rejection.position, $0) }
        var reliance = RejectedReliance(
            report: history.facts[report].id, rejection: history.facts[rejection.position].id,
            reason: rejection.said.reason, series: series)
        if let answer = history.first(of: (texts + withdrawals).sorted(), afterAll: sides) {
            reliance.status = withdrawals.contains(answer) ? .withdrawn : .answered
        }
        if !withdrawals.isEmpty { reliance.status = .withdrawn }
        if history.areConcurrent(report, rejection.position) {
            let rule =
                rejection.said.reason == .wrongPatient
                ? ImageQualityAxis.reportedOfAnotherPerson : ImageQualityAxis.reportedWhenRejected
            var conflict = Conflict(
                rule, between: sides, in: history, of: stream, settling: (texts + withdrawals).sorted())
            let moot = [rejection.revokedBy, successor].compactMap { $0 } + withdrawals
            if let end = moot.min() { conflict.supersede(by: history[end]) }
            decide(&reliance, by: conflict)
            conflicts.append(conflict)
        }
        if rejection.isInForce && successor == nil { state.reliances.append(reliance) }
    }

    /// A preliminary takes up another preliminary; a signed text is taken up by signed texts only.
    private func takesUp(_ text: Int, _ report: Int) -> Bool { !isPreliminary(text) || isPreliminary(report) }

    private func isPreliminary(_ position: Int) -> Bool {
        if case .preliminaryIssued = history.facts[position].event { true } else { false }
    }

    private func decide(_ reliance: inout RejectedReliance, by conflict: Conflict) {
        guard reliance.status == .waiting, let chosen = history.chosenPosition(by: conflict) else { return }
        reliance.status = history.facts[chosen].id == reliance.report ? .confirmed : .doubted
    }

    private func withdraws(_ retraction: (position: Int, which: EventID?), _ report: Int) -> Bool {
        guard history.precedes(report, retraction.position) else { return false }
        return retraction.which == nil || retraction.which == history.facts[report].id
    }

    /// The rejected series that a report was read from; nil where it was read from none of them. A report without known content is
    /// taken to rest on all of it: the cautious reading.
    private func basis(of report: Int, in rejection: Rejection) -> [String]? {
        let named = ReportText(history.facts[report].event).contentVersion
        var read = named.isEmpty ? [] : contents.filter { version(at: $0) == named }
        if read.isEmpty { read = contents.filter { history.precedes($0, report) } }
        guard !read.isEmpty else { return rejection.covered.isEmpty ? nil : rejection.series }
        let held = read.flatMap { series(at: $0).map(\.uid) }
        let found = rejection.series.filter { held.contains($0) }
        let isUnlisted = found.isEmpty && read.contains { rejection.covered.contains($0) }
        return found.isEmpty && !isUnlisted ? nil : found
    }

    private func version(at position: Int) -> String {
        guard case .studyContentChanged(let content) = history.facts[position].event else { return "" }
        return ContentDigest.version(content)
    }
}

extension ImageQualityLedger {
    /// Archives that lost the study, and conflict 63 with everybody who reads it apart from that.
    func findGone(of stream: StreamID, _ state: inout ImageQualityState, into conflicts: inout [Conflict]) {
        for position in gone {
            guard case .imageQuality(.imagesGone(let said)) = history.facts[position].event else { continue }
            let back = contents.filter { isBack($0, said) }
            let copies = copies(beside: said)
            state.gone.append(
                GoneImages(
                    event: history.facts[position].id, archive: said.archive, studyUID: said.studyUID, copies: copies,
                    backBy: history.first(of: back, afterAll: [position]).map { history.facts[$0].id }))
            for claim in claims where history.areConcurrent(claim, position) && isFirst(claim) {
                conflicts.append(missed(position, claim, copies, back, of: stream))
            }
        }
    }

    private func isBack(_ position: Int, _ said: StudyImagesGone) -> Bool {
        guard case .studyContentChanged(let content) = history.facts[position].event else { return false }
        let isSame = said.studyUID.isEmpty || content.studyUID.isEmpty || content.studyUID == said.studyUID
        return isSame && content.series.contains { $0.instances > 0 }
    }

    /// Whether a claim is no renewal of the same reader's.
    private func isFirst(_ claim: Int) -> Bool {
        !claims.contains {
            history.facts[$0].actor.person == history.facts[claim].actor.person && history.precedes($0, claim)
        }
    }

    private func missed(_ gone: Int, _ claim: Int, _ copies: [String], _ back: [Int], of stream: StreamID) -> Conflict {
        let person = history.facts[claim].actor.person
        let ends = (reports.filter(isReader) + releases).filter { end in
            history.precedes(claim, end) && (!releases.contains(end) || history.facts[end].actor.person == person)
        }
        var conflict = Conflict(
            ImageQualityAxis.goneWhileRead, between: [gone, claim], in: history, of: stream, settling: (back + ends).sorted(),
            inForce: copies.isEmpty
                ? nil : "The images are gone from \(archive(at: gone)); recall them from \(copies.joined(separator: ", ")).")
        if let end = ends.min() { conflict.supersede(by: history[end]) }
        return conflict
    }

    private func archive(at position: Int) -> String {
        guard case .imageQuality(.imagesGone(let said)) = history.facts[position].event, !said.archive.isEmpty else {
            return "an archive"
        }
        return said.archive
    }

    /// Where copies are: as told, and where a transfer was verified; an archive that lost its own is none.
    private func copies(beside said: StudyImagesGone) -> [String] {
        var found = said.otherCopies
        for position in arrivals {
            guard case .transfer(.completed(let transfer)) = history.facts[position].event else { continue }
            if transfer.verified > 0 || transfer.isCommitted { found.append(transfer.destination) }
        }
        let lost = gone.compactMap { position -> String? in
            guard case .imageQuality(.imagesGone(let other)) = history.facts[position].event else { return nil }
            return other.archive
        }
        var copies: [String] = []
        for place in found where !place.isEmpty && !lost.contains(place) && !copies.contains(place) { copies.append(place) }
        return copies.sorted()
    }
}
