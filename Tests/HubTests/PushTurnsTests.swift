import EventLog
import StoreContract
import Synchronization
import Testing

@testable import Hub

/// Parts of one log are unpacked at once and stored in their order; nobody waits for what begins later or lies elsewhere.
struct PushTurnsTests {
    private let log = Author("northside", incarnation: 7).log
    private let turns = PushTurns()

    /// What happened, in its order.
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        func write(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func `one alone waits for nothing`() async throws {
        let turn = turns.enter(log, first: 9)
        try await turn.comesToUnpack()
        turn.hasRoom()
        await turn.comesToStore()
        turn.ends()
        turn.ends()
        #expect(turns.count == 0)
    }

    @Test func `a later part has room after the earlier one and is stored after it, whoever came first`() async throws {
        for isEarlierFirst in [true, false] {
            let turns = PushTurns()
            let diary = Diary()
            let one = turns.enter(log, first: isEarlierFirst ? 1 : 5)
            let other = turns.enter(log, first: isEarlierFirst ? 5 : 1)
            let (early, late) = isEarlierFirst ? (one, other) : (other, one)
            async let last: Void = {
                try await late.comesToUnpack()
                diary.write("late has room")
                late.hasRoom()
                await late.comesToStore()
                diary.write("late is stored")
                late.ends()
            }()
            try await early.comesToUnpack()
            diary.write("early has room")
            early.hasRoom()
            await early.comesToStore()
            // The later one reaches its wait while the earlier one is unpacked, however long that takes.
            while !diary.all.contains("late has room") { await Task.yield() }
            diary.write("early is stored")
            early.ends()
            try await last
            #expect(diary.all == ["early has room", "late has room", "early is stored", "late is stored"])
            #expect(turns.count == 0)
        }
    }

    @Test func `equal beginnings, other logs and what begins later hold up nobody`() async throws {
        let turn = turns.enter(log, first: 5)
        _ = turns.enter(log, first: 5)
        _ = turns.enter(log, first: 6)
        _ = turns.enter(Author("lakeview", incarnation: 7).log, first: 1)
        _ = turns.enter(LogID(site: log.site, incarnation: Incarnation(bits: 8)), first: 1)
        try await turn.comesToUnpack()
        await turn.comesToStore()
        turn.ends()
        #expect(turns.count == 4)
    }

    @Test func `who has room waits for nobody without room, whoever comes when`() async throws {
        let late = turns.enter(log, first: 5)
        try await late.comesToUnpack()
        late.hasRoom()
        let early = turns.enter(log, first: 1)
        await late.comesToStore()
        late.ends()
        try await early.comesToUnpack()
        early.ends()
        #expect(turns.count == 0)
    }

    @Test func `more parts of a log than a site sends at once are refused, and nobody is left waiting`() async throws {
        let first = turns.enter(log, first: 1)
        let refused = Diary()
        await withDiscardingTaskGroup { group in
            for place in 2...20 as ClosedRange<UInt64> {
                let turn = turns.enter(log, first: place)
                group.addTask {
                    do {
                        try await turn.comesToUnpack()
                        turn.hasRoom()
                    } catch { refused.write("refused") }
                    turn.ends()
                }
            }
            while refused.all.count < 19 - PushTurns.waitingMax { await Task.yield() }
            first.ends()
        }
        #expect(refused.all.count == 19 - PushTurns.waitingMax)
        #expect(turns.count == 0)
    }

    @Test func `a refused part lets all behind it go on, in their order`() async {
        let diary = Diary()
        let first = turns.enter(log, first: 1)
        let behind = (2...7).map { turns.enter(log, first: UInt64($0)) }
        await withDiscardingTaskGroup { group in
            for (place, turn) in behind.enumerated().reversed() {
                group.addTask {
                    do { try await turn.comesToUnpack() } catch { return diary.write("refused") }
                    turn.hasRoom()
                    await turn.comesToStore()
                    diary.write("\(place)")
                    turn.ends()
                }
            }
            first.ends()
        }
        #expect(diary.all == (0..<6).map(String.init))
        #expect(turns.count == 0)
    }
}
