import EventLog
public import ImagingCase
import Problems
public import Wire

/// Notices as `doctor` and its acknowledgement show them.
public enum NoticeReport {
    /// A failing check for each notice that nobody has said to know of.
    public static func checks(_ notices: [Notice]) -> [DoctorCheck] {
        notices.map { notice in
            DoctorCheck(
                name: "notice", isGood: false,
                text: "\(Timestamp.text(of: notice.seen)) \(notice.code.rawValue): \(notice.message)",
                remedy: "\(notice.code.row.remedy) Known? filmjacket doctor --acknowledge.")
        }
    }

    /// What was acknowledged.
    public static func acknowledged(_ notices: [Notice]) -> DeskAnswer {
        var json = JSONWriter()
        json.beginObject()
        json.key("acknowledged")
        json.beginArray()
        for notice in notices { write(notice, to: &json) }
        json.endArray()
        json.endObject()
        let lines = notices.map { "acknowledged: \(Timestamp.text(of: $0.seen)) \($0.code.rawValue): \($0.message)" }
        return DeskAnswer(
            json: json.text, text: lines.isEmpty ? "there was nothing to acknowledge" : lines.joined(separator: "\n"))
    }

    /// One notice as JSON.
    public static func write(_ notice: Notice, to json: inout JSONWriter) {
        json.beginObject()
        json.member("seen", Timestamp.text(of: notice.seen))
        json.member("code", notice.code.rawValue)
        json.member("message", notice.message)
        json.endObject()
    }
}
