import Audit
import EventLog
import ImagingCase

/// How a request is kept in the audit.
struct AuditRule: Sendable {
    /// When the record is made.
    enum Timing: Sendable {
        /// When the answer is known, before it is sent.
        case after
        /// Before anything is done, because what is done leaves the node by itself; a failure is said in a second record.
        case before
        /// Without waiting for the disk: what comes in is durable and signed in the log of events.
        case noted
    }

    let code: AuditCode
    let action: AuditAction
    /// A command's name, or a call's method and path pattern.
    let call: String
    /// What somebody typed for a case or a conflict.
    var named: String?
    /// What else was asked for, by name.
    var query: [(name: String, value: String?)] = []
    var timing = Timing.after

    init(
        _ code: AuditCode, _ action: AuditAction, _ call: String, named: String? = nil,
        query: [(name: String, value: String?)] = [],
        _ timing: Timing = .after
    ) {
        self.code = code
        self.action = action
        self.call = call
        self.named = named
        self.query = query
        self.timing = timing
    }

    /// The search as text: words of the node's own as they are, everything else as its cloak, because people type names anywhere.
    func text(cloak: (String) -> String) -> String? {
        let parts = query.compactMap { part in part.value.map { "\(part.name)=\(Self.isPlain($0) ? $0 : cloak($0))" } }
        return parts.isEmpty ? nil : parts.joined(separator: "&")
    }

    private static let words: Set<String> = [
        "all", "open", "hub", "routine", "asap", "urgent", "stat", "imaging", "reading", "both", "CR", "CT", "DX", "MG", "MR",
        "NM",
        "PT", "RF", "US", "XA", "RTIMAGE", "RTPLAN", "RTDOSE", "SR",
    ]

    /// Whether a value is a word, number, moment or identifier of the node's own, and so no person's name.
    static func isPlain(_ value: String) -> Bool {
        Int(value) != nil || words.contains(value) || Role(rawValue: value) != nil || AuditCode(rawValue: value) != nil
            || EventID(value) != nil || StreamID(value) != nil || LogID(value) != nil || Timestamp.parse(value) != nil
    }
}
