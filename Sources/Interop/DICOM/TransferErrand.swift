public import EventLog
public import ImagingCase

/// A transfer that somebody asked for, as far as a site's door is with it; kept over a restart.
public struct TransferErrand: Hashable, Sendable {
    /// The most attempts at sending: an hour, the waits together.
    public static let attemptsMax = 12
    /// After how long nobody waits for images any more, in milliseconds: a week.
    public static let patienceMilliseconds: Int64 = 7 * 24 * 3_600_000

    /// The event that asked for it.
    public let event: EventID
    /// The case.
    public let stream: StreamID
    /// Where the images go.
    public let destination: String
    /// The content that is meant; empty for the one that is there when it begins.
    public var version: String
    /// When it was taken up.
    public let since: Instant
    /// The archive's job that sends; empty while there is none.
    public var job = ""
    /// How often sending failed.
    public var attempts = 0
    /// Not before then.
    public var notBefore: Instant
    /// What was seen to be there last.
    public var verified = 0

    /// Takes up what an event asks for.
    public init(event: EventID, stream: StreamID, destination: String, version: String, since: Instant) {
        self.event = event
        self.stream = stream
        self.destination = destination
        self.version = version
        self.since = since
        notBefore = since
    }

    /// Notes a failure: the next attempt waits twice as long; gives whether it was the last.
    public mutating func failed(at now: Instant) -> Bool {
        job = ""
        attempts += 1
        notBefore = now.advanced(byMilliseconds: 1000 << Int64(min(attempts, 10)))
        return attempts >= Self.attemptsMax
    }

    /// The form in which it is kept.
    public var bytes: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("event", event.description)
        json.member("case", stream.description)
        json.member("destination", destination)
        json.member("version", version)
        json.member("since", since.milliseconds)
        json.member("job", job)
        json.member("attempts", attempts)
        json.member("notBefore", notBefore.milliseconds)
        json.member("verified", verified)
        json.endObject()
        return json.bytes
    }

    /// Reads the form; nil for what is none.
    public init?(_ bytes: [UInt8]) {
        guard let json = try? OrthancJSON(parsing: bytes),  // what is damaged is asked for again by a person
            let event = json["event"]?.text.flatMap({ EventID($0) }), let stream = json["case"]?.text.flatMap({ StreamID($0) }),
            let destination = json["destination"]?.text, let version = json["version"]?.text,
            let since = json["since"]?.integer, let job = json["job"]?.text, let attempts = json["attempts"]?.integer,
            let notBefore = json["notBefore"]?.integer, let verified = json["verified"]?.integer
        else { return nil }
        self.init(
            event: event, stream: stream, destination: destination, version: version, since: Instant(milliseconds: since))
        self.job = job
        self.attempts = Int(attempts)
        self.notBefore = Instant(milliseconds: notBefore)
        self.verified = Int(verified)
    }
}

extension StudyContent {
    /// How many instances of a wanted content are held, counted and compared by series: a series counts when all of it is the same.
    public static func verified(_ held: [Series], of wanted: [Series]) -> Int {
        var same = 0
        for series in wanted
        where held.contains(where: {
            $0.uid == series.uid && $0.instances == series.instances && !series.digest.isEmpty && $0.digest == series.digest
        }) {
            same += series.instances
        }
        return same
    }
}
