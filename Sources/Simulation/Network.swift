import EventLog
import Problems
import Replication
import Wire

/// One request as it travels: the product's own bytes and signature.
struct Call {
    enum What {
        case hello
        case push(LogID, first: UInt64)
        case pushAhead(LogID, last: UInt64)
        case fetch(LogID, first: UInt64, isAhead: Bool = false)
        case express(FeedCursor, ExpressWindow)
        case feed(FeedCursor?, waitMilliseconds: Int64)
        case heads
        case missing
        case stretch
        case givenBack
    }

    let what: What
    let from: SiteID
    var body: [UInt8]
    /// The signed state that a push carries.
    let note: String?
    let signature: RequestSignature.Fields

    static func method(_ what: What) -> String {
        switch what {
        case .hello, .heads, .missing, .givenBack: "POST"
        case .push, .pushAhead, .stretch: "PUT"
        case .fetch, .feed, .express: "GET"
        }
    }

    static func path(_ what: What, _ site: SiteID) -> String {
        switch what {
        case .hello: "/v1/hello"
        case .push(let log, let first), .fetch(let log, let first, _):
            "/v1/logs/\(log.site)/\(log.incarnation)/segments/\(first)"
        case .pushAhead(let log, let last): "/v1/express/\(log.site)/\(log.incarnation)/\(last)"
        case .feed: "/v1/feeds/\(site)"
        case .express: "/v1/feeds/\(site)/express"
        case .heads: "/v1/recovery/heads"
        case .missing: "/v1/recovery/missing"
        case .stretch: "/v1/recovery/stretches"
        case .givenBack: "/v1/recovery/done"
        }
    }

    static func query(_ what: What) -> String {
        switch what {
        case .feed(let cursor, let wait): "after=\(cursor?.description ?? "")&wait=\(wait / 1000)"
        case .express(let cursor, let window):
            "after=\(cursor)&above=\(window.above)" + (window.below.map { "&below=\($0)" } ?? "")
        case .fetch(_, _, isAhead: true): "ahead=1"
        default: ""
        }
    }
}

/// What comes back.
enum Reply {
    case ok([UInt8])
    case problem(Problem)
    /// Something that is no hub's answer.
    case alien
    /// Nobody answered in time.
    case silence

    /// What it means for the next step of a site; nil for an answer that is good.
    var failure: (SyncFailure, retryAfterMilliseconds: Int64?)? {
        switch self {
        case .ok: nil
        case .problem(let problem): (SyncFailure(of: problem), problem.retryAfterSeconds.map { Int64($0) * 1000 })
        case .alien: (.unreachable(Problem(.proxyAnswered, "The answer is no hub's.")), nil)
        case .silence: (.unreachable(Problem(.hubUnreachable, "Nobody answered.")), nil)
        }
    }
}

/// How a site is cut off.
enum Cut {
    case both
    case requests
    case replies
}

/// What the network does to one message, drawn for each.
struct Weather {
    let swarm: Swarm
    private var dice: Dice

    init(_ swarm: Swarm) {
        self.swarm = swarm
        dice = Dice(seed: swarm.seed, 3)
    }

    /// What happens to one exchange.
    struct Fate {
        var requestDelay: Int64 = 5
        var replyDelay: Int64 = 5
        var losesRequest = false
        var losesReply = false
        var secondAfter: Int64?
        var flippedBit: Int?
        var middlebox: Int?
        var isHalfOpen = false
        var hits: [FaultClass] = []
    }

    /// Draws a fate; every draw is made whether its class is on or not, so that leaving one out moves no other.
    mutating func fate(isTroubled: Bool) -> Fate {
        var fate = Fate()
        fate.requestDelay = dice.within(1...40)
        fate.replyDelay = dice.within(1...40)
        let loss = (dice.chance(perMille: swarm.lossPerMille), dice.chance(perMille: 500))
        let second = (dice.chance(perMille: swarm.duplicatePerMille), dice.within(0...5_000))
        let overtakes = (dice.chance(perMille: 200), dice.within(40...1_500), dice.within(40...1_500))
        let slow = (dice.chance(perMille: 60), dice.within(50...swarm.delayMaxMilliseconds))
        let corrupt = (dice.chance(perMille: swarm.corruptPerMille), dice.below(1 << 20))
        let middle = (dice.chance(perMille: swarm.middleboxPerMille), dice.below(5))
        let half = dice.chance(perMille: swarm.halfOpenPerMille)
        guard isTroubled else { return fate }
        func hit(_ fault: FaultClass, _ happens: Bool) -> Bool {
            guard happens, swarm.has(fault) else { return false }
            fate.hits.append(fault)
            return true
        }
        if hit(.loss, loss.0) { (fate.losesRequest, fate.losesReply) = (loss.1, !loss.1) }
        if hit(.duplicate, second.0) { fate.secondAfter = second.1 }
        if hit(.reorder, overtakes.0) {
            fate.requestDelay += overtakes.1
            fate.replyDelay += overtakes.2
        }
        if hit(.delay, slow.0) { fate.requestDelay += slow.1 }
        if hit(.corruptBody, corrupt.0) { fate.flippedBit = corrupt.1 }
        if hit(.middlebox, middle.0) { fate.middlebox = middle.1 }
        if hit(.halfOpen, half) { fate.isHalfOpen = true }
        return fate
    }
}
