import EventLog

/// An encapsulated value (ED).
///
/// Source: HL7 v2.5.1 2.A.24 (ED).
struct Encapsulated {
    /// The data as it stands in the message.
    let data: String
    private let kind: String
    private let encoding: String

    init(_ value: HL7Repetition) {
        data = value.text(5)
        kind = [value.text(2), value.text(3)].filter { !$0.isEmpty }.joined(separator: "/").lowercased()
        encoding = value.text(4).lowercased()
    }

    /// The text that the data holds; nil where it is no valid base64 of UTF-8 text.
    var decoded: String? {
        if encoding == "a" { return data }
        let bytes = encoding == "hex" ? Hex.bytes(of: data) : Base64.bytes(of: data.filter { $0 != " " && $0 != "\n" })
        guard let bytes, !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        // Control characters say that it is a document of another kind.
        guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }) else { return nil }
        return HL7Text.trimmed(text)
    }

    /// The text, or what stands in its place: a document is named, never carried.
    var words: String {
        guard !data.isEmpty else { return "" }
        return decoded
            ?? "[\(kind.isEmpty ? "document" : kind), \(data.utf8.count) characters of \(encoding.isEmpty ? "data" : encoding), not carried]"
    }
}
