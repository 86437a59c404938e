public import EventLog

/// Something that came under an identifier that was retired: it follows the link, and somebody is told.
public struct OldIdentifier: Hashable, Sendable {
    /// The question, which closes itself where the desk corrects the case or somebody says that it is seen.
    public let conflict: Conflict
    /// The case.
    public let stream: StreamID
    /// What came: the order, the arrival or the signed text.
    public let event: EventID
    /// The identifier that it came under.
    public let old: IssuedIdentifier
    /// The identifier that goes on: under it the case is shown and results are sent.
    public let survivor: IssuedIdentifier
}

/// The header of a case as it is rendered: the identifier that goes on, with what the case itself says beside it.
public struct CaseHeader: Hashable, Sendable {
    /// The person as the case shows him, under the identifier that goes on.
    public let patient: Patient
    /// The person as the case itself says; nil where nothing was changed by a link.
    public let original: Patient?

    /// "identified later" where the original had a temporary name, "arrived under old id" where it had a retired identifier.
    public var mark: String? {
        original.map { $0.isTemporary ? "identified later" : "arrived under old id \($0.id)" }
    }
}

extension BetweenCases {
    static let orderOnRetiredID = ConflictRule(
        number: 18, kind: "arrivedUnderOldID", owner: .frontDesk, dueMinutes: 24 * 60,
        rule: "An order or arrival under a retired identifier is accepted and follows the link to the one that goes on.",
        inForce: "Shown under the identifier that goes on, marked as arrived under the old id.", told: [.frontDesk])
    static let signedUnderRetiredID = ConflictRule(
        number: 21, kind: "signedUnderRetiredID", owner: .frontDesk, dueMinutes: 24 * 60,
        rule:
            "A report signed under an identifier that was retired apart from it stands, and its results go to the one that goes on.",
        inForce: "The report stands; results are sent to the identifier that goes on, with notice.",
        told: [.referrer, .frontDesk])
    static let identifiedByLink = ConflictRule(
        number: 16, kind: "identifiedLater", owner: .radiologist, dueMinutes: 24 * 60, rule: IdentityFacts.identifiedLater.rule,
        inForce: IdentityFacts.identifiedLater.inForce, told: [.radiologist, .referrer])

    /// The header of a case, re-rendered by the links of its person; signed texts are untouched by it.
    public func header(of folded: FoldedCase) -> CaseHeader? {
        guard let patient = folded.state.patient else { return nil }
        guard let id = patient.identifier, clusters.survivor(of: id) != id else {
            return CaseHeader(patient: patient, original: nil)
        }
        let survivor = clusters.survivor(of: id)
        var shown = patient
        (shown.issuer, shown.id) = (survivor.issuer, survivor.value)
        // A temporary name says nothing of the person who was identified; another case of his may.
        if patient.isTemporary {
            let named = cases.compactMap(\.state.patient).first {
                !$0.isTemporary && !$0.name.isEmpty && $0.identifier.map { clusters.isSame($0, survivor) } == true
            }
            if let named { (shown.name, shown.birthDate, shown.sex) = (named.name, named.birthDate, named.sex) }
        }
        return CaseHeader(patient: shown, original: patient)
    }

    /// Conflicts 18, 21 and, where the identifier was a temporary one, 16.
    ///
    /// Between two histories nobody can tell what was known: an order counts as come under an old identifier where its asserted time
    /// is not before the merge's, a signature also where it was made shortly before.
    public func oldIdentifiers() -> [OldIdentifier] { clusters.persons.isEmpty ? [] : cases.flatMap(oldIdentifiers) }

    private func oldIdentifiers(of folded: FoldedCase) -> [OldIdentifier] {
        var found: [OldIdentifier] = []
        var labels: [(position: Int, patient: Patient)] = []
        for position in folded.history.positions {
            let fact = folded.history[position]
            switch fact.event {
            case .orderPlaced(let order): take(order.patient, position, folded, &labels, &found)
            case .patientArrived(let arrival): take(arrival.patient, position, folded, &labels, &found)
            case .demographicsCorrected(let said): if let patient = said.patient { labels.append((position, patient)) }
            case .linkage(.moved(let said)): if let patient = said.patient { labels.append((position, patient)) }
            case .finalSigned, .addendumSigned, .reportCorrected:
                guard fact.role?.readsImages == true,
                    let label = labels.last(where: { folded.history.precedes($0.position, position) })?.patient
                else { continue }
                sign(label, position, folded, &found)
            default: continue
            }
        }
        return found
    }

    private func take(
        _ patient: Patient?, _ position: Int, _ folded: FoldedCase, _ labels: inout [(position: Int, patient: Patient)],
        _ found: inout [OldIdentifier]
    ) {
        guard let patient else { return }
        labels.append((position, patient))
        guard let old = patient.identifier, let merge = clusters.retirement(of: old), !patient.isTemporary,
            folded.history[position].occurredAt.instant >= merge.fact.occurredAt.instant
        else { return }
        add(Self.orderOnRetiredID, old, position, merge, folded, &found)
    }

    private func sign(_ label: Patient, _ position: Int, _ folded: FoldedCase, _ found: inout [OldIdentifier]) {
        guard let old = label.identifier, let merge = clusters.retirement(of: old) else { return }
        let signed = folded.history[position].occurredAt.instant
        let merged = merge.fact.occurredAt.instant
        guard label.isTemporary || signed >= merged || signed.isWithin(hours: limits.mergeHours, of: merged) else { return }
        add(label.isTemporary ? Self.identifiedByLink : Self.signedUnderRetiredID, old, position, merge, folded, &found)
    }

    /// Closed by a correction of the person in the case, by a later signed text for 16, or by a decision.
    private func add(
        _ rule: ConflictRule, _ old: IssuedIdentifier, _ position: Int, _ merge: PlacedFact, _ folded: FoldedCase,
        _ found: inout [OldIdentifier]
    ) {
        let settling = folded.history.positions.filter { later in
            guard folded.history.precedes(position, later) else { return false }
            switch folded.history[later].event {
            case .demographicsCorrected(let said): return said.patient?.identifier == clusters.survivor(of: old)
            case .addendumSigned, .reportCorrected, .finalSigned: return rule.number == Self.identifiedByLink.number
            default: return false
            }
        }
        let conflict = Conflict(
            rule, across: [folded.placed(position), merge], settling: settling.map { folded.placed($0) },
            inForce: "\(rule.inForce) \(old.words) is \(clusters.survivor(of: old).words).")
        found.append(
            OldIdentifier(
                conflict: conflict, stream: folded.state.stream, event: folded.history[position].id, old: old,
                survivor: clusters.survivor(of: old)))
    }
}
