import EventLog
import ImagingCase

/// Task: reading as work. The case's own task says how far the reading is; each request and each claim is a task that is part of it.
extension FHIRCase {
    func tasks() -> [FHIRResource] {
        guard state.reading.status != .none else { return [] }
        return [readingTask()] + state.reading.tasks.map(task) + state.reading.claims.map(task) + state.reading.offers.map(task)
    }

    private func readingTask() -> FHIRResource {
        let active = state.reading.claims.filter(\.isActive)
        let status =
            switch state.reading.status {
            case .none, .queued, .reopened: "requested"
            case .offered: "received"
            case .claimed, .coRead: "in-progress"
            case .reported: "completed"
            }
        let events =
            state.reading.claims.map(\.event) + state.reading.tasks.map(\.event)
            + state.handOver.declarations.map(\.event)
        return task(own, status, state.reading.status.rawValue, .unspecified, events: events) { json in
            json.when("authoredOn", state.handOver.current?.at)
            if let owner = active.first { json.reference("owner", .person(owner.by)) }
        }
    }

    private func task(_ task: ReadingTask) -> FHIRResource {
        let status =
            switch task.status {
            case .queued: task.declines.isEmpty ? "requested" : "rejected"
            case .offered: "received"
            case .claimed: "in-progress"
            case .reported: "completed"
            case .replaced: "cancelled"
            }
        let events = [task.event] + task.declines.map(\.event) + (task.endedBy.map { [$0] } ?? [])
        return self.task(id(task.event), status, task.status.rawValue, task.said.kind, events: events) { json in
            json.said("description", Self.words([task.said.part, task.said.group]))
            json.when("authoredOn", task.at)
            json.reference("requester", .person(task.by))
            if !task.reader.isEmpty { json.reference("owner", .person(task.reader)) }
            if let due = task.said.due { json.object("restriction") { $0.period("period", nil, due) } }
            json.notes(task.declines.map { FHIRNote(by: $0.by, at: $0.at, text: Self.words(["declined", $0.note])) })
        }
    }

    private func task(_ claim: ReadingClaim) -> FHIRResource {
        let status =
            switch claim.status {
            case .holds, .coReads: "in-progress"
            case .released, .renewed, .handedOn, .overtaken: "cancelled"
            case .lapsed: "failed"
            case .declined: "rejected"
            case .signed: "completed"
            }
        let events = [claim.event] + (claim.endedBy.map { [$0] } ?? [])
        return task(id(claim.event), status, claim.status.rawValue, .unspecified, events: events) { json in
            json.period("executionPeriod", claim.at, claim.endedBy.flatMap { firstTime(of: [$0]) })
            json.when("authoredOn", claim.at)
            json.reference("owner", .person(claim.by))
            if let end = claim.leaseUntil { json.object("restriction") { $0.period("period", claim.at, end) } }
        }
    }

    private func task(_ offer: ReadingOffer) -> FHIRResource {
        let status =
            switch offer.status {
            case .offered: "received"
            case .accepted: "accepted"
            case .declined: "rejected"
            case .lapsed: "failed"
            }
        let events = [offer.event] + (offer.endedBy.map { [$0] } ?? [])
        return task(id(offer.event), status, offer.status.rawValue, .unspecified, events: events) { json in
            json.said("description", Self.words(["offer of the reading", offer.reason]))
            json.when("authoredOn", offer.at)
            json.reference("requester", .person(offer.by))
            json.reference("owner", .person(offer.to))
        }
    }

    /// Source: DICOM PS3.16 CID 9231 (110005, 110007); FHIR R4 task-status, request-intent.
    private func task(
        _ id: FHIRResourceID, _ status: String, _ word: String, _ kind: ReadingKind,
        events: [EventID], _ rest: (inout JSONWriter) -> Void
    ) -> FHIRResource {
        let base = order.map { [$0] } ?? []
        let isSecond = kind == .overRead || kind == .secondOpinion
        return FHIRResource(.task, id, status: status, identifiers: accessions, references: base, events: events) { json in
            json.references("basedOn", base)
            if id != own { json.references("partOf", [.to(.task, own.description)]) }
            json.concept("businessStatus", FHIRConcept(.own("reading", word), text: word))
            json.member("intent", "order")
            json.member("priority", state.priority.spoken)
            json.concept(
                "code",
                FHIRConcept(
                    isSecond ? .dicom("110007", "Report Verification") : .dicom("110005", "Interpretation"),
                    text: kind == .unspecified ? "" : kind.word))
            json.reference("focus", study)
            if state.patient != nil { json.reference("for", subject) }
            rest(&json)
        }
    }
}
