import EventLog
import ImagingCase
import NodeFiles
public import Problems
import Wire

/// Sealed texts: between who says or asks something and what is stored.
extension CaseDesk {
    /// The history that a text names: an identifier is stored sealed where fields are sealed.
    func resolve(_ text: String) throws(Problem) -> StreamID {
        let sealed = fields.sealed(identifier: text)
        guard sealed != text else { return try library.resolve(text) }
        do throws(Problem) { return try library.resolve(sealed) } catch {
            guard error.code == .unknownCase else { throw error }
            return try library.resolve(text)
        }
    }

    /// An event as it is recorded on a history.
    ///
    /// - Throws: `CONFIGURATION` where it says something that is to be sealed and the key is not open, or the person of the history is
    ///   sealed and there is no key: a name in clear beside sealed ones would go to every node.
    func sealed(_ event: CaseEvent, on stream: StreamID?) throws(Problem) -> CaseEvent {
        if case .none = fields, let stream, PayloadCoding.hasTexts(event),
            let key = try library.summary(of: stream).flatMap({ SealedText.first(in: String(decoding: $0, as: UTF8.self)) })?
                .keyID
        {
            throw Problem(
                .configuration, "The texts of this case are sealed under the key \(key), which this node does not have.",
                remedy: "Record at a node that has it, or take the key in: filmjacket field-key take FILE --data DIR.")
        }
        return try fields.sealed(event)
    }

    /// How the node stands to sealed texts, seen by the names of its newest cases. A hub may well have no key.
    public func fieldCheck(isHub: Bool) throws(Problem) -> DoctorCheck {
        let names = try library.summaries(limit: Self.rowsLookedAt).compactMap { WorklistRow(json: $0)?.patient.name }
            .filter { !$0.isEmpty }
        let keys = Set(names.compactMap { SealedText($0)?.keyID }).sorted()
        let inClear = names.count { SealedText($0) == nil }
        let (own, state): (String?, String) =
            switch fields {
            case .none: (nil, "no key here")
            case .closed(let id): (id, "key \(id), closed")
            case .open(let key): (key.id, "key \(key.id), open")
            }
        var text = names.isEmpty || own == nil && keys.isEmpty ? "nothing is sealed; \(state)" : state
        if !keys.isEmpty, own == nil { text = "sealed under the key \(keys.joined(separator: ", ")); no key here" }
        if own != nil, inClear > 0 { text += "; \(inClear) of the \(names.count) newest names are in clear" }
        let strangers = keys.filter { $0 != own }
        if own != nil, !strangers.isEmpty { text += "; others are sealed under \(strangers.joined(separator: ", "))" }
        let remedy =
            if case .closed = fields {
                "Give the credential that opens the key: \(FieldCredential.variable)=FILE."
            } else if own == nil && !keys.isEmpty && !isHub || own != nil && !strangers.isEmpty {
                "Take in the key of the other sites: filmjacket field-key take FILE, in a new folder."
            } else if own != nil && inClear > 0 {
                "Find the site that has no field key: what it records goes to every node in clear."
            } else { "" }
        return DoctorCheck(name: "fields", isGood: remedy.isEmpty, text: text, remedy: remedy)
    }

    /// How many of the newest rows are looked at.
    private static let rowsLookedAt = 200
}
