/// What can go wrong: the fault classes of the reliability design, each a case with its number there.
public enum FaultClass: String, CaseIterable, Comparable, Sendable {
    case loss = "F1"
    case duplicate = "F2"
    case reorder = "F3"
    case delay = "F4"
    case partition = "F5"
    case halfOpen = "F6"
    case corruptBody = "F7"
    case middlebox = "F8"
    case crash = "F9"
    case crashInAppend = "F10"
    case unsyncedLoss = "F11"
    case ioError = "F12"
    case diskFull = "F13"
    case bitFlip = "F14"
    case cutLog = "F15"
    case pause = "F16"
    case clock = "F17"
    case clone = "F18"
    case siteRestored = "F19"
    case siteWiped = "F20"
    case hubRestored = "F21"
    case hubWiped = "F22"
    case failover = "F23"
    case racingHubs = "F24"
    case unknownKind = "F25"
    case maliciousSite = "F26"
    case maliciousHub = "F27"
    case revoked = "F28"
    case replay = "F29"
    case migration = "F30"
    case busyBackup = "F31"
    case auditDown = "F32"

    /// What happens, in a few words.
    public var title: String {
        switch self {
        case .loss: "a request or an answer is lost"
        case .duplicate: "a request arrives twice"
        case .reorder: "messages overtake each other"
        case .delay: "a message takes up to ten minutes"
        case .partition: "a site is cut off, in both directions or in one"
        case .halfOpen: "a connection stays open and says nothing"
        case .corruptBody: "a bit of a request's body flips on the way"
        case .middlebox: "something between answers: 502, a page, a truncated body, nothing"
        case .crash: "a process is killed between two effects"
        case .crashInAppend: "a process is killed inside a write, before, within or after the sync"
        case .unsyncedLoss: "the power fails: what was written and not synced is gone, or torn"
        case .ioError: "a write or a sync fails"
        case .diskFull: "the disk is full for a while"
        case .bitFlip: "a bit of the stored log flips"
        case .cutLog: "the write-ahead log is cut or missing, or the anchor is"
        case .pause: "a process stands still, up to two hours"
        case .clock: "a clock is wrong by up to ten years, jumps, or stands"
        case .clone: "a site's folder is copied and both run"
        case .siteRestored: "a site is restored from an old backup"
        case .siteWiped: "a site is wiped and joins again"
        case .hubRestored: "the hub is restored from an old backup"
        case .hubWiped: "the hub is wiped"
        case .failover: "the hub's database fails over and loses its last commits"
        case .racingHubs: "two hub processes race"
        case .unknownKind: "events of a kind that this version does not know"
        case .maliciousSite: "a site with a valid key forges, forks, floods, and replays"
        case .maliciousHub: "a hub states other heads than it holds"
        case .revoked: "a site's key is revoked in the middle of its push"
        case .replay: "a request that was seen is sent again"
        case .migration: "a change of the store's layout is interrupted"
        case .busyBackup: "a backup is taken while the site writes, and restored"
        case .auditDown: "the audit record cannot be written"
        }
    }

    /// Why this world does not play it; nil where it does.
    public var reasonNotSimulated: String? {
        switch self {
        case .failover: "the hub has one SQLite file and no second database to fail over to"
        case .racingHubs: "a lock admits one process to a hub's store; the lock is tried with real processes"
        case .migration: "migrations run inside the opening of the real store; the crash sweep cuts them there"
        case .auditDown:
            "the audit stands at the door, which this world has not; an audit that cannot be written is tried with real processes"
        default: nil
        }
    }

    /// The classes that this world plays.
    public static var simulated: [FaultClass] { allCases.filter { $0.reasonNotSimulated == nil } }

    /// The order of the numbers.
    public static func < (left: FaultClass, right: FaultClass) -> Bool { left.number < right.number }

    private var number: Int { Int(rawValue.dropFirst()) ?? 0 }
}
