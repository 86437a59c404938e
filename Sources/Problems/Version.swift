/// Which release this is, and which formats it speaks.
public enum Version {
    /// The release, as the head of `Deploy/CHANGELOG.md` says it. Source: Semantic Versioning 2.0.0.
    public static let text = "0.1.0"
    /// The version of the protocol between a site and the hub; both say theirs in the first request.
    public static let wire = 1
    /// The version of the stored tables; a store with a higher one is left untouched.
    public static let schema = 1
}
