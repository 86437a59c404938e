/// The elements of a workitem by their keywords.
///
/// Source: DICOM PS3.6 6; PS3.4 CC.2.5-3.
enum WorkitemTag {
    static let specificCharacterSet = Tag(0x0008_0005)
    static let sopClassUID = Tag(0x0008_0016)
    static let sopInstanceUID = Tag(0x0008_0018)
    static let accessionNumber = Tag(0x0008_0050)
    static let issuerOfAccessionNumber = Tag(0x0008_0051)
    static let codeValue = Tag(0x0008_0100)
    static let codingScheme = Tag(0x0008_0102)
    static let codeMeaning = Tag(0x0008_0104)
    static let referencedSOPClassUID = Tag(0x0008_1150)
    static let referencedSOPInstanceUID = Tag(0x0008_1155)
    static let transactionUID = Tag(0x0008_1195)
    static let admittingDiagnoses = Tag(0x0008_1080)
    static let patientName = Tag(0x0010_0010)
    static let patientID = Tag(0x0010_0020)
    static let issuerOfPatientID = Tag(0x0010_0021)
    static let birthDate = Tag(0x0010_0030)
    static let sex = Tag(0x0010_0040)
    static let studyUID = Tag(0x0020_000d)
    static let requestingPhysician = Tag(0x0032_1032)
    static let requestedProcedureText = Tag(0x0032_1060)
    static let requestedProcedureCode = Tag(0x0032_1064)
    static let admissionID = Tag(0x0038_0010)
    static let localNamespace = Tag(0x0040_0031)
    static let orderPlacerIdentifier = Tag(0x0040_0026)
    static let requestedProcedureID = Tag(0x0040_1001)
    static let reasonForProcedure = Tag(0x0040_1002)
    static let placerOrder = Tag(0x0040_2016)
    static let startDateTime = Tag(0x0040_4005)
    static let modificationDateTime = Tag(0x0040_4010)
    static let expectedCompletion = Tag(0x0040_4011)
    static let workitemCode = Tag(0x0040_4018)
    static let performedWorkitemCode = Tag(0x0040_4019)
    static let inputInformation = Tag(0x0040_4021)
    static let scheduledStationName = Tag(0x0040_4025)
    static let scheduledStationClass = Tag(0x0040_4026)
    static let scheduledStationPlace = Tag(0x0040_4027)
    static let performedStationName = Tag(0x0040_4028)
    static let outputInformation = Tag(0x0040_4033)
    static let scheduledPerformers = Tag(0x0040_4034)
    static let actualPerformers = Tag(0x0040_4035)
    static let performerOrganization = Tag(0x0040_4036)
    static let performerName = Tag(0x0040_4037)
    static let inputReadiness = Tag(0x0040_4041)
    static let performedStart = Tag(0x0040_4050)
    static let performedEnd = Tag(0x0040_4051)
    static let cancellationDateTime = Tag(0x0040_4052)
    static let referencedRequest = Tag(0x0040_a370)
    static let state = Tag(0x0074_1000)
    static let progressInformation = Tag(0x0074_1002)
    static let progressDescription = Tag(0x0074_1006)
    static let discontinuationReason = Tag(0x0074_100e)
    static let priority = Tag(0x0074_1200)
    static let worklistLabel = Tag(0x0074_1202)
    static let stepLabel = Tag(0x0074_1204)
    static let performedProcedure = Tag(0x0074_1216)
    static let replacedStep = Tag(0x0074_1224)
    static let reasonForCancellation = Tag(0x0074_1238)

    /// What a search may name, by keyword: elements of the data set, and of the items of its sequences.
    static let keywords: [String: Tag] = [
        "SOPClassUID": sopClassUID, "SOPInstanceUID": sopInstanceUID, "AccessionNumber": accessionNumber, "CodeValue": codeValue,
        "CodingSchemeDesignator": codingScheme, "CodeMeaning": codeMeaning, "PatientName": patientName, "PatientID": patientID,
        "IssuerOfPatientID": issuerOfPatientID, "PatientBirthDate": birthDate, "PatientSex": sex, "StudyInstanceUID": studyUID,
        "RequestingPhysician": requestingPhysician, "RequestedProcedureDescription": requestedProcedureText,
        "RequestedProcedureCodeSequence": requestedProcedureCode, "RequestedProcedureID": requestedProcedureID,
        "PlacerOrderNumberImagingServiceRequest": placerOrder, "ScheduledProcedureStepStartDateTime": startDateTime,
        "ScheduledProcedureStepModificationDateTime": modificationDateTime,
        "ExpectedCompletionDateTime": expectedCompletion, "ScheduledWorkitemCodeSequence": workitemCode,
        "ScheduledStationNameCodeSequence": scheduledStationName, "ScheduledStationClassCodeSequence": scheduledStationClass,
        "ScheduledStationGeographicLocationCodeSequence": scheduledStationPlace,
        "ScheduledHumanPerformersSequence": scheduledPerformers, "ActualHumanPerformersSequence": actualPerformers,
        "HumanPerformerName": performerName, "HumanPerformerOrganization": performerOrganization,
        "InputReadinessState": inputReadiness, "InputInformationSequence": inputInformation,
        "ReferencedRequestSequence": referencedRequest, "ProcedureStepState": state,
        "ProcedureStepProgressInformationSequence": progressInformation, "ScheduledProcedureStepPriority": priority,
        "WorklistLabel": worklistLabel, "ProcedureStepLabel": stepLabel,
        "UnifiedProcedureStepPerformedProcedureSequence": performedProcedure, "ReplacedProcedureStepSequence": replacedStep,
        "ReferencedSOPInstanceUID": referencedSOPInstanceUID,
    ]
}
