public import EventLog
public import ImagingCase

/// Somebody who signed in, for as long as it holds.
public struct Session: Hashable, Sendable {
    /// A shortening of the token's hash: names the session in listings and records, and gives it to nobody.
    public let id: String
    /// Who.
    public let person: AccountName
    /// In which role.
    public let role: Role
    /// How sure the node is of it.
    public let assurance: Assurance
    /// When it began.
    public let began: Instant
    /// When it was used last.
    public internal(set) var used: Instant
    /// When the password was given last.
    public internal(set) var confirmed: Instant

    /// How long sessions hold.
    public struct Bounds: Hashable, Sendable {
        /// How long one may rest.
        public var idleMilliseconds: Int64
        /// How long one holds at most.
        public var wholeMilliseconds: Int64
        /// How long after the password was given something may be signed.
        public var confirmedMilliseconds: Int64

        /// 15 minutes of rest, 12 hours in all, 5 minutes for signing.
        ///
        /// Source: NIST SP 800-63B 4.2.3 (re-authentication); house rule for the signing of reports.
        public init(idleMinutes: Int64 = 15, wholeHours: Int64 = 12, confirmedMinutes: Int64 = 5) {
            idleMilliseconds = idleMinutes * 60_000
            wholeMilliseconds = wholeHours * 3_600_000
            confirmedMilliseconds = confirmedMinutes * 60_000
        }
    }

    /// Whether it still holds. One that began ahead of the clock holds no more: the clock cannot say when it would end.
    func holds(at now: Instant, _ bounds: Bounds) -> Bool {
        began.milliseconds <= now.milliseconds + Self.clockToleranceMilliseconds
            && now.milliseconds - began.milliseconds < bounds.wholeMilliseconds
            && now.milliseconds - used.milliseconds < bounds.idleMilliseconds
    }

    /// Whether the password was given a moment ago, as signing asks.
    public func isConfirmed(at now: Instant, _ bounds: Bounds) -> Bool {
        let age = now.milliseconds - confirmed.milliseconds
        return age < bounds.confirmedMilliseconds && age >= -Self.clockToleranceMilliseconds
    }

    /// When it ends if it is not used again.
    public func ends(_ bounds: Bounds) -> Instant {
        min(used.advanced(byMilliseconds: bounds.idleMilliseconds), began.advanced(byMilliseconds: bounds.wholeMilliseconds))
    }

    private static let clockToleranceMilliseconds: Int64 = 300_000
}

/// A session as it lies in its file: the hash of its token, never the token.
struct StoredSession: Codable {
    var key: String
    var person: String
    var role: String
    var assurance: String
    var beganMilliseconds: Int64
    var usedMilliseconds: Int64
    var confirmedMilliseconds: Int64

    init(_ key: String, _ session: Session) {
        self.key = key
        person = session.person.description
        role = session.role.rawValue
        assurance = session.assurance.name
        beganMilliseconds = session.began.milliseconds
        usedMilliseconds = session.used.milliseconds
        confirmedMilliseconds = session.confirmed.milliseconds
    }

    /// The session; nil where the file says what no version writes.
    var session: Session? {
        guard key.utf8.count == 64, let person = AccountName(person), let role = Role(rawValue: role),
            let assurance = Assurance(name: assurance)
        else { return nil }
        return Session(
            id: SessionBook.id(of: key), person: person, role: role, assurance: assurance,
            began: Instant(milliseconds: beganMilliseconds), used: Instant(milliseconds: usedMilliseconds),
            confirmed: Instant(milliseconds: confirmedMilliseconds))
    }
}
