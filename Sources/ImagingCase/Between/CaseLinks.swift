import EventLog

extension BetweenCases {
    static let sharedByTwoPersons = ConflictRule(
        number: 13, kind: "identifierOfTwoPersons", owner: .frontDesk, dueMinutes: 30,
        rule: "Two cases that share an identifier of the examination and name different persons are never linked.",
        inForce: "Nothing of either is published until it is cleared whose examination this is.",
        told: [.technologist, .siteAdmin, .radiologist, .frontDesk])

    /// Conflicts 11 and 12: an examination that was made without its order, or under another StudyInstanceUID, and the order that it
    /// may belong to. By a program only where issuer, accession and person are exactly the same; else a person is asked. An accession
    /// of another issuer is another accession (15).
    public func links() -> [Suggestion] {
        pairs.compactMap { one, other in
            if isAnswered(one, other) { return nil }
            if one.exposurePosition != nil && one.orderPosition == nil { return link(one, to: other) }
            if other.exposurePosition != nil && other.orderPosition == nil { return link(other, to: one) }
            return nil
        }
    }

    private func link(_ orphan: FoldedCase, to ordered: FoldedCase) -> Suggestion? {
        guard let made = orphan.exposurePosition, let placed = ordered.orderPosition, !ordered.isOrderClosed,
            !isOfTwoPersons(orphan, ordered)
        else { return nil }
        let shared = orphan.sharedAliases(with: ordered)
        let isSamePerson = clusters.isSame(orphan.state.patient, ordered.state.patient)
        let isExact = isSamePerson && shared.contains { $0.kind == .accession && !$0.issuer.isEmpty }
        let isNear = orphan.history[made].occurredAt.instant.isWithin(
            hours: limits.orphanHours, of: ordered.history[placed].occurredAt.instant)
        let fits = isSamePerson && isNear && ordered.exposurePosition == nil && orphan.isOfModality(of: ordered)
        guard !shared.isEmpty || fits else { return nil }
        var basis = shared.map { "\($0.kind.word) \($0.value)" }
        if isSamePerson { basis.append("person \(ordered.state.patient?.id ?? "")") }
        if fits { basis.append("modality and time") }
        let isRenamed = orphan.hasOtherStudyUID(than: ordered)
        return Suggestion(
            number: isRenamed ? 12 : 11, kind: isRenamed ? "studyRenamed" : "acquiredBeforeOrder", stream: orphan.state.stream,
            other: ordered.state.stream,
            events: [orphan.history[made].id, ordered.history[placed].id].sorted(), basis: basis, owner: .frontDesk,
            isAutomatic: isExact,
            answer: .linkage(
                .linked(
                    CaseLinked(
                        to: ordered.state.stream.description, basis: isExact ? .exactIdentifiers : .human,
                        reason: basis.joined(separator: ", ")))))
    }

    /// Conflict 13 between cases: one issuer's accession, or one StudyInstanceUID, with two persons.
    public func sharedIdentifiers() -> [Conflict] {
        pairs.compactMap { one, other in
            guard isOfTwoPersons(one, other), !one.sharedAliases(with: other).isEmpty,
                let left = one.namingPosition, let right = other.namingPosition
            else { return nil }
            let settling = [one, other].flatMap { folded in
                folded.history.positions.filter {
                    if case .identityDisputeCleared = folded.history[$0].event {
                        Authority.isEntitled(folded.history[$0])
                    } else {
                        folded.history[$0].event.kind == .caseMoved && Authority.isEntitled(folded.history[$0])
                    }
                }.map { folded.placed($0) }
            }
            return Conflict(Self.sharedByTwoPersons, across: [one.placed(left), other.placed(right)], settling: settling)
        }
    }

    /// Whether two cases surely name different persons, links between identifiers counted.
    private func isOfTwoPersons(_ one: FoldedCase, _ other: FoldedCase) -> Bool {
        guard let left = one.state.patient, let right = other.state.patient else { return false }
        return left.isOtherPerson(than: right) && !clusters.isSame(left, right)
    }
}

extension FoldedCase {
    /// The first fact that names the person.
    var namingPosition: Int? {
        history.positions.first {
            switch history[$0].event {
            case .orderPlaced(let order): order.patient != nil
            case .patientArrived(let arrival): arrival.patient != nil
            case .demographicsCorrected(let correction): correction.patient != nil
            case .linkage(.moved(let move)): move.patient != nil
            default: false
            }
        }
    }

    /// The accessions and StudyInstanceUIDs that another case has as well, issuers included.
    func sharedAliases(with other: FoldedCase) -> [Alias] {
        let theirs = other.state.aliases
        return state.aliases.placerOrder.filter { theirs.placerOrder.contains($0) }
            + state.aliases.accession.filter { theirs.accession.contains($0) }
            + state.aliases.studyUID.filter { theirs.studyUID.contains($0) }
    }

    func hasOtherStudyUID(than other: FoldedCase) -> Bool {
        let (mine, theirs) = (state.aliases.studyUID, other.state.aliases.studyUID)
        return !mine.isEmpty && !theirs.isEmpty && !mine.contains { theirs.contains($0) }
    }

    /// Whether what was made is of the modality that an order wants.
    func isOfModality(of ordered: FoldedCase) -> Bool {
        let wanted = ordered.state.order.content?.modality ?? ""
        return !wanted.isEmpty && state.acquisition.modalities.contains(wanted)
    }
}
