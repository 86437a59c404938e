/// Where in a message something is: segment, which one of its name, and as far down as is known.
///
/// Source: HL7 v2.5.1 2.A.28 (ERL).
public struct HL7Location: Hashable, Sendable, CustomStringConvertible {
    /// The segment's name.
    public let segment: String
    /// Which segment of that name in the message, from 1.
    public let ordinal: Int
    /// The field, from 1.
    public let field: Int?
    /// The repetition, from 1.
    public let repetition: Int?
    /// The component, from 1.
    public let component: Int?

    /// Names a place.
    public init(_ segment: String, _ ordinal: Int = 1, field: Int? = nil, repetition: Int? = nil, component: Int? = nil) {
        self.segment = segment
        self.ordinal = ordinal
        self.field = field
        self.repetition = repetition
        self.component = component
    }

    /// The place as people write it: `PID-3`, `OBX[2]-5.1`.
    public var description: String {
        var text = ordinal == 1 ? segment : "\(segment)[\(ordinal)]"
        if let field { text += "-\(field)" }
        if let component { text += ".\(component)" }
        return text
    }

    /// The place as the parts of an ERL; absent parts at the end are left out.
    public var parts: [String] {
        var parts = [segment, String(ordinal), field.map(String.init) ?? "", repetition.map(String.init) ?? ""]
        parts.append(component.map(String.init) ?? "")
        while parts.last == "" { parts.removeLast() }
        return parts
    }
}
