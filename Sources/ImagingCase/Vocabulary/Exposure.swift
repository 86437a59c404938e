/// What an event says about whether the patient has been examined: a fact of the world that no administrative event undoes.
enum Exposure: Hashable {
    /// The patient is on the table.
    case begun
    /// Images exist.
    case imaged
    /// The step ended without an image.
    case abandoned
}

extension CaseEvent {
    /// What the event says about the world; nil for everything that is only intention or opinion.
    ///
    /// A completed step counts as imaged even where it lists no series, because somebody says that it was done.
    var exposure: Exposure? {
        switch self {
        case .procedureStepStarted: .begun
        case .procedureStepCompleted: .imaged
        case .procedureStepDiscontinued(let step): step.series.contains { $0.instances > 0 } ? .imaged : .abandoned
        case .studyContentChanged(let content): content.series.isEmpty ? nil : .imaged
        case .studyHandedOver: .imaged
        default: nil
        }
    }

    /// The performed procedure step that the event is about; nil for other events.
    var stepUID: String? {
        switch self {
        case .procedureStepStarted(let step): step.stepUID
        case .procedureStepCompleted(let step): step.stepUID
        case .procedureStepDiscontinued(let step): step.stepUID
        default: nil
        }
    }

    /// The modality that a step used; nil for other events.
    var stepModality: String? {
        switch self {
        case .procedureStepStarted(let step): step.modality
        case .procedureStepCompleted(let step): step.modality
        case .procedureStepDiscontinued(let step): step.modality
        default: nil
        }
    }
}
