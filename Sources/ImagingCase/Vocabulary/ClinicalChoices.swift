/// What is consented to.
///
/// Source: FHIR R4 Consent.scope, house rule.
public enum ConsentKind: UInt8, Choice {
    case unspecified = 0
    case procedure = 1
    case contrast = 2
    case teleradiology = 3
    case research = 4

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "procedure", "contrast", "teleradiology", "research"]
}

/// Whether consent is given.
///
/// Source: FHIR R4 Consent.status.
public enum ConsentDecision: UInt8, Choice {
    case unspecified = 0
    case given = 1
    case refused = 2
    case withdrawn = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "given", "refused", "withdrawn"]
}

/// What another safety screen asks about.
///
/// Source: House rule.
public enum OtherScreenKind: UInt8, Choice {
    case unspecified = 0
    case sedation = 1
    case anticoagulation = 2
    case infection = 3
    case device = 4
    case fall = 5

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "sedation", "anticoagulation", "infection", "device", "fall"]
}

/// What kind of reaction.
///
/// Source: ACR Manual on Contrast Media, adverse events.
public enum ReactionKind: UInt8, Choice {
    case unspecified = 0
    case allergic = 1
    case extravasation = 2
    case burn = 3
    case vasovagal = 4
    case other = 5

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "allergic", "extravasation", "burn", "vasovagal", "other"]
}

/// How severe, in ascending order.
///
/// Source: FHIR R4 AdverseEvent.severity.
public enum Severity: UInt8, Choice {
    case unspecified = 0
    case mild = 1
    case moderate = 2
    case severe = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "mild", "moderate", "severe"]
}

/// Why images leave routine use.
///
/// Source: DICOM PS3.16 CID 7011 (113001, 113037, 113038, 113039).
public enum RejectionReason: UInt8, Choice {
    case unspecified = 0
    case quality = 1
    case safety = 2
    case wrongWorklistEntry = 3
    case wrongPatient = 4
    case retention = 5

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "quality", "safety", "wrongWorklistEntry", "wrongPatient", "retention"]
}

/// Why an image was made again.
///
/// Source: House rule (repeat analysis).
public enum RepeatReason: UInt8, Choice {
    case unspecified = 0
    case position = 1
    case motion = 2
    case exposure = 3
    case artefact = 4
    case equipment = 5
    case patient = 6

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "position", "motion", "exposure", "artefact", "equipment", "patient"]
}

/// How good the study is, in ascending caution.
///
/// Source: House rule.
public enum QualityGrade: UInt8, Choice {
    case unspecified = 0
    case good = 1
    case limited = 2
    case nonDiagnostic = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "good", "limited", "nonDiagnostic"]
}

/// What kind of reading is asked for.
///
/// Source: DICOM PS3.16 CID 9231 workitems, house rule.
public enum ReadingKind: UInt8, Choice {
    case unspecified = 0
    case preliminary = 1
    case final = 2
    case overRead = 3
    case secondOpinion = 4
    case subspecialty = 5
    case part = 6

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "preliminary", "final", "overRead", "secondOpinion", "subspecialty", "part"]
}

/// What an attempt came to.
///
/// Source: House rule.
public enum AttemptOutcome: UInt8, Choice {
    case unspecified = 0
    case noAnswer = 1
    case voicemail = 2
    case refused = 3
    case busy = 4

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "noAnswer", "voicemail", "refused", "busy"]
}

/// How strong a recommendation is.
///
/// Source: FHIR R4 request-intent.
public enum RecommendationStrength: UInt8, Choice {
    case unspecified = 0
    case proposal = 1
    case plan = 2

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "proposal", "plan"]
}

/// How far two reports differ, in ascending order.
///
/// Source: RADPEER, house rule.
public enum DiscrepancyGrade: UInt8, Choice {
    case unspecified = 0
    case `none` = 1
    case minor = 2
    case major = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "none", "minor", "major"]
}

/// What a link rests on.
///
/// Source: House rule.
public enum LinkBasis: UInt8, Choice {
    case unspecified = 0
    case exactIdentifiers = 1
    case human = 2

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "exactIdentifiers", "human"]
}

/// What a time-out came to.
///
/// Source: WHO Surgical Safety Checklist.
public enum TimeOutResult: UInt8, Choice {
    case unspecified = 0
    case confirmed = 1
    case mismatch = 2

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "confirmed", "mismatch"]
}

/// What an intervention came to.
///
/// Source: SIR reporting standards, house rule.
public enum Outcome: UInt8, Choice {
    case unspecified = 0
    case success = 1
    case partialSuccess = 2
    case failure = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "success", "partialSuccess", "failure"]
}

/// What a course is for.
///
/// Source: HL7 CodeX RT.
public enum TreatmentIntent: UInt8, Choice {
    case unspecified = 0
    case curative = 1
    case palliative = 2
    case prophylactic = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "curative", "palliative", "prophylactic"]
}

/// Why a plan is adapted.
///
/// Source: HL7 CodeX RT (SNOMED CT 373858009, 1259231006, 1259232004, 1259981006).
public enum AdaptationReason: UInt8, Choice {
    case unspecified = 0
    case anatomyChange = 1
    case response = 2
    case toxicity = 3
    case setup = 4
    case other = 5

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "anatomyChange", "response", "toxicity", "setup", "other"]
}

/// What an on-treatment review decides, in ascending caution.
///
/// Source: House rule.
public enum TreatmentDecision: UInt8, Choice {
    case unspecified = 0
    case goOn = 1
    case modify = 2
    case hold = 3
    case stop = 4

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "goOn", "modify", "hold", "stop"]
}

/// How a beam delivery ended.
///
/// Source: DICOM (3008,002A) Treatment Termination Status.
public enum FractionEnd: UInt8, Choice {
    case unspecified = 0
    case normal = 1
    case operatorStop = 2
    case machineStop = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "normal", "operatorStop", "machineStop"]
}

/// What kind of incident.
///
/// Source: House rule.
public enum IncidentKind: UInt8, Choice {
    case unspecified = 0
    case radiation = 1
    case identity = 2
    case equipment = 3
    case fall = 4
    case medication = 5
    case other = 6

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "radiation", "identity", "equipment", "fall", "medication", "other"]
}

/// What a quality control came to.
///
/// Source: IEC 61223, house rule.
public enum QualityResult: UInt8, Choice {
    case unspecified = 0
    case passed = 1
    case restricted = 2
    case failed = 3

    /// The words in JSON at their raw values.
    public static let words = ["unspecified", "passed", "restricted", "failed"]
}
