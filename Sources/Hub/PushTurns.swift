import EventLog
import Problems
import Synchronization

/// The order in which pushes of one log go into the store, though several are under way at once: a site sends the next part while the
/// one before it is stored, and that must not be refused as a gap because it was unpacked sooner.
///
/// A place is taken when all bytes of a push are here, so that a connection that died in the middle of one holds up nobody. Nobody waits
/// for a push that begins later, and whoever has room waits only for such as have room: no two wait for each other, whoever comes when.
final class PushTurns: Sendable {
    /// What a push waits to do.
    private enum Step {
        /// Until all that begin earlier have room.
        case unpack
        /// Until all that begin earlier and have room are in the store, or were refused.
        case store
    }

    /// The most pushes of one log that wait for room of those before them: a site has three under way, and what it gave up on.
    static let waitingMax = 6

    private struct Entry {
        let number: Int
        let first: UInt64
        var hasRoom = false
        var waiting: (step: Step, continuation: CheckedContinuation<Bool, Never>)?
    }

    private struct State {
        var lines: [LogID: [Entry]] = [:]
        var last = 0
    }

    /// One push's place.
    struct Turn: Sendable {
        fileprivate let turns: PushTurns
        fileprivate let log: LogID
        fileprivate let number: Int

        /// Returns when all pushes of the log that begin earlier have room to be unpacked.
        ///
        /// - Throws: `TOO_MANY_REQUESTS` where too many of the log wait already.
        func comesToUnpack() async throws(Problem) {
            guard await turns.wait(for: self, to: .unpack, waitingMax: PushTurns.waitingMax) else {
                throw Problem(.tooManyRequests, "More parts of this log wait than a site sends at once.", retryAfterSeconds: 2)
            }
        }

        /// Says that it has room.
        func hasRoom() { turns.change(self) { $0.hasRoom = true } }

        /// Returns when no push of the log that begins earlier is unpacked or stored.
        func comesToStore() async { _ = await turns.wait(for: self, to: .store, waitingMax: .max) }

        /// Lets the next go on; ending twice is ending once.
        func ends() { turns.change(self, nil) }
    }

    private let state = Mutex(State())

    /// How many pushes are under way, those that wait included.
    var count: Int { state.withLock { $0.lines.values.reduce(0) { $0 + $1.count } } }

    /// Takes a place for a push that came whole and begins at a sequence of a log.
    func enter(_ log: LogID, first: UInt64) -> Turn {
        state.withLock { state in
            state.last += 1
            state.lines[log, default: []].append(Entry(number: state.last, first: first))
            return Turn(turns: self, log: log, number: state.last)
        }
    }

    private static func mayGo(_ entry: Entry, to step: Step, in line: [Entry]) -> Bool {
        !line.contains { $0.first < entry.first && $0.hasRoom == (step == .store) }
    }

    /// Gives whether its turn came, false where so many of the log wait already.
    private func wait(for turn: Turn, to step: Step, waitingMax: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Bool? in
                guard let line = state.lines[turn.log], let place = line.firstIndex(where: { $0.number == turn.number }),
                    !Self.mayGo(line[place], to: step, in: line)
                else { return true }
                guard line.count(where: { $0.waiting != nil }) < waitingMax else { return false }
                state.lines[turn.log]?[place].waiting = (step, continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Changes a place, or gives it up where there is no change, and lets those go on who waited for that.
    private func change(_ turn: Turn, _ change: ((inout Entry) -> Void)?) {
        let freed = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            guard var line = state.lines[turn.log], let place = line.firstIndex(where: { $0.number == turn.number }) else {
                return []
            }
            var freed: [CheckedContinuation<Bool, Never>] = []
            if let change {
                change(&line[place])
            } else if let waiting = line.remove(at: place).waiting {
                freed.append(waiting.continuation)
            }
            for index in line.indices {
                guard let (step, continuation) = line[index].waiting, Self.mayGo(line[index], to: step, in: line) else {
                    continue
                }
                line[index].waiting = nil
                freed.append(continuation)
            }
            state.lines[turn.log] = line.isEmpty ? nil : line
            return freed
        }
        for continuation in freed { continuation.resume(returning: true) }
    }
}
