public import EventLog

/// A message of one event kind or a part of one: says its fields once, for every reader and writer of bytes.
///
/// Numbers are those of the published `.proto`; a field with its default value is absent on the wire (proto3).
public protocol Payload: Hashable, Sendable {
    /// The message with every field at its default.
    init()
    /// Shows each field, in ascending number, to a visitor that reads or writes it.
    mutating func fields(_ visitor: inout some FieldVisitor)
}

/// A closed vocabulary of a field; raw value 0 means "not said", and raw values count without gaps.
public protocol Choice: RawRepresentable<UInt8>, Hashable, Sendable, CaseIterable {
    /// The value that an absent field has.
    static var unspecified: Self { get }
    /// The words in JSON at their raw values: the names of the cases, spelled out because reflection is slow.
    static var words: [String] { get }
}

extension Choice {
    /// The word in JSON: the case's name.
    public var word: String { Self.words[Int(rawValue)] }
}

/// Reads or writes the fields of a payload.
public protocol FieldVisitor {
    /// A UTF-8 text.
    mutating func text(_ number: Int, _ value: inout String)
    /// Repeated texts.
    mutating func texts(_ number: Int, _ value: inout [String])
    /// A count, 0 or more.
    mutating func count(_ number: Int, _ value: inout Int)
    /// A double.
    mutating func real(_ number: Int, _ value: inout Double)
    /// A truth value.
    mutating func flag(_ number: Int, _ value: inout Bool)
    /// A word of a closed vocabulary.
    mutating func choice<C: Choice>(_ number: Int, _ value: inout C)
    /// A moment, as milliseconds since the epoch.
    mutating func instant(_ number: Int, _ value: inout Instant?)
    /// A reference to an event, as its text.
    mutating func event(_ number: Int, _ value: inout EventID?)
    /// Repeated references to events.
    mutating func events(_ number: Int, _ value: inout [EventID])
    /// An embedded message.
    mutating func message<P: Payload>(_ number: Int, _ value: inout P?)
    /// Repeated embedded messages.
    mutating func messages<P: Payload>(_ number: Int, _ value: inout [P])
}
