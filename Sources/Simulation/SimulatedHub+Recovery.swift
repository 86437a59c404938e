import Crypto
import EventLog
import Problems
import Replication
import Wire

/// The calls by which sites fill a hub again, as the product's routes answer them.
extension SimulatedHub {
    /// How far logs are known to have gone: what a site's own key signed.
    func heads(_ body: [UInt8]) -> [UInt8] {
        let heads = RecoveryCoding.heads(body).filter { head in
            registry[head.checkpoint.log.site].map { head.isOwn(of: [$0.key]) } ?? false
        }
        return RecoveryCoding.encode(count: heads.count)
    }

    /// Which of some events it does not hold, or not as the asking site does.
    func missing(_ body: [UInt8], _ store: any SalvageStore) throws(Problem) -> [UInt8] {
        let found = try RecoveryCoding.missing(from: body, hashes: store.hashes)
        return RecoveryCoding.encode(missing: found.missing, of: found.asked)
    }

    /// Takes a stretch that it gave out and lost.
    func salvage(_ body: [UInt8], from site: SiteID, _ store: any SalvageStore) throws(Problem) -> [UInt8] {
        let offer = try StretchOffer(bytes: body)
        let segment = try SegmentCoding.decode(offer.segment, using: zstd)
        if world.bug != .takesAnyStretch {
            try offer.check(segment, from: site, hubKey: key.publicKey) { registry[$0] != nil }
        }
        var (fresh, other): ([HashedEvent], [HashedEvent]) = ([], [])
        for event in segment.events {
            guard let held = try store.hash(of: event.id) else {
                fresh.append(event)
                continue
            }
            if held != event.hash { other.append(event) }
        }
        let count = try store.salvage(segment)
        if !other.isEmpty { world.tell(.offered(Self.marks(other), wasTaken: false)) }
        // A fault of the store shows at the next call.
        took(fresh.filter { (try? store.hash(of: $0.id)) == $0.hash })
        return RecoveryCoding.encode(count: count)
    }
}
