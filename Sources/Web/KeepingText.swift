import ImagingCase

/// Answers about backups, the same at a site and at a hub.
public enum KeepingText {
    /// A backup was saved.
    public static func saved(_ events: UInt64, _ folder: String) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.member("events", events)
        json.member("backup", folder)
        json.endObject()
        return DeskAnswer(
            json: json.text, text: "saved \(events) events in \(folder)",
            remark:
                "Keep it as you keep the node: it holds the node's key and patients' data. 'backup verify' recomputes all of it.")
    }
}
