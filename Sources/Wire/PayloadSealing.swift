import EventLog
public import ImagingCase

/// Bodies with their texts sealed: the bytes that are hashed, stored and sent hold no name.
extension PayloadCoding {
    /// An event as it is recorded where fields are sealed; one that says nothing that is sealed stays as it is.
    public static func sealed(_ event: CaseEvent, under key: FieldKey) -> CaseEvent {
        guard let fields = SealedFields.byKind[event.kind] else { return event }
        let bytes = payload(of: event)
        guard let spliced = ProtoSplice.replacing(fields, in: bytes[...], { key.seal($0, as: $1) }) else {
            preconditionFailure("a body that was written here is a message")
        }
        let result = Self.event(of: event.kind, schema: 1, payload: spliced)
        if case .unknown = result { preconditionFailure("a sealed body is a body") }
        return result
    }

    /// Whether an event says anything that is sealed where fields are sealed.
    public static func hasTexts(_ event: CaseEvent) -> Bool {
        guard let fields = SealedFields.byKind[event.kind] else { return false }
        var found = false
        _ = ProtoSplice.replacing(fields, in: payload(of: event)[...]) { text, _ in
            if !text.isEmpty { found = true }
            return text
        }
        return found
    }
}

/// Replaces texts within the bytes of a message; what is not asked for stays byte for byte.
///
/// Source: protobuf encoding, proto3.
enum ProtoSplice {
    /// The message with the texts of some fields replaced; nil where the bytes are no message.
    static func replacing(
        _ fields: [SealedField], in bytes: ArraySlice<UInt8>, _ replacement: (String, SealedMeaning) -> String
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = bytes
        while !rest.isEmpty {
            let whole = rest
            guard let tag = varint(&rest) else { return nil }
            guard tag & 7 == 2 else {
                guard skip(tag & 7, &rest) else { return nil }
                result += whole[whole.startIndex..<rest.startIndex]
                continue
            }
            guard let length = varint(&rest), length <= UInt64(rest.count) else { return nil }
            let content = rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
            guard let field = fields.first(where: { UInt64($0.number) == tag >> 3 }) else {
                result += whole[whole.startIndex..<rest.startIndex]
                continue
            }
            guard let replaced = Self.content(of: field, content, replacement) else { return nil }
            var written = ColumnWriter(reserving: replaced.count + 16)
            written.field(field.number, replaced)
            result += written.bytes
        }
        return result
    }

    private static func content(
        of field: SealedField, _ bytes: ArraySlice<UInt8>, _ replacement: (String, SealedMeaning) -> String
    ) -> [UInt8]? {
        switch field {
        case .text(_, let meaning):
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return Array(replacement(text, meaning).utf8)
        case .inside(_, let fields): return replacing(fields, in: bytes, replacement)
        }
    }

    private static func skip(_ wireType: UInt64, _ rest: inout ArraySlice<UInt8>) -> Bool {
        switch wireType {
        case 0: return varint(&rest) != nil
        case 1, 5:
            let width = wireType == 1 ? 8 : 4
            guard rest.count >= width else { return false }
            rest = rest.dropFirst(width)
            return true
        default: return false
        }
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
