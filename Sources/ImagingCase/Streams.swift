public import EventLog

extension EventKind {
    /// The kinds of histories in which it may be recorded, the usual one first; empty for a kind that this version does not know,
    /// which is carried wherever it came.
    public var streamKinds: [StreamKind] { StreamRules.table[self] ?? [] }

    /// Whether a history of some kind may hold it; what this version does not know is held by any.
    public func belongs(in stream: StreamKind) -> Bool {
        let kinds = streamKinds
        return kinds.isEmpty || kinds.contains(stream)
    }
}

extension StreamKind {
    /// What a history is of, in words.
    public var words: String {
        switch self {
        case .imagingCase: "a case"
        case .person: "a person"
        case .course: "a course of radiotherapy"
        case .reviewFile: "a review file"
        case .site: "a site"
        case .credential: "a person's credentials"
        }
    }
}

/// Which kinds belong in which histories: one table, for the authoring guard and for the flags of the fold.
///
/// Source: house rule, see the aggregates of the event catalogue.
enum StreamRules {
    static let table: [EventKind: [StreamKind]] = {
        var table: [EventKind: [StreamKind]] = [:]
        for kind in EventKind.known { table[kind] = [.imagingCase] }
        func place(_ kinds: [EventKind], _ streams: [StreamKind]) {
            for kind in kinds { table[kind] = streams }
        }
        place(PersonEvent.kinds, [.person])
        place(TreatmentEvent.kinds, [.course])
        place(ReviewEvent.kinds, [.reviewFile])
        place([.credentialGranted, .credentialRevoked], [.credential])
        place([.staffDoseRecorded, .equipmentQcRecorded], [.site])
        place([.incidentReported], [.site, .imagingCase, .course])
        place([.researchConsented, .researchExported], [.imagingCase, .person])
        place([.demographicsCorrected], [.imagingCase, .person, .course])
        // What is done with a person at a visit is done before a fraction as before an examination.
        place(
            [
                .patientArrived, .identityVerified, .identityDisputed, .identityDisputeCleared, .pregnancyScreened, .doseRecorded,
                .questionAsked, .questionAnswered,
            ] + ScheduleEvent.kinds + PreparationEvent.kinds, [.imagingCase, .course])
        place([.caseLinked, .caseUnlinked], [.imagingCase, .course])
        place([.caseRouted, .caseWithdrawn], [.imagingCase, .course, .person])
        place([.commentAdded, .conflictResolved, .notificationSeen] + AttachmentEvent.kinds, StreamKind.allCases)
        return table
    }()
}

extension StreamID {
    /// The history of what is known of a person's identifier; nil where issuer or value is empty, because a value without its issuer
    /// names many persons.
    public static func person(_ id: IssuedIdentifier) -> StreamID? {
        guard id.isWhole else { return nil }
        return StreamID(kind: .person, derivedFrom: "person:\(id.issuer.utf8.count):\(id.issuer):\(id.value)")
    }

    /// The history of a site's registers.
    public static func site(_ site: SiteID) -> StreamID { StreamID(kind: .site, derivedFrom: "site:\(site)") }

    /// The history of what a person may do; nil for nobody.
    public static func credential(of person: String) -> StreamID? {
        person.isEmpty ? nil : StreamID(kind: .credential, derivedFrom: "credential:\(person)")
    }
}

extension IssuedIdentifier: Comparable {
    /// Whether both issuer and value are said.
    public var isWhole: Bool { !issuer.isEmpty && !value.isEmpty }

    /// Issuer and value, as people read it.
    public var words: String { issuer.isEmpty ? value : "\(issuer) \(value)" }

    /// By issuer and value, which every node compares alike.
    public static func < (left: IssuedIdentifier, right: IssuedIdentifier) -> Bool {
        (left.issuer, left.value) < (right.issuer, right.value)
    }
}

extension Authoring {
    /// Refuses a kind in a history where nobody would look for it, and a statement about a person in another person's history.
    static func checkStream(_ event: CaseEvent, in stream: StreamID) throws(AuthoringRefusal) {
        let kinds = event.kind.streamKinds
        guard event.kind.belongs(in: stream.kind) else {
            throw AuthoringRefusal(
                .content, "\(event.kind) is not recorded in the history of \(stream.kind.words).",
                remedy: "Record it in the history of \(kinds.map(\.words).joined(separator: " or ")).")
        }
        try checkSelf(event, in: stream)
        guard stream.kind == .person || stream.kind == .credential, let own = CaseIdentity.derive(event), own != stream else {
            return
        }
        throw AuthoringRefusal(
            .content, "\(event.kind) says something of another person than this history is of.",
            remedy: "Record it in \(own), or leave the history out so that it is found.")
    }

    private static func checkSelf(_ event: CaseEvent, in stream: StreamID) throws(AuthoringRefusal) {
        let other: String
        switch event {
        case .linkage(.linked(let said)): other = said.to
        case .linkage(.unlinked(let said)): other = said.from
        default: return
        }
        guard StreamID(other) == stream else { return }
        throw AuthoringRefusal(
            .content, "A case cannot be linked to or separated from itself.", remedy: "Name the other case.")
    }
}
