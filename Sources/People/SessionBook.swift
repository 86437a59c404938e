public import EventLog
import FoundationEssentials
public import ImagingCase
public import Problems
import Synchronization
import NodeFiles

/// The sessions of a node, kept beside its accounts, so that a command on the folder and the running process know the same ones.
///
/// That a session began or ended is durable before it is told. That it was used is written now and then: a crash makes sessions look
/// rested by at most half a minute.
public final class SessionBook: Sendable {
    /// The file's name in the node's folder.
    public static let fileName = "sessions.json"

    /// How many sessions there can be.
    public struct Room: Hashable, Sendable {
        /// In all.
        public var all: Int
        /// Of one person; the one that rested longest makes room.
        public var person: Int

        /// States the bounds.
        public init(all: Int = 4096, person: Int = 64) {
            self.all = all
            self.person = person
        }
    }

    private struct Stored: Codable {
        var format = 1
        var sessions: [StoredSession]
    }

    private struct State {
        var sessions: [String: Session] = [:]
        var written: Instant?
    }

    /// How long a use may be known in memory alone.
    private static let writingMilliseconds: Int64 = 30_000

    /// How long sessions hold.
    public let bounds: Session.Bounds
    private let room: Room
    private let path: String
    private let state: Mutex<State>

    /// Opens the book of a folder. A file that cannot be read as one ends all sessions, which costs a sign-in and nothing else.
    ///
    /// - Throws: `PERMISSIONS` for a file that others may read.
    public init(folder: String, bounds: Session.Bounds = Session.Bounds(), room: Room = Room()) throws(Problem) {
        self.bounds = bounds
        self.room = room
        path = folder + "/" + Self.fileName
        var state = State()
        let stored: Stored?
        do throws(Problem) { stored = try SecretFile.json(Stored.self, in: path) } catch {
            // What cannot be read lets nobody in; what others may read is refused.
            guard error.code == .configuration else { throw error }
            stored = nil
        }
        for entry in stored?.format == 1 ? stored?.sessions ?? [] : [] { state.sessions[entry.key] = entry.session }
        self.state = Mutex(state)
    }

    static func id(of key: String) -> String { String(key.prefix(12)) }

    /// How many sessions are held, over or not.
    var count: Int { state.withLock { $0.sessions.count } }

    /// Begins a session; the password was given just now.
    ///
    /// - Returns: its token, which is kept nowhere here.
    public func begin(
        _ person: AccountName, as role: Role, _ assurance: Assurance, now: Instant
    ) throws(Problem) -> (token: SessionToken, session: Session) {
        let token = SessionToken()
        let session = Session(
            id: Self.id(of: token.key), person: person, role: role, assurance: assurance, began: now, used: now, confirmed: now)
        try change(now) { sessions in
            let own = sessions.filter { $0.value.person == person }
            if own.count >= room.person { sessions[Self.mostRested(own)] = nil }
            if sessions.count >= room.all { sessions[Self.mostRested(sessions)] = nil }
            sessions[token.key] = session
        }
        return (token, session)
    }

    /// The session of a token, used now; nil where it is over or never was.
    public func use(_ token: SessionToken, now: Instant) -> Session? {
        let key = token.key
        return state.withLock { state -> Session? in
            guard var session = state.sessions[key], session.holds(at: now, bounds) else { return nil }
            // A clock that was set back does not make a session look used in the future.
            session.used = now
            state.sessions[key] = session
            if let written = state.written, abs(now.milliseconds - written.milliseconds) < Self.writingMilliseconds {
                return session
            }
            // A full disk keeps nobody from looking: after a crash the session looks rested, no more.
            try? write(&state, now)
            return session
        }
    }

    /// Whether a session still holds, without using it.
    public func holds(_ token: SessionToken, now: Instant) -> Bool {
        let key = token.key
        return state.withLock { $0.sessions[key]?.holds(at: now, bounds) ?? false }
    }

    /// Notes that the password was given again.
    public func confirm(_ token: SessionToken, now: Instant) throws(Problem) {
        try change(now) { $0[token.key]?.confirmed = now }
    }

    /// Ends a session.
    public func end(_ token: SessionToken, now: Instant) throws(Problem) { try change(now) { $0[token.key] = nil } }

    /// Ends every session of a person but, where one is named, that one.
    public func endAll(of person: AccountName, but kept: SessionToken? = nil, now: Instant) throws(Problem) {
        try change(now) { sessions in sessions = sessions.filter { $0.value.person != person || $0.key == kept?.key } }
    }

    private static func mostRested(_ sessions: [String: Session]) -> String {
        sessions.min { ($0.value.used, $0.key) < ($1.value.used, $1.key) }?.key ?? ""
    }

    /// Changes the book: first its file, then what is held. Sessions that are over go with it.
    private func change(_ now: Instant, _ body: (inout [String: Session]) -> Void) throws(Problem) {
        try state.withLock { (held) throws(Problem) in
            var state = held
            state.sessions = state.sessions.filter { $0.value.holds(at: now, bounds) }
            body(&state.sessions)
            try write(&state, now)
            held = state
        }
    }

    private func write(_ state: inout State, _ now: Instant) throws(Problem) {
        let stored = Stored(sessions: state.sessions.sorted { $0.key < $1.key }.map { StoredSession($0.key, $0.value) })
        try SecretFile.write(json: stored, to: path)
        state.written = now
    }
}
