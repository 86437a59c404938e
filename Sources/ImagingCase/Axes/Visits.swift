import EventLog

/// The arrivals of a case with their visit numbers, for the question of what was made for an earlier visit; lives for one fold.
///
/// What was made before any arrival was made for the first one: many screens are done by telephone. No clock is asked.
///
/// Source: HL7 v2.5.1 3.4.3.19 (PV1-19); house rule: a screen counts for the visit in which it was made.
struct Visits {
    private let history: CaseHistory
    private var arrivals: [(position: Int, visit: String)] = []

    init(_ history: CaseHistory) { self.history = history }

    /// Takes an arrival; one without a visit number opens no other visit.
    mutating func take(_ arrival: PatientArrived, at position: Int) {
        if !arrival.visit.isEmpty { arrivals.append((position, arrival.visit)) }
    }

    /// The first arrival for another visit by somebody who had seen the fact at a position; nil while its own visit lasts.
    func end(of position: Int) -> Int? {
        let later = arrivals.filter { history.precedes(position, $0.position) }
        if later.isEmpty { return nil }
        var own = arrivals.filter { history.precedes($0.position, position) }
        if own.isEmpty {
            own = later.filter { one in !later.contains { history.precedes($0.position, one.position) } }
        }
        return later.first { arrival in !own.contains { $0.visit == arrival.visit } }?.position
    }
}
