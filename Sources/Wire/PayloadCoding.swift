public import EventLog
public import ImagingCase
public import Problems
import SwiftProtobuf

/// A generated message.
typealias SchemaMessage = SwiftProtobuf.Message & Sendable

/// Bodies as bytes, as typed events and as JSON.
///
/// Bytes are read and written by hand on the hot path; JSON goes through the generated messages, which refuse unknown fields.
public enum PayloadCoding {
    /// What a body says; `unknown` for a kind or body that this version cannot read.
    public static func event(of kind: EventKind, schema: UInt16, payload: [UInt8]) -> CaseEvent {
        guard schema == 1 else { return .unknown(kind) }
        return payload.withUnsafeBytes { read(kind, $0) } ?? .unknown(kind)
    }

    /// The bytes of a typed event.
    ///
    /// Precondition: not `unknown`, which has no bytes of its own.
    public static func payload(of event: CaseEvent) -> [UInt8] {
        if case .unknown = event { preconditionFailure("an unknown event is forwarded with the bytes that it came with") }
        return write(event)
    }

    /// Parses the JSON of a body.
    ///
    /// - Throws: a `Problem` for an unknown kind, an unknown field, a value of the wrong type or an event id that is none.
    public static func event(of kind: EventKind, json: String) throws(Problem) -> CaseEvent {
        guard let type = schema(of: kind) else {
            throw Problem(.unknownKind, "\(kind) is not a kind that can be recorded.", remedy: Self.nearest(to: kind))
        }
        var options = JSONDecodingOptions()
        options.messageDepthLimit = ProtoReader.depthMax
        let bytes: [UInt8]
        do {
            bytes = try type.init(jsonString: json.isEmpty ? "{}" : json, options: options).serializedBytes()
        } catch let error as JSONDecodingError {
            throw Self.problem(kind, error)
        } catch {
            throw Problem(.malformed, "The body of \(kind) is not JSON of its message.")
        }
        let event = Self.event(of: kind, schema: 1, payload: bytes)
        if case .unknown = event {
            throw Problem(
                .badInput, "The body of \(kind) names an event that is no id, or leaves a bound.",
                remedy: "Give events as site~incarnation/sequence, as case history prints them.")
        }
        return event
    }

    /// The JSON of a body, for people and programs; nil where this version cannot read it.
    public static func json(of kind: EventKind, payload: [UInt8]) -> String? {
        guard let type = schema(of: kind), let message = try? type.init(serializedBytes: payload) else { return nil }
        return try? message.jsonString()
    }

    private static func problem(_ kind: EventKind, _ error: JSONDecodingError) -> Problem {
        switch error {
        case .unknownField(let name):
            Problem(.unknownField, "The body of \(kind) has no field '\(name)'.", facts: [.init("field", name)])
        case .unrecognizedEnumValue:
            Problem(.badInput, "A field of \(kind) has a word outside its vocabulary.")
        default:
            Problem(.malformed, "The body of \(kind) is not JSON of its message: \(error).")
        }
    }

    private static func nearest(to kind: EventKind) -> String {
        let sameNoun = EventKind.known.filter {
            $0.text.split(separator: ".").last == kind.text.split(separator: ".").last
                || $0.text.split(separator: ".").first == kind.text.split(separator: ".").first
        }
        let offered = sameNoun.isEmpty ? EventKind.known : sameNoun
        return "Use one of: \(offered.map(\.text).joined(separator: " "))."
    }
}
