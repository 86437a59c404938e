import EventLog
import ImagingCase
import Interop
import Problems

/// Cases as FHIR resources, for whoever they open to.
extension CaseDesk {
    /// A resource at one version; nil where the history then had none.
    struct FHIRState {
        let version: FHIRVersion
        let resource: FHIRResource?

        /// Of consecutive versions that say the same the last, so that the newest is what a read gives.
        static func changes(_ all: [FHIRState]) -> [FHIRState] {
            var changes: [FHIRState] = []
            for state in all {
                if changes.isEmpty, state.resource == nil { continue }
                if let last = changes.last, last.resource?.content == state.resource?.content { changes.removeLast() }
                changes.append(state)
            }
            return changes
        }
    }

    /// One resource as it is now.
    ///
    /// - Throws: `UNKNOWN_CASE` for a history that is unknown or does not open, `NOT_FOUND` for what it does not have.
    func fhir(_ type: FHIRType, _ id: String) throws(Problem) -> (FHIRResource, FHIRVersion) {
        let look = try look(atResource: id)
        let whole = try fhirCase(look.state, look.history, for: type)
        guard let resource = whole.resources(type).first(where: { $0.id == id }) else { throw Self.noResource(type, id) }
        return (resource, whole.version(of: resource, whole.version))
    }

    /// A resource after each event that the node took in, the first of them first: what it was at every state that the node was in.
    ///
    /// Complexity: of the history's length and of what each of its states shows.
    func fhirVersions(_ type: FHIRType, _ id: String) throws(Problem) -> [FHIRState] {
        let look = try look(atResource: id)
        if type == .provenance {
            let (resource, version) = try fhir(type, id)
            return [FHIRState(version: version, resource: resource)]
        }
        var states: [FHIRState] = []
        var folded: FoldedCase?
        for fact in try library.facts(of: look.stream) {
            let next = folded?.appending([fact]) ?? FoldedCase(look.stream, [fact])
            folded = next
            let whole = try fhirCase(look.access.shown(next.state), next.history, for: nil)
            states.append(FHIRState(version: whole.version, resource: whole.resources(type).first { $0.id == id }))
        }
        // What links say of a person now is told of him as he is now, and not of what he was.
        let now = try fhirCase(look.state, look.history, for: type)
        if now.person != nil, let resource = now.resources(type).first(where: { $0.id == id }) {
            states.append(FHIRState(version: now.version(of: resource, now.version), resource: resource))
        }
        return states
    }

    /// The history that a resource's id names.
    private func look(atResource id: String) throws(Problem) -> Look {
        guard let stream = FHIRResourceID(id)?.stream, Self.isShown(stream) else { throw Self.hidden(id) }
        return try look(at: stream.description, knownTo: nil, at: nil, for: try .said(nil, nil))
    }

    /// Whether histories of the kind are shown as resources: registers and files of peer review are not.
    static func isShown(_ stream: StreamID) -> Bool { stream.kind == .imagingCase || stream.kind == .course }

    /// A history to be mapped, with what lies beside it and the type says too: signatures of its sites, links of its person.
    ///
    /// - Parameter type: nil where only the history itself is meant.
    func fhirCase(_ state: CaseState, _ history: CaseHistory, for type: FHIRType?) throws(Problem) -> FHIRCase {
        let keys = FieldKeys.current
        var checkpoints: [LogID: SignedCheckpoint] = [:]
        if type == .provenance {
            for log in Set(history.facts.map(\.id.log)) {
                checkpoints[log] = try library.checkpoint(of: log).flatMap { SignedCheckpoint(note: $0) }
            }
        }
        let person = type == .patient ? try state.patient.flatMap { (patient) throws(Problem) in try fhirPerson(patient) } : nil
        return FHIRCase(state, history, checkpoints: checkpoints, person: person) { keys.opened(text: $0) }
    }

    private func fhirPerson(_ patient: Patient) throws(Problem) -> FHIRPerson? {
        let number = IssuedIdentifier(issuer: patient.issuer, value: patient.id)
        guard !number.value.isEmpty else { return nil }
        let found = try person(with: number)
        guard let group = found.clusters.person(of: number), let updated = found.updated else { return nil }
        return FHIRPerson(group, updated: updated)
    }

    static func noResource(_ type: FHIRType, _ id: String) -> Problem {
        Problem(
            .notFound, "There is no \(type.rawValue) '\(id)' here.", remedy: "Search for it: GET \(FHIRAPI.root)\(type.rawValue)."
        )
    }
}
