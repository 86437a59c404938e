import EventLog
import ImagingCase

/// Whose examination it is.
extension ReferenceFold {
    /// What a source says of the person, and how far it goes: an order, a registration, a correction, a move.
    private func person(_ place: Int) -> (patient: Patient, rank: Int)? {
        switch history.event(place) {
        case .orderPlaced(let said): said.patient.map { ($0, 0) }
        case .patientArrived(let said): said.patient.map { ($0, 1) }
        case .demographicsCorrected(let said): said.patient.map { ($0, 2) }
        case .linkage(.moved(let said)): mayLink(place) ? said.patient.map { ($0, 3) } : nil
        default: nil
        }
    }

    private func mayLink(_ place: Int) -> Bool {
        [.frontDesk, .siteAdmin, .hubAdmin, .technologist, .system].contains(history.role(place))
    }

    private func isOther(_ one: Patient, _ other: Patient) -> Bool {
        if !one.id.isEmpty && !other.id.isEmpty && one.issuer == other.issuer { return one.id != other.id }
        return differ(name(one), name(other)) && differ(one.birthDate, other.birthDate)
    }

    private func name(_ patient: Patient) -> String {
        var name = patient.name.uppercased()
        while name.hasSuffix("^") { name.removeLast() }
        return name
    }

    private func sex(_ patient: Patient) -> String {
        patient.sex == .unspecified || patient.sex == .unknown ? "" : patient.sex.word
    }

    private func differ(_ one: String, _ other: String) -> Bool { !one.isEmpty && !other.isEmpty && one != other }

    private func isClearance(_ place: Int, of dispute: Int) -> Bool {
        guard case .identityDisputeCleared(let said) = history.event(place) else { return false }
        return history.saw(place, dispute) && (said.dispute.isEmpty || said.dispute.contains(history.id(dispute)))
    }

    mutating func foldIdentity() {
        let clearances = history.of(.identityDisputeCleared)
        let checks = history.of(.identityVerified)
        let matching = checks.filter { if case .identityVerified(let said) = history.event($0) { said.match } else { false } }
        let disputes = history.of(.identityDisputed) + checks.filter { !matching.contains($0) }
        let open = disputes.filter { dispute in !clearances.contains { isClearance($0, of: dispute) } }
        let before = conflicts.count
        raisePersons(clearances)
        raiseFields(clearances + matching)
        let questions = conflicts[before...].filter { $0.state == .open }
        raiseIdentified()
        let isDisputed = !open.isEmpty || questions.contains { $0.number == 13 }
        let isOfTwo = history.latest(clearances).contains { place in
            if case .identityDisputeCleared(let said) = history.event(place) { said.outcome == .differentPersons } else { false }
        }
        say("frozen", isDisputed || isOfTwo || !questions.isEmpty ? "yes" : "no")
        say("identity", isDisputed ? "disputed" : !matching.isEmpty ? "verified" : disputes.isEmpty ? "unverified" : "cleared")
    }

    /// Whether the registry gave somebody who could not be asked this name or number.
    private func isTemporary(_ place: Int) -> Bool {
        let patient = patient(place)
        let parts = patient.name.uppercased().split(separator: "^", omittingEmptySubsequences: false)
        if patient.id.uppercased().hasPrefix("TEMP") { return true }
        guard let family = parts.first else { return false }
        let given = parts.dropFirst().first
        return ["UNKNOWN", "UNBEKANNT", "INCONNU", "UNIDENTIFIED", "TEMPORARY"].contains(family)
            || family == "DOE" && (given == "JOHN" || given == "JANE")
    }

    /// A correction or a move that says who a person with a temporary name is: expected, and no other person.
    private func identifies(_ one: Int, _ other: Int) -> Bool {
        guard isTemporary(one) != isTemporary(other) else { return false }
        return (person(isTemporary(one) ? other : one)?.rank ?? 0) >= 2
    }

    /// Conflict 16: a text that was signed under a temporary name by somebody who knew no other, beside what identified the person.
    private mutating func raiseIdentified() {
        let texts = history.of(.finalSigned, .addendumSigned, .reportCorrected).filter(history.isReader)
        let naming = sources.filter { !isTemporary($0) && (person($0)?.rank ?? 0) >= 2 }
        for text in texts {
            let known = sources.filter { history.saw(text, $0) }
            guard let label = known.last(where: isTemporary), known.allSatisfy(isTemporary),
                let identification = naming.first(where: { history.saw($0, label) }) ?? naming.first
            else { continue }
            raise(
                history.conflict(
                    16, "identifiedLater", [text, identification], owner: .radiologist, settling: texts.filter { $0 != text }))
        }
    }

    private var sources: [Int] { history.all.filter { person($0) != nil } }

    private var corrections: [Int] {
        sources.filter { (person($0)?.rank ?? 0) >= 2 && history.role($0) != .system }
    }

    private func patient(_ place: Int) -> Patient { person(place)?.patient ?? Patient() }

    /// Conflict 13: two persons in one case; a registration on another's order counts too, a correction that knew the other does
    /// not. Each pair of persons is one question.
    private mutating func raisePersons(_ clearances: [Int]) {
        var asked: [(Patient, Patient)] = []
        for one in sources {
            for other in sources where one < other && isOther(patient(one), patient(other)) && !identifies(one, other) {
                guard history.apart(one, other) || (person(other)?.rank ?? 0) < 2 else { continue }
                let (left, right) = (patient(one), patient(other))
                let isAsked = asked.contains { pair in
                    !isOther(pair.0, left) && !isOther(pair.1, right) || !isOther(pair.0, right) && !isOther(pair.1, left)
                }
                if isAsked { continue }
                asked.append((left, right))
                raise(
                    history.conflict(
                        13, "personsDiffer", [one, other], owner: .frontDesk, settling: clearances + corrections))
            }
        }
    }

    /// Conflict 17: two sources that may speak of one person say apart different things of him.
    private mutating func raiseFields(_ settling: [Int]) {
        for one in sources {
            for other in sources where one < other && history.apart(one, other) {
                let (left, right) = (patient(one), patient(other))
                let isOtherField =
                    differ(name(left), name(right)) || differ(left.birthDate, right.birthDate) || differ(sex(left), sex(right))
                let isTakenUp = sources.contains {
                    history.saw($0, one) && history.apart($0, other) || history.saw($0, other) && history.apart($0, one)
                }
                guard !isOther(left, right), !identifies(one, other), isOtherField, !isTakenUp else { continue }
                raise(
                    history.conflict(
                        17, "demographicsDiffer", [one, other], owner: .frontDesk, settling: settling + corrections))
            }
        }
    }
}
