import EventLog
import ImagingCase
import Interop
import Problems
import SQLiteStore
import Web

/// Objects that say something besides being images: dose reports, plans and records of radiotherapy, rejection notes.
extension OrthancFollower {
    /// The modalities of their series. Source: DICOM PS3.3 C.7.3.1.1.1.
    private static let speaking: Set<String> = ["SR", "RTPLAN", "RTRECORD", "KO"]
    /// The most of one study that are read at one look.
    private static let objectsMax = 1_000

    /// Reads those of a study that were not read yet; one that cannot be read is said, and the others are read.
    func readObjects(of holding: OrthancHolding, _ seen: inout SeenStudy) async throws(OrthancFault) {
        let series = Set(holding.series.filter { Self.speaking.contains($0.modality) }.map(\.id))
        guard !series.isEmpty else { return }
        var read = Set(seen.read)
        let fresh = holding.instances.filter { series.contains($0.series) && !read.contains($0.uid) }
        for instance in fresh.prefix(Self.objectsMax) {
            do throws(OrthancFault) {
                let object = try await client.json("/instances/\(instance.id)/tags?simplify")
                let recorded = try await taking(holding.first.id) { () throws(Problem) in
                    try await importer.take(object, of: holding.first)
                }
                guard let recorded else { continue }
                gauge.tell { $0.recorded += recorded.count }
                read.insert(instance.uid)
            } catch {
                if error.stopsRound { throw error }
                refuse(holding.first.id, error.text, error.remedy)
            }
        }
        seen.read = Array(read.sorted().prefix(SeenStudy.readMax))
    }
}

extension OrthancImporter {
    /// Records what an object says; nothing where it says nothing that a case keeps.
    ///
    /// - Throws: `BAD_INPUT` with the field where it breaks DICOM's form, `AMBIGUOUS` where the course cannot be told, and as
    ///   ``record(_:on:)``.
    func take(_ object: OrthancJSON, of study: OrthancStudy) async throws(Problem) -> [Recorded] {
        let report: DoseReport?
        let treatment: TreatmentEvent?
        let rejection: ImageQualityEvent?
        do throws(OrthancRefusal) {
            report = try DoseReport(object)
            treatment = try TreatmentObject.event(object)
            rejection = try RejectionNote.event(object)
        } catch {
            throw Problem(.badInput, error.message, remedy: "Look at the object in the archive; nothing was recorded of it.")
        }
        let key = "orthanc|\(study.uid)|object|\(object["SOPInstanceUID"]?.text ?? "")"
        if let report {
            return try await record([Plan(event: .doseRecorded(report.dose), key: key)], on: try place(of: study).stream)
        }
        if let rejection {
            return try await record([Plan(event: .imageQuality(rejection), key: key)], on: try place(of: study).stream)
        }
        guard let treatment else { return [] }
        return try await record([Plan(event: .treatment(treatment), key: key)], on: try course(of: study, treatment))
    }

    /// The course that a plan or record belongs to: the one that knows the plan, else the person's only one, else one of its own.
    private func course(of study: OrthancStudy, _ event: TreatmentEvent) throws(Problem) -> StreamID {
        let own = StreamID(kind: .course, derivedFrom: "studyUID:\(study.uid)")
        let id = fields.sealed(identifier: study.patient.id)
        let courses = id.isEmpty ? [] : try file.cases(ofPatient: id, issuer: issuer).filter { $0.kind == .course }
        for stream in courses + [own] where try knows(plan: event.planUID, stream) { return stream }
        guard courses.count <= 1 else {
            throw Problem(
                .ambiguous, "The person has \(courses.count) courses of radiotherapy, and none knows the plan.",
                remedy: "Record the plan in its course: filmjacket case record rt.planVersionCreated --case ID.")
        }
        return courses.first ?? own
    }

    private func knows(plan uid: String, _ stream: StreamID) throws(Problem) -> Bool {
        try file.facts(of: stream).contains { fact in
            if case .treatment(.planVersionCreated(let plan)) = fact.event { plan.planUID == uid } else { false }
        }
    }
}

extension TreatmentEvent {
    /// The plan that a plan's or a record's event names.
    fileprivate var planUID: String {
        switch self {
        case .planVersionCreated(let said): said.planUID
        case .fractionDelivered(let said): said.planUID
        default: ""
        }
    }
}
