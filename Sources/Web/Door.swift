import EventLog
import ImagingCase
public import People
import Problems

/// Establishes who asks, whichever way he comes: over the network, through the socket, or on the opened folder.
///
/// Without accounts whoever may open the folder or its socket is believed, as before. With accounts in force a person signs in, and
/// what he says of himself must be what he signed in as.
public struct Door: Sendable {
    /// How often one person who signed in may call over the network, whatever his sessions.
    public struct CallRate: Hashable, Sendable {
        /// Calls a second for long.
        public var perSecond = 20
        /// Calls that may be saved up.
        public var burst = 60

        /// The house's rate.
        public init() {}
    }

    /// What somebody brings along to be let in.
    public struct Pass: Sendable {
        /// The token of a session.
        public var token: String?
        /// Why he must see a case that he has no relation to.
        public var reason: String?

        /// Gathers what came along.
        public init(token: String? = nil, reason: String? = nil) {
            self.token = token
            self.reason = reason
        }
    }

    /// Where people sign in.
    public let reception: Reception
    let cases: CaseDesk
    private let isAlwaysClosed: Bool
    private let group: UInt32?
    private let keep: @Sendable (String) -> Void
    /// Who keeps what is asked about people; nil where nothing is kept.
    let auditor: Auditor?
    private let rate: RateMeter<String>

    /// Makes a door to a node's cases.
    ///
    /// - Parameters:
    ///   - isAlwaysClosed: whether people must sign in over the network even where there is no account, as on an address that others
    ///     reach. Whoever may open the folder or its socket is believed as long as there is none.
    ///   - group: the group whose members may open the socket besides its owner.
    ///   - auditor: keeps who signed in and what was changed about whom.
    ///   - rate: how often one person may call.
    ///   - keep: keeps word of a broken glass until somebody says that he knows of it.
    public init(
        reception: Reception, cases: CaseDesk, isAlwaysClosed: Bool = false, group: UInt32? = nil, auditor: Auditor? = nil,
        rate: CallRate = CallRate(), keep: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.rate = RateMeter(perSecond: rate.perSecond, burst: rate.burst)
        self.reception = reception
        self.cases = cases
        self.isAlwaysClosed = isAlwaysClosed
        self.group = group
        self.auditor = auditor
        self.keep = keep
    }

    /// Whether somebody who comes from there has to sign in.
    func isClosed(to peer: Peer?) -> Bool { reception.isInForce || isAlwaysClosed && peer?.isLocal != true }

    /// Refuses whoever may not use the socket at all.
    ///
    /// - Throws: `PERMISSIONS` for another user than the owner, the machine's, and members of the socket's group.
    func requirePeer(_ peer: Peer?) throws(Problem) {
        guard peer?.isOwner != true, peer?.isLocal ?? true else { return }
        guard let group, peer?.isMember(of: group) == true else {
            throw Problem(
                .permissions, "The socket is for the owner of the node and the members of its group.",
                remedy: "Ask the node's administrator to let your user into the group.")
        }
    }

    /// Who asks.
    ///
    /// - Throws: `SIGN_IN` where somebody has to sign in and did not, or his session is over.
    func caller(_ pass: Pass, from peer: Peer?) throws(Problem) -> Caller {
        let address = peer?.address ?? "?"
        guard isClosed(to: peer) else { return Caller(address: address) }
        guard let text = pass.token else { throw Problem(.signIn, "Nobody has signed in.") }
        guard let token = SessionToken(text) else { throw Problem(.signIn, "The session is over.") }
        let session = try reception.session(of: token)
        return Caller(
            person: session.person.description, role: session.role.rawValue, assurance: session.assurance, session: session.id,
            address: address, isConfirmed: reception.isConfirmed(session))
    }

    /// Counts a call of somebody who signed in.
    ///
    /// - Throws: `TOO_MANY_REQUESTS` with the seconds to wait.
    func requireRate(of caller: Caller) throws(Problem) {
        guard let person = caller.author?.person.description, let wait = rate.take(person, reception.now()) else { return }
        throw Problem(
            .tooManyRequests, "More calls came from one person than are answered.", remedy: "Wait, then send again.",
            retryAfterSeconds: wait)
    }

    /// Who asks about one case: with the purpose under which it opens to him. Breaks the glass where he has no relation to it and gave a
    /// reason; where he may not see it the caller is as before, and the case is answered as one that is not there.
    ///
    /// - Throws: `BAD_INPUT` for a reason that is none, `RANGE` where nobody reviews the list: both before it is known whether there is
    ///   such a case, so that neither tells.
    func admitted(_ caller: Caller, to id: String?, because reason: String?) throws(Problem) -> Caller {
        guard let id, let author = caller.author, CaseReading.reach(of: author.role) != .everything else { return caller }
        if let reason, CaseReading.mayBreakGlass(author.role) {
            _ = try BreakGlassBook.words(of: reason)
            try reception.glass.requireRoom(now: reception.now())
        }
        guard let stream = cases.stream(shownAs: id), try !cases.isOpen(stream, to: author)
        else { return caller }
        var caller = caller
        if reception.glass.isBroken(over: stream, by: author, now: reception.now()) {
            caller.purpose = .breakGlass
        } else if let reason, CaseReading.mayBreakGlass(author.role) {
            let entry = try reception.glass.open(stream, to: author, because: reason, now: reception.now())
            keep("\(entry.person) (\(entry.role)) opened \(entry.stream) without a relation to it, number \(entry.number).")
            caller.purpose = .breakGlass
        }
        return caller
    }

    /// Answers a question through a desk, as whoever the pass shows.
    public func answer(_ request: DeskRequest, by desk: any Desk, _ pass: Pass, from peer: Peer?) async -> DeskAnswer {
        let caller: Caller
        do throws(Problem) {
            try requirePeer(peer)
            caller = try self.caller(for: request, pass, from: peer)
        } catch { return DeskAnswer(problem: error) }
        let answer = await Caller.$current.withValue(caller) { await desk.answer(request) }
        return caller.purpose == .breakGlass ? answer.bannered : answer
    }

    private func caller(for request: DeskRequest, _ pass: Pass, from peer: Peer?) throws(Problem) -> Caller {
        switch request.need {
        case .person:
            return try admitted(try caller(pass, from: peer), to: request.namedCase, because: pass.reason)
        case .nobody, .keeper:
            var caller = Caller(address: peer?.address ?? "?", purpose: .operations)
            // A session that is over helps nobody, and takes nothing from the folder's owner.
            if reception.isInForce, pass.token != nil, let person = try? self.caller(pass, from: peer) {
                caller = person
                caller.purpose = .operations
            }
            guard request.need == .nobody || peer?.isOwner == true || caller.administers else {
                throw Problem(
                    .notPermitted, "That is for the owner of the node's folder, or an administrator who signed in.",
                    remedy: "Sign in as one: filmjacket sign-in NAME --role siteAdmin --data DIR.")
            }
            return caller
        }
    }
}

/// Asks a desk as somebody: for a command on the opened folder. Composes with any other desk, inside or around it.
public struct SignedInDesk: Desk {
    private let desk: any Desk
    private let door: Door
    private let pass: Door.Pass

    /// Stands before a desk.
    public init(_ desk: any Desk, door: Door, pass: Door.Pass) {
        self.desk = desk
        self.door = door
        self.pass = pass
    }

    /// Answers a request; problems are answers too.
    public func answer(_ request: DeskRequest) async -> DeskAnswer { await door.answer(request, by: desk, pass, from: .console) }
}

extension DeskAnswer {
    /// What whoever broke the glass is told with each answer.
    static let banner = "BREAK GLASS: you have no relation to this case; that you look is kept and will be reviewed."

    /// The answer with the banner: as the first line, and as a member of a JSON object. A list stays one.
    var bannered: DeskAnswer {
        guard exit == 0 || exit == 3 else { return self }
        var answer = self
        answer.text = "! \(Self.banner)\n\(text)"
        if json.hasPrefix("{") {
            var writer = JSONWriter()
            writer.string(Self.banner)
            answer.json = "{\"banner\":\(writer.text)" + (json == "{}" ? "" : ",") + json.dropFirst()
        }
        return answer
    }
}
