/// One segment: a name and its fields by number.
public struct HL7Segment: Hashable, Sendable {
    /// The name, such as `PID`.
    public let name: String
    /// Which one of that name in the message, from 1.
    public let ordinal: Int
    let fields: [HL7Field]
    let syntax: HL7Syntax

    /// The field with a number from 1; an empty one where there are fewer. In MSH, 1 is the separator itself.
    public subscript(_ number: Int) -> HL7Field {
        guard number >= 1, number <= fields.count else { return HL7Field(raw: [], syntax: syntax) }
        return fields[number - 1]
    }

    /// The place of a field.
    public func location(_ field: Int? = nil, component: Int? = nil) -> HL7Location {
        HL7Location(name, ordinal, field: field, component: component)
    }
}
