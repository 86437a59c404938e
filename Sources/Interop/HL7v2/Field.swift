/// One field of a segment: the bytes between two separators, read on demand.
///
/// Nothing between the separators (not said) and `""` (delete what was said) are different: see ``isEmpty`` and ``isDeleted``.
/// Source: HL7 v2.5.1 2.5.3.
public struct HL7Field: Hashable, Sendable {
    let raw: ArraySlice<UInt8>
    let syntax: HL7Syntax

    /// Whether the sender said nothing.
    public var isEmpty: Bool { raw.isEmpty }
    /// Whether the sender asks to delete the value.
    public var isDeleted: Bool { raw.count == 2 && raw.first == 0x22 && raw.last == 0x22 }

    /// The repetitions, one for an empty field.
    public var repetitions: [HL7Repetition] {
        raw.pieces(at: syntax.repetition).map { HL7Repetition(raw: $0, syntax: syntax) }
    }

    /// The first repetition.
    public var first: HL7Repetition { HL7Repetition(raw: raw.piece(1, at: syntax.repetition), syntax: syntax) }

    /// Text of a component's subcomponent of the first repetition, numbered from 1; empty where not said or deleted.
    public func text(_ component: Int = 1, _ subcomponent: Int = 1) -> String { first.text(component, subcomponent) }
}

/// One repetition of a field.
public struct HL7Repetition: Hashable, Sendable {
    let raw: ArraySlice<UInt8>
    let syntax: HL7Syntax

    /// Whether nothing is said.
    public var isEmpty: Bool { raw.isEmpty }

    /// How many components there are.
    public var componentCount: Int { raw.pieces(at: syntax.component).count }

    /// How many subcomponents a component has.
    func subcomponentCount(_ component: Int) -> Int {
        raw.piece(component, at: syntax.component).pieces(at: syntax.subcomponent).count
    }

    /// Text of a component's subcomponent, numbered from 1; empty where not said or deleted.
    public func text(_ component: Int = 1, _ subcomponent: Int = 1) -> String {
        let piece = raw.piece(component, at: syntax.component).piece(subcomponent, at: syntax.subcomponent)
        return HL7Text.trimmed(piece.elementsEqual([0x22, 0x22]) ? "" : syntax.text(of: piece))
    }

    /// The whole repetition as text. For value types without components, where a sender may have left `^` or `&` unescaped:
    /// nothing is cut off.
    public var freeText: String { raw.elementsEqual([0x22, 0x22]) ? "" : syntax.text(of: raw) }
}
