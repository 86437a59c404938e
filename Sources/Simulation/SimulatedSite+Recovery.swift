import EventLog
import Problems
import Replication
import Wire

/// What a site gives back to a hub that lost something, in the order in which the product's driver makes its calls.
extension SimulatedSite {
    /// Does the next step of giving back, until none is left.
    func giveBack(_ giving: GiveBack, _ then: @escaping () -> Void) {
        var next = giving
        attempt(.hello) { () throws(Problem) in
            guard let store else { return }
            switch giving.step {
            case .read(let last):
                next.read(try store.stretches(notOf: giving.good, after: last, limit: GiveBack.readMax))
                if world.bug == .forgetsBeforeGiven { try store.forgetStretches(notOf: giving.good) }
                giveBack(next, then)
            case .tellHeads:
                send(.heads, body: RecoveryCoding.encode(heads: try ownHeads(store))) { [unowned self] reply in
                    guard case .ok(let bytes) = reply else { return failed(.hello, reply) }
                    guard (try? RecoveryCoding.count(bytes)) != nil else { return alien(.hello) }
                    next.toldHeads()
                    giveBack(next, then)
                }
            case .ask(let ids): try ask(ids, next, then)
            case .offer(let stretch): try offer(stretch, next, then)
            case .forget:
                if world.dies(at: self) { return }
                try store.forgetStretches(notOf: giving.good)
                next.forgot()
                giveBack(next, then)
            case .tellDone:
                send(.givenBack) { [unowned self] reply in
                    guard case .ok(let bytes) = reply else { return failed(.hello, reply) }
                    guard bytes == RecoveryCoding.heard else { return alien(.hello) }
                    next.toldDone()
                    giveBack(next, then)
                }
            case .end: then()
            }
        }
    }

    private func ask(_ ids: [EventID], _ giving: GiveBack, _ then: @escaping () -> Void) throws(Problem) {
        guard let store else { return }
        let question = try RecoveryCoding.encode(asking: ids) { id throws(Problem) in try store.hash(of: id) }
        send(.missing, body: question) { [unowned self] reply in
            guard case .ok(let bytes) = reply else { return failed(.hello, reply) }
            guard let missing = try? RecoveryCoding.missing(bytes, of: ids.count) else { return alien(.hello) }
            note("is told that the hub misses \(missing.count) of \(ids.count) events")
            var next = giving
            next.answered(missing: missing)
            giveBack(next, then)
        }
    }

    private func offer(_ stretch: Stretch, _ giving: GiveBack, _ then: @escaping () -> Void) throws(Problem) {
        guard let store else { return }
        let bytes = SegmentCoding.encode(try store.segment(of: stretch), using: zstd)
        send(.stretch, body: StretchOffer(stretch, segment: bytes).bytes) { [unowned self] reply in
            var next = giving
            switch reply {
            case .ok(let bytes):
                guard let count = try? RecoveryCoding.count(bytes) else { return alien(.hello) }
                note("gave back \(count) of \(stretch.ids.count) events")
                world.givenBack += Int(clamping: count)
                next.offered()
            case .problem(let problem):
                guard next.refused(problem) else { return failed(.hello, reply) }
                note("is refused a stretch: \(problem.code.rawValue)")
            default: return failed(.hello, reply)
            }
            giveBack(next, then)
        }
    }

    /// The own logs as far as the hub has confirmed them, signed anew.
    private func ownHeads(_ store: any StretchStore) throws(Problem) -> [String] {
        var notes: [String] = []
        for state in try store.logs() where state.log.site == site && state.head > 0 {
            let checkpoint = Checkpoint(log: state.log, size: state.tree.size, root: state.tree.root)
            if let head = try? SignedCheckpoint(checkpoint, signer: site.text, key: key) {  // a key that signs always does
                notes.append(head.note)
            }
        }
        return notes
    }
}
