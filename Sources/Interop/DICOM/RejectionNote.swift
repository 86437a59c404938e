public import ImagingCase

/// A key object selection that takes images out of use.
///
/// Source: IHE RAD TF IOCM (RAD-66); DICOM PS3.16 CID 7011, PS3.3 C.17.6.2.1.
public enum RejectionNote {
    private static let reasons: [String: RejectionReason] = [
        "113001": .quality, "113037": .safety, "113038": .wrongWorklistEntry, "113039": .retention,
    ]

    /// What a note says; nil for another kind of object or another title.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field.
    public static func event(_ object: OrthancJSON) throws(OrthancRefusal) -> ImageQualityEvent? {
        let title = object["ConceptNameCodeSequence"]?.list?.first?["CodeValue"]?.text ?? ""
        guard DICOMText.value(object["SOPClassUID"]?.text ?? "") == "1.2.840.10008.5.1.4.1.1.88.59",
            let reason = reasons[DICOMText.value(title)]
        else { return nil }
        guard let study = object["CurrentRequestedProcedureEvidenceSequence"]?.list?.first else {
            throw OrthancRefusal("CurrentRequestedProcedureEvidenceSequence", expected: "the images that are meant")
        }
        var said = ImageRejected(studyUID: try uid(study, "StudyInstanceUID"), reason: reason)
        for series in study["ReferencedSeriesSequence"]?.list ?? [] {
            var image = ImageReference(seriesUID: try uid(series, "SeriesInstanceUID"))
            for instance in series["ReferencedSOPSequence"]?.list ?? [] {
                image.instanceUIDs.append(try uid(instance, "ReferencedSOPInstanceUID"))
            }
            said.images.append(image)
        }
        return .rejected(said)
    }

    private static func uid(_ object: OrthancJSON, _ name: String) throws(OrthancRefusal) -> String {
        let uid = DICOMText.value(try object.text(name))
        guard UniqueIdentifier.isWellFormed(uid) else { throw OrthancRefusal(name, expected: "a DICOM UID") }
        return uid
    }
}
