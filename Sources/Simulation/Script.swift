/// What happens in one seed's world from outside: what people do and what breaks, in order of time.
struct Script {
    /// One happening.
    enum Act: Equatable {
        case record(site: Int, stream: Int)
        case recordUnknown(site: Int, stream: Int)
        case routeCase(site: Int, stream: Int, to: Int)
        case backUp(site: Int)
        case backUpHub
        /// A fault of a class, at a site; -1 for the hub. How it plays out is drawn by the entry's own dice.
        case fault(FaultClass, site: Int)
    }

    struct Entry {
        /// Milliseconds after the start.
        let at: Int64
        let act: Act
        /// The place in the script before anything is left out.
        let place: Int
    }

    let entries: [Entry]

    init(_ swarm: Swarm, mask: Mask) {
        var dice = Dice(seed: swarm.seed, 2)
        var made: [(at: Int64, act: Act)] = []
        for _ in 0..<swarm.operationCount {
            let at = dice.within(0...swarm.chaosMilliseconds)
            let (site, stream, other) = (
                dice.below(swarm.siteCount), dice.below(swarm.caseCount), dice.below(swarm.siteCount)
            )
            let draw = dice.below(100)
            if draw < 12, other != site {
                made.append((at, .routeCase(site: site, stream: stream, to: other)))
            } else if draw < 18 {
                made.append((at, .recordUnknown(site: site, stream: stream)))
            } else {
                made.append((at, .record(site: site, stream: stream)))
            }
        }
        for fault in FaultClass.simulated {
            // Every class draws whether it is on or not, so that leaving one out moves no other.
            for (at, site) in Self.times(of: fault, swarm, &dice) { made.append((at, .fault(fault, site: site))) }
        }
        for _ in 0..<4 {
            made.append((dice.within(0...swarm.chaosMilliseconds / 2), .backUp(site: dice.below(swarm.siteCount))))
        }
        made.append((dice.within(0...swarm.chaosMilliseconds / 2), .backUpHub))
        let ordered = made.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        entries = ordered.enumerated().compactMap { place, made in
            if mask.dropped.contains(place) { return nil }
            switch made.element.act {
            case .fault(let fault, _) where !swarm.has(fault): return nil
            case .recordUnknown where !swarm.has(.unknownKind): return nil
            default: return Entry(at: made.element.at, act: made.element.act, place: place)
            }
        }
    }

    /// When and where the faults of a class happen; none for those of the network, which are drawn for each message.
    private static func times(of fault: FaultClass, _ swarm: Swarm, _ dice: inout Dice) -> [(Int64, Int)] {
        let (most, mayBeHub): (Int, Bool) =
            switch fault {
            case .loss, .duplicate, .reorder, .delay, .halfOpen, .corruptBody, .middlebox, .unknownKind: (0, false)
            case .partition: (6, false)
            case .crash: (6, true)
            case .crashInAppend, .unsyncedLoss, .ioError: (4, true)
            case .diskFull: (2, true)
            case .bitFlip, .cutLog: (1, false)
            case .pause, .clock: (3, false)
            case .clone, .siteRestored, .siteWiped, .busyBackup, .revoked: (1, false)
            case .hubRestored, .hubWiped: (1, true)
            case .maliciousSite: (6, true)
            case .maliciousHub, .replay: (3, true)
            case .failover, .racingHubs, .migration, .auditDown: (0, false)
            }
        guard most > 0 else { return [] }
        return (0..<(1 + dice.below(most))).map { _ in
            let at = dice.within(0...swarm.chaosMilliseconds)
            let site = dice.below(swarm.siteCount)
            return (at, mayBeHub && dice.chance(perMille: 300) ? -1 : site)
        }
    }
}

extension Script.Entry: CustomStringConvertible {
    /// The entry on one line.
    var description: String {
        let what =
            switch act {
            case .record(let site, let stream): "site \(site) records on case \(stream)"
            case .recordUnknown(let site, let stream): "site \(site) records an unknown kind on case \(stream)"
            case .routeCase(let site, let stream, let other): "site \(site) routes case \(stream) to site \(other)"
            case .backUp(let site): "site \(site) is backed up"
            case .backUpHub: "the hub is backed up"
            case .fault(let fault, let site): "\(fault.rawValue) at \(site < 0 ? "the hub" : "site \(site)"): \(fault.title)"
            }
        return "#\(place) \(at) ms: \(what)"
    }
}
