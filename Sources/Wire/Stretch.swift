public import Crypto
public import EventLog
public import Problems
public import Replication

/// A stretch of the feed that a site holds, with the hub's signature over its end: what the site can give back.
public struct Stretch: Equatable, Sendable {
    /// How many entries joined stretches have at most.
    public static let joinedMax = 256

    /// The numbering that it belongs to.
    public let generation: Generation
    /// How many entries of the feed come before it.
    public let first: UInt64
    /// The feed's digest before it.
    public let before: EventHash
    /// Rows and signature.
    public let seal: FeedSeal
    /// Its events, in the feed's order.
    public let ids: [EventID]

    /// Names a stretch.
    public init(generation: Generation, first: UInt64, before: EventHash, seal: FeedSeal, ids: [EventID]) {
        self.generation = generation
        self.first = first
        self.before = before
        self.seal = seal
        self.ids = ids
    }

    /// The place after it.
    public var position: UInt64 { first + UInt64(ids.count) }

    /// Whether a page is kept as one with the stretch that ends where it begins: one signature over the end covers all before it. A page
    /// of large events stands alone, so that what is joined still fits a request's body.
    ///
    /// - Parameter count: how many entries the stretch has.
    public static func joins(_ page: Segment, after count: Int) -> Bool {
        let bytes = page.events.reduce(0) { $0 + $1.event.payload.count }
        return count + page.events.count <= joinedMax && bytes <= page.events.count * (SyncLimits.segmentBytesMax / joinedMax)
    }
}

/// What a page came with, to be kept beside it.
public struct SealedPlace: Sendable {
    /// The hub's word for the place after the page.
    public let seal: FeedSeal
    private let hubKey: Curve25519.Signing.PublicKey

    /// A page's place, checked: the digest before and after it.
    public struct Checked: Sendable {
        /// How many entries come before the page.
        public let first: UInt64
        /// The feed's digest before the page.
        public let before: EventHash
        /// The feed's digest after it.
        public let after: EventHash
    }

    /// Takes a page's seal and the key that must have made it.
    public init(seal: FeedSeal, hubKey: Curve25519.Signing.PublicKey) {
        self.seal = seal
        self.hubKey = hubKey
    }

    /// Checks a page before anything of it is stored. Nil where the store did not see all that came before, so that nothing can be checked
    /// or kept.
    ///
    /// - Parameters:
    ///   - previous: the cursor before the page.
    ///   - known: the digest that the store keeps and the place that it is of.
    /// - Throws: `BAD_SIGNATURE` where the hub's signature does not fit what came.
    public func check(
        _ page: Segment, after previous: FeedCursor?, cursor: FeedCursor, known: (digest: EventHash, position: UInt64)?,
        site: SiteID
    ) throws(Problem) -> Checked? {
        let count = UInt64(page.events.count)
        guard cursor.position >= count else { throw Problem(.malformed, "The cursor lies before the page's events.") }
        let first = cursor.position - count
        guard let before = Self.digest(at: first, after: previous, cursor.generation, known) else { return nil }
        guard let after = seal.digest(after: before, entries: page.events.map(\.hash)),
            FeedDigest.prefix(after) == cursor.digest,
            seal.isSigned(
                site: site, generation: cursor.generation, position: cursor.position, digest: after, by: hubKey)
        else {
            throw Problem(
                .badSignature, "The hub's signature does not fit the page that came with it.",
                remedy: "Look at what lies between this site and the hub; nothing of the page was stored.")
        }
        return Checked(first: first, before: before, after: after)
    }

    /// The digest before a page; nil where the store did not see all that came before.
    private static func digest(
        at first: UInt64, after previous: FeedCursor?, _ generation: Generation, _ known: (digest: EventHash, position: UInt64)?
    ) -> EventHash? {
        guard first > 0 else { return .zero }
        guard previous?.generation == generation, previous?.position == first, let known, known.position == first else {
            return nil
        }
        return known.digest
    }
}

/// What a site's store keeps beside, to give it back to a hub that lost it.
public protocol StretchStore: SiteStore {
    /// Stores a page and the cursor after it in one commit, keeping the hub's signature beside; events held already are passed over. Gives
    /// how many were new.
    @discardableResult
    func store(_ page: Segment, cursor: FeedCursor, sealed place: SealedPlace?) throws(Problem) -> Int
    /// Stretches that the hub gave out under other numberings than one, in order; at most a count, after the last of an earlier call.
    func stretches(notOf generation: Generation, after last: Stretch?, limit: Int) throws(Problem) -> [Stretch]
    /// The events of a stretch, in the feed's order.
    func segment(of stretch: Stretch) throws(Problem) -> Segment
    /// Forgets what was given out under other numberings than one: the hub has it again.
    func forgetStretches(notOf generation: Generation) throws(Problem)
}

/// A hub's store that can be filled again by those to whom it gave its events out.
public protocol SalvageStore: HubStore {
    /// The hashes of some events; nil for each that is not held.
    func hashes(of ids: [EventID]) throws(Problem) -> [EventHash?]
    /// Stores events that this hub gave out before it lost its store, wherever they stand in their logs; those held are passed over. Of one
    /// that is held with other bytes both are kept as evidence, and its log is set under quarantine; what rests in that log on the one that
    /// is not held is passed over with it. Gives how many were new.
    ///
    /// The caller has verified that this hub signed for them.
    @discardableResult
    func salvage(_ segment: Segment) throws(Problem) -> Int
}
