import EventLog
import ImagingCase
import Problems

/// Questions that a case shares with other histories, wherever a case is shown.
extension CaseDesk {
    /// What is near a case as it is now.
    func near(_ stream: StreamID, _ history: CaseHistory) throws(Problem) -> Neighbourhood {
        try Neighbourhood.around(FoldedCase(stream, history), in: LibraryNeighbours(library))
    }

    /// The same for whoever asks: cases that do not open to him are not named.
    func nearShown(_ stream: StreamID, _ history: CaseHistory) throws(Problem) -> Neighbourhood {
        let near = try near(stream, history)
        do { return try near.naming { try isListed($0) } } catch let problem as Problem { throw problem } catch {
            throw Problem(.internalError, "What is near the case cannot be read.")
        }
    }

    /// The question of a place that several histories share, judged by what is here now; nil where it is none any more.
    func shared(at place: ConflictPlace) throws(Problem) -> SharedConflict? {
        try nearShown(place.stream, CaseHistory(try library.facts(of: place.stream))).conflicts.first {
            $0.conflict.id == place.id
        }
    }

    /// The members "shared" and "withheld" of a case's JSON: questions between it and others, and why nothing of it may be published.
    static func members(of near: Neighbourhood, to json: inout JSONWriter) {
        json.key("shared")
        json.beginArray()
        for question in near.conflicts { write(question, of: near.centre.state.stream, to: &json) }
        json.endArray()
        json.member("withheld", texts: near.withheldBecause)
    }

    /// One question with the other histories that it concerns.
    static func write(_ question: SharedConflict, of stream: StreamID, to json: inout JSONWriter) {
        var plain = JSONWriter()
        question.conflict.write(to: &plain)
        var with = JSONWriter()
        with.beginArray()
        for other in question.streams where other != stream { with.string(other.description) }
        with.endArray()
        json.raw(plain.bytes.dropLast() + Array(",\"with\":".utf8) + with.bytes + [UInt8(ascii: "}")])
    }

    /// The open ones as lines for people.
    static func lines(of near: Neighbourhood) -> [String] {
        let open = near.conflicts.filter { $0.conflict.state == .open }
        let questions = open.map { question in
            let others = question.others(than: near.centre.state.stream, CaseText.short)
            let conflict = question.conflict
            return "! CONFLICT \(conflict.id)  \(conflict.number) \(conflict.kind)  with \(others), "
                + "for \(conflict.owner.rawValue): \(conflict.inForce)"
        }
        return questions + near.withheldBecause.map { "publication withheld: \($0)" }
    }

    /// What shared questions ask of a role, as rows of its worklist: at the history where the decision is recorded.
    ///
    /// - Parameter places: where open questions lie between histories. Those of numbers that the role owns nothing of are passed over
    ///   unread.
    func sharedWork(
        of role: Role, at places: [ConflictPlace]
    ) throws(Problem) -> [(row: [UInt8], work: WorklistRow.Work)] {
        let owned = Set(ConflictRule.catalogue.filter { $0.owner == role }.map(\.number))
        var found: [(row: [UInt8], work: WorklistRow.Work)] = []
        for place in places where owned.contains(place.number) {
            guard let question = try shared(at: place), question.conflict.owner == role, question.conflict.state == .open else {
                continue
            }
            let state = CaseFold.fold(place.stream, try library.facts(of: place.stream))
            var row = JSONWriter()
            CaseSummary(state).write(to: &row)
            let what = "decide conflict \(question.conflict.number) \(question.conflict.kind)"
            found.append(
                (
                    row.bytes,
                    WorklistRow.Work(role: role.rawValue, what: what, due: question.conflict.due.map { Timestamp.text(of: $0) })
                ))
        }
        return found
    }

    /// The cases that shall not be examined because of another history, with the words for it.
    ///
    /// A case's own row is made from its history alone; the second of two orders for one examination cannot know there that it waits.
    func heldExaminations(at places: [ConflictPlace]) throws(Problem) -> [String: String] {
        var streams: Set<StreamID> = []
        for place in places where Neighbourhood.canHold(place.number) {
            streams.formUnion(try shared(at: place)?.streams ?? [])
        }
        var held: [String: String] = [:]
        for stream in streams where stream.kind == .imagingCase {
            held[stream.description] = try nearShown(stream, CaseHistory(try library.facts(of: stream))).examinationHeld
        }
        return held
    }
}
