import EventLog

extension Neighbourhood {
    /// Whether an open question of a number can stand against an examination.
    public static func canHold(_ number: Int) -> Bool { stake(of: number, isHeld: true).answer != .yes }

    /// What is at stake in an open question.
    ///
    /// - Parameter isHeld: whether it is the one by which the case waits as the second of two orders.
    private static func stake(of number: Int, isHeld: Bool) -> (answer: GoAhead.Answer, danger: GoAhead.Danger) {
        switch number {
        case BetweenCases.possibleDuplicate.number where isHeld: (.notYet, .unwanted)
        case BetweenCases.sharedByTwoPersons.number: (.no, .person)
        default: (.yes, .unready)
        }
    }

    /// What a worklist says in the place of "examine" while another history stands against it; nil where none does.
    public var examinationHeld: String? {
        holdUps.first { $0.answer != .yes }.map { "do not examine: \($0.what)" }
    }

    /// Why nothing of the case may be published now, in sentences: what the case itself says, and that another person's case has its
    /// identifier. Empty where nothing withholds it.
    public var withheldBecause: [String] {
        let ofTwo = conflicts.contains {
            $0.conflict.number == BetweenCases.sharedByTwoPersons.number && $0.conflict.state == .open
        }
        return centre.state.withheldBecause + (ofTwo ? ["Another person's case has the same identifier."] : [])
    }

    /// What stands against going ahead, or is to be minded, because of other histories.
    ///
    /// Source: clinical rules 9 and 13: the second of two orders waits before exposure; of one identifier with two persons nobody knows
    /// who is meant.
    var holdUps: [GoAhead.Reason] {
        let held = heldAsDuplicate
        return conflicts.filter { $0.conflict.state == .open }.map { question in
            let conflict = question.conflict
            let others = question.others(than: centre.state.stream)
            let mark = Self.stake(of: conflict.number, isHeld: conflict.id == held?.id)
            return GoAhead.Reason(
                mark.answer, mark.danger, "shared", "conflict \(conflict.number) \(conflict.kind) with \(others)",
                conflict.events, by: [conflict.owner], mark.answer == .yes ? "" : "decided by the \(conflict.owner.rawValue)")
        }
    }
}
