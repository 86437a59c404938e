import EventLog
import Problems
import Replication
import Wire

/// A machine as far as its disk goes: what a power cut, a backup or a wipe does to it.
protocol Machine: AnyObject {
    /// The process is gone; whoever holds the store has let go of it. Gives whether something was lost.
    func stop(_ dice: inout Dice, losesPower: Bool) -> Bool
    /// Arms the next write; false where this machine cannot.
    func arm(_ fault: DiskFault?) -> Bool
    func setFull(_ isFull: Bool) -> Bool
    /// Says when an armed fault happens.
    func observe(_ body: @escaping (DiskFault) -> Void)
    func backUp()
    /// Puts the last backup in the place of what is there; false where there is none.
    func restore() -> Bool
    func wipe()
    /// The digests that the store itself keeps of its cases; nil where it folds none.
    func digests() throws(Problem) -> [StreamID: EventHash]?
}

/// A site's machine.
protocol SiteMachine: Machine {
    /// Opens the store that is on the disk, or a new one.
    func open(drawn: UInt64) throws(Problem) -> any StretchStore
    /// Damages what is stored while nothing runs; false where there is nothing to damage.
    func damage(_ fault: FaultClass, _ dice: inout Dice) -> Bool
    /// Another machine with a copy of the folder.
    func copied() -> any SiteMachine
}

/// The hub's machine.
protocol HubMachine: Machine {
    /// Opens the store that is on the disk, or a new one.
    func open(drawn: UInt64) throws(Problem) -> any SalvageStore
}

/// A machine with a false disk.
class FalseMachine<Record> {
    let bug: PlantedBug?
    let disk = FalseDisk<Record>()
    private(set) var backup: FalseDisk<Record>.Content?

    init(bug: PlantedBug?) { self.bug = bug }

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

/// A site's machine with a false disk.
final class FalseSiteMachine: FalseMachine<FalseSiteStore.Record>, SiteMachine {
    private let site: SiteID

    init(site: SiteID, bug: PlantedBug?) {
        self.site = site
        super.init(bug: bug)
        if bug == .syncsNowAndThen { disk.syncEvery = 6 }
        if bug == .acknowledgesBeforeSync { disk.syncEvery = 1000 }
        disk.believesFlipped = bug == .ignoresBitFlip
    }

    func open(drawn: UInt64) throws(Problem) -> any StretchStore {
        if bug == .reopensOldBackup { _ = restore() }
        return try FalseSiteStore(site: site, disk: disk, drawn: drawn, bug: bug)
    }

    func damage(_ fault: FaultClass, _ dice: inout Dice) -> Bool { fault == .bitFlip && disk.flip(&dice) }

    func copied() -> any SiteMachine {
        let other = FalseSiteMachine(site: site, bug: bug)
        other.disk.replace(disk.copy())
        return other
    }
}

/// The hub's machine with a false disk.
final class FalseHubMachine: FalseMachine<FalseHubStore.Record>, HubMachine {
    override init(bug: PlantedBug?) {
        super.init(bug: bug)
        if bug == .hubAcknowledgesBeforeSync { disk.syncEvery = 1000 }
    }

    func open(drawn: UInt64) throws(Problem) -> any SalvageStore { try FalseHubStore(disk: disk, drawn: drawn, bug: bug) }
}
