public import ImagingCase
import NIOCore
import NodeFiles
public import Problems
public import Wire

/// What a node can do with sealed texts: nothing is sealed here, the key is not open, or it is.
public enum FieldKeys: Sendable {
    /// The node has no key: what it records is readable, what came sealed stays sealed.
    case none
    /// The node has a key, and nobody gave the credential that opens it: nothing that says a name is recorded.
    case closed(id: String)
    /// What is recorded is sealed, and what is shown is opened.
    case open(FieldKey)

    /// The keys of the node that answers.
    @TaskLocal public static var current = FieldKeys.none

    /// Opens the key of a data folder with the credential that this process was given.
    ///
    /// - Throws: `CONFIGURATION` for a credential that does not open it or is none, `PERMISSIONS` for files that others may read.
    public init(folder: String, environment: [String: String]) throws(Problem) {
        guard let file = try FieldKeyFile(reading: folder + "/" + FieldKeyFile.fileName) else {
            self = .none
            return
        }
        guard let credential = try FieldCredential.given(environment) else {
            self = .closed(id: file.id)
            return
        }
        let key = FieldKey(try file.unwrapped(by: credential))
        guard key.id == file.id else {
            throw Problem(.configuration, "\(FieldKeyFile.fileName) names another key than it holds.")
        }
        self = .open(key)
    }

    /// Refuses to go on with a key that is not open: a process that records would refuse every name.
    ///
    /// - Throws: `CONFIGURATION`.
    public func requireOpen() throws(Problem) {
        guard case .closed(let id) = self else { return }
        throw Problem(
            .configuration, "Names and texts are sealed here under the key \(id), and no credential opens it.",
            remedy: "Give it: \(FieldCredential.variable)=FILE, or the systemd credential \(FieldCredential.name).")
    }

    /// An event as it is recorded here.
    ///
    /// - Throws: `CONFIGURATION` where it says something that is to be sealed and the key is not open.
    public func sealed(_ event: CaseEvent) throws(Problem) -> CaseEvent {
        switch self {
        case .none: return event
        case .open(let key): return PayloadCoding.sealed(event, under: key)
        case .closed:
            if PayloadCoding.hasTexts(event) { try requireOpen() }
            return event
        }
    }

    /// An identifier as it is stored here, for looking it up.
    public func sealed(identifier text: String) -> String {
        if case .open(let key) = self { key.seal(text, as: .identifier) } else { text }
    }

    /// A text for people: opened; where that cannot be, words in the place of what is sealed.
    public func shown(in text: String) -> String {
        SealedText.replacing(in: text) { opened($0) ?? "(sealed, key \($0.keyID))" }
    }

    /// A text for programs: opened; what cannot be opened stays as it is.
    func opened(text: String) -> String {
        guard case .open = self else { return text }
        return SealedText.replacing(in: text) { opened($0) }
    }

    /// A JSON document for programs: opened; what cannot be opened stays as it is.
    public func opened(json: String) -> String {
        guard case .open = self else { return json }
        return SealedText.replacing(in: json) { sealed in
            opened(sealed).map { text in
                var json = JSONWriter()
                json.string(text)
                // It lies between quotation marks already.
                return String(json.text.dropFirst().dropLast())
            }
        }
    }

    /// A JSON document's bytes, ready to be sent.
    func shown(_ json: [UInt8]) -> ByteBuffer {
        guard case .open = self else { return ByteBuffer(bytes: json) }
        return ByteBuffer(string: opened(json: String(decoding: json, as: UTF8.self)))
    }

    private func opened(_ sealed: SealedText) -> String? {
        if case .open(let key) = self { key.open(sealed) } else { nil }
    }

    /// An answer for whoever asked.
    public func shown(_ answer: DeskAnswer) -> DeskAnswer {
        var answer = answer
        answer.json = opened(json: answer.json)
        answer.text = shown(in: answer.text)
        answer.remark = shown(in: answer.remark)
        return answer
    }
}
