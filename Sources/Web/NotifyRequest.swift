/// What can be asked about the targets that a node tells what happens.
public enum NotifyRequest: Codable, Sendable, Equatable {
    /// The targets, each with what waits for it.
    case list
    /// Add a target; `settings` is JSON.
    case add(name: String, settings: String)
    /// Remove a target with everything that waits for it.
    case remove(name: String)
    /// Send nothing until it is resumed.
    case pause(name: String, reason: String)
    /// Let it go on.
    case resume(name: String)
    /// Every message that is not there yet, with the reason.
    case waiting(name: String?, limit: Int)
    /// Let parked messages go once more.
    case retry(name: String)
    /// Decide that a message is not to go.
    case drop(name: String, number: Int64, reason: String)
    /// Send again what was taken since a moment (RFC 3339), with the same keys.
    case replay(name: String, since: String)
    /// Ask whether somebody takes messages there.
    case test(name: String)

    /// Whether it changes or sends anything.
    var changes: Bool {
        switch self {
        case .list, .waiting: false
        default: true
        }
    }

    /// The call for the audit.
    var call: String {
        switch self {
        case .list: "notify list"
        case .add(let name, _): "notify add \(name)"
        case .remove(let name): "notify remove \(name)"
        case .pause(let name, _): "notify pause \(name)"
        case .resume(let name): "notify resume \(name)"
        case .waiting: "notify waiting"
        case .retry(let name): "notify retry \(name)"
        case .drop(let name, let number, _): "notify drop \(name) \(number)"
        case .replay(let name, let since): "notify replay \(name) \(since)"
        case .test(let name): "notify test \(name)"
        }
    }
}
