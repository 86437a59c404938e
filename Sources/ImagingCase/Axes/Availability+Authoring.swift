public import EventLog

extension AvailabilityAxis {
    /// Refuses a transfer to nowhere, of content that is not known, with counts that cannot be, or of what has arrived. What a
    /// device reports has happened and passes.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AvailabilityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .transfer(let event) = event else { return }
        guard event.destination.contains(where: { !$0.isWhitespace }) else {
            throw .missing("destination", remedy: "Name the site or AE title to which the images go.")
        }
        guard author.role != .system else { return }
        if !event.contentVersion.isEmpty && !state.versions.isEmpty && !state.versions.contains(event.contentVersion) {
            throw .misfit(
                "contentVersion", expected: "a content version of this case", got: "\"\(event.contentVersion)\"",
                remedy: "Leave it out for the present content, or name one of: \(state.versions.joined(separator: ", ")).")
        }
        let known = state[event.destination]
        let version = event.contentVersion.isEmpty ? state.contentVersion : event.contentVersion
        let total = known.flatMap { $0.contentVersion == version && $0.instances > 0 ? $0.instances : nil }
        switch event {
        case .started(let said):
            try require(said.instances, "instances", atMost: total)
            guard known?.status == .verified, known?.contentVersion == version else { return }
            throw AuthoringRefusal(
                .state, "All of it is verified at \(event.destination).",
                remedy: "Nothing is left to send; new content begins anew by itself.")
        case .progressed(let said):
            try require(said.sent, "sent", atMost: total)
            try require(said.verified, "verified", atMost: said.sent)
        case .completed(let said):
            try require(said.sent, "sent", atMost: total)
            try require(said.verified, "verified", atMost: said.sent)
            try require(said.bytes, "bytes", atMost: nil)
        case .failed(let said):
            if said.reason.isEmpty { throw .missing("reason", remedy: "Say why the transfer failed.") }
        }
    }

    private static func require(_ value: Int, _ field: String, atMost limit: Int?) throws(AuthoringRefusal) {
        guard value < 0 || value > limit ?? .max else { return }
        throw .misfit(
            field, expected: limit.map { "0 to \($0)" } ?? "0 or more", got: "\(value)",
            remedy: "Give the number of instances as the transfer log says it.")
    }
}
