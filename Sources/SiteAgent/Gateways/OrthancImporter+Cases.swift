import EventLog
import ImagingCase
import Interop
import Problems
import SQLiteStore
import Web

extension OrthancImporter {
    /// Where a study belongs.
    struct Place {
        let stream: StreamID
        let state: CaseState
        /// Whether something of the case was known before.
        let isKnown: Bool
    }

    /// The case of a study: known by its UID, else by its accession number, else a case of its own that the order will find.
    ///
    /// An accession number without its issuer names an examination only together with the person: two hospitals may give the same one.
    func place(of study: OrthancStudy) throws(Problem) -> Place {
        if let alias = Alias(.studyUID, value: study.uid), let stream = try known(alias) { return try place(stream) }
        // A modality that worked from our list brings the UID that the list gave it.
        if let stream = WorklistEntry.stream(of: study.uid), try !file.events(of: stream).isEmpty { return try place(stream) }
        let number = fields.sealed(identifier: study.accession)
        let named =
            issuer.isEmpty
            ? [] : [Alias(.accession, issuer: issuer, value: number), Alias(.placerOrder, issuer: issuer, value: number)]
        for alias in named.compactMap({ $0 }) {
            if let stream = try known(alias) { return try place(stream) }
        }
        if !number.isEmpty, !study.patient.id.isEmpty {
            var fits: [Place] = []
            for stream in try file.streams(named: number, as: .accession) + file.streams(named: number, as: .placerOrder)
            where stream.kind == .imagingCase && !fits.contains(where: { $0.stream == stream }) {
                let place = try place(stream)
                if hasPerson(study, place.state) == true { fits.append(place) }
            }
            // Of several none is chosen: a person joins the cases.
            if fits.count == 1 { return fits[0] }
        }
        let own = named.first?.flatMap { $0 } ?? Alias(.studyUID, value: study.uid)
        guard let own else { throw Problem(.badInput, "The study has no identifier.") }
        return try place(CaseIdentity.derive(own))
    }

    private func place(_ stream: StreamID) throws(Problem) -> Place {
        let facts = try file.facts(of: stream)
        return Place(stream: stream, state: CaseFold.fold(stream, facts), isKnown: !facts.isEmpty)
    }

    /// The case that an identifier belongs to: as an event of it named it, or as its id was derived.
    func known(_ alias: Alias) throws(Problem) -> StreamID? {
        if let stream = try file.stream(of: alias) { return stream }
        let derived = CaseIdentity.derive(alias)
        return try file.events(of: derived).isEmpty ? nil : derived
    }

    /// Whether a case is of the person that a study names; nil where the case names nobody.
    private func hasPerson(_ study: OrthancStudy, _ state: CaseState) -> Bool? {
        let held = state.identity.fields.first { $0.name == .identifier }?.values.map(\.text) ?? []
        guard !held.isEmpty else { return nil }
        let id = fields.sealed(identifier: study.patient.id)
        return held.contains { $0.hasSuffix(" \(id)") }
    }

    /// What the images say of the person: who it is where nobody said so yet, and where they belong to somebody else, or to two.
    func persons(_ holding: OrthancHolding, _ place: Place) throws(Problem) -> [Plan] {
        let study = holding.first
        let ids = Set(holding.studies.map(\.patient.id)).sorted()
        let key = "orthanc|\(study.uid)|person|\(Hex.text(of: EventHash.sha256(Array(ids.joined(separator: "\n").utf8)).words.0))"
        func disputed(_ what: String) -> [Plan] { [Plan(event: .identityDisputed(IdentityDisputed(what: what)), key: key)] }
        if ids.count > 1 {
            return disputed("The archive holds images of \(ids.count) patients under this study's UID.")
        }
        switch hasPerson(study, place.state) {
        case true?: return []
        case false? where study.patient.id.isEmpty: return disputed("The images carry no patient ID.")
        case false?: return disputed("The images carry another patient ID than the order.")
        case nil:
            guard !issuer.isEmpty, !study.patient.id.isEmpty else { return [] }
            var patient = study.patient
            patient.issuer = issuer
            return [
                Plan(
                    event: .demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "as in the images")), key: key
                )
            ]
        }
    }
}
