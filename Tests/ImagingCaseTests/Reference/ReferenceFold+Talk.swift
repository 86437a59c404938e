import EventLog
import ImagingCase

/// What was told and asked: critical results and instructions.
extension ReferenceFold {
    // MARK: critical results

    private typealias Finding = (raised: Int, acts: [Int])

    /// What an act on critical results names; nil for other events.
    private func named(_ place: Int) -> [EventID]? {
        switch history.event(place) {
        case .criticalResultCommunicated(let said): said.raised.map { [$0] } ?? []
        case .criticalResultAcknowledged(let said): said.raised
        case .criticalResultEscalated(let said): said.raised.map { [$0] } ?? []
        case .criticalResultWithdrawn(let said): said.raised.map { [$0] } ?? []
        case .criticalAttempt(.attempted(let said)): said.raised.map { [$0] } ?? []
        default: nil
        }
    }

    /// Who may receive a critical result for a patient; anybody else only carries the news.
    private func isLicensed(_ place: Int) -> Bool {
        [.referrer, .radiologist, .lead, .interventionalRadiologist, .radiationOncologist, .system].contains(history.role(place))
    }

    private func isAcknowledgement(_ act: Int) -> Bool {
        history.event(act).kind == .criticalResultAcknowledged && isLicensed(act)
    }

    private func isTelling(_ act: Int) -> Bool {
        history.event(act).kind == .criticalResultCommunicated
            || history.event(act).kind == .criticalResultAcknowledged && !isLicensed(act)
    }

    private func isWithdrawal(_ act: Int) -> Bool { history.event(act).kind == .criticalResultWithdrawn }

    /// Each finding with the acts on it: those that name it knowing it, or name none where it is the only live one that they knew.
    private var findings: [Finding] {
        var findings: [Finding] = history.of(.criticalResultRaised).map { ($0, []) }
        for act in history.all {
            guard let names = named(act) else { continue }
            let known = findings.indices.filter { history.saw(act, findings[$0].raised) }
            let live = known.filter { index in
                !findings[index].acts.contains { history.saw(act, $0) && (isAcknowledgement($0) || isWithdrawal($0)) }
            }
            let only = live.isEmpty ? known : live
            let meant =
                names.isEmpty ? (only.count == 1 ? only : []) : known.filter { names.contains(history.id(findings[$0].raised)) }
            for index in meant { findings[index].acts.append(act) }
        }
        return findings
    }

    mutating func foldCriticalResults() {
        let findings = findings
        let words = findings.map(word)
        let order = ["escalated", "open", "attempted", "communicated", "withdrawnPending", "acknowledged", "withdrawn"]
        say("critical", order.first(where: words.contains) ?? "none")
        say("findings", zip(findings, words).map { "\(history.id($0.raised)) \($1)" })
        for (index, one) in findings.enumerated() {
            for other in findings[(index + 1)...] where history.apart(one.raised, other.raised) { raiseTwice(one, other) }
            for asked in one.acts where history.event(asked).kind == .criticalResultEscalated {
                for noted in one.acts where isAcknowledgement(noted) && history.apart(asked, noted) {
                    let settling = one.acts.filter {
                        (isTelling($0) || isAcknowledgement($0)) && (learning(asked).isEmpty || learning($0) == learning(asked))
                    }
                    var conflict = history.conflict(
                        45, "escalatedWhenAcknowledged", [asked, noted], owner: .lead, settling: settling)
                    if conflict.state == .open && one.acts.contains(where: isWithdrawal) { conflict.state = .superseded }
                    raise(conflict)
                }
            }
            raiseActedUpon(one)
        }
    }

    private func word(_ finding: Finding) -> String {
        let acts = finding.acts
        if acts.contains(where: isWithdrawal) { return unaware(finding).isEmpty ? "withdrawn" : "withdrawnPending" }
        if acts.contains(where: isAcknowledgement) { return "acknowledged" }
        let tellings = acts.filter(isTelling)
        let isUnanswered = acts.contains { asked in
            history.event(asked).kind == .criticalResultEscalated && !tellings.contains { history.saw($0, asked) }
        }
        if isUnanswered { return "escalated" }
        return !tellings.isEmpty ? "communicated" : acts.isEmpty ? "open" : "attempted"
    }

    /// Who learns by an act.
    private func learning(_ act: Int) -> String {
        switch history.event(act) {
        case .criticalResultCommunicated(let said): said.to
        case .criticalResultEscalated(let said): said.to
        case .criticalResultAcknowledged: history.author(act)
        default: ""
        }
    }

    private func isAfterWithdrawal(_ place: Int, _ finding: Finding) -> Bool {
        finding.acts.contains { isWithdrawal($0) && history.saw(place, $0) }
    }

    /// Who learns of the withdrawal of a finding, and by what: by being told after it, or by seeing it.
    private func learners(_ finding: Finding) -> [(person: String, place: Int)] {
        let told = finding.acts.filter { isAfterWithdrawal($0, finding) }.map { (person: learning($0), place: $0) }
        let seeing = history.of(.notificationSeen).filter { place in
            guard case .register(.notificationSeen(let said)) = history.event(place) else { return false }
            return finding.acts.contains { isWithdrawal($0) && history.id($0) == said.item && history.saw(place, $0) }
        }
        return told + seeing.map { (person: history.author($0), place: $0) }
    }

    /// Everybody who was told and has neither been told again after the withdrawal nor seen it.
    private func unaware(_ finding: Finding) -> Set<String> {
        let told = finding.acts.filter { !isAfterWithdrawal($0, finding) }.map(learning).filter { !$0.isEmpty }
        return Set(told).subtracting(learners(finding).map(\.person))
    }

    /// Conflict 44: closed by one acknowledgement of both or when each is acknowledged; moot when one is withdrawn.
    private mutating func raiseTwice(_ one: Finding, _ other: Finding) {
        let both = one.acts.filter { isAcknowledgement($0) && other.acts.contains($0) }
        var conflict = history.conflict(44, "criticalRaisedTwice", [one.raised, other.raised], owner: .referrer, settling: both)
        if conflict.state == .open {
            let isNoted = one.acts.contains(where: isAcknowledgement) && other.acts.contains(where: isAcknowledgement)
            let isGone = (one.acts + other.acts).contains(where: isWithdrawal)
            conflict.state = isNoted ? .resolved : isGone ? .superseded : .open
        }
        raise(conflict)
    }

    /// Conflict 47: somebody acted who knew of no withdrawal. It ends when everybody who was told knows: settled where who acted
    /// learned of it by somebody who knew of both, else moot.
    private mutating func raiseActedUpon(_ finding: Finding) {
        let isKnown = unaware(finding).isEmpty
        for withdrawn in finding.acts where isWithdrawal(withdrawn) {
            for noted in finding.acts where isAcknowledgement(noted) && history.apart(withdrawn, noted) {
                guard case .criticalResultAcknowledged(let said) = history.event(noted), !said.plan.isEmpty,
                    !isAfterWithdrawal(noted, finding)
                else { continue }
                let learning = learners(finding).filter { $0.person == history.author(noted) }.map(\.place)
                var conflict = history.conflict(
                    47, "withdrawnWhenActedUpon", [withdrawn, noted], owner: .radiologist, settling: isKnown ? learning : [])
                if conflict.state == .open && isKnown { conflict.state = .superseded }
                raise(conflict)
            }
        }
    }

    // MARK: instructions

    private typealias Card = (issued: Int, answers: [Int], replacedBy: Int?)

    private static let ends: [EventKind] = [
        .instructionCompleted, .instructionDeclined, .instructionImpossible, .instructionWithdrawn,
    ]

    /// The instruction that an answer names; a double nil for what is no answer.
    private func answered(_ place: Int) -> EventID?? {
        switch history.event(place) {
        case .instructionAcknowledged(let said): .some(said.instruction)
        case .instructionCompleted(let said): .some(said.instruction)
        case .instructionDeclined(let said): .some(said.instruction)
        case .instructionWithdrawn(let said): .some(said.instruction)
        case .dialogue(.delivered(let said)): .some(said.instruction)
        case .dialogue(.accepted(let said)): .some(said.instruction)
        case .dialogue(.impossible(let said)): .some(said.instruction)
        default: .none
        }
    }

    private func wish(_ issued: Int) -> InstructionKind {
        if case .instructionIssued(let said) = history.event(issued) { said.kind } else { .unspecified }
    }

    private func isContrary(_ one: InstructionKind, _ other: InstructionKind) -> Bool {
        let pairs: [Set<InstructionKind>] = [[.contrastYes, .contrastNo], [.keepPatient, .releasePatient]]
        return pairs.contains([one, other])
    }

    /// Who may answer in the words that came with the dialogue; the first catalogue's answers count whoever gave them.
    private func mayAnswer(_ place: Int) -> Bool {
        guard case .dialogue = history.event(place) else { return true }
        return [.technologist, .therapist, .system].contains(history.role(place))
    }

    private var cards: [Card] {
        let issued = history.of(.instructionIssued)
        var cards: [Card] = issued.map { one in
            (one, [], issued.first { history.saw($0, one) && isContrary(wish($0), wish(one)) })
        }
        for place in history.all {
            guard let name = answered(place) else { continue }
            let known = cards.indices.filter { history.saw(place, cards[$0].issued) }
            let open = known.filter { index in
                !cards[index].answers.contains { history.saw(place, $0) && Self.ends.contains(history.event($0).kind) }
            }
            let meant = name == nil ? (open.count == 1 ? open : []) : known.filter { history.id(cards[$0].issued) == name }
            if let index = meant.first, mayAnswer(place) { cards[index].answers.append(place) }
        }
        return cards
    }

    mutating func foldInstructions() {
        var cards = cards
        var pairs: [(sides: [Int], conflict: ReferenceConflict)] = []
        for one in cards.indices {
            for other in cards.indices where one < other && history.apart(cards[one].issued, cards[other].issued) {
                guard isContrary(wish(cards[one].issued), wish(cards[other].issued)) else { continue }
                pairs.append(([one, other], contradict(&cards, [one, other])))
            }
        }
        for (sides, var conflict) in pairs {
            // Moot as soon as one of the two is closed.
            let isClosed = sides.contains { index in
                cards[index].replacedBy != nil || cards[index].answers.contains { Self.ends.contains(history.event($0).kind) }
            }
            if conflict.state == .open && isClosed { conflict.state = .superseded }
            raise(conflict)
        }
        let words = cards.map { card in word(card, refusal: raiseRefusals(card)) }
        for card in cards { raiseDone(card, cards) }
        let order = [
            "issued", "delivered", "acknowledged", "accepted", "impossible", "declined", "completed", "withdrawn", "replaced",
        ]
        say("instruction", order.first(where: words.contains) ?? "none")
        say("instructions", zip(cards, words).map { "\(history.id($0.issued)) \($1)" }.sorted())
    }

    /// Conflict 31: settled by a later instruction of the pair, which replaces both, or by a decision, which keeps one.
    private func contradict(_ cards: inout [Card], _ indices: [Int]) -> ReferenceConflict {
        let sides = indices.map { cards[$0].issued }
        let pair = cards.map(\.issued).filter { sides.map(wish).contains(wish($0)) }
        let conflict = history.conflict(31, "contradictoryInstructions", sides, owner: .radiologist, settling: pair)
        guard conflict.state == .resolved else { return conflict }
        let closing = conflict.decision ?? pair.first { history.saw($0, all: sides) }
        for index in indices where cards[index].replacedBy == nil {
            let isKept = conflict.decision != nil && (conflict.chosen == nil || conflict.chosen == cards[index].issued)
            if !isKept { cards[index].replacedBy = closing }
        }
        return conflict
    }

    private func answers(_ card: Card, _ kinds: EventKind...) -> [Int] {
        card.answers.filter { kinds.contains(history.event($0).kind) }
    }

    /// Conflict 34; gives the refusals that a person chose over the acceptance made apart.
    private mutating func raiseRefusals(_ card: Card) -> [Int] {
        var chosen: [Int] = []
        for accepted in answers(card, .instructionAccepted) {
            for refused in answers(card, .instructionDeclined, .instructionImpossible) where history.apart(accepted, refused) {
                var conflict = history.conflict(
                    34, "acceptedWhenDeclined", [accepted, refused], owner: .radiologist,
                    settling: card.answers.filter { history.event($0).kind != .instructionDelivered })
                let isDone = card.replacedBy != nil || !answers(card, .instructionCompleted, .instructionWithdrawn).isEmpty
                if conflict.state == .open && isDone { conflict.state = .superseded }
                if conflict.chosen == refused { chosen.append(refused) }
                raise(conflict)
            }
        }
        return chosen
    }

    /// Conflict 33: settled by a text of somebody who reads images, or a further instruction, after both.
    private mutating func raiseDone(_ card: Card, _ cards: [Card]) {
        for done in answers(card, .instructionCompleted) {
            for taken in answers(card, .instructionWithdrawn) where history.apart(done, taken) {
                let texts = history.of(.preliminaryIssued, .finalSigned, .addendumSigned, .reportCorrected)
                raise(
                    history.conflict(
                        33, "withdrawnWhenDone", [done, taken], owner: .radiologist,
                        settling: texts.filter(history.isReader) + cards.map(\.issued)))
            }
        }
    }

    /// Done prevails over everything, a withdrawal over what is open; a refusal holds unless somebody takes it apart from or after it.
    private func word(_ card: Card, refusal chosen: [Int]) -> String {
        if !answers(card, .instructionCompleted).isEmpty { return "completed" }
        if !answers(card, .instructionWithdrawn).isEmpty { return "withdrawn" }
        if card.replacedBy != nil { return "replaced" }
        let refusals = answers(card, .instructionDeclined, .instructionImpossible)
        let taken = answers(card, .instructionAcknowledged, .instructionAccepted)
        let isHeld = taken.contains { act in
            !refusals.contains { history.saw($0, act) || chosen.contains($0) && !history.saw(act, $0) }
        }
        if isHeld { return answers(card, .instructionAccepted).isEmpty ? "acknowledged" : "accepted" }
        if !refusals.isEmpty {
            let isImpossible = history.latest(refusals).contains { history.event($0).kind == .instructionImpossible }
            return isImpossible ? "impossible" : "declined"
        }
        return answers(card, .instructionDelivered).isEmpty ? "issued" : "delivered"
    }
}
