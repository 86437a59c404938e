import EventLog

/// How a fault of the script plays out.
extension World {
    func breakHub(_ fault: FaultClass, _ dice: inout Dice) {
        let down = dice.within(200...8_000)
        switch fault {
        case .crash:
            hit(fault)
            hub.crash(downFor: down, losesPower: dice.chance(perMille: 500))
        case .hubRestored, .hubWiped:
            guard hub.isUp else { return }
            hub.crash(downFor: down, losesPower: false) { [unowned self] in
                if fault == .hubWiped { hub.machine.wipe() } else if !hub.machine.restore() { return }
                hit(fault)
                hub.isRefilling = true
                tell(.diskLost(.hub))
            }
        case .crashInAppend, .ioError, .unsyncedLoss: _ = hub.machine.arm(Self.diskFault(fault, &dice))
        case .diskFull:
            guard hub.machine.setFull(true) else { return }
            hit(fault)
            at(now + dice.within(1_000...60_000)) { [unowned self] in _ = hub.machine.setFull(false) }
        case .maliciousHub: hub.lies = now + dice.within(1_000...60_000)
        case .maliciousSite: attack(&dice)
        case .replay: replay(&dice)
        default: break
        }
    }

    private static func diskFault(_ fault: FaultClass, _ dice: inout Dice) -> DiskFault {
        switch fault {
        case .ioError: dice.pick([.writeFails, .syncFails])
        case .unsyncedLoss: dice.pick([.diesUnsynced, .diesTorn])
        default: dice.pick([.diesBefore, .diesTorn, .diesUnsynced, .diesAfter])
        }
    }

    /// Sends what was seen on the wire once more.
    private func replay(_ dice: inout Dice) {
        guard !calls.isEmpty else { return }
        let seen = dice.pick(calls)
        hit(.replay)
        note("wire", "a request of \(seen.call.from) is sent again")
        hub.serve(seen.call) { _ in }
    }

    func breakSite(_ fault: FaultClass, _ site: SimulatedSite, _ dice: inout Dice) {
        let down = dice.within(200...8_000)
        switch fault {
        case .partition:
            site.cut = dice.pick([.both, .both, .requests, .replies])
            site.cutUntil = now + dice.within(1_000...(swarm.chaosMilliseconds / 2 + 1_000))
        case .crash: site.crashIn = dice.below(8)
        case .crashInAppend, .ioError, .unsyncedLoss:
            site.losesPowerNext = fault == .unsyncedLoss
            _ = site.machine.arm(Self.diskFault(fault, &dice))
        case .diskFull:
            guard site.machine.setFull(true) else { return }
            hit(fault)
            at(now + dice.within(1_000...120_000)) { [unowned site] in _ = site.machine.setFull(false) }
        case .pause:
            hit(fault)
            site.pausedUntil = min(now + dice.within(1_000...7_200_000), World.start + swarm.chaosMilliseconds)
        case .clock: turnClock(of: site, &dice)
        case .clone: copy(site)
        case .revoked:
            hit(fault)
            hub.registry[site.site]?.isRevoked = true
        case .maliciousSite: attack(&dice)
        case .maliciousHub: hub.lies = now + dice.within(1_000...60_000)
        case .replay: replay(&dice)
        default: lose(fault, site, down, &dice)
        }
    }

    /// What takes something from a site's disk while nothing runs there.
    private func lose(_ fault: FaultClass, _ site: SimulatedSite, _ down: Int64, _ dice: inout Dice) {
        guard site.isUp else { return }
        if fault == .busyBackup {
            // Taken now, in the middle of things; something is recorded before it comes back.
            site.machine.backUp()
            site.record(900_000 + site.node.number, stream: streams[0], number: 0)
            guard site.isUp else { return }
        }
        var own = dice
        site.die(downFor: down, losesPower: false) { [unowned self, unowned site] in
            switch fault {
            case .siteRestored, .busyBackup: guard site.machine.restore() else { return }
            case .siteWiped: site.machine.wipe()
            default: guard site.machine.damage(fault, &own) else { return }
            }
            hit(fault)
            tell(.diskLost(site.node))
            if fault == .siteRestored || fault == .busyBackup { tell(.forkPossible(site.site)) }
        }
    }

    private func turnClock(of site: SimulatedSite, _ dice: inout Dice) {
        hit(.clock)
        let years: Int64 = 10 * 365 * 86_400_000
        switch dice.below(6) {
        case 0: site.skew = years
        case 1: site.skew = -years
        case 2: site.skew -= dice.within(1_000...7_200_000)
        case 3: site.skew += dice.within(1_000...600_000)
        case 4: site.frozenAt = now
        default: site.skew = dice.pick([-now, 2_147_483_647_000 - now])
        }
    }

    /// Copies a site's folder; both copies run from now on.
    private func copy(_ site: SimulatedSite) {
        guard site.isUp, sites.count < 10 else { return }
        hit(.clone)
        tell(.forkPossible(site.site))
        site.isCopied = true
        let twin = SimulatedSite(
            self, node: Node(sites.count, site.site), site: site.site, key: site.key, machine: site.machine.copied())
        twin.isCopied = true
        add(twin)
        at(now + 500) { [unowned twin] in twin.start() }
        // Somebody works at the copy, too.
        for place in 0..<2 {
            at(now + 1_500 + Int64(place) * 2_000) { [unowned self, unowned twin] in
                twin.record(910_000 + place, stream: streams[0], number: 0)
            }
        }
    }
}
