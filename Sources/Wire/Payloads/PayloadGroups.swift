import EventLog
import ImagingCase

/// The groups of kinds beside the first catalogue, by their place in it.
enum PayloadGroups {
    private static let kinds = KindIndex(CaseEvent.groups.flatMap { $0 })
    /// The group of each kind, by the kind's place.
    private static let groups = CaseEvent.groups.enumerated().flatMap { place, kinds in kinds.map { _ in place } }

    /// Reads a body of a kind of some group.
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> CaseEvent? {
        switch kinds[kind].map({ groups[$0] }) {
        case 0: OrderingEvent.read(kind, bytes).map(CaseEvent.ordering)
        case 1: DeviationEvent.read(kind, bytes).map(CaseEvent.deviation)
        case 2: ScheduleEvent.read(kind, bytes).map(CaseEvent.schedule)
        case 3: PreparationEvent.read(kind, bytes).map(CaseEvent.preparation)
        case 4: ImageQualityEvent.read(kind, bytes).map(CaseEvent.imageQuality)
        case 5: DoseAlertEvent.read(kind, bytes).map(CaseEvent.doseAlert)
        case 6: TransferEvent.read(kind, bytes).map(CaseEvent.transfer)
        case 7: ReadingTaskEvent.read(kind, bytes).map(CaseEvent.readingTask)
        case 8: ReportReceiptEvent.read(kind, bytes).map(CaseEvent.reportReceipt)
        case 9: CriticalAttemptEvent.read(kind, bytes).map(CaseEvent.criticalAttempt)
        case 10: RecommendationEvent.read(kind, bytes).map(CaseEvent.recommendation)
        case 11: DialogueEvent.read(kind, bytes).map(CaseEvent.dialogue)
        case 12: ConsultEvent.read(kind, bytes).map(CaseEvent.consult)
        case 13: DiscrepancyEvent.read(kind, bytes).map(CaseEvent.discrepancy)
        case 14: LinkageEvent.read(kind, bytes).map(CaseEvent.linkage)
        case 15: AttachmentEvent.read(kind, bytes).map(CaseEvent.attachment)
        case 16: InterventionEvent.read(kind, bytes).map(CaseEvent.intervention)
        case 17: TreatmentEvent.read(kind, bytes).map(CaseEvent.treatment)
        case 18: ReviewEvent.read(kind, bytes).map(CaseEvent.review)
        case 19: PersonEvent.read(kind, bytes).map(CaseEvent.person)
        case 20: RegisterEvent.read(kind, bytes).map(CaseEvent.register)
        default: nil
        }
    }

    private static let all: [any PayloadGroup.Type] = [
        OrderingEvent.self, DeviationEvent.self, ScheduleEvent.self, PreparationEvent.self, ImageQualityEvent.self,
        DoseAlertEvent.self, TransferEvent.self, ReadingTaskEvent.self, ReportReceiptEvent.self, CriticalAttemptEvent.self,
        RecommendationEvent.self, DialogueEvent.self, ConsultEvent.self, DiscrepancyEvent.self, LinkageEvent.self,
        AttachmentEvent.self, InterventionEvent.self, TreatmentEvent.self, ReviewEvent.self, PersonEvent.self, RegisterEvent.self,
    ]

    /// The generated message of a kind of some group.
    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)? {
        kinds[kind].flatMap { all[groups[$0]].schema(of: kind) }
    }
}
