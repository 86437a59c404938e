public import Crypto
public import EventLog
public import Problems
public import Replication

/// What a site gives back to a hub that lost something, call by call, after the hub's answer to its hello. Pure: whoever holds the store
/// and the connection does each step and says how it ended; a step that fails ends all, and the next hello begins anew.
///
/// Law: nothing is forgotten before the hub has said of all of it that it holds it.
public struct GiveBack: Sendable {
    /// What to do next.
    public enum Step: Equatable, Sendable {
        /// Read stretches of other numberings than `good`, after one, at most `readMax`.
        case read(after: Stretch?)
        /// Tell the hub how far logs are known to have gone.
        case tellHeads
        /// Ask which of some events the hub does not hold.
        case ask([EventID])
        /// Offer a stretch.
        case offer(Stretch)
        /// Forget the stretches of other numberings than `good`.
        case forget
        /// Tell the hub that this site holds nothing more that it does not.
        case tellDone
        /// Nothing is left to do.
        case end
    }

    /// How many stretches are read at once.
    public static let readMax = 32
    /// How many events are asked for at once; one stretch may exceed it alone.
    public static let idsMax = 1 << 14

    /// What to do now.
    public private(set) var step = Step.read(after: nil)
    /// The numbering whose stretches the hub is known to hold.
    public let good: Generation
    /// What the hub did not take, in order.
    public private(set) var refusals: [Problem] = []
    private let isCursorGood: Bool
    private var last: Stretch?
    private var batch: [Stretch] = []

    /// Begins after an answer.
    ///
    /// - Parameter cursor: the place in the feed that the hello stated.
    public init(after answer: HelloAnswer, cursor: FeedCursor?) {
        isCursorGood = answer.cursorIsGood
        // A hub that lost its tail and kept its numbering: what it gave out under this very numbering is in doubt as well.
        let isInDoubt = !answer.cursorIsGood && cursor?.generation == answer.generation
        good = isInDoubt ? Generation(bits: 0) : answer.generation
    }

    /// Stretches were read.
    public mutating func read(_ stretches: [Stretch]) {
        let isFirst = last == nil
        var count = 0
        batch = stretches.enumerated().prefix { offset, stretch in
            count += stretch.ids.count
            return offset == 0 || count <= Self.idsMax
        }.map(\.element)
        last = batch.last ?? last
        if isFirst, !batch.isEmpty || !isCursorGood { step = .tellHeads } else { ask() }
    }

    /// The hub was told of the heads.
    public mutating func toldHeads() { ask() }

    private mutating func ask() {
        guard batch.isEmpty else { return step = .ask(batch.flatMap(\.ids)) }
        // What the hub refused it may take later, once its registry is restored: nothing is forgotten, and the hub goes on waiting.
        guard refusals.isEmpty else { return step = .end }
        step = last != nil ? .forget : isCursorGood ? .end : .tellDone
    }

    /// The hub said which of the events it does not hold.
    public mutating func answered(missing: some Sequence<EventID>) {
        let missing = Set(missing)
        batch = batch.filter { $0.ids.contains(where: missing.contains) }
        goOn()
    }

    private mutating func goOn() { step = batch.first.map { .offer($0) } ?? .read(after: last) }

    /// The hub holds the stretch.
    public mutating func offered() {
        batch.removeFirst()
        goOn()
    }

    /// The hub did not take the stretch. Gives whether the next step follows all the same: what is wrong with one stretch holds up no other,
    /// and not the site.
    public mutating func refused(_ problem: Problem) -> Bool {
        switch problem.code {
        case .badInput, .siteUnknown, .fork, .badParents:
            if refusals.count < Self.readMax { refusals.append(problem) }
            offered()
            return true
        default: return false
        }
    }

    /// The stretches are forgotten.
    public mutating func forgot() { step = .tellDone }

    /// The hub was told that this was all.
    public mutating func toldDone() { step = .end }
}

extension StretchOffer {
    /// Offers a stretch with its events' bytes.
    public init(_ stretch: Stretch, segment: [UInt8]) {
        self.init(
            generation: stretch.generation, position: stretch.position, before: stretch.before, seal: stretch.seal,
            segment: segment)
    }

    /// What a hub checks before it takes a stretch: that it signed for these events itself, for this site, and knows whose they are.
    ///
    /// - Parameter isKnown: whether a site is in the hub's registry with its key.
    /// - Throws: `BAD_INPUT` or `SITE_UNKNOWN`; nothing of it is taken then.
    public func check(
        _ segment: Segment, from site: SiteID, hubKey: Curve25519.Signing.PublicKey, isKnown: (SiteID) -> Bool
    ) throws(Problem) {
        guard let digest = seal.digest(after: before, entries: segment.events.map(\.hash)),
            seal.isSigned(site: site, generation: generation, position: position, digest: digest, by: hubKey)
        else { throw Problem(.badInput, "This hub did not sign for these events: they are not taken.") }
        for event in segment.events where !isKnown(event.id.log.site) {
            throw Problem(
                .siteUnknown, "The site '\(event.id.log.site)' of a given-back event is not in the registry.",
                remedy: "Restore the registry first: filmjacket hub recover registry --from FILE --data DIR.")
        }
    }
}
