/// A person's name in DICOM PN form: family^given^middle^prefix^suffix.
public enum PersonName {
    /// The name without what means nothing: case and trailing empty components.
    ///
    /// Source: DICOM PS3.5 6.2.1.
    public static func folded(_ name: String) -> String {
        var components = name.uppercased().split(separator: "^", omittingEmptySubsequences: false)
        while components.last?.isEmpty == true { components.removeLast() }
        return components.joined(separator: "^")
    }
}
