import EventLog
import ImagingCase
import Synchronization
import Web

/// How an archive is doing: what `status` and `doctor` show.
final class OrthancGauge: Sendable {
    /// What is known since the agent started.
    struct Reading: Sendable {
        /// Version, application entity title, and whether studies have labels; nil until it answered.
        var archive: (version: String, title: String, hasLabels: Bool)?
        /// How far its feed was read.
        var cursor: Int64 = 0
        /// Studies that it holds, as of the last look at all.
        var studies = 0
        /// Events recorded.
        var recorded = 0
        /// Things that could not be read or taken.
        var refused = 0
        /// The last of them, in words without patient data, and when.
        var refusal: (text: String, remedy: String, at: Instant)?
        /// When it answered last.
        var last: Instant?
        /// When all its studies were looked at.
        var swept: Instant?
        /// Why nothing can be asked now; nil while it answers.
        var outage: (text: String, remedy: String, since: Instant)?
        /// What a person has to decide; nil for nothing.
        var alarm: (text: String, remedy: String)?
    }

    /// Its address.
    let address: String
    private let reading = Mutex(Reading())

    init(address: String) { self.address = address }

    /// What it is now.
    var current: Reading { reading.withLock { $0 } }

    func tell(_ change: (inout Reading) -> Void) { reading.withLock { change(&$0) } }

    /// Notes that nothing can be asked; gives whether that is news.
    func fails(_ fault: OrthancFault, at now: Instant) -> Bool {
        reading.withLock { reading in
            let isNews = reading.outage?.text != fault.text
            reading.outage = (fault.text, fault.remedy, reading.outage?.since ?? now)
            return isNews
        }
    }

    /// Notes something that could not be read or taken.
    func refuses(_ text: String, _ remedy: String, at now: Instant) {
        reading.withLock { reading in
            reading.refused += 1
            reading.refusal = (text, remedy, now)
        }
    }

    /// Writes the edge as one member of `status`' edges.
    func write(to json: inout JSONWriter) {
        let reading = current
        json.beginObject()
        json.member("edge", "orthanc")
        json.member("url", address)
        json.member("reachable", reading.outage == nil && reading.last != nil)
        if let archive = reading.archive {
            json.member("version", archive.version)
            json.member("aet", archive.title)
        }
        json.member("cursor", reading.cursor)
        json.member("studies", reading.studies)
        json.member("recorded", reading.recorded)
        json.member("refused", reading.refused)
        if let last = reading.last { json.moment("last", last) }
        if let swept = reading.swept { json.moment("swept", swept) }
        if let outage = reading.outage {
            json.member("lastError", outage.text)
            json.moment("lastErrorAt", outage.since)
        } else if let refusal = reading.refusal {
            json.member("lastError", refusal.text)
            json.moment("lastErrorAt", refusal.at)
        }
        if let alarm = reading.alarm { json.member("alarm", alarm.text) }
        json.endObject()
    }

    /// The edge in a line of `status`.
    var line: String {
        let reading = current
        if let outage = reading.outage { return "Orthanc at \(address): not followed. \(outage.text)" }
        guard let archive = reading.archive else { return "Orthanc at \(address): not heard yet" }
        let refused = reading.refused > 0 ? ", \(reading.refused) refused" : ""
        return "Orthanc \(archive.version) at \(address): \(reading.studies) studies, \(reading.recorded) events\(refused)"
    }

    /// The edge as a check: bad while nothing can be asked, while a person has to decide, and while something was refused lately.
    func check(now: Instant) -> DoctorCheck {
        let reading = current
        if let outage = reading.outage {
            return DoctorCheck(name: "orthanc", isGood: false, text: line, remedy: outage.remedy)
        }
        if let alarm = reading.alarm {
            return DoctorCheck(name: "orthanc", isGood: false, text: "\(line); \(alarm.text)", remedy: alarm.remedy)
        }
        if let refusal = reading.refusal, now.milliseconds - refusal.at.milliseconds < Self.lateMilliseconds {
            return DoctorCheck(
                name: "orthanc", isGood: false, text: "\(line); the last: \(refusal.text)", remedy: refusal.remedy)
        }
        return DoctorCheck(name: "orthanc", isGood: true, text: line, remedy: "")
    }

    /// How long something refused is a failure: longer than it takes until the next look at everything refuses it again.
    private static let lateMilliseconds: Int64 = 3_600_000
}
