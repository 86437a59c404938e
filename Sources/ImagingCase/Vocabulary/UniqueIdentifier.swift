/// The form of DICOM unique identifiers.
///
/// Source: DICOM PS3.5 9.1.
public enum UniqueIdentifier {
    /// Whether a text has the form: numbers without leading zeros, joined by dots, at most 64 characters.
    public static func isWellFormed(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && (part.utf8.count == 1 || part.utf8.first != 0x30)
        }
    }

    /// Refuses a text that is none.
    ///
    /// - Throws: `AuthoringRefusal` that names the field.
    static func require(_ text: String, _ field: String) throws(AuthoringRefusal) {
        guard !isWellFormed(text) else { return }
        throw .misfit(
            field, expected: "a DICOM UID", got: "\"\(text)\"",
            remedy: "Copy the UID from the image: numbers and dots, at most 64.")
    }
}

extension AuthoringRefusal {
    /// Refuses one field of a body, by its path.
    static func misfit(_ field: String, expected: String, got: String, remedy: String) -> AuthoringRefusal {
        AuthoringRefusal(.content, "\(field): expected \(expected), got \(got).", remedy: remedy)
    }

    /// Refuses a body that leaves out what it cannot do without.
    static func missing(_ field: String, remedy: String) -> AuthoringRefusal {
        AuthoringRefusal(.content, "\(field): expected a value, got nothing.", remedy: remedy)
    }
}
