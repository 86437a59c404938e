import EventLog
public import ImagingCase

/// A workitem as a data set of the Unified Procedure Step.
///
/// The images stay where they are, so the input is named by its StudyInstanceUID and Input Information Sequence has no item. There
/// is no Transaction UID in it, ever.
///
/// Source: DICOM PS3.4 CC.2.5-3; PS3.3 B.26; PS3.16 CID 9231 (110005, DCM, "Interpretation").
public enum WorkitemDataSet {
    /// UPS Push, of which every workitem is an instance.
    static let sopClass = "1.2.840.10008.5.1.4.34.6.1"

    /// The data set of one workitem of a case.
    ///
    /// - Parameter label: the name of the worklist, which says whether who answers decides: at most 64 characters.
    public static func dataSet(of workitem: Workitem, in state: CaseState, _ history: CaseHistory, label: String) -> DataSet {
        var set = DataSet()
        set.set(WorkitemTag.specificCharacterSet, .codeString, "ISO_IR 192")
        set.set(WorkitemTag.sopClassUID, .uniqueIdentifier, sopClass)
        set.set(WorkitemTag.sopInstanceUID, .uniqueIdentifier, workitem.uid.description)
        set.set(WorkitemTag.worklistLabel, .longString, label)
        addPatient(state.patient, to: &set)
        addRequest(of: state, to: &set)
        addSchedule(of: workitem, state, history, to: &set)
        addProgress(of: workitem, to: &set)
        return set
    }

    private static func addPatient(_ patient: Patient?, to set: inout DataSet) {
        set.set(WorkitemTag.patientName, .personName, patient?.name ?? "")
        set.set(WorkitemTag.patientID, .longString, patient?.id ?? "")
        set.set(WorkitemTag.issuerOfPatientID, .longString, patient?.issuer ?? "")
        set.set(WorkitemTag.birthDate, .date, patient?.birthDate.filter { $0 != "-" } ?? "")
        let sex: String =
            switch patient?.sex {
            case .female: "F"
            case .male: "M"
            case .other: "O"
            case .unknown, .unspecified, nil: ""
            }
        set.set(WorkitemTag.sex, .codeString, sex)
        set.set(WorkitemTag.admissionID, .longString, "")
        set.set(WorkitemTag.admittingDiagnoses, .longString, "")
    }

    /// Source: DICOM PS3.3 C.30.4 (Referenced Request Sequence).
    private static func addRequest(of state: CaseState, to set: inout DataSet) {
        let study = studyUID(of: state)
        set.set(WorkitemTag.studyUID, .uniqueIdentifier, study)
        guard state.order.status != .none || !state.aliases.accession.isEmpty || !state.aliases.placerOrder.isEmpty else {
            set.set(WorkitemTag.referencedRequest, [])
            return
        }
        var request = DataSet()
        request.set(WorkitemTag.studyUID, .uniqueIdentifier, study)
        let accession = state.aliases.accession.first
        request.set(WorkitemTag.accessionNumber, .shortString, accession?.value ?? "")
        request.set(WorkitemTag.issuerOfAccessionNumber, issuer(accession?.issuer))
        let placer = state.aliases.placerOrder.first
        request.set(WorkitemTag.placerOrder, .longString, placer?.value ?? "")
        request.set(WorkitemTag.orderPlacerIdentifier, issuer(placer?.issuer))
        let content = state.order.content
        request.set(WorkitemTag.requestedProcedureID, .shortString, "")
        request.set(WorkitemTag.requestedProcedureText, .longString, fitted(procedure(of: state)))
        request.set(WorkitemTag.requestedProcedureCode, content?.procedure.map { [code($0)] } ?? [])
        request.set(WorkitemTag.reasonForProcedure, .longString, fitted(content?.reason ?? ""))
        request.set(WorkitemTag.requestingPhysician, .personName, content?.requester ?? "")
        set.set(WorkitemTag.referencedRequest, [request])
    }

    private static func addSchedule(
        of workitem: Workitem, _ state: CaseState, _ history: CaseHistory, to set: inout DataSet
    ) {
        set.set(WorkitemTag.state, .codeString, workitem.state.rawValue)
        let priority: String =
            switch state.priority {
            case .stat, .urgent: "HIGH"
            case .asap: "MEDIUM"
            case .routine, .unspecified: "LOW"
            }
        set.set(WorkitemTag.priority, .codeString, priority)
        let what = procedure(of: state)
        set.set(WorkitemTag.stepLabel, .longString, fitted(what.isEmpty ? "Reading" : "Reading: \(what)"))
        set.set(WorkitemTag.startDateTime, .dateTime, moment(workitem.scheduledAt))
        let last = history.facts.map(\.recordedAt.instant).max()
        set.set(WorkitemTag.modificationDateTime, .dateTime, last.map(moment) ?? "")
        let tasks = state.reading.tasks.filter(\.isOpen)
        let due = tasks.map { $0.due(isStat: state.priority == .stat) }.min()
        if let due, workitem.endedAt == nil { set.set(WorkitemTag.expectedCompletion, .dateTime, moment(due)) }
        set.set(WorkitemTag.workitemCode, [interpretation])
        for station in [WorkitemTag.scheduledStationName, WorkitemTag.scheduledStationClass, WorkitemTag.scheduledStationPlace] {
            set.set(station, [])
        }
        let readers = tasks.map(\.reader).filter { !$0.isEmpty }
        set.set(WorkitemTag.scheduledPerformers, workitem.endedAt == nil ? readers.map { performer($0, at: "") } : [])
        set.set(WorkitemTag.inputReadiness, .codeString, state.handOver.current == nil ? "INCOMPLETE" : "READY")
        set.set(WorkitemTag.inputInformation, [])
        var replaced = DataSet()
        if let before = workitem.replaces {
            replaced.set(WorkitemTag.referencedSOPClassUID, .uniqueIdentifier, sopClass)
            replaced.set(WorkitemTag.referencedSOPInstanceUID, .uniqueIdentifier, before.description)
        }
        set.set(WorkitemTag.replacedStep, workitem.replaces == nil ? [] : [replaced])
    }

    /// Source: DICOM PS3.3 C.30.3 (UPS progress), C.30.5 (performed procedure).
    private static func addProgress(of workitem: Workitem, to set: inout DataSet) {
        var progress = DataSet()
        if workitem.state == .inProgress, let end = workitem.claims.first?.leaseUntil {
            progress.set(WorkitemTag.progressDescription, .shortText, "Held until \(moment(end)).")
        }
        if workitem.state == .canceled {
            progress.set(WorkitemTag.cancellationDateTime, .dateTime, workitem.endedAt.map(moment) ?? "")
            progress.set(WorkitemTag.reasonForCancellation, .longText, workitem.reason)
            let unsaid = Coded(code: "110513", scheme: "DCM", text: "Discontinued for unspecified reason")
            progress.set(WorkitemTag.discontinuationReason, [code(unsaid)])
        }
        set.set(WorkitemTag.progressInformation, progress.elements.isEmpty ? [] : [progress])
        guard workitem.state != .scheduled else {
            set.set(WorkitemTag.performedProcedure, [])
            return
        }
        var performed = DataSet()
        let isKnown = workitem.signedBy.isEmpty || workitem.claims.contains { $0.by == workitem.signedBy }
        var performers = workitem.claims.map { performer($0.by, at: $0.site.description) }
        if !isKnown { performers.append(performer(workitem.signedBy, at: "")) }
        performed.set(WorkitemTag.actualPerformers, performers)
        performed.set(WorkitemTag.performedStationName, [])
        let begun = workitem.claims.map(\.at).min() ?? workitem.endedAt
        performed.set(WorkitemTag.performedStart, .dateTime, begun.map(moment) ?? "")
        performed.set(WorkitemTag.performedEnd, .dateTime, workitem.endedAt.map(moment) ?? "")
        performed.set(WorkitemTag.performedWorkitemCode, [interpretation])
        performed.set(WorkitemTag.outputInformation, [])
        set.set(WorkitemTag.performedProcedure, [performed])
    }

    private static let interpretation = code(Coded(code: "110005", scheme: "DCM", text: "Interpretation"))

    private static func code(_ coded: Coded) -> DataSet {
        var item = DataSet()
        item.set(WorkitemTag.codeValue, .shortString, coded.code)
        item.set(WorkitemTag.codingScheme, .shortString, coded.scheme)
        item.set(WorkitemTag.codeMeaning, .longString, fitted(coded.text))
        return item
    }

    private static func performer(_ person: String, at site: String) -> DataSet {
        var item = DataSet()
        item.set(WorkitemTag.performerName, .personName, person)
        item.set(WorkitemTag.performerOrganization, .longString, site)
        return item
    }

    private static func issuer(_ name: String?) -> [DataSet] {
        guard let name, !name.isEmpty else { return [] }
        var item = DataSet()
        item.set(WorkitemTag.localNamespace, .unlimitedText, name)
        return [item]
    }

    private static func studyUID(of state: CaseState) -> String {
        state.acquisition.studyUID.isEmpty ? state.aliases.studyUID.first?.value ?? "" : state.acquisition.studyUID
    }

    private static func procedure(of state: CaseState) -> String {
        let coded = state.order.content?.procedure
        return coded.map { $0.text.isEmpty ? $0.code : $0.text } ?? state.acquisition.modalities.joined(separator: " ")
    }

    /// A description as LO has room for it; an identifier is never shortened, nor is a text that is sealed.
    ///
    /// Source: DICOM PS3.5 6.2 (LO: 64 characters).
    private static func fitted(_ text: String) -> String {
        SealedText.first(in: text) == nil ? String(text.prefix(64)) : text
    }

    /// A moment in UTC to the second, with its offset.
    ///
    /// Source: DICOM PS3.5 6.2 (DT).
    static func moment(_ instant: Instant) -> String { HL7Timestamp.text(OccurredAt(instant)) }
}
