import EventLog
import ImagingCase
import Interop
import Problems
import Web

extension HL7Importer {
    /// What a message says as it is recorded and looked up here.
    func sealed(_ intent: HL7Intent) throws(HL7Refusal) -> HL7Intent {
        var aliases = intent.aliases
        aliases.placerOrder = aliases.placerOrder.map(sealed)
        aliases.accession = aliases.accession.map(sealed)
        aliases.patientIdentifiers = aliases.patientIdentifiers.map(sealed)
        let event = try HL7Refusal.asking { () throws(Problem) in try fields.sealed(intent.event) }
        return intent.replacing(aliases, event)
    }

    private func sealed(_ number: IssuedIdentifier) -> IssuedIdentifier {
        IssuedIdentifier(issuer: number.issuer, value: fields.sealed(identifier: number.value))
    }

    /// What an intent comes to: one event on the case that it names, or one on each case of the person.
    func plans(for intent: HL7Intent, _ outcome: inout HL7Outcome) throws(HL7Refusal) -> [HL7Plan] {
        guard intent.aliases.namesCase else { return try plansForPerson(intent, &outcome) }
        let aliases = Self.aliases(intent.aliases)
        guard let stream = try known(aliases) ?? (intent.opensCase ? aliases.first.map(CaseIdentity.derive) : nil) else {
            throw HL7Refusal(
                HL7Problem(.unknownKey, at: HL7Location("ORC", field: 2), "No order is known under the message's identifiers."))
        }
        let state = try state(of: stream)
        try requireSamePerson(intent, state)
        return [plan(intent, on: state, key: intent.sourceKey)]
    }

    /// A person's news concern the person's cases: an arrival those that wait for the examination, a correction all of them. What
    /// links identifiers, and a correction before any case is here, goes into the person's own history, where the order finds it.
    private func plansForPerson(_ intent: HL7Intent, _ outcome: inout HL7Outcome) throws(HL7Refusal) -> [HL7Plan] {
        if case .person = intent.event { return [plan(intent, on: try personState(intent), key: intent.sourceKey)] }
        let cases = try cases(of: intent)
        if cases.isEmpty { return try plansWithoutCase(intent, &outcome) }
        if case .schedule = intent.event { return try plansForAppointment(intent, among: cases, &outcome) }
        var plans: [HL7Plan] = []
        for stream in cases {
            let state = try state(of: stream)
            let waits = state.acquisition.status == .none && state.order.status <= .accepted
            guard waits || intent.event.kind != .patientArrived else { continue }
            plans.append(plan(intent, on: state, key: Self.key(of: intent, on: stream)))
        }
        if plans.isEmpty { outcome.remarks.append("no examination of this person waits here: nothing is recorded") }
        return plans
    }

    /// An appointment that names no order is of the one examination that waits; of several nobody can say which is meant.
    private func plansForAppointment(
        _ intent: HL7Intent, among cases: [StreamID], _ outcome: inout HL7Outcome
    ) throws(HL7Refusal) -> [HL7Plan] {
        // One that comes again is the same event, wherever it was recorded and whatever waits by now.
        if let first = cases.first, try isRecorded(intent) {
            return [plan(intent, on: try state(of: first), key: intent.sourceKey)]
        }
        let waiting = try cases.map { (stream) throws(HL7Refusal) in try state(of: stream) }
            .filter { $0.acquisition.status == .none && $0.order.status <= .accepted }
        guard let state = waiting.first else {
            outcome.remarks.append("no examination of this person waits here: nothing is recorded")
            return []
        }
        guard waiting.count == 1 else {
            throw HL7Refusal(
                HL7Problem(
                    .unknownKey, at: HL7Location("SCH", field: 26),
                    "\(waiting.count) examinations of the person wait, and the appointment names no order.",
                    remedy: "Name the order in SCH-26 or SCH-27, and send the message again with a new control id."))
        }
        return [plan(intent, on: state, key: intent.sourceKey)]
    }

    private func isRecorded(_ intent: HL7Intent) throws(HL7Refusal) -> Bool {
        try HL7Refusal.asking { () throws(Problem) in try library.sourceKeys(beginningWith: intent.sourceKey) }
            .contains(intent.sourceKey)
    }

    private func personState(_ intent: HL7Intent) throws(HL7Refusal) -> CaseState {
        guard let stream = CaseIdentity.derive(intent.event) else {
            throw HL7Refusal(
                HL7Problem(
                    .requiredFieldMissing, at: HL7Location("PID", field: 3),
                    "An identifier of a person needs its assigning authority, and it has none."))
        }
        return try state(of: stream)
    }

    private func cases(of intent: HL7Intent) throws(HL7Refusal) -> [StreamID] {
        var streams: Set<StreamID> = []
        for number in intent.aliases.patientIdentifiers {
            let found = try HL7Refusal.asking { () throws(Problem) in
                try library.cases(ofPatient: number.value, issuer: number.issuer)
            }
            streams.formUnion(found.filter { $0.kind == .imagingCase })
        }
        return streams.sorted()
    }

    private func plansWithoutCase(_ intent: HL7Intent, _ outcome: inout HL7Outcome) throws(HL7Refusal) -> [HL7Plan] {
        guard case .demographicsCorrected(let said) = intent.event, let patient = said.patient,
            let stream = StreamID.person(IssuedIdentifier(issuer: patient.issuer, value: patient.id))
        else {
            outcome.remarks.append("no case of this person is here: nothing is recorded")
            return []
        }
        outcome.remarks.append("no case of this person is here: kept in the person's own history")
        return [plan(intent, on: try state(of: stream), key: Self.key(of: intent, on: stream))]
    }

    /// Two histories cannot share a key; the end of the history's id tells them apart within a key's bound.
    private static func key(of intent: HL7Intent, on stream: StreamID) -> String {
        "\(intent.sourceKey)|\(stream.description.suffix(8))"
    }

    private func plan(_ intent: HL7Intent, on state: CaseState, key: String) -> HL7Plan {
        HL7Plan(
            event: Self.completed(intent, state), state: state, author: Author(person: intent.person, role: intent.role),
            occurredAt: intent.occurredAt, sourceKey: key)
    }

    /// What a message says outside the event that it becomes: a hand-over's identifiers, and that a correction means the report that
    /// stands, because no message names our events.
    private static func completed(_ intent: HL7Intent, _ state: CaseState) -> CaseEvent {
        switch intent.event {
        case .studyHandedOver(var said):
            if said.studyUID.isEmpty { said.studyUID = intent.aliases.studyUID }
            if said.accession == nil { said.accession = intent.aliases.accession }
            return .studyHandedOver(said)
        case .reportCorrected(var said):
            if said.replaces == nil { said.replaces = state.report.current }
            return .reportCorrected(said)
        default: return intent.event
        }
    }

    private static func aliases(_ named: HL7Aliases) -> [Alias] {
        [
            named.placerOrder.flatMap { Alias(.placerOrder, issuer: $0.issuer, value: $0.value) },
            named.accession.flatMap { Alias(.accession, issuer: $0.issuer, value: $0.value) },
            Alias(.studyUID, value: named.studyUID),
        ].compactMap { $0 }
    }

    /// The case that one of some identifiers belongs to, the strongest first: as an event of it named it, or as its id was derived.
    private func known(_ aliases: [Alias]) throws(HL7Refusal) -> StreamID? {
        try HL7Refusal.asking { () throws(Problem) in
            for alias in aliases {
                if let stream = try library.stream(of: alias) { return stream }
                let derived = CaseIdentity.derive(alias)
                if try !library.events(of: derived).isEmpty { return derived }
            }
            return nil
        }
    }

    private func state(of stream: StreamID) throws(HL7Refusal) -> CaseState {
        try HL7Refusal.asking { () throws(Problem) in CaseFold.fold(stream, try library.facts(of: stream)) }
    }

    /// Refuses a message about an order that belongs to somebody else: a report on the wrong person is worse than none.
    ///
    /// Persons differ where one issuer gave both an identifier and none is the same. An order says its person itself and passes: the
    /// case then shows the dispute.
    private func requireSamePerson(_ intent: HL7Intent, _ state: CaseState) throws(HL7Refusal) {
        if case .orderPlaced = intent.event { return }
        let held = state.identity.fields.first { $0.name == .identifier }?.values.map(\.text) ?? []
        let said = intent.aliases.patientIdentifiers
        let sharesIssuer = said.contains { number in held.contains { $0.hasPrefix("\(number.issuer) ") } }
        guard sharesIssuer, !said.contains(where: { held.contains("\($0.issuer) \($0.value)") }) else { return }
        throw HL7Refusal(
            HL7Problem(
                .unknownKey, at: HL7Location("PID", field: 3),
                "The order that is named belongs to another person than PID-3 names.",
                remedy: "Correct the order number or the person, and send the message again with a new control id."))
    }
}
