import EventLog
import ImagingCase

/// The rows of one group of kinds: bytes to typed event and back, and the generated message that maps its JSON.
protocol PayloadGroup: SendableMetatype {
    /// Reads a body; nil for a kind of another group or a body that this version cannot read.
    static func read(_ kind: EventKind, _ bytes: UnsafeRawBufferPointer) -> Self?
    /// The bytes of the body.
    var payload: [UInt8] { get }
    /// The generated message of a kind; nil for one of another group.
    static func schema(of kind: EventKind) -> (any SchemaMessage.Type)?
}
