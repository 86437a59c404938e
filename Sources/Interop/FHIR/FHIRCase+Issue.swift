import EventLog
import ImagingCase

/// DetectedIssue: every question that two facts recorded apart leave open, and how it was closed.
extension FHIRCase {
    func detectedIssues() -> [FHIRResource] { state.conflicts.map(detectedIssue) }

    private func detectedIssue(_ conflict: Conflict) -> FHIRResource {
        let number = FHIRIdentifier(IssuedIdentifier(issuer: "urn:filmjacket:conflict", value: conflict.id), type: "")
        return FHIRResource(
            .detectedIssue, FHIRResourceID(stream, conflict.id), status: Self.status(conflict), identifiers: [number],
            events: conflict.events + (conflict.closedBy.map { [$0] } ?? []), tags: [.own("conflict", conflict.kind)]
        ) { json in
            json.concept("code", FHIRConcept(.own("conflict", conflict.kind), text: "\(conflict.number) \(conflict.kind)"))
            json.member("severity", severity(conflict))
            if state.patient != nil { json.reference("patient", subject) }
            json.when(
                "identifiedDateTime",
                conflict.events.compactMap { history.position(of: $0) }.map { history[$0].recordedAt.instant }.max())
            json.references("implicated", implicated(conflict))
            json.said("detail", Self.words([conflict.inForce, conflict.rule]))
            if let closed = conflict.closedBy { write(closed, to: &json) }
        }
    }

    private func write(_ closed: EventID, to json: inout JSONWriter) {
        guard let position = history.position(of: closed) else { return }
        let fact = history[position]
        json.list("mitigation", [fact]) { fact, json in
            var text = fact.event.kind.text
            if case .conflictResolved(let said) = fact.event { text = Self.words(["resolved", said.reason]) }
            json.concept("action", FHIRConcept(text: text))
            json.when("date", fact.occurredAt.instant)
            json.reference("author", .person(fact.actor.person))
        }
    }

    /// What stands against each other: reports as such, everything else as the record of who said it.
    private func implicated(_ conflict: Conflict) -> [FHIRReference] {
        var found: [FHIRReference] = []
        for event in conflict.events {
            let reference = report(event) ?? .to(.provenance, id(event).description)
            if !found.contains(reference) { found.append(reference) }
        }
        return found
    }

    /// Source: FHIR R4 observation-status, as DetectedIssue uses it.
    private static func status(_ conflict: Conflict) -> String {
        switch conflict.state {
        case .open: "preliminary"
        case .resolved: "final"
        case .superseded: "cancelled"
        }
    }

    /// Something that freezes the case or concerns an urgent one is severe; what has a time by which it goes to somebody else is moderate.
    ///
    /// Source: FHIR R4 detectedissue-severity; house rule for the derivation.
    private func severity(_ conflict: Conflict) -> String {
        if conflict.state == .open && (state.identity.isFrozen || state.isUrgent) { return "high" }
        return conflict.due == nil ? "low" : "moderate"
    }
}
