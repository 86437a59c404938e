import EventLog
import ImagingCase

/// The facts of one case as the reference fold sees them: slow, short and obviously right. It shares no line with the product's
/// history: who had seen what is found by walking parents, what comes first by looking again and again for the next.
struct ReferenceHistory {
    /// The facts whose past is held, parents first and then by hash.
    private(set) var facts: [CaseFact] = []
    /// Events of which some part of the past is missing, ascending.
    private(set) var waiting: [EventID] = []
    /// For each place the places whose facts its author had seen.
    private var seen: [Set<Int>] = []
    private var byKind: [EventKind: [Int]] = [:]

    init(_ delivered: [CaseFact]) {
        var known: [EventID: CaseFact] = [:]
        for fact in delivered { known[fact.id] = fact }
        var placed: [EventID: Int] = [:]
        while let next = known.values.filter({ $0.parents.allSatisfy { placed[$0] != nil } }).min(by: { $0.hash < $1.hash }) {
            known[next.id] = nil
            placed[next.id] = facts.count
            var past: Set<Int> = []
            var walk = next.parents
            while let parent = walk.popLast().flatMap({ placed[$0] }) {
                if past.insert(parent).inserted { walk += facts[parent].parents }
            }
            byKind[next.event.kind, default: []].append(facts.count)
            facts.append(next)
            seen.append(past)
        }
        waiting = known.keys.sorted()
    }

    /// The places of all facts.
    var all: [Int] { Array(facts.indices) }

    /// The events that no other names as parent, ascending.
    var heads: [EventID] {
        facts.map(\.id).filter { id in !facts.contains { $0.parents.contains(id) } }.sorted()
    }

    /// The event at a place.
    func event(_ place: Int) -> CaseEvent { facts[place].event }

    /// Its id.
    func id(_ place: Int) -> EventID { facts[place].id }

    /// Who recorded it.
    func author(_ place: Int) -> String { facts[place].actor.person }

    /// In which role; nil for a word that is no role.
    func role(_ place: Int) -> Role? { Role(rawValue: facts[place].actor.role) }

    /// Whether its author reads images.
    func isReader(_ place: Int) -> Bool {
        [.radiologist, .lead, .interventionalRadiologist].contains(role(place))
    }

    /// Where an event is; nil where it is not held.
    func place(_ id: EventID?) -> Int? { facts.firstIndex { $0.id == id } }

    /// Whether the author of one fact had seen the other.
    func saw(_ later: Int, _ earlier: Int) -> Bool { seen[later].contains(earlier) }

    /// Whether the author of one fact had seen all of some.
    func saw(_ later: Int, all earlier: [Int]) -> Bool { earlier.allSatisfy { saw(later, $0) } }

    /// Whether neither had seen the other.
    func apart(_ one: Int, _ other: Int) -> Bool { one != other && !saw(one, other) && !saw(other, one) }

    /// Those of some that the author of none of the others had seen.
    func latest(_ some: [Int]) -> [Int] { some.filter { one in !some.contains { saw($0, one) } } }

    /// The places of the facts of some kinds.
    func of(_ kinds: EventKind...) -> [Int] {
        kinds.count == 1 ? byKind[kinds[0], default: []] : kinds.flatMap { byKind[$0, default: []] }.sorted()
    }

    /// The questions between facts: such as were said apart and differ, each the last word of its side before it met the other.
    /// Facts that stand against each other all together make one question.
    func questions(_ some: [Int], differ: (Int, Int) -> Bool) -> [[Int]] {
        func isLastBefore(_ one: Int, _ other: Int) -> Bool { !some.contains { saw($0, one) && apart($0, other) } }
        func oppose(_ one: Int, _ other: Int) -> Bool {
            apart(one, other) && differ(one, other) && isLastBefore(one, other) && isLastBefore(other, one)
        }
        var found: [[Int]] = []
        for one in some {
            for other in some where one < other && oppose(one, other) {
                if found.contains(where: { $0.contains(one) && $0.contains(other) }) { continue }
                var question = [one, other]
                for third in some where other < third && question.allSatisfy({ oppose($0, third) }) { question.append(third) }
                found.append(question)
            }
        }
        return found
    }
}

/// One question as the reference answers it.
struct ReferenceConflict {
    let number: Int
    let kind: String
    let sides: [Int]
    var state = Conflict.State.open
    /// The decision that closed it.
    var decision: Int?
    /// The event that a person chose.
    var chosen: Int?

    /// The question in one line.
    func line(_ history: ReferenceHistory) -> String {
        let events = sides.map(history.id).sorted().map(\.description).joined(separator: " ")
        let by = state == .resolved && number != 53 ? decision.map { " by \(history.id($0))" } : nil
        return "\(kind) \(events): \(state.rawValue)\(by ?? "")"
    }
}

extension ReferenceHistory {
    /// Who may close a question, by the role that owns it.
    private static let resolvers: [Role: [Role]] = [
        .radiologist: [.radiologist, .interventionalRadiologist, .lead],
        .safetyOfficer: [.safetyOfficer, .radiologist, .interventionalRadiologist, .lead],
        .technologist: [.technologist, .radiologist, .interventionalRadiologist, .lead],
        .physicist: [.physicist, .radiologist, .interventionalRadiologist, .lead],
        .frontDesk: [.frontDesk, .siteAdmin, .hubAdmin, .lead],
        .lead: [.lead],
        .referrer: [.referrer, .lead],
        .radiationOncologist: [.radiationOncologist],
    ]

    /// Questions about radiotherapy, which nobody but their owner closes.
    private static let aboutTreatment = 53...57

    /// A question with what closes it: a person's decision, else a fact that settles it by itself.
    ///
    /// - Parameter settling: places of facts that settle it where their author had seen all sides.
    func conflict(
        _ number: Int, _ kind: String, _ sides: [Int], owner: Role, settling: [Int] = []
    ) -> ReferenceConflict {
        var conflict = ReferenceConflict(number: number, kind: kind, sides: sides)
        if let decision = decision(on: sides, number, owner) {
            conflict.state = .resolved
            conflict.decision = decision
            if case .conflictResolved(let said) = event(decision) { conflict.chosen = place(said.choose) }
        } else if let settled = settling.sorted().first(where: { saw($0, all: sides) }) {
            conflict.state = .resolved
            // Somebody's decision on a question beside this one can settle this one, too: then it says nothing of a choice.
            if event(settled).kind == .conflictResolved { conflict.decision = settled }
        }
        return conflict
    }

    /// The decision of a person who may, who had seen all sides and who names the question by its id, or by its number and one of
    /// its sides. Of several the latest counts; such as were made apart count where they choose alike.
    private func decision(on sides: [Int], _ number: Int, _ owner: Role) -> Int? {
        let name = Conflict(
            case: someCase, number: number, kind: "", owner: owner, due: nil, events: sides.map(id), rule: "", inForce: ""
        ).id
        var choices: [Int: EventID?] = [:]
        for place in of(.conflictResolved) where saw(place, all: sides) {
            guard case .conflictResolved(let said) = event(place), let role = role(place),
                Self.aboutTreatment.contains(number) ? role == owner : Self.resolvers[owner, default: []].contains(role)
            else { continue }
            let choosesSide = sides.contains { id($0) == said.choose }
            if said.conflict == name || said.number == number && (said.conflict.isEmpty || choosesSide) {
                choices.updateValue(said.choose, forKey: place)
            }
        }
        let latest = latest(choices.keys.sorted())
        return Set(latest.map { choices[$0] }).count == 1 ? latest.first : nil
    }
}
