/// The technologist declares the study complete and hands it to the readers.
public struct StudyHandedOver: Payload {
    /// Series declared.
    public var declaredSeries: Int
    /// Instances declared.
    public var declaredInstances: Int
    /// What the reader should know.
    public var note: String
    /// Where the patient is.
    public var patientState: PatientState
    /// Where the images can be opened.
    public var viewerURL: String
    /// Products administered, as told.
    public var administered: [String]
    /// DICOM Study Instance UID: hand-over may be the first word of the study.
    public var studyUID: String
    /// Accession number.
    public var accession: IssuedIdentifier?

    /// Says the fields.
    public init(
        declaredSeries: Int = 0, declaredInstances: Int = 0, note: String = "", patientState: PatientState = .unspecified,
        viewerURL: String = "", administered: [String] = [], studyUID: String = "", accession: IssuedIdentifier? = nil
    ) {
        self.declaredSeries = declaredSeries
        self.declaredInstances = declaredInstances
        self.note = note
        self.patientState = patientState
        self.viewerURL = viewerURL
        self.administered = administered
        self.studyUID = studyUID
        self.accession = accession
    }

    /// No field said.
    public init() {
        self.init(declaredSeries: 0)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.count(1, &declaredSeries)
        visitor.count(2, &declaredInstances)
        visitor.text(3, &note)
        visitor.choice(4, &patientState)
        visitor.text(5, &viewerURL)
        visitor.texts(6, &administered)
        visitor.text(7, &studyUID)
        visitor.message(8, &accession)
    }
}
