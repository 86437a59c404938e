import EventLog
import ImagingCase
import SQLiteStore
import Web

/// The ages of the newest canaries, as `status` and `doctor` show them.
struct CanaryReport {
    /// Beyond this age a site's canary is late, in seconds: two have not come.
    static let lateSeconds: Int64 = 2 * 3600 + 600

    private let seen: [CanarySeen]
    private let now: Instant

    init(_ seen: [CanarySeen], _ now: Instant) {
        self.seen = seen
        self.now = now
    }

    private func age(_ canary: CanarySeen) -> Int64 { max(0, (now.milliseconds - canary.recorded.milliseconds) / 1000) }

    func write(to json: inout JSONWriter) {
        json.key("canaries")
        json.beginArray()
        for canary in seen {
            json.beginObject()
            json.member("site", canary.site.text)
            json.member("ageSeconds", age(canary))
            json.endObject()
        }
        json.endArray()
    }

    var checks: [DoctorCheck] {
        seen.map { canary in
            let isLate = age(canary) > Self.lateSeconds
            return DoctorCheck(
                name: "canary", isGood: !isLate, text: "the newest of \(canary.site) was recorded \(age(canary)) s ago",
                remedy: isLate ? "Ask whether \(canary.site) and the hub run: nothing has come from there since." : "")
        }
    }
}
