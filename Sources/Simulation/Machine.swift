import EventLog
import Problems
import Replication

/// A site's machine as far as its disk goes: what a power cut, a backup or a copy of the folder does to it.
protocol SiteMachine: AnyObject {
    /// Opens the store that is on the disk, or a new one.
    func open(drawn: UInt64) throws(Problem) -> any SiteStore
    /// The process is gone; whoever holds the store has let go of it. Gives whether something was lost.
    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool
    /// Damages what is stored while nothing runs; false where there is nothing to damage.
    func damage(_ fault: FaultClass, _ dice: inout Dice) -> Bool
    /// Arms the next write; false where this machine cannot.
    func arm(_ fault: DiskFault?) -> Bool
    func setFull(_ isFull: Bool) -> Bool
    /// Says when an armed fault happens.
    func observe(_ body: @escaping (DiskFault) -> Void)
    func backUp()
    /// Puts the last backup in the place of what is there; false where there is none.
    func restore() -> Bool
    func wipe()
    /// Another machine with a copy of the folder.
    func copied() -> any SiteMachine
    /// The digests that the store itself keeps of its cases; nil where it folds none.
    func digests() throws(Problem) -> [StreamID: EventHash]?
}

/// The hub's machine.
protocol HubMachine: AnyObject {
    func open(drawn: UInt64) throws(Problem) -> any HubStore
    /// Gives whether something was lost.
    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool
    func arm(_ fault: DiskFault?) -> Bool
    func setFull(_ isFull: Bool) -> Bool
    /// Says when an armed fault happens.
    func observe(_ body: @escaping (DiskFault) -> Void)
    func backUp()
    func restore() -> Bool
    func wipe()
    func digests() throws(Problem) -> [StreamID: EventHash]?
}

/// A site's machine with a false disk.
final class FalseSiteMachine: SiteMachine {
    private let site: SiteID
    private let bug: PlantedBug?
    private let disk = FalseDisk<FalseSiteStore.Record>()
    private var backup: FalseDisk<FalseSiteStore.Record>.Content?

    init(site: SiteID, bug: PlantedBug?) {
        self.site = site
        self.bug = bug
        if bug == .syncsNowAndThen { disk.syncEvery = 6 }
        if bug == .acknowledgesBeforeSync { disk.syncEvery = 1000 }
        disk.believesFlipped = bug == .ignoresBitFlip
    }

    func open(drawn: UInt64) throws(Problem) -> any SiteStore {
        if bug == .reopensOldBackup, let backup { disk.replace(backup) }
        return try FalseSiteStore(site: site, disk: disk, drawn: drawn, bug: bug)
    }

    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool { disk.stop(&dice, losesPower: losesPower) > 0 }

    func observe(_ body: @escaping (DiskFault) -> Void) { disk.onFault = body }

    func damage(_ fault: FaultClass, _ dice: inout Dice) -> Bool { fault == .bitFlip && disk.flip(&dice) }

    func arm(_ fault: DiskFault?) -> Bool {
        disk.armed = fault
        return true
    }

    func setFull(_ isFull: Bool) -> Bool {
        disk.isFull = isFull
        return true
    }

    func backUp() { backup = disk.copy() }

    func restore() -> Bool {
        guard let backup else { return false }
        disk.replace(backup)
        return true
    }

    func wipe() { disk.replace(.init()) }

    func copied() -> any SiteMachine {
        let other = FalseSiteMachine(site: site, bug: bug)
        other.disk.replace(disk.copy())
        return other
    }

    func digests() -> [StreamID: EventHash]? { nil }
}

/// The hub's machine with a false disk.
final class FalseHubMachine: HubMachine {
    private let bug: PlantedBug?
    private let disk = FalseDisk<FalseHubStore.Record>()
    private var backup: FalseDisk<FalseHubStore.Record>.Content?

    init(bug: PlantedBug?) {
        self.bug = bug
        if bug == .hubAcknowledgesBeforeSync { disk.syncEvery = 1000 }
    }

    func open(drawn: UInt64) throws(Problem) -> any HubStore {
        try FalseHubStore(disk: disk, drawn: drawn, bug: bug)
    }

    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool { disk.stop(&dice, losesPower: losesPower) > 0 }

    func observe(_ body: @escaping (DiskFault) -> Void) { disk.onFault = body }

    func arm(_ fault: DiskFault?) -> Bool {
        disk.armed = fault
        return true
    }

    func setFull(_ isFull: Bool) -> Bool {
        disk.isFull = isFull
        return true
    }

    func backUp() { backup = disk.copy() }

    func restore() -> Bool {
        guard let backup else { return false }
        disk.replace(backup)
        return true
    }

    func wipe() { disk.replace(.init()) }

    func digests() -> [StreamID: EventHash]? { nil }
}
