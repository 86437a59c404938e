import EventLog
import ImagingCase
public import Wire

/// What taking a bundle came to.
public struct BundleOutcome: Sendable {
    /// Whose bundle it was.
    public let header: BundleHeader
    /// Events that were not held before.
    public var new: UInt64 = 0
    /// Events that were held already.
    public var known: UInt64 = 0
    /// Whether it was kept until what comes before it is here.
    public var isWaiting = false
    /// Bundles that had waited and were taken now.
    public var taken = 0

    /// Nothing taken yet.
    public init(header: BundleHeader) { self.header = header }

    /// The answer of a command.
    public var answer: DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("from", header.from.text)
        json.member("part", header.part)
        json.member("new", new)
        json.member("known", known)
        json.member("waiting", isWaiting)
        json.member("taken", taken)
        json.endObject()
        var lines = ["bundle of \(header.from), part \(header.part): \(new) new, \(known) already known"]
        if isWaiting { lines.append("kept: it goes on after events that are not here yet; import the part before it") }
        if taken > 0 { lines.append("\(taken) bundles that had waited were taken as well") }
        return DeskAnswer(json: json.text, text: lines.joined(separator: "\n"))
    }
}

/// Bundles as commands show them.
public enum BundleText {
    /// What was exported.
    public static func exported(to: String, events: UInt64, items: Int, files: [String]) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("to", to)
        json.member("events", events)
        json.member("items", items)
        json.member("files", texts: files)
        json.endObject()
        let text =
            files.isEmpty
            ? "nothing to export: '\(to)' is known to hold everything"
            : "\(events) events for '\(to)' in \(files.count == 1 ? files[0] : "\(files.count) parts in order, any order of import: \(files.joined(separator: " "))")"
        return DeskAnswer(json: json.text, text: text)
    }

    /// What stands on the outside of a bundle.
    public static func inspected(_ header: BundleHeader, bytes: Int) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("version", header.version)
        json.member("from", header.from.text)
        json.member("to", header.to.text)
        json.member("made", Timestamp.text(of: header.made))
        json.member("part", header.part)
        json.member("items", header.items)
        json.member("bytes", bytes)
        json.endObject()
        return DeskAnswer(
            json: json.text,
            text:
                "from '\(header.from)' to '\(header.to)', made \(Timestamp.text(of: header.made)) by version \(header.version), part "
                + "\(header.part), \(header.items) items in \(bytes) bytes, all there; what they say only '\(header.to)' can read"
        )
    }
}
