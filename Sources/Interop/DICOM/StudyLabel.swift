public import ImagingCase

/// The word under which a case shows in the archive's own list of studies.
///
/// Source: Orthanc REST API `/studies/{id}/labels` (1.12.0): letters, digits, `-` and `_`.
public enum StudyLabel {
    /// What all our labels begin with: others' are never touched.
    public static let prefix = "fj-"

    /// The word of a case: an open question before everything, else how far the report, the reading or the examination is.
    public static func word(of state: CaseState) -> String {
        if !state.openConflicts.isEmpty { return prefix + "conflict" }
        if state.report.status.rawValue != "none" { return prefix + "report-" + state.report.status.rawValue }
        if state.reading.status.rawValue != "none" { return prefix + "reading-" + state.reading.status.rawValue }
        return prefix + "acquisition-" + state.acquisition.status.rawValue
    }
}
