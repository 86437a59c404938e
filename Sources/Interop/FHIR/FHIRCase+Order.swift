import EventLog
import ImagingCase

/// ServiceRequest: the order, what a radiologist recommends next, and the prescription of a course.
extension FHIRCase {
    func serviceRequests() -> [FHIRResource] {
        let recommended = state.rare.recommendation.cards.map(serviceRequest)
        let prescribed = state.rare.treatment.prescription.map { [serviceRequest($0)] } ?? []
        return [orderRequest()].compactMap { $0 } + recommended + prescribed
    }

    private func orderRequest() -> FHIRResource? {
        guard let content = state.order.content else { return nil }
        let numbers = orderIdentifiers
        let plan = state.protocoling.plan
        let events =
            state.order.versions.map(\.event) + state.order.cancellations.map(\.event) + state.order.holds.map(\.event)
            + state.protocoling.versions.map(\.event) + (state.order.reviewedBy.map { [$0] } ?? [])
        return FHIRResource(.serviceRequest, own, status: orderStatus, identifiers: numbers, events: events) { json in
            json.member("intent", "order")
            json.concepts("category", [FHIRConcept(.snomed("363679005", "Imaging"))])
            json.member("priority", state.priority.spoken)
            json.concept("code", examination)
            if let plan {
                json.concepts("orderDetail", [FHIRConcept(text: Self.words([plan.name, plan.contrast, plan.instructions]))])
            }
            json.reference("subject", subject)
            if !content.requester.isEmpty { json.reference("requester", .person(content.requester)) }
            json.when("authoredOn", firstTime(of: state.order.versions.map(\.event)))
            if !content.reason.isEmpty { json.concepts("reasonCode", [FHIRConcept(text: content.reason)]) }
            json.concepts("bodySite", [FHIRConcept(text: Self.words([content.bodySite, Self.side(content.laterality)]))])
            json.references("supportingInfo", observations().map { .to(.observation, $0.id) })
            json.notes(content.history.map { FHIRNote(text: $0) } + orderRemarks)
        }
    }

    /// What took the order out of use or holds it, in words.
    private var orderRemarks: [FHIRNote] {
        state.order.cancellations.map { FHIRNote(by: $0.by, text: Self.words(["cancellation", $0.reason])) }
            + state.order.holds.filter { $0.releasedBy == nil }.map {
                FHIRNote(by: $0.by, text: Self.words(["held", $0.reason]))
            }
            + state.order.replacements.map { made in
                FHIRNote(by: made.by, text: Self.words(["replaced by", made.order?.value ?? "", made.inCase, made.reason]))
            }
    }

    /// Source: FHIR R4 request-status.
    private var orderStatus: String {
        switch state.order.status {
        case .none, .requested, .accepted, .inProgress, .performed: "active"
        case .onHold: "on-hold"
        case .rejected, .cancelled, .replaced: "revoked"
        case .reported: "completed"
        }
    }

    /// The numbers of the order: HL7 table 0203 PLAC and ACSN.
    var orderIdentifiers: [FHIRIdentifier] {
        state.aliases.placerOrder.map { identifier($0, "PLAC") } + accessions
    }

    var accessions: [FHIRIdentifier] { state.aliases.accession.map { identifier($0, "ACSN") } }

    private func identifier(_ alias: Alias, _ type: String) -> FHIRIdentifier {
        FHIRIdentifier(IssuedIdentifier(issuer: alias.issuer, value: opened(alias.value)), type: type)
    }

    /// Source: FHIR R4 ServiceRequest (intent proposal or plan, occurrencePeriod); IHE RAD IDR for what a recommendation says.
    private func serviceRequest(_ card: RecommendationCard) -> FHIRResource {
        let status =
            switch card.status {
            case .open, .accepted: "draft"
            case .deferred: "on-hold"
            case .ordered: "active"
            case .fulfilled: "completed"
            case .declined, .notNeeded, .superseded: "revoked"
            }
        let base = order.map { [$0] } ?? []
        let events = [card.event] + card.acts.map(\.event)
        return FHIRResource(.serviceRequest, id(card.event), status: status, references: base, events: events) { json in
            json.references("basedOn", base)
            json.member("intent", card.said.strength == .plan ? "plan" : "proposal")
            let modality = card.said.modality.isEmpty ? "follow-up" : "\(card.said.modality) follow-up"
            json.concept("code", FHIRConcept(card.said.action) ?? FHIRConcept(text: modality))
            json.reference("subject", subject)
            json.period("occurrencePeriod", card.said.from, card.said.until)
            json.when("authoredOn", card.at)
            json.reference("requester", .person(card.by))
            if !card.said.finding.isEmpty { json.concepts("reasonCode", [FHIRConcept(text: card.said.finding)]) }
            json.references("supportingInfo", card.said.report.flatMap(report).map { [$0] } ?? [])
            json.notes(
                [FHIRNote(text: card.said.guideline)]
                    + card.acts.map { FHIRNote(by: $0.by, at: $0.at, text: Self.words([$0.what, $0.note])) })
        }
    }

    /// Source: HL7 CodeX Radiation Therapy (course prescription as ServiceRequest); FHIR R4 request-status.
    private func serviceRequest(_ prescription: TreatmentPrescription) -> FHIRResource {
        let status =
            switch state.rare.treatment.status {
            case .none, .prescribed, .planned, .onTreatment: "active"
            case .held: "on-hold"
            case .completed: "completed"
            case .discontinued: "revoked"
            }
        let course = state.rare.treatment.course
        return FHIRResource(.serviceRequest, Self.prescription(of: stream), status: status, events: [prescription.event]) {
            json in
            json.member("intent", "order")
            json.concepts("category", [FHIRConcept(.snomed("108290001", "Radiation oncology AND/OR radiotherapy"))])
            json.concept("code", FHIRConcept(text: Self.words(["radiotherapy course", course?.technique ?? ""])))
            json.reference("subject", subject)
            json.reference("requester", .person(prescription.by))
            json.when("authoredOn", firstTime(of: [prescription.event]))
            json.concepts("reasonCode", [FHIRConcept(course?.condition), Self.intent(course)].compactMap { $0 })
            json.concepts("bodySite", [FHIRConcept(course?.site)].compactMap { $0 })
            json.notes([FHIRNote(by: prescription.by, text: Self.words([Self.dose(prescription), prescription.reason]))])
        }
    }

    private static func prescription(of stream: StreamID) -> FHIRResourceID { FHIRResourceID(stream, "prescription") }

    /// The prescription of the course, where there is one.
    var prescription: FHIRReference? {
        guard state.rare.treatment.prescription != nil else { return nil }
        return .to(.serviceRequest, Self.prescription(of: stream).description)
    }

    private static func intent(_ course: RTCoursePrescribed?) -> FHIRConcept? {
        guard let course, course.intent != .unspecified else { return nil }
        return FHIRConcept(text: "\(course.intent.word) intent")
    }

    private static func dose(_ prescription: TreatmentPrescription) -> String {
        "\(prescription.totalCentigray) cGy in \(prescription.fractions) fractions of \(prescription.fractionCentigray) cGy"
    }

    // MARK: - Words and times

    /// What is said of some words, in one line.
    static func words(_ words: [String]) -> String { words.filter { !$0.isEmpty }.joined(separator: ", ") }

    static func side(_ laterality: Laterality) -> String { laterality == .unspecified ? "" : laterality.word }

    /// The earliest time that is asserted for some events.
    func firstTime(of events: [EventID]) -> Instant? {
        events.compactMap { history.position(of: $0) }.map { history[$0].occurredAt.instant }.min()
    }
}
