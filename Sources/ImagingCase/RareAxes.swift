/// The axes in which most cases say nothing. A class, so that a case that says nothing in any of them costs one reference.
public final class RareAxes: Hashable, Sendable {
    /// The appointment and the visit.
    public let schedule: ScheduleState
    /// The checklist before an examination.
    public let preparation: PreparationState
    /// What the person consents to.
    public let consent: ConsentState
    /// What was given, and how the person reacted.
    public let medication: MedicationState
    /// Repeats, rejections and the judged quality of images.
    public let imageQuality: ImageQualityState
    /// Where the images are, per destination.
    public let availability: AvailabilityState
    /// How far each message went: recorded, delivered, seen, acknowledged.
    public let receipt: ReceiptState
    /// The next steps that radiologists recommend, to their end.
    public let recommendation: RecommendationState
    /// Questions between technologist, radiologist and referrer.
    public let question: QuestionState
    /// Advice that referrers ask radiologists for, and conferences.
    public let consult: ConsultState
    /// Readings that differ, until the difference is told and settled.
    public let discrepancy: DiscrepancyState
    /// Which case belongs to which order and person.
    public let linkage: LinkageState
    /// Documents by their hash.
    public let attachment: AttachmentState
    /// Treatment under image guidance.
    public let intervention: InterventionState
    /// A course of radiotherapy.
    public let treatment: TreatmentState
    /// Peer review.
    public let review: ReviewState
    /// Which identifiers are one person.
    public let cluster: ClusterState
    /// Incidents that must be looked into.
    public let incident: IncidentState
    /// Dose of the staff.
    public let staffDose: StaffDoseState
    /// Quality control of machines.
    public let equipment: EquipmentState
    /// What persons may do.
    public let credential: CredentialState
    /// Consent to research and what left for it.
    public let research: ResearchState

    /// Folds each of them, onto an earlier fold where there is one.
    init(_ fold: inout AxisFold, onto was: RareAxes?) {
        schedule = fold.fold(ScheduleAxis.self, was?.schedule)
        preparation = fold.fold(PreparationAxis.self, was?.preparation)
        consent = fold.fold(ConsentAxis.self, was?.consent)
        medication = fold.fold(MedicationAxis.self, was?.medication)
        imageQuality = fold.fold(ImageQualityAxis.self, was?.imageQuality)
        availability = fold.fold(AvailabilityAxis.self, was?.availability)
        receipt = fold.fold(ReceiptAxis.self, was?.receipt)
        recommendation = fold.fold(RecommendationAxis.self, was?.recommendation)
        question = fold.fold(QuestionAxis.self, was?.question)
        consult = fold.fold(ConsultAxis.self, was?.consult)
        discrepancy = fold.fold(DiscrepancyAxis.self, was?.discrepancy)
        linkage = fold.fold(LinkageAxis.self, was?.linkage)
        attachment = fold.fold(AttachmentAxis.self, was?.attachment)
        intervention = fold.fold(InterventionAxis.self, was?.intervention)
        treatment = fold.fold(TreatmentAxis.self, was?.treatment)
        review = fold.fold(ReviewAxis.self, was?.review)
        cluster = fold.fold(ClusterAxis.self, was?.cluster)
        incident = fold.fold(IncidentAxis.self, was?.incident)
        staffDose = fold.fold(StaffDoseAxis.self, was?.staffDose)
        equipment = fold.fold(EquipmentAxis.self, was?.equipment)
        credential = fold.fold(CredentialAxis.self, was?.credential)
        research = fold.fold(ResearchAxis.self, was?.research)
    }

    /// Peer review alone, or nothing said in any of them.
    init(review: ReviewState = ReviewState()) {
        schedule = ScheduleState()
        preparation = PreparationState()
        consent = ConsentState()
        medication = MedicationState()
        imageQuality = ImageQualityState()
        availability = AvailabilityState()
        receipt = ReceiptState()
        recommendation = RecommendationState()
        question = QuestionState()
        consult = ConsultState()
        discrepancy = DiscrepancyState()
        linkage = LinkageState()
        attachment = AttachmentState()
        intervention = InterventionState()
        treatment = TreatmentState()
        self.review = review
        cluster = ClusterState()
        incident = IncidentState()
        staffDose = StaffDoseState()
        equipment = EquipmentState()
        credential = CredentialState()
        research = ResearchState()
    }

    /// Nothing said in any of them: shared by all such cases.
    static let none = RareAxes()

    /// Shows each axis to a visitor, in the order of the published state.
    func visit<V: AxisVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit(ScheduleAxis.self, schedule)
        try visitor.visit(PreparationAxis.self, preparation)
        try visitor.visit(ConsentAxis.self, consent)
        try visitor.visit(MedicationAxis.self, medication)
        try visitor.visit(ImageQualityAxis.self, imageQuality)
        try visitor.visit(AvailabilityAxis.self, availability)
        try visitor.visit(ReceiptAxis.self, receipt)
        try visitor.visit(RecommendationAxis.self, recommendation)
        try visitor.visit(QuestionAxis.self, question)
        try visitor.visit(ConsultAxis.self, consult)
        try visitor.visit(DiscrepancyAxis.self, discrepancy)
        try visitor.visit(LinkageAxis.self, linkage)
        try visitor.visit(AttachmentAxis.self, attachment)
        try visitor.visit(InterventionAxis.self, intervention)
        try visitor.visit(TreatmentAxis.self, treatment)
        try visitor.visit(ReviewAxis.self, review)
        try visitor.visit(ClusterAxis.self, cluster)
        try visitor.visit(IncidentAxis.self, incident)
        try visitor.visit(StaffDoseAxis.self, staffDose)
        try visitor.visit(EquipmentAxis.self, equipment)
        try visitor.visit(CredentialAxis.self, credential)
        try visitor.visit(ResearchAxis.self, research)
    }

    /// Whether both say the same in every axis.
    public static func == (left: RareAxes, right: RareAxes) -> Bool {
        if left === right { return true }
        return left.schedule == right.schedule
            && left.preparation == right.preparation
            && left.consent == right.consent
            && left.medication == right.medication
            && left.imageQuality == right.imageQuality
            && left.availability == right.availability
            && left.receipt == right.receipt
            && left.recommendation == right.recommendation
            && left.question == right.question
            && left.consult == right.consult
            && left.discrepancy == right.discrepancy
            && left.linkage == right.linkage
            && left.attachment == right.attachment
            && left.intervention == right.intervention
            && left.treatment == right.treatment
            && left.review == right.review
            && left.cluster == right.cluster
            && left.incident == right.incident
            && left.staffDose == right.staffDose
            && left.equipment == right.equipment
            && left.credential == right.credential
            && left.research == right.research
    }

    /// Hashes what is said.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(schedule)
        hasher.combine(preparation)
        hasher.combine(consent)
        hasher.combine(medication)
        hasher.combine(imageQuality)
        hasher.combine(availability)
        hasher.combine(receipt)
        hasher.combine(recommendation)
        hasher.combine(question)
        hasher.combine(consult)
        hasher.combine(discrepancy)
        hasher.combine(linkage)
        hasher.combine(attachment)
        hasher.combine(intervention)
        hasher.combine(treatment)
        hasher.combine(review)
        hasher.combine(cluster)
        hasher.combine(incident)
        hasher.combine(staffDose)
        hasher.combine(equipment)
        hasher.combine(credential)
        hasher.combine(research)
    }
}
