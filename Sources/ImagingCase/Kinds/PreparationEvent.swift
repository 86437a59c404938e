public import EventLog

/// What is done with the person before and beside the examination.
///
/// Source: House rule (clinical catalogue, preparation).
public enum PreparationEvent: Hashable, Sendable {
    /// A person consents, refuses or takes consent back.
    case consentRecorded(ConsentRecorded)
    /// A screen for sedation, anticoagulation, infection, a device or falls.
    case otherScreened(OtherScreened)
    /// The checklist of a protocol, with positioning and access.
    case preparationRecorded(PreparationRecorded)
    /// Something was given: contrast, radiopharmaceutical, premedication.
    case medicationAdministered(MedicationAdministered)
    /// The person reacted to what was given or done.
    case adverseReactionRecorded(AdverseReactionRecorded)

    /// The kind's name.
    public var kind: EventKind {
        switch self {
        case .consentRecorded: .consentRecorded
        case .otherScreened: .safetyOtherScreened
        case .preparationRecorded: .preparationRecorded
        case .medicationAdministered: .medicationAdministered
        case .adverseReactionRecorded: .adverseReactionRecorded
        }
    }

    /// The kinds, in the order of the catalogue.
    public static let kinds: [EventKind] = [
        .consentRecorded, .safetyOtherScreened, .preparationRecorded, .medicationAdministered, .adverseReactionRecorded,
    ]
}

extension EventKind {
    /// A person consents, refuses or takes consent back.
    public static let consentRecorded = EventKind("consent.recorded")
    /// A screen for sedation, anticoagulation, infection, a device or falls.
    public static let safetyOtherScreened = EventKind("safety.otherScreened")
    /// The checklist of a protocol, with positioning and access.
    public static let preparationRecorded = EventKind("preparation.recorded")
    /// Something was given: contrast, radiopharmaceutical, premedication.
    public static let medicationAdministered = EventKind("medication.administered")
    /// The person reacted to what was given or done.
    public static let adverseReactionRecorded = EventKind("adverseReaction.recorded")
}
