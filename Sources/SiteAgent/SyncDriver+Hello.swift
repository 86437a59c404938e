import EventLog
import Problems
import Replication
import SQLiteStore
import Synchronization
import Wire

extension SyncDriver {
    /// Says hello; before anything else flows, own logs of earlier incarnations are made whole at both ends, and a log that has two
    /// histories is found.
    func hello() async {
        do {
            let own = try await store.file.offload { [store] () throws(Problem) in try store.ownLog() }
            let earlier = try await store.file.offload { [store] () throws(Problem) in
                try store.logs().filter { $0.log.site == own.log.site && $0.log != own.log }
            }
            // Before the hello goes: what is confirmed while it is on its way, its answer need not know of.
            let known = current.shared
            let cursor = try store.cursor()
            let answer = try await greet(own, earlier, cursor)
            let held = answer.logs.first { $0.log == own.log }
            doubts.withLock { $0.greeted(answer) }
            if let held, !answer.quarantined.contains(own.log), let place = try await divergence(own, held) {
                return tell(.diverged(at: place))
            }
            await alarmIfRewound(to: held?.head ?? 0, known: known)
            express.withLock { $0.greeted(answer) }
            try await sendAhead(own: own, earlier: earlier, after: answer)
            try await settle(earlier, answer)
            try await giveBack(after: answer, cursor)
            tell(.greeted(answer))
        } catch let error as HubClient.Failed {
            failed(.hello, error)
        } catch {
            await failed(.hello, other: error)
        }
    }

    private func greet(_ own: LogState, _ earlier: [LogState], _ cursor: FeedCursor?) async throws -> HelloAnswer {
        let hello = HelloRequest(
            wireVersion: Version.wire, logs: (earlier + [own]).map { HelloRequest.Log($0) }, cursor: cursor)
        let began = now()
        let exchange = try await client.hello(hello)
        let answer = exchange.value.answer
        if let digest = exchange.value.rosterDigest, rosterDigest.withLock({ $0 }) != digest { await refreshRoster() }
        await learn(aside: exchange.aside)
        if exchange.value.wantsEvents { try await giveWanted() }
        let middle = (began.milliseconds + now().milliseconds) / 2
        note(exchange) { status in
            status.problems[.hello] = nil
            status.generation = answer.generation
            status.feedHead = answer.feedHead
            status.clockOffsetMilliseconds = answer.hubTime.milliseconds.subtractingReportingOverflow(middle).partialValue
            status.nextTry = nil
        }
        let isAtEnd = answer.cursorIsGood && hello.cursor?.position == answer.feedHead
        feedEnd.withLock { $0 = isAtEnd ? hello.cursor : nil }
        return answer
    }

    /// Where the hub is known to hold another event of the own log than this store: a copy of the folder went on by itself.
    ///
    /// Looked at where the shorter of both ends; nil where they agree there. One is then a part of the other, or a log in doubt.
    private func divergence(_ own: LogState, _ held: HelloRequest.Log) async throws -> UInt64? {
        switch Reunion.meeting(own: own, held: held) {
        case .none: return nil
        case .here(let sequence, let hash):
            guard try store.hash(of: EventID(log: own.log, sequence: sequence)) == hash else { return sequence }
        case .there(let sequence, let hash):
            let theirs = try await part(own.log, from: sequence)
            guard theirs.events.first?.hash == hash else { return sequence }
        }
        return try await difference(own, held)
    }

    /// Where the hub holds another event of a log in doubt; nil for one that is not, and where all is the same.
    private func difference(_ own: LogState, _ held: HelloRequest.Log) async throws -> UInt64? {
        while let first = doubts.withLock({ $0.next(of: own.log, through: min(own.head, held.head)) }) {
            let theirs = try await part(own.log, from: first)
            let ours = try await store.file.offload { [store] () throws(Problem) in
                try store.segment(of: own.log, from: first, eventsMax: theirs.events.count, bytesMax: .max)
            }
            if let place = Reunion.difference(theirs, ours) { return place }
            doubts.withLock { $0.agrees(own.log, through: first + UInt64(theirs.events.count) - 1) }
        }
        return nil
    }

    /// Where the hub holds another event of earlier logs in doubt.
    private func differences(_ earlier: [LogState], _ answer: HelloAnswer) async throws -> [LogID: UInt64] {
        var found: [LogID: UInt64] = [:]
        for held in answer.logs where !answer.quarantined.contains(held.log) {
            guard let own = earlier.first(where: { $0.log == held.log }) else { continue }
            found[own.log] = try await difference(own, held)
        }
        return found
    }

    /// Own logs of earlier incarnations: what this store lost comes back, and what the hub never had, or lost, goes.
    private func settle(_ earlier: [LogState], _ answer: HelloAnswer) async throws {
        var contradicted: Set<LogID> = []
        for part in Reunion.lost(own: store.log, earlier: earlier, answer: answer)
        where try await !fits({ try await fetch(part.log, from: part.first, through: part.last) }) {
            contradicted.insert(part.log)
        }
        for place in Reunion.lostAhead(own: store.log, earlier: earlier, answer: answer) where !contradicted.contains(place.log) {
            if try await !fits({ try await fetchAhead(place, answer) }) { contradicted.insert(place.log) }
        }
        guard pushes else { return }
        let differing = try await differences(earlier, answer)
        for owed in Reunion.owed(earlier: earlier, answer: answer, contradicted: contradicted, differing: differing) {
            var next = owed.first
            while next <= owed.last, let part = try await pushLane.prepare(owed.log, from: next) {
                next = try await send(part, of: owed.log).head + 1
            }
        }
    }

    /// Whether what the hub gave back could be kept: what contradicts the own history is no reason to ask for it for ever.
    private func fits(_ fetch: () async throws -> Void) async throws -> Bool {
        do {
            try await fetch()
            return true
        } catch let problem as Problem {
            guard problem.code.isOfEvents else { throw problem }
            return false
        }
    }

    /// Brings back own events of an earlier incarnation that this store lost.
    private func fetch(_ log: LogID, from first: UInt64, through last: UInt64) async throws {
        let held = try await store.file.offload { [store] () throws(Problem) in try store.state(of: log)?.head ?? 0 }
        var next = first
        while next <= last {
            let segment = try await part(log, from: next)
            try await store.file.offload { [store] () throws(Problem) in try store.restore(segment) }
            next += UInt64(segment.events.count)
            let new = segment.events.count { $0.id.sequence > held }
            update { $0.pulled += UInt64(new) }
        }
    }

    /// Brings back what the hub holds of an earlier incarnation beyond its gap-free part.
    private func fetchAhead(_ place: EventID, _ answer: HelloAnswer) async throws {
        let end = answer.logs.first { $0.log == place.log }?.highest ?? 0
        var next = place.sequence
        while next <= end {
            let bytes = try await client.fetch(place.log, from: next, isAhead: true).value
            let segment = try await store.file.offloadCoding { zstd throws(Problem) in
                try SegmentCoding.decode(bytes, using: zstd)
            }
            guard Reunion.isPart(segment, of: place.log, from: next), let last = segment.events.last else {
                throw Problem(.malformed, "The hub answered other events than were asked for.")
            }
            try await store.file.offload { [store] () throws(Problem) in try store.restore(segment) }
            next = last.id.sequence + 1
            update { $0.pulled += UInt64(segment.events.count) }
        }
    }

    /// A run of an own log as the hub holds it: of that log, from that sequence on, without gaps.
    private func part(_ log: LogID, from first: UInt64) async throws -> Segment {
        let bytes = try await client.fetch(log, from: first).value
        let segment = try await store.file.offloadCoding { zstd throws(Problem) in try SegmentCoding.decode(bytes, using: zstd) }
        guard Reunion.isRun(segment, of: log, from: first) else {
            throw Problem(.malformed, "The hub answered other events than were asked for.")
        }
        return segment
    }
}
