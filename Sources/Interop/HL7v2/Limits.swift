/// Bounds of one message.
///
/// Source: house rule (reliability.md 4.6).
public struct HL7Limits: Hashable, Sendable {
    /// The longest message in bytes.
    public var messageBytesMax = 1 << 20
    /// The most segments of a message.
    public var segmentsMax = 5000
    /// The longest field in bytes.
    public var fieldBytesMax = 64 * 1024

    /// The house's bounds.
    public init() {}
}
