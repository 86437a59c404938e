import EventLog
import ImagingCase

/// Writes segments in the recommended delimiters, every text escaped: what a person wrote can never end a field or a segment.
///
/// Source: HL7 v2.5.1 2.5.3 (segments), 2.7 (escape sequences).
struct SegmentWriter {
    private(set) var segments: [String] = []

    /// Adds a segment of fields that are escaped already; empty ones at its end are left out.
    mutating func add(_ name: String, _ fields: [Int: String]) {
        let last = fields.filter { !$0.value.isEmpty }.keys.max() ?? 0
        let values = last > 0 ? (1...last).map { fields[$0] ?? "" } : []
        segments.append(([name] + values).joined(separator: "|"))
    }

    /// The message.
    var text: String { segments.map { $0 + "\r" }.joined() }

    /// Escapes a text.
    static func escaped(_ text: String) -> String { HL7Syntax.standard.escaped(text) }

    /// Components, each escaped; empty ones at the end are left out.
    static func components(_ parts: String...) -> String {
        var parts = parts.map(escaped)
        while parts.last == "" { parts.removeLast() }
        return parts.joined(separator: "^")
    }

    /// An entity identifier (EI): value and who assigned it, by namespace or universal id.
    ///
    /// Source: HL7 v2.5.1 2.A.28 (EI), table 0301.
    static func identifier(_ value: String, _ issuer: String) -> String {
        isObjectIdentifier(issuer) ? components(value, "", issuer, "ISO") : components(value, issuer)
    }

    /// A person's identifier (CX).
    ///
    /// Source: HL7 v2.5.1 2.A.14 (CX), table 0203 (MR).
    static func personIdentifier(_ value: String, _ issuer: String) -> String {
        let authority = isObjectIdentifier(issuer) ? "&\(escaped(issuer))&ISO" : escaped(issuer)
        return "\(escaped(value))^^^\(authority)^MR"
    }

    /// A code with its words (CWE): code, text, scheme.
    static func coded(_ coded: Coded, _ open: (String) -> String) -> String {
        components(coded.code, open(coded.text), coded.scheme)
    }

    /// A name in DICOM's order as an XPN: HL7 has suffix before prefix.
    ///
    /// Source: DICOM PS3.5 6.2.1 (PN), HL7 v2.5.1 2.A.88 (XPN).
    static func personName(_ name: String) -> String {
        let group = name.split(separator: "=", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        var parts = group.split(separator: "^", omittingEmptySubsequences: false).map(String.init)
        while parts.count < 5 { parts.append("") }
        return components(parts[0], parts[1], parts[2], parts[4], parts[3])
    }

    private static func isObjectIdentifier(_ text: String) -> Bool { text.contains(".") && HL7DataTypes.isUID(text) }
}
