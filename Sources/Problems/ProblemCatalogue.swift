/// The stable codes. A code is never reused with another meaning.
public enum ProblemCode: String, CaseIterable, Sendable {
    case badInput = "BAD_INPUT"
    case emptyBody = "EMPTY"
    case malformed = "MALFORMED"
    case badCompression = "BAD_COMPRESSION"
    case badChecksum = "BAD_CHECKSUM"
    case tooLarge = "TOO_LARGE"
    case eventTooLarge = "EVENT_TOO_LARGE"
    case outOfRange = "RANGE"
    case unknownField = "UNKNOWN_FIELD"
    case duplicateKey = "DUPLICATE_KEY"
    case unknownKind = "UNKNOWN_KIND"
    case notPermitted = "NOT_PERMITTED"
    case signIn = "SIGN_IN"
    case secondFactor = "SECOND_FACTOR"
    case confirmSignIn = "CONFIRM_SIGN_IN"
    case badOrigin = "BAD_ORIGIN"
    case csrfToken = "CSRF_TOKEN"
    case glassBroken = "GLASS_BROKEN"
    case illegalTransition = "ILLEGAL_NOW"
    case unknownCase = "UNKNOWN_CASE"
    case ambiguous = "AMBIGUOUS"
    case notFound = "NOT_FOUND"
    case staleHeads = "STALE_HEADS"
    case workitemState = "WORKITEM_STATE"
    case transactionUID = "TRANSACTION_UID"
    case gap = "gap"
    case fork = "fork"
    case generation = "generation"
    case badCursor = "BAD_CURSOR"
    case missingParents = "MISSING_PARENTS"
    case badParents = "BAD_PARENTS"
    case pastMissing = "PAST_MISSING"
    case badSignature = "BAD_SIGNATURE"
    case siteMismatch = "SITE_MISMATCH"
    case clientCertificate = "CLIENT_CERTIFICATE"
    case siteUnknown = "SITE_UNKNOWN"
    case siteRevoked = "SITE_REVOKED"
    case siteSuspended = "SITE_SUSPENDED"
    case siteRetired = "SITE_RETIRED"
    case sitePending = "SITE_PENDING"
    case siteQuarantined = "SITE_QUARANTINED"
    case replayed = "REPLAYED_REQUEST"
    case clockImplausible = "CLOCK_IMPLAUSIBLE"
    case joinCodeRefused = "JOIN_CODE_REFUSED"
    case notJoined = "NOT_JOINED"
    case hubRewound = "HUB_REWOUND"
    case stalled = "STALLED"
    case hubUnreachable = "HUB_UNREACHABLE"
    case proxyAnswered = "PROXY_ANSWERED"
    case tooManyRequests = "TOO_MANY_REQUESTS"
    case requestTimeout = "REQUEST_TIMEOUT"
    case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    case notAcceptable = "NOT_ACCEPTABLE"
    case notOffered = "NOT_OFFERED"
    case headersTooLarge = "HEADERS_TOO_LARGE"
    case uriTooLong = "URI_TOO_LONG"
    case draining = "DRAINING"
    case bundleTruncated = "BUNDLE_TRUNCATED"
    case bundleSignature = "BUNDLE_SIGNATURE"
    case bundleNewer = "BUNDLE_NEWER"
    case bundleRefused = "BUNDLE_REFUSED"
    case notForThisSite = "NOT_FOR_THIS_SITE"
    case storeInUse = "STORE_IN_USE"
    case storeNotWritable = "STORE_NOT_WRITABLE"
    case storeMissing = "STORE_MISSING"
    case storeNewer = "STORE_NEWER"
    case storeNotOurs = "NOT_A_STORE"
    case diskFull = "DISK_FULL"
    case ioFailed = "IO_FAILED"
    case rolledBack = "ROLLED_BACK"
    case integrityFailed = "INTEGRITY_FAILED"
    case auditUnavailable = "AUDIT_UNAVAILABLE"
    case configuration = "CONFIGURATION"
    case permissions = "PERMISSIONS"
    case usage = "USAGE"
    case interrupted = "INTERRUPTED"
    case internalError = "INTERNAL"

    /// The catalogue's row of the code.
    public var row: ProblemRow { ProblemRow.row(of: self) }
}

/// How one code shows at each edge.
public struct ProblemRow: Sendable {
    /// The HTTP status of an answer with this code.
    public let status: Int
    /// The command line's exit code (DESIGN section 9).
    public let exit: Int32
    /// The HL7 v2 acknowledgement code (table 0008).
    public let acknowledgement: String
    /// What to do next when the problem itself does not say better.
    public let remedy: String
    /// After how many seconds the same request may succeed; nil where a change is needed first.
    public let retryAfterSeconds: Int?

    init(_ status: Int, _ exit: Int32, _ acknowledgement: String, retry: Int? = nil, _ remedy: String) {
        self.status = status
        self.exit = exit
        self.acknowledgement = acknowledgement
        self.remedy = remedy
        self.retryAfterSeconds = retry
    }

    /// The row of a code: total, so that the compiler finds a code without one.
    static func row(of code: ProblemCode) -> ProblemRow {
        switch code {
        case .badInput, .unknownField, .duplicateKey, .unknownKind, .malformed, .emptyBody, .badCompression, .badChecksum,
            .outOfRange, .tooLarge, .eventTooLarge, .missingParents, .badParents:
            input(code)
        case .notPermitted: .init(403, 77, "AE", "Ask somebody whose role may do this.")
        case .signIn: .init(401, 77, "AE", "Sign in: filmjacket sign-in NAME --data DIR; over HTTP POST /v1/session.")
        case .secondFactor:
            .init(
                401, 77, "AE",
                "Give the code too: on the second line of standard input, over HTTP as \"code\"; a recovery code does once.")
        case .confirmSignIn:
            .init(
                403, 77, "AE",
                "Give the password once more: filmjacket sign-in NAME --confirm --data DIR; over HTTP POST /v1/session/confirmation."
            )
        case .glassBroken: .init(403, 77, "AE", "Review it: filmjacket user break-glass list.")
        case .badOrigin: .init(403, 77, "AR", "Write from a page of this server, or with a bearer token.")
        case .csrfToken:
            .init(
                403, 77, "AR",
                "Send the session's \"csrf\" of GET /v1/session as the field X-CSRF-Token, or write with a bearer token.")
        case .illegalTransition: .init(422, 1, "AE", "Look at the case first: filmjacket case show ID.")
        case .unknownCase, .notFound: .init(404, 65, "AE", "Check the identifier with: filmjacket case list.")
        case .ambiguous: .init(409, 65, "AE", "Give more characters of the identifier.")
        case .staleHeads: .init(412, 75, "AE", "Read the case again, compare, and record on top of what it says now.")
        case .workitemState: .init(409, 1, "AE", "Retrieve the workitem again: its state is not what was expected.")
        case .transactionUID: .init(400, 65, "AE", "Send the Transaction UID (0008,1195) under which the workitem was claimed.")
        case .gap, .fork, .generation, .badCursor, .badSignature, .siteMismatch, .clientCertificate, .siteUnknown, .siteRevoked,
            .siteSuspended, .siteRetired,
            .sitePending, .siteQuarantined, .replayed, .clockImplausible, .joinCodeRefused, .notJoined:
            trust(code)
        case .hubUnreachable:
            .init(502, 4, "AE", retry: 1, "Keep working: everything is safe in the log and goes when the hub answers.")
        case .hubRewound:
            .init(409, 75, "AE", "Ask the hub's administrator whether it was restored; this site sends what is missing again.")
        case .pastMissing:
            .init(
                503, 75, "AE", retry: 5,
                "The same push succeeds once the hub holds what it rests on; ask whether the hub lost data.")
        case .stalled: .init(503, 75, "AE", "Look at filmjacket status; restart the agent if it stays.")
        case .proxyAnswered: .init(502, 4, "AE", retry: 5, "Ask whoever runs the proxy between this site and the hub.")
        case .tooManyRequests, .requestTimeout, .unsupportedMediaType, .methodNotAllowed, .notAcceptable, .notOffered,
            .headersTooLarge, .uriTooLong, .draining:
            server(code)
        case .bundleTruncated, .bundleSignature, .bundleNewer, .bundleRefused, .notForThisSite: bundle(code)
        case .storeInUse, .storeNotWritable, .storeMissing, .storeNewer, .storeNotOurs, .diskFull, .ioFailed, .rolledBack,
            .integrityFailed:
            store(code)
        case .auditUnavailable:
            .init(
                503, 75, "AE", retry: 5,
                "Make the audit's folder writable and free disk space: nothing is shown while nobody can keep who saw it.")
        case .configuration: .init(500, 78, "AR", "Correct the configuration and try again.")
        case .permissions: .init(403, 77, "AR", "Correct the owner and mode of the named file.")
        case .usage: .init(400, 64, "AR", "See: filmjacket --help.")
        case .interrupted: .init(503, 130, "AE", "Run the command again: what was done is kept.")
        case .internalError: .init(500, 1, "AR", "Report this with the request's id; nothing was recorded.")
        }
    }

    private static func input(_ code: ProblemCode) -> ProblemRow {
        switch code {
        case .tooLarge, .eventTooLarge: .init(413, 65, "AE", "Send less at a time.")
        case .outOfRange, .missingParents, .badParents: .init(422, 65, "AE", "Correct the named value.")
        default: .init(400, 65, "AE", "Correct the input; nothing was recorded.")
        }
    }

    private static func trust(_ code: ProblemCode) -> ProblemRow {
        switch code {
        case .gap: .init(409, 75, "AE", retry: 0, "Send from the named sequence.")
        case .fork:
            .init(
                409, 6, "AR",
                "End the copy of the site that should not run: two events carry one number, and both are kept. "
                    + "A site that only took in one of them starts over: recovery guide, \"Two histories\"."
            )
        case .generation: .init(409, 75, "AE", retry: 0, "Say hello and pull from the start of the new generation.")
        case .badCursor: .init(400, 65, "AE", "Say hello and pull with the cursor that it answers.")
        case .badSignature: .init(401, 5, "AR", "Check that this site's key is the one that it joined with.")
        case .siteMismatch: .init(403, 5, "AR", "Send only what this site may send.")
        case .clientCertificate:
            .init(403, 5, "AR", "Sync again: the site fetches a new certificate by itself. If it stays, see: filmjacket doctor.")
        case .siteUnknown, .siteRevoked: .init(403, 5, "AR", "Ask the hub's administrator to let this site join.")
        case .siteSuspended:
            .init(
                403, 5, "AE", retry: 15,
                "Keep working: what this site sends is kept at the hub. Ask the hub's administrator why it was suspended.")
        case .siteRetired: .init(403, 5, "AR", "Ask the hub's administrator for a new site: the log of this one is sealed.")
        case .sitePending:
            .init(
                403, 5, "AE", retry: 10,
                "Compare the check digits with the hub's administrator, who then runs: filmjacket hub site approve SITE.")
        case .siteQuarantined: .init(403, 5, "AR", "Ask the hub's administrator: the site's log has two histories.")
        case .replayed: .init(401, 5, "AR", "Sign a new request.")
        case .clockImplausible: .init(401, 5, "AE", "Set this machine's clock: its time differs too far from the hub's.")
        case .joinCodeRefused: .init(403, 5, "AR", "Ask the hub's administrator for a new join code.")
        default: .init(403, 5, "AR", "Join first: filmjacket agent join URL CODE --data DIR.")
        }
    }

    private static func bundle(_ code: ProblemCode) -> ProblemRow {
        switch code {
        case .bundleTruncated: .init(400, 65, "AE", "Copy the bundle again, whole; nothing of it was taken.")
        case .bundleSignature: .init(400, 65, "AE", "Somebody changed the bundle: have it exported again, and find out who.")
        case .bundleNewer: .init(400, 65, "AE", "Install the version that made the bundle.")
        case .bundleRefused: .init(403, 77, "AR", "Ask the hub's administrator about the site that made the bundle.")
        default: .init(403, 77, "AR", "Take the bundle to the node that it is for.")
        }
    }

    private static func server(_ code: ProblemCode) -> ProblemRow {
        switch code {
        case .tooManyRequests: .init(429, 75, "AE", retry: 1, "Wait, then send again.")
        case .requestTimeout: .init(408, 75, "AE", retry: 1, "Send the whole request without pauses.")
        case .unsupportedMediaType: .init(415, 65, "AR", "Use a media type that the answer names.")
        case .methodNotAllowed: .init(405, 64, "AR", "Use a method that the Allow field names.")
        case .notAcceptable: .init(406, 65, "AR", "Accept the media type that the answer names.")
        case .notOffered: .init(501, 1, "AR", "See GET /openapi.json for what is offered.")
        case .headersTooLarge: .init(431, 65, "AR", "Send fewer and shorter header fields.")
        case .uriTooLong: .init(414, 65, "AR", "Send a shorter address.")
        default: .init(503, 75, "AE", retry: 2, "Try again: the server is stopping or starting.")
        }
    }

    private static func store(_ code: ProblemCode) -> ProblemRow {
        switch code {
        case .storeInUse: .init(503, 73, "AE", retry: 1, "Use the running process, or stop it first.")
        case .storeNotWritable: .init(503, 73, "AE", "Make the folder writable for this user.")
        case .storeMissing: .init(503, 73, "AE", "Make it first: filmjacket hub init, or filmjacket agent join.")
        case .storeNewer: .init(503, 73, "AR", "Use the newer version of filmjacket that made it.")
        case .storeNotOurs: .init(503, 65, "AR", "Name a folder that filmjacket made.")
        case .diskFull: .init(507, 75, "AE", retry: 60, "Free disk space; reading and sending go on.")
        case .ioFailed: .init(503, 75, "AE", "The outcome is unknown: restart the process, then look before recording again.")
        case .rolledBack:
            .init(503, 6, "AR", "Start the agent: it fetches its own events from the hub and goes on as a new incarnation.")
        default: .init(503, 6, "AR", "Stop and run: filmjacket log verify --data DIR. Keep the folder as it is.")
        }
    }
}
