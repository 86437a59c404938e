import Crypto
import EventLog
import Problems
import Replication
import Wire

/// One seed's world: sites, a hub, the network between them and the clock above, all in one thread and in virtual time.
final class World {
    /// When virtual time begins: a day like any other.
    static let start: Int64 = 1_760_000_000_000
    /// How long after all faults ended everything must be in step, in milliseconds.
    static let livenessMilliseconds: Int64 = 30 * 60 * 1000

    let swarm: Swarm
    let script: Script
    let bug: PlantedBug?
    private(set) var now = World.start
    private var agenda = Agenda()
    private var weather: Weather
    private(set) var trace: Trace
    private(set) var checker: Checker
    private(set) var violations: [Violation] = []
    private(set) var hits: [FaultClass: Int] = [:]
    private(set) var steps = 0
    /// How many events went ahead of a log, and came ahead of a feed.
    var sentAhead = 0
    var receivedAhead = 0
    /// How many events sites gave back to a hub that had lost them.
    var givenBack = 0
    /// When the hub last got what a site had sent in an earlier life.
    private var lateArrival: Int64?
    private(set) var sites: [SimulatedSite] = []
    private var theHub: SimulatedHub?
    private(set) var calls: [(call: Call, at: Int64)] = []
    private var adversary: Adversary?
    let streams: [StreamID]
    let folder: String?
    let allCases: Set<SiteID>

    /// Builds a seed's world.
    ///
    /// - Parameter folder: where seeds on the real store put their files; nil keeps every seed on the false disk.
    init(seed: UInt64, mask: Mask, bug: PlantedBug?, folder: String?, isTraced: Bool) {
        swarm = Swarm(seed: seed, without: mask.without, hasFolder: folder != nil)
        script = Script(swarm, mask: mask)
        self.bug = bug
        self.folder = swarm.usesSQLite ? folder : nil
        weather = Weather(swarm)
        trace = Trace(isKept: isTraced)
        var dice = Dice(seed: seed, 5)
        streams = (0..<swarm.caseCount).map { StreamID(kind: .imagingCase, high: dice.bits(), low: UInt64($0)) }
        let names = Self.names.prefix(swarm.siteCount).compactMap { SiteID($0) }
        // The first site reads everything, as a reading centre does; of the others some do.
        let all = Set(names.enumerated().filter { $0.offset == 0 || dice.chance(perMille: 250) }.map(\.element))
        allCases = all
        checker = Checker(allCases: all)
        populate(names)
    }

    private static let names = ["readers", "northside", "lakeview", "harbour", "hilltop", "riverside", "oakfield", "eastgate"]

    var hub: SimulatedHub {
        guard let theHub else { preconditionFailure("a world has a hub from its beginning") }
        return theHub
    }

    private func populate(_ names: [SiteID]) {
        let machine: any HubMachine = folder.map { RealHubMachine(base: $0 + "/hub") } ?? FalseHubMachine(bug: bug)
        let hub = SimulatedHub(self, machine: machine, key: Self.key(swarm.seed, 1_000))
        theHub = hub
        machine.observe { [unowned self] in hitDisk($0) }
        for (number, name) in names.enumerated() {
            let key = Self.key(swarm.seed, UInt64(number))
            hub.registry[name] = .init(key: key.publicKey, hasAllCases: allCases.contains(name))
            let disk: any SiteMachine =
                folder.map { RealSiteMachine(site: name, base: "\($0)/\(name)") } ?? FalseSiteMachine(site: name, bug: bug)
            disk.observe { [unowned self] in hitDisk($0) }
            sites.append(SimulatedSite(self, node: Node(number, name), site: name, key: key, machine: disk))
        }
        adversary = Adversary(self, key: Self.key(swarm.seed, 999), hub)
    }

    static func key(_ seed: UInt64, _ number: UInt64) -> Curve25519.Signing.PrivateKey {
        var dice = Dice(seed: seed, 7000 + number)
        let bytes = (0..<32).map { _ in UInt8(truncatingIfNeeded: dice.bits()) }
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes) else {  // any 32 bytes are a seed of one
            preconditionFailure("32 bytes are an Ed25519 seed")
        }
        return key
    }

    // MARK: - Time

    var isTroubled: Bool { now < World.start + swarm.chaosMilliseconds }

    func at(_ moment: Int64, _ action: @escaping () -> Void) { agenda.plan(at: max(moment, now), action) }

    func note(_ who: String, _ what: @autoclosure () -> String) { trace.note(now - World.start, who, what()) }

    func hit(_ fault: FaultClass) { hits[fault, default: 0] += 1 }

    private func hitDisk(_ fault: DiskFault) {
        switch fault {
        case .writeFails, .syncFails: hit(.ioError)
        default: hit(.crashInAppend)
        }
    }

    func tell(_ moment: Moment) { report(checker.take(moment)) }

    func report(_ found: [Violation]) {
        for violation in found {
            note("checker", violation.description)
            if violations.count < 20 { violations.append(violation) }
        }
    }

    /// Plays the seed to its end.
    func play() {
        hub.start()
        for site in sites { at(now + site.dice.within(0...2000)) { site.start() } }
        for entry in script.entries {
            at(World.start + entry.at) { [unowned self] in
                note("script", entry.description)
                act(entry)
            }
        }
        let healsAt = World.start + swarm.chaosMilliseconds
        at(healsAt) { [unowned self] in heal() }
        var nextLook = healsAt + Self.greetedMilliseconds
        while let moment = agenda.next, violations.isEmpty {
            // What a wiped site had sent comes after it greeted: it learns of that when it greets again.
            if let lateArrival { nextLook = max(nextLook, lateArrival + Self.greetedMilliseconds) }
            if moment > nextLook {
                if isQuiet || nextLook > healsAt + World.livenessMilliseconds { break }
                nextLook += 5_000
            }
            guard let step = agenda.take() else { break }
            now = max(now, step.at)
            steps += 1
            step.action()
        }
        if violations.isEmpty { report(finalCheck()) }
        agenda.clear()
    }

    /// How long after something happened every site that runs has greeted once more and settled what it learned.
    private static let greetedMilliseconds = SyncSession.greetAgainMilliseconds + 5_000

    private var isQuiet: Bool { hub.isUp && sites.allSatisfy { $0.isSettled || isInStep($0) } }

    // MARK: - The network

    /// Carries a request to the hub and what it answers back, once at most.
    func send(_ call: Call, from site: SimulatedSite, _ then: @escaping (Reply) -> Void) {
        let fate = weather.fate(isTroubled: isTroubled)
        for fault in fate.hits { hit(fault) }
        if calls.count > 40 { calls.removeFirst(20) }
        calls.append((call, now))
        var isDone = false
        func finish(_ reply: Reply) {
            guard !isDone else { return }
            isDone = true
            then(reply)
        }
        var patience: Int64 = 30_000
        if case .feed(_, let wait) = call.what { patience += wait }
        at(now + patience) { finish(.silence) }
        if let cut = site.cut, now < site.cutUntil, cut != .replies { return hit(.partition) }
        if fate.isHalfOpen { return }
        if fate.middlebox == 0 || fate.middlebox == 1 { return at(now + fate.replyDelay) { finish(.alien) } }
        let travelling = fate.flippedBit.map { call.flipped($0) } ?? call
        let life = site.life
        func arrive() {
            if site.life != life { lateArrival = now }
            hub.serve(travelling) { [unowned self, unowned site] reply in
                if let cut = site.cut, now < site.cutUntil, cut != .requests { return hit(.partition) }
                if fate.losesReply { return }
                at(now + fate.replyDelay) { finish(fate.bent(reply)) }
            }
        }
        if !fate.losesRequest { at(now + fate.requestDelay, arrive) }
        if let after = fate.secondAfter { at(now + fate.requestDelay + after, arrive) }
    }

    /// Whether a site is killed between this effect and the next.
    func dies(at site: SimulatedSite) -> Bool {
        guard let left = site.crashIn else { return false }
        site.crashIn = left - 1
        guard left <= 0 else { return false }
        hit(.crash)
        site.die(downFor: site.dice.within(100...5_000), losesPower: site.dice.chance(perMille: 300))
        return true
    }

    // MARK: - The script

    private func act(_ entry: Script.Entry) {
        switch entry.act {
        case .record(let site, let stream): sites[site].record(entry.place, stream: streams[stream], number: stream)
        case .recordUnknown(let site, let stream):
            hit(.unknownKind)
            sites[site].record(entry.place, stream: streams[stream], number: stream, isUnknown: true)
        case .routeCase(let site, let stream, let other):
            sites[site].record(entry.place, stream: streams[stream], number: stream, routing: sites[other].site)
        case .backUp(let site): if sites[site].isUp { sites[site].machine.backUp() }
        case .backUpHub: if hub.isUp { hub.machine.backUp() }
        case .fault(let fault, let site):
            var dice = Dice(seed: swarm.seed, 20_000 + UInt64(entry.place))
            if site < 0 { breakHub(fault, &dice) } else { breakSite(fault, sites[site], &dice) }
        }
    }

    func add(_ site: SimulatedSite) { sites.append(site) }

    func attack(_ dice: inout Dice) { adversary?.act(&dice) }

    private func heal() {
        note("world", "heals")
        hub.lies = nil
        _ = hub.machine.setFull(false)
        _ = hub.machine.arm(nil)
        for site in sites {
            site.cut = nil
            site.pausedUntil = now
            site.crashIn = nil
            site.skew = 0
            site.frozenAt = nil
            _ = site.machine.setFull(false)
            _ = site.machine.arm(nil)
        }
    }
}

extension Call {
    /// The same request with one bit of its body changed.
    func flipped(_ bit: Int) -> Call {
        guard !body.isEmpty else { return self }
        var call = self
        call.body[bit / 8 % body.count] ^= 1 << UInt8(bit % 8)
        return call
    }
}

extension Weather.Fate {
    /// What something between makes of an answer.
    func bent(_ reply: Reply) -> Reply {
        guard let middlebox, case .ok(let bytes) = reply else { return reply }
        switch middlebox {
        case 2: return .alien
        case 3: return .ok(Array(bytes.prefix(bytes.count / 2)))
        default: return .ok([])
        }
    }
}
