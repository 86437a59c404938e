import Problems

extension APITable {
    private static let dataSets = Content(type: "application/dicom+json", schema: "DataSets")
    private static let dataSet = Content(type: "application/dicom+json", schema: "DataSet")
    private static let who: [Parameter] = [
        Parameter(name: "as", summary: "Who acts or looks, where nobody has to sign in."),
        Parameter(name: "role", summary: "In which role, with as."),
    ]
    private static let changing: [ProblemCode] = [
        .transactionUID, .workitemState, .malformed, .badInput, .tooLarge, .unsupportedMediaType, .unknownCase, .notPermitted,
        .badOrigin, .csrfToken,
    ]

    /// Reading tasks for DICOMweb (PS3.18 11).
    static let workitems: [Call] = [
        Call(
            "GET", "/dicomweb/workitems", .cases, "Workitems that match, in the DICOM JSON Model, of the newest case first.",
            query: [
                Parameter(
                    name: "ProcedureStepState", summary: "SCHEDULED, IN PROGRESS, CANCELED or COMPLETED; 00741000 is the same."),
                Parameter(
                    name: "PatientID", summary: "Any other element by keyword or tag, as 0040A370.00080050 for the accession."),
                Parameter(
                    name: "limit", summary: "The most workitems.", schema: #"{"type":"integer","minimum":1,"maximum":1000}"#),
                Parameter(name: "offset", summary: "How many are passed over.", schema: #"{"type":"integer","minimum":0}"#),
            ], answers: [(200, dataSets), (204, .text)], problems: [.badInput, .notAcceptable]),
        Call(
            "GET", "/dicomweb/workitems/{workitem}", .cases, "One workitem, without its Transaction UID.", query: who,
            answers: [(200, dataSets)], problems: [.unknownCase, .badInput, .notAcceptable]),
        Call(
            "PUT", "/dicomweb/workitems/{workitem}/state", .cases,
            "Claims a workitem or gives it back, by Procedure Step State (0074,1000) and Transaction UID (0008,1195).",
            query: who, fields: [page], body: dataSet, answers: [(200, .text)], problems: changing),
        Call(
            "POST", "/dicomweb/workitems/{workitem}/cancelrequest", .cases,
            "Asks who reads a workitem to give it back, by a remark on its case.", query: who, fields: [page], body: dataSet,
            answers: [(202, .text)], problems: changing),
        absent("POST", "/dicomweb/workitems", "Creating a workitem"),
        absent("POST", "/dicomweb/workitems/{workitem}", "Updating a workitem"),
        absent("POST", "/dicomweb/workitems/{workitem}/subscribers/{aet}", "Subscribing"),
        absent("DELETE", "/dicomweb/workitems/{workitem}/subscribers/{aet}", "Ending a subscription"),
        absent("POST", "/dicomweb/workitems/{workitem}/subscribers/{aet}/suspend", "Suspending a subscription"),
        absent("GET", "/dicomweb/subscribers/{aet}", "Opening a channel of notifications"),
    ]

    private static func absent(_ method: String, _ path: String, _ what: String) -> Call {
        Call(method, path, .cases, "\(what) is not offered.", answers: [], problems: [.notOffered])
    }
}
