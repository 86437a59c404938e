import EventLog
import ImagingCase

/// ImagingStudy: what was made, as far as it is known.
extension FHIRCase {
    var hasStudy: Bool {
        stream.kind == .imagingCase && (state.acquisition.status != .none || !state.aliases.studyUID.isEmpty)
    }

    func imagingStudies() -> [FHIRResource] {
        guard hasStudy else { return [] }
        let uids = state.aliases.studyUID.map { FHIRIdentifier(studyUID: opened($0.value)) }
        let series = state.acquisition.series.filter { FHIRResourceID.isPossible($0.uid) }
        let base = order.map { [$0] } ?? []
        let events =
            state.acquisition.steps.flatMap(\.events) + state.acquisition.contentVersions.compactMap(\.event)
            + state.handOver.declarations.map(\.event)
        return [
            FHIRResource(
                .imagingStudy, own, status: studyStatus, identifiers: uids + accessions, references: base, events: events,
                tags: studyTags
            ) { json in
                json.list("modality", state.acquisition.modalities.filter { !$0.isEmpty }) { $1.coding(.dicom($0, "")) }
                json.reference("subject", subject)
                json.when("started", state.acquisition.steps.compactMap(\.startedAt).min())
                json.references("basedOn", base)
                json.member("numberOfSeries", series.count)
                json.member("numberOfInstances", Self.count(series.reduce(0) { $0 &+ max(0, $1.instances) }))
                if !examination.text.isEmpty { json.said("description", examination.text) }
                json.list("series", series) { write($0, to: &$1) }
                json.notes(state.handOver.current.map { [FHIRNote(by: $0.by, at: $0.at, text: $0.said.note)] } ?? [])
            }
        ]
    }

    private func write(_ series: SeriesContent, to json: inout JSONWriter) {
        json.member("uid", series.uid)
        let modality = series.modality.isEmpty ? state.acquisition.modalities.first { !$0.isEmpty } ?? "OT" : series.modality
        json.object("modality") { $0.coding(.dicom(modality, "")) }
        json.said("description", series.description)
        json.member("numberOfInstances", Self.count(series.instances))
    }

    /// Source: FHIR R4 imagingstudy-status.
    private var studyStatus: String {
        if state.acquisition.instances > 0 { return "available" }
        return state.acquisition.status == .discontinued ? "cancelled" : "registered"
    }

    /// Whose images they are is in doubt, or what was handed over is not all here: said beside the status, which has no word for it.
    private var studyTags: [FHIRCoding] {
        (state.identity.isFrozen ? [.own("identity", "disputed")] : [])
            + (state.handOver.status == .incomplete ? [.own("handOver", "incomplete")] : [])
    }

    /// A number as FHIR takes it.
    ///
    /// Source: FHIR R4 datatypes (unsignedInt, 31 bits).
    static func count(_ number: Int) -> Int { min(max(0, number), Int(Int32.max)) }
}
