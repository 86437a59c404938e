import Problems

/// The calls of the HTTP interface: the one table from which the published description is made.
enum APITable {
    /// One call.
    struct Call {
        let method: String
        /// With `{name}` for what varies.
        let path: String
        let family: APIFamily
        let summary: String
        var query: [Parameter] = []
        var fields: [Parameter] = []
        var body: Content?
        var answers: [(status: Int, content: Content)]
        var problems: [ProblemCode]

        init(
            _ method: String, _ path: String, _ family: APIFamily, _ summary: String, query: [Parameter] = [],
            fields: [Parameter] = [], body: Content? = nil, answers: [(status: Int, content: Content)],
            problems: [ProblemCode] = []
        ) {
            self.method = method
            self.path = path
            self.family = family
            self.summary = summary
            self.query = query
            self.fields = fields
            self.body = body
            self.answers = answers
            self.problems = problems
        }
    }

    /// What a request may or must say in its query or its header fields.
    struct Parameter {
        let name: String
        let summary: String
        var isRequired = false
        /// A JSON Schema.
        var schema = #"{"type":"string"}"#
    }

    /// What a body is; a schema's name is one of ``APISchemas``.
    struct Content {
        let type: String
        let schema: String?

        static func json(_ schema: String) -> Content { Content(type: "application/json", schema: schema) }
        static func bytes(_ type: String) -> Content { Content(type: type, schema: nil) }
        static let text = Content(type: "text/plain", schema: nil)
    }

    static let all: [Call] = sync + recovery + health + cases + workitems + fhir + sites + sessions

    static let protobuf = Content.bytes("application/vnd.filmjacket.v1+protobuf")
    static let unsigned: [ProblemCode] = [
        .badSignature, .clockImplausible, .replayed, .tooManyRequests, .siteUnknown, .sitePending, .siteSuspended, .siteRetired,
        .siteRevoked, .clientCertificate,
    ]
    static let signed: [Parameter] = [
        Parameter(
            name: "Signature-Input", summary: "RFC 9421, over @method, @path, @query and content-digest.", isRequired: true),
        Parameter(name: "Signature", summary: "Ed25519 with the site's key.", isRequired: true),
        Parameter(name: "Content-Digest", summary: "RFC 9530, sha-256.", isRequired: true),
    ]
    private static let log = "/v1/logs/{site}/{incarnation}"

    private static let sync: [Call] = [
        Call(
            "GET", "/v1/authority", .sync,
            "How the hub's TLS is told from anybody else's: its authority and the pins of its keys, signed by the hub.",
            answers: [(200, .text)], problems: []),
        Call(
            "POST", "/v1/join", .sync, "Takes a site's key in exchange for its one-time code.", body: protobuf,
            answers: [(200, protobuf)], problems: [.malformed, .joinCodeRefused, .sitePending, .tooLarge]),
        Call(
            "POST", "/v1/keys", .sync,
            "Puts a new key in the place of the site's, announced by both; answers until when the old one is taken.",
            fields: signed, body: .text, answers: [(200, .text)],
            problems: unsigned + [.malformed, .siteMismatch, .tooLarge]),
        Call(
            "POST", "/v1/certificates", .sync,
            "Issues a client certificate for a key that the site made (PKCS #10), where the hub asks its sites for one.",
            fields: signed, body: .bytes("application/pkcs10"), answers: [(200, .bytes("application/pkix-cert"))],
            problems: unsigned + [.malformed, .notFound, .tooLarge]),
        Call(
            "POST", "/v1/hello", .sync, "Says where both stand: logs, cursor, generation, time.", fields: signed, body: protobuf,
            answers: [(200, protobuf)], problems: unsigned + [.badInput, .malformed, .tooLarge]),
        Call(
            "PUT", log + "/segments/{first}", .sync,
            "Pushes one segment of the own log; the same push again gets the same answer.",
            fields: signed + [
                Parameter(name: "Filmjacket-Checkpoint", summary: "The signed checkpoint after it, base64.", isRequired: true)
            ],
            body: protobuf, answers: [(200, protobuf)],
            problems: unsigned + [
                .siteMismatch, .siteQuarantined, .gap, .fork, .outOfRange, .badParents, .missingParents, .pastMissing, .emptyBody,
                .malformed, .badChecksum, .badCompression, .tooLarge, .notFound,
            ]),
        Call(
            "PUT", "/v1/express/{site}/{incarnation}/{last}", .sync,
            "Urgent events of the own log ahead of the rest; the answer says how far the log is whole.", fields: signed,
            body: protobuf, answers: [(200, protobuf)],
            problems: unsigned + [
                .siteMismatch, .siteQuarantined, .fork, .outOfRange, .badParents, .pastMissing, .emptyBody, .malformed,
                .badChecksum, .badCompression, .tooLarge, .notFound,
            ]),
        Call(
            "GET", log + "/segments/{first}", .sync, "A part of the own log as the hub holds it.",
            query: [Parameter(name: "ahead", summary: "1: of what went ahead of the log, with gaps.")], fields: signed,
            answers: [(200, .bytes("application/octet-stream"))], problems: unsigned + [.notFound]),
        Call(
            "GET", log + "/checkpoint", .sync, "The own log's newest signed checkpoint (C2SP tlog-checkpoint).", fields: signed,
            answers: [(200, .text)], problems: unsigned + [.notFound]),
        Call(
            "GET", log + "/proof", .sync, "An inclusion proof (leaf) or a consistency proof (from), one hash a line.",
            query: [
                number("size", "The tree's size.", isRequired: true), number("leaf", "The event's sequence."),
                number("from", "The earlier size."),
            ], fields: signed, answers: [(200, .text)], problems: unsigned + [.notFound, .outOfRange]),
        Call(
            "GET", "/v1/feeds/{site}/express", .sync,
            "Urgent histories of which the feed holds something beyond the cursor, the newest first.",
            query: [
                Parameter(name: "after", summary: "The site's place in its feed."),
                number("above", "Places that came ahead before are left out."), number("below", "Where the part before ended."),
            ], fields: signed, answers: [(200, protobuf)], problems: unsigned + [.notFound, .badCursor, .generation]),
        Call(
            "GET", "/v1/feeds/{site}", .sync, "Pulls what the site is entitled to; held open where Accept asks for a stream.",
            query: [
                Parameter(name: "after", summary: "A cursor; what follows it is sent."),
                Parameter(
                    name: "wait", summary: "Seconds to wait for something new.",
                    schema: #"{"type":"integer","minimum":0,"maximum":55}"#),
            ], fields: signed,
            answers: [(200, protobuf)], problems: unsigned + [.notFound, .badCursor, .generation, .outOfRange]),
    ]

    private static let health: [Call] = [
        Call("GET", "/livez", .health, "Whether the process answers.", answers: [(200, .text)]),
        Call(
            "GET", "/readyz", .health,
            "Whether the store answers; a hub that is being filled again says for how many sites it waits.",
            answers: [(200, .text)], problems: [.ioFailed]),
        Call("GET", "/metrics", .health, "Numbers in the Prometheus text format.", answers: [(200, .text)]),
        Call("GET", "/openapi.json", .health, "This description.", answers: [(200, .json("Any"))]),
    ]

    private static let moments: [Parameter] = [
        Parameter(name: "knownTo", summary: "An event: the case as its author knew it."),
        Parameter(name: "at", summary: "A moment (RFC 3339): the case as it was recorded until then."),
        Parameter(name: "as", summary: "Who looks; a file of peer review opens only to a lead and to its reviewers."), role,
    ]
    private static let role = Parameter(name: "role", summary: "In which role, with as.")
    private static let limit = Parameter(
        name: "limit", summary: "The most rows.", schema: #"{"type":"integer","minimum":1,"maximum":10000,"default":200}"#)
    private static let key = Parameter(
        name: "Idempotency-Key", summary: "The same key again is the same event; 1 to 200 bytes.")
    /// What pages write with.
    static let page = Parameter(name: "X-CSRF-Token", summary: "With a cookie: the session's csrf. None with a bearer token.")
    private static let glass = Parameter(
        name: "Break-Glass-Reason", summary: "Why somebody without a relation to the case must see it, percent-encoded.")
    private static let reading: [ProblemCode] = [.signIn, .unknownCase, .ambiguous, .notFound, .badInput, .notPermitted]
    private static let writing: [ProblemCode] = [
        .signIn, .confirmSignIn, .badOrigin, .csrfToken, .unsupportedMediaType, .emptyBody, .malformed, .duplicateKey,
        .unknownField, .badInput, .tooLarge, .outOfRange, .notPermitted,
        .illegalTransition, .unknownCase, .ambiguous, .notFound,
    ]

    private static let cases: [Call] = [
        Call(
            "GET", "/v1/cases", .cases, "Cases, the newest first.", query: [limit], answers: [(200, .json("Rows"))],
            problems: [.outOfRange]),
        Call(
            "GET", "/v1/worklist", .cases, "What waits for somebody, the most urgent first.",
            query: [
                limit, Parameter(name: "priority", summary: "Only this priority."),
                Parameter(name: "modality", summary: "Only this modality."),
                Parameter(name: "role", summary: "What waits for this role, by when it is due; the rows then say what."),
                Parameter(name: "site", summary: "With a role: only cases of this site."),
            ], answers: [(200, .json("Rows"))], problems: [.outOfRange, .badInput]),
        Call(
            "GET", "/v1/late", .cases, "What came long after it happened, one message for each role.",
            query: [
                Parameter(name: "role", summary: "Only for this role."),
                Parameter(name: "since", summary: "Arrived since this moment (RFC 3339); without it in the last 24 hours."),
            ], answers: [(200, .json("Any"))], problems: [.badInput]),
        Call(
            "GET", "/v1/cases/{id}", .cases, "One case; its ETag names its heads.", query: moments,
            fields: [Parameter(name: "If-None-Match", summary: "The tag that the asker holds."), glass],
            answers: [(200, .json("Case")), (304, .text)], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/history", .cases, "A case's events in causal order.", query: moments,
            answers: [(200, .json("History"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/explain", .cases, "Which events and rules made each state.", query: moments,
            answers: [(200, .json("Any"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/go", .cases, "Whether it is safe to go ahead: a line, the reasons, who can lift them.",
            answers: [(200, .json("Any"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/due", .cases, "What waits for somebody, by when, and to whom it goes then.",
            answers: [(200, .json("Any"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/receipts", .cases, "How far each message went: shared, delivered, seen, acknowledged.",
            answers: [(200, .json("Any"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/related", .cases,
            "The person's other cases, questions and suggestions between them, and how the signatures stand.",
            answers: [(200, .json("Any"))], problems: reading),
        Call(
            "GET", "/v1/cases/{id}/changes", .cases, "What changed since somebody looked: events, axes, conflicts.",
            query: [
                Parameter(name: "since", summary: "An event, or a moment (RFC 3339)."),
                Parameter(name: "as", summary: "Without since: since this person last acted on the case."), role,
            ], answers: [(200, .json("Any"))], problems: reading + [.usage]),
        Call(
            "POST", "/v1/cases/events", .cases, "Records an event on the case that its body names, opened if need be.",
            fields: [key, page], body: .json("Recording"), answers: [(201, .json("Receipt")), (200, .json("Receipt"))],
            problems: writing + [.unknownKind, .usage]),
        Call(
            "POST", "/v1/cases/{id}/events", .cases,
            "Records an event on a case, with If-Match only on the heads that the tag names.",
            fields: [Parameter(name: "If-Match", summary: "The case's ETag."), key, page, glass], body: .json("Recording"),
            answers: [(201, .json("Receipt")), (200, .json("Receipt"))], problems: writing + [.unknownKind, .staleHeads]),
        Call(
            "GET", "/v1/conflicts", .cases, "Open conflicts, or all.",
            query: [Parameter(name: "state", summary: "all for closed ones too.", schema: #"{"enum":["all","open"]}"#)],
            answers: [(200, .json("Conflicts"))], problems: [.badInput]),
        Call(
            "GET", "/v1/conflicts/{id}", .cases, "One conflict with both sides.", answers: [(200, .json("Conflict"))],
            problems: [.notFound, .ambiguous]),
        Call(
            "POST", "/v1/conflicts/{id}/resolution", .cases, "Closes a conflict by choosing what stands.",
            fields: [key, page, glass],
            body: .json("Resolution"), answers: [(201, .json("Receipt")), (200, .json("Receipt"))], problems: writing),
        Call(
            "GET", "/v1/stream", .cases, "Server-sent events, one for each change.",
            answers: [(200, .bytes("text/event-stream"))]),
        Call(
            "GET", "/v1/audit", .cases, "Who saw or did what, the newest records that fit, oldest first; for administrators.",
            query: [
                Parameter(name: "as", summary: "Who reads the audit.", isRequired: true),
                Parameter(name: "role", summary: "In which role: siteAdmin or hubAdmin.", isRequired: true),
                Parameter(name: "person", summary: "Only acts of this person."),
                Parameter(name: "by", summary: "Only acts in this role."),
                Parameter(name: "case", summary: "Only acts on this case."),
                Parameter(name: "code", summary: "Only acts of this DICOM audit event code."),
                Parameter(name: "since", summary: "Not before this moment (RFC 3339)."),
                Parameter(name: "until", summary: "Before this moment (RFC 3339)."), limit,
            ], answers: [(200, .json("Any"))], problems: [.badInput, .outOfRange, .notPermitted, .auditUnavailable]),
    ]

    private static let sites: [Call] = [
        Call("GET", "/v1/sites", .sites, "The sites that this hub knows.", answers: [(200, .json("Sites"))])
    ]

    private static func number(_ name: String, _ summary: String, isRequired: Bool = false) -> Parameter {
        Parameter(name: name, summary: summary, isRequired: isRequired, schema: #"{"type":"integer","minimum":0}"#)
    }
}
