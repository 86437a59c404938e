/// Why something that an archive said is not taken: the field and what was expected there, never a value of a patient's field.
public struct OrthancRefusal: Error, Hashable, Sendable {
    /// The path of the field, such as `MainDicomTags.StudyInstanceUID`.
    public let field: String
    /// What was expected there.
    public let expected: String

    /// Names field and expectation.
    public init(_ field: String, expected: String) {
        self.field = field
        self.expected = expected
    }

    /// One sentence.
    public var message: String { "\(field): expected \(expected)." }
}

extension OrthancJSON {
    /// A member's text.
    ///
    /// - Throws: ``OrthancRefusal`` where there is none.
    public func text(_ name: String, in path: String = "") throws(OrthancRefusal) -> String {
        guard let text = self[name]?.text else { throw OrthancRefusal(path + name, expected: "a text") }
        return text
    }

    /// A member's identifier in the archive: SHA-1 in five groups of hexadecimal digits, so that it can stand in a path.
    func archiveID(_ name: String, in path: String = "") throws(OrthancRefusal) -> String {
        guard let text = self[name]?.text, OrthancID.isWellFormed(text) else {
            throw OrthancRefusal(path + name, expected: "an archive's identifier")
        }
        return text
    }
}

/// The form of an archive's own identifiers.
///
/// Source: Orthanc Book, "Identifiers": SHA-1 over the DICOM identifiers, in five groups of eight hexadecimal digits.
public enum OrthancID {
    /// Whether a text has the form; nothing else is put into a path.
    public static func isWellFormed(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.count == 5
            && groups.allSatisfy { group in
                group.utf8.count == 8
                    && group.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            }
    }
}
