import Problems

extension APITable {
    private static let segment = Content.bytes("application/octet-stream")

    /// The calls by which sites keep copies, and give back what the hub lost.
    static let recovery: [Call] = [
        Call(
            "GET", "/v1/roster", .sync, "The registry of sites and the newest signed heads, signed by the hub.", fields: signed,
            answers: [(200, .text)], problems: unsigned),
        Call(
            "POST", "/v1/recovery/heads", .sync, "Signed heads that the site has seen, base64, one a line.", fields: signed,
            body: .text, answers: [(200, .text)], problems: unsigned + [.tooLarge]),
        Call(
            "POST", "/v1/recovery/missing", .sync,
            "Which of some events the hub does not hold, or not as the site does: a range LOG/FIRST-LAST a line, the number asked for last.",
            fields: signed, body: .text, answers: [(200, .text)], problems: unsigned + [.malformed, .tooLarge]),
        Call(
            "PUT", "/v1/recovery/stretches", .sync, "Gives back a stretch of the site's feed under the hub's own signature.",
            fields: signed, body: protobuf, answers: [(200, .text)],
            problems: unsigned + [.badInput, .fork, .malformed, .badChecksum, .badCompression, .tooLarge]),
        Call(
            "POST", "/v1/recovery/done", .sync, "Says that everything the hub lost and the site holds was given back.",
            fields: signed, answers: [(200, .text)], problems: unsigned),
        Call(
            "GET", "/v1/recovery/aside", .sync, "The site's events that are set aside: id, code and reason, one a line.",
            fields: signed, answers: [(200, .text)], problems: unsigned),
        Call(
            "POST", "/v1/recovery/events", .sync, "Whole events for some that the site holds damaged: a range a line.",
            fields: signed, body: .text, answers: [(200, segment)], problems: unsigned + [.malformed, .tooLarge]),
        Call(
            "GET", "/v1/recovery/wanted", .sync, "Events that the hub holds damaged: a range a line.", fields: signed,
            answers: [(200, .text)], problems: unsigned),
        Call(
            "PUT", "/v1/recovery/events", .sync, "Gives whole events for those that the hub holds damaged.", fields: signed,
            body: segment, answers: [(200, .text)],
            problems: unsigned + [.malformed, .badChecksum, .badCompression, .tooLarge]),
    ]
}
