public import ImagingCase

/// Readings of HL7 data types as the vocabulary of a case.
public enum HL7DataTypes {
    /// A person's name (XPN) in DICOM PN form: family^given^middle^prefix^suffix, empty parts at the end left out.
    ///
    /// Degrees follow the suffix, as DICOM puts them. A mark of PN inside a part becomes a space.
    /// Source: HL7 v2.5.1 2.A.88 (XPN), DICOM PS3.5 6.2.1.
    public static func personName(_ value: HL7Repetition) -> String {
        let suffix = [value.text(4), value.text(6)].filter { !$0.isEmpty }.joined(separator: " ")
        var parts = [value.text(1), value.text(2), value.text(3), value.text(5), suffix].map { part in
            String(part.map { "^=\\".contains($0) ? " " : $0 })
        }
        while parts.last == "" { parts.removeLast() }
        return parts.joined(separator: "^")
    }

    /// A practitioner (XCN) as text for people, name and then id: `Thomas Eric (801234564895)`; the id alone where no name is given.
    ///
    /// Source: HL7 v2.5.1 2.A.86 (XCN).
    public static func practitioner(_ value: HL7Repetition) -> String {
        let id = value.text(1)
        let name = [value.text(3), value.text(2)].filter { !$0.isEmpty }.joined(separator: " ")
        if name.isEmpty { return id }
        return id.isEmpty ? name : "\(name) (\(id))"
    }

    /// An assigning authority (HD) as an issuer: the universal id where there is one, because it means the same at every sender;
    /// else the namespace.
    ///
    /// Source: HL7 v2.5.1 2.A.33 (HD).
    static func issuer(namespace: String, universalID: String) -> String {
        universalID.isEmpty ? namespace : universalID
    }

    /// An order or study identifier (EI); nil where it has no value. The issuer is empty where the sender names none.
    ///
    /// Source: HL7 v2.5.1 2.A.28 (EI).
    public static func identifier(entity value: HL7Repetition) -> IssuedIdentifier? {
        let text = value.text(1)
        guard !text.isEmpty else { return nil }
        return IssuedIdentifier(issuer: issuer(namespace: value.text(2), universalID: value.text(3)), value: text)
    }

    /// A person's identifier (CX); nil where it has no value. The issuer is empty where the sender names none.
    ///
    /// Source: HL7 v2.5.1 2.A.14 (CX).
    public static func identifier(extended value: HL7Repetition) -> IssuedIdentifier? {
        let text = value.text(1)
        guard !text.isEmpty else { return nil }
        return IssuedIdentifier(issuer: issuer(namespace: value.text(4, 1), universalID: value.text(4, 2)), value: text)
    }

    /// The repetition that names the patient: the first in list order whose type is medical record, patient internal or national health
    /// identifier, else the first with a value.
    ///
    /// Source: HL7 v2.5.1 3.4.2.3 (PID-3), table 0203.
    static func patientIdentifier(_ field: HL7Field) -> HL7Repetition? {
        let valued = field.repetitions.filter { !$0.text(1).isEmpty }
        return valued.first { ["MR", "PI", "INS"].contains($0.text(5)) } ?? valued.first
    }

    /// A coded value (CE, CWE); nil where neither code nor text is given.
    ///
    /// Source: HL7 v2.5.1 2.A.13 (CE).
    public static func coded(_ value: HL7Repetition) -> Coded? {
        let coded = Coded(code: value.text(1), scheme: value.text(3), text: value.text(2))
        return coded.code.isEmpty && coded.text.isEmpty ? nil : coded
    }

    /// A coded value's words: its text, or else its code.
    static func words(_ value: HL7Repetition) -> String {
        let text = value.text(2)
        return text.isEmpty ? value.text(1) : text
    }

    /// Administrative sex; nil for a code outside the table.
    ///
    /// Source: HL7 v2.5.1 table 0001.
    static func sex(_ code: String) -> Sex? {
        switch code.uppercased() {
        case "": .unspecified
        case "F": .female
        case "M": .male
        case "O", "A", "N": .other
        case "U": .unknown
        default: nil
        }
    }

    /// How soon; nil for a code outside the table.
    ///
    /// Source: HL7 v2.5.1 table 0485 (TQ1-9), 2.A.78 (TQ priority).
    static func urgency(_ code: String) -> Urgency? {
        let code = code.uppercased()
        switch code.prefix(1) {
        case "": return .unspecified
        case "S": return .stat
        case "A": return .asap
        // Before surgery is sooner than routine; as needed is not.
        case "P": return code.hasPrefix("PRN") ? .routine : .asap
        case "T", "U": return .urgent
        case "R": return .routine
        default: return nil
        }
    }

    /// Whether a text is a DICOM unique identifier.
    ///
    /// Source: DICOM PS3.5 9.1.
    static func isUID(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                && (part.utf8.count == 1 || part.utf8.first != 0x30)
        }
    }
}
