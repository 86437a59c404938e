/// Administrative sex.
///
/// Source: DICOM (0010,0040), HL7 table 0001.
public enum Sex: UInt8, Choice {
    case unspecified = 0
    case female = 1
    case male = 2
    case other = 3
    case unknown = 4

    /// The words of the values, in their order.
    public static let words = ["unspecified", "female", "male", "other", "unknown"]
}

/// How soon, in ascending order.
///
/// Source: HL7 table 0027, FHIR request-priority.
public enum Urgency: UInt8, Choice {
    case unspecified = 0
    case routine = 1
    case asap = 2
    case urgent = 3
    case stat = 4

    /// The words of the values, in their order.
    public static let words = ["unspecified", "routine", "asap", "urgent", "stat"]
}

/// The side of a paired structure.
///
/// Source: DICOM (0020,0060).
public enum Laterality: UInt8, Choice {
    case unspecified = 0
    case left = 1
    case right = 2
    case bilateral = 3
    case unpaired = 4

    /// The words of the values, in their order.
    public static let words = ["unspecified", "left", "right", "bilateral", "unpaired"]
}

/// The outcome of justification.
public enum ReviewDecision: UInt8, Choice {
    case unspecified = 0
    case accepted = 1
    case acceptedModified = 2
    case rejected = 3

    /// The words of the values, in their order.
    public static let words = ["unspecified", "accepted", "acceptedModified", "rejected"]
}

/// What a safety screen found; clear is the least cautious.
public enum ScreenResult: UInt8, Choice {
    case unspecified = 0
    case clear = 1
    case conditional = 2
    case unable = 3
    case contraindicated = 4

    /// The words of the values, in their order.
    public static let words = ["unspecified", "clear", "conditional", "unable", "contraindicated"]
}

/// Pregnancy status as screened.
///
/// Source: DICOM (0010,21C0), LOINC 82810-3.
public enum PregnancyStatus: UInt8, Choice {
    case unspecified = 0
    case clear = 1
    case conditional = 2
    case contraindicated = 3
    case unable = 4
    case no = 5
    case possible = 6
    case yes = 7
    case unknown = 8

    /// The words of the values, in their order.
    public static let words = [
        "unspecified", "clear", "conditional", "contraindicated", "unable", "no",
        "possible", "yes", "unknown",
    ]
}

/// Whether others may read beside the holder.
public enum ClaimMode: UInt8, Choice {
    case unspecified = 0
    case exclusive = 1
    case parallel = 2

    /// The words of the values, in their order.
    public static let words = ["unspecified", "exclusive", "parallel"]
}

/// Where the patient is at hand-over.
public enum PatientState: UInt8, Choice {
    case unspecified = 0
    case onTable = 1
    case waiting = 2
    case left = 3

    /// The words of the values, in their order.
    public static let words = ["unspecified", "onTable", "waiting", "left"]
}

/// What a radiologist asks for.
public enum InstructionKind: UInt8, Choice {
    case unspecified = 0
    case extraViews = 1
    case `repeat` = 2
    case delayedPhase = 3
    case contrastYes = 4
    case contrastNo = 5
    case keepPatient = 6
    case releasePatient = 7
    case changeProtocol = 8
    case stop = 9
    case other = 10

    /// The words of the values, in their order.
    public static let words = [
        "unspecified", "extraViews", "repeat", "delayedPhase", "contrastYes", "contrastNo",
        "keepPatient", "releasePatient", "changeProtocol", "stop", "other",
    ]
}

/// Why a report is withdrawn from use.
public enum RetractionReason: UInt8, Choice {
    case unspecified = 0
    case wrongPatient = 1
    case wrongStudy = 2
    case premature = 3
    case other = 4

    /// The words of the values, in their order.
    public static let words = ["unspecified", "wrongPatient", "wrongStudy", "premature", "other"]
}

/// How an identity dispute ended.
public enum DisputeClearance: UInt8, Choice {
    case unspecified = 0
    case samePerson = 1
    case differentPersons = 2

    /// The words of the values, in their order.
    public static let words = ["unspecified", "samePerson", "differentPersons"]
}
