import ImagingCase

/// What was seen of a study in an archive when it was last looked at: kept under its Study Instance UID, because the archive's own
/// identifiers change with the patient.
public struct SeenStudy: Hashable, Sendable {
    /// The archive's identifiers, ascending; several where it holds one study under two patients.
    public var ids: [String] = []
    /// The content's version; empty where nothing was recorded of it.
    public var version = ""
    /// How many instances there were.
    public var instances = 0
    /// The archive's words of when something came last.
    public var lastUpdate = ""
    /// How often something was recorded of it: part of what makes each record one event.
    public var turn = 0
    /// Whether the archive does not hold it any more.
    public var isGone = false
    /// Whether it is no examination and nothing is recorded of it.
    public var isIgnored = false
    /// SOP instances that were read for what they say, ascending: dose reports, plans, records.
    public var read: [String] = []

    /// The most instances that are remembered as read.
    public static let readMax = 4_000

    /// Never seen.
    public init() {}

    /// Whether a study of a list is as it was.
    public func isUnchanged(_ study: OrthancStudy) -> Bool {
        !isGone && lastUpdate == study.lastUpdate && ids.contains(study.id) && (isIgnored || !version.isEmpty)
    }

    /// The form in which it is kept.
    public var bytes: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("ids", texts: ids)
        json.member("version", version)
        json.member("instances", instances)
        json.member("lastUpdate", lastUpdate)
        json.member("turn", turn)
        json.member("gone", isGone)
        json.member("ignored", isIgnored)
        json.member("read", texts: read.prefix(Self.readMax))
        json.endObject()
        return json.bytes
    }

    /// Reads the form; nil for what is none, and then the study counts as never seen.
    public init?(_ bytes: [UInt8]) {
        guard let json = try? OrthancJSON(parsing: bytes),  // whatever it was, it is looked at again
            let ids = json["ids"]?.list, let version = json["version"]?.text, let instances = json["instances"]?.integer,
            let lastUpdate = json["lastUpdate"]?.text, let turn = json["turn"]?.integer, let gone = json["gone"]?.flag,
            let ignored = json["ignored"]?.flag, let read = json["read"]?.list
        else { return nil }
        self.ids = ids.compactMap(\.text)
        self.version = version
        self.instances = Int(instances)
        self.lastUpdate = lastUpdate
        self.turn = Int(turn)
        isGone = gone
        isIgnored = ignored
        self.read = read.compactMap(\.text)
    }
}
