public import ImagingCase

/// A study as an archive lists it.
///
/// Source: Orthanc REST API `/studies/{id}`; DICOM PS3.3 C.7.1.1, C.7.2.1.
public struct OrthancStudy: Hashable, Sendable {
    /// The archive's own identifier; it changes when the patient's does.
    public let id: String
    /// Study Instance UID.
    public let uid: String
    /// Accession Number; empty where there is none.
    public let accession: String
    /// The person, without an issuer; the id is empty where there is none.
    public let patient: Patient
    /// Whether nothing came for a while.
    public let isStable: Bool
    /// When something of it came last, in the archive's words.
    public let lastUpdate: String
    /// Whether it was made from another one without its names: no examination.
    public let isAnonymized: Bool

    /// Reads a study.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field; a study without a UID of the form that DICOM gives it is none.
    public init(_ json: OrthancJSON) throws(OrthancRefusal) {
        id = try json.archiveID("ID")
        guard let tags = json["MainDicomTags"] else { throw OrthancRefusal("MainDicomTags", expected: "an object") }
        uid = DICOMText.value(try tags.text("StudyInstanceUID", in: "MainDicomTags."))
        guard UniqueIdentifier.isWellFormed(uid) else {
            throw OrthancRefusal("MainDicomTags.StudyInstanceUID", expected: "a DICOM UID")
        }
        accession = DICOMText.value(tags["AccessionNumber"]?.text ?? "")
        let person = json["PatientMainDicomTags"]
        patient = Patient(
            id: DICOMText.value(person?["PatientID"]?.text ?? ""),
            name: DICOMText.personName(person?["PatientName"]?.text ?? ""),
            birthDate: DICOMText.date(person?["PatientBirthDate"]?.text ?? ""),
            sex: DICOMText.sex(person?["PatientSex"]?.text ?? ""))
        guard let stable = json["IsStable"]?.flag else { throw OrthancRefusal("IsStable", expected: "true or false") }
        isStable = stable
        lastUpdate = DICOMText.value(json["LastUpdate"]?.text ?? "")
        isAnonymized = json["AnonymizedFrom"] != nil
    }
}

/// A series as an archive lists it.
public struct OrthancSeries: Hashable, Sendable {
    /// The archive's own identifier.
    public let id: String
    /// Series Instance UID.
    public let uid: String
    /// Modality.
    public let modality: String
    /// Series Description.
    public let description: String
    /// Station Name.
    public let station: String

    /// Reads a series.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field.
    public init(_ json: OrthancJSON) throws(OrthancRefusal) {
        id = try json.archiveID("ID")
        guard let tags = json["MainDicomTags"] else { throw OrthancRefusal("MainDicomTags", expected: "an object") }
        uid = DICOMText.value(try tags.text("SeriesInstanceUID", in: "MainDicomTags."))
        guard UniqueIdentifier.isWellFormed(uid) else {
            throw OrthancRefusal("MainDicomTags.SeriesInstanceUID", expected: "a DICOM UID")
        }
        modality = DICOMText.value(tags["Modality"]?.text ?? "")
        description = DICOMText.value(tags["SeriesDescription"]?.text ?? "")
        station = DICOMText.value(tags["StationName"]?.text ?? "")
    }
}

/// An instance as an archive lists it.
public struct OrthancInstance: Hashable, Sendable {
    /// The archive's own identifier.
    public let id: String
    /// The archive's identifier of its series.
    public let series: String
    /// SOP Instance UID.
    public let uid: String
    /// Bytes of the file.
    public let bytes: Int64

    /// Reads an instance.
    ///
    /// - Throws: ``OrthancRefusal`` that names the field.
    public init(_ json: OrthancJSON) throws(OrthancRefusal) {
        id = try json.archiveID("ID")
        series = try json.archiveID("ParentSeries")
        guard let tags = json["MainDicomTags"] else { throw OrthancRefusal("MainDicomTags", expected: "an object") }
        uid = DICOMText.value(try tags.text("SOPInstanceUID", in: "MainDicomTags."))
        guard UniqueIdentifier.isWellFormed(uid) else {
            throw OrthancRefusal("MainDicomTags.SOPInstanceUID", expected: "a DICOM UID")
        }
        guard let size = json["FileSize"]?.integer, size >= 0 else {
            throw OrthancRefusal("FileSize", expected: "a number from 0")
        }
        bytes = size
    }
}

/// A list of which each item is taken or refused for itself.
public struct OrthancList<Item: Sendable>: Sendable {
    /// What was read, in order.
    public private(set) var items: [Item] = []
    /// Why others were not.
    public private(set) var refusals: [OrthancRefusal] = []

    /// Reads a list.
    ///
    /// - Throws: ``OrthancRefusal`` where the whole is no list.
    public init(_ json: OrthancJSON, _ read: (OrthancJSON) throws(OrthancRefusal) -> Item) throws(OrthancRefusal) {
        guard let rows = json.list else { throw OrthancRefusal("the answer", expected: "a list") }
        items.reserveCapacity(rows.count)
        for row in rows {
            do throws(OrthancRefusal) { items.append(try read(row)) } catch { refusals.append(error) }
        }
    }
}
