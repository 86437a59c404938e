public import EventLog

extension AttachmentAxis {
    /// Writes the state.
    public static func write(_ state: AttachmentState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.all.isEmpty ? "none" : state.inUse.isEmpty ? "withdrawn" : "inUse")
        json.key("documents")
        json.beginArray()
        for document in state.all { write(document, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ document: Attachment, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", document.isInUse ? "inUse" : "withdrawn")
        json.memberIfSaid("digest", document.digest)
        json.member("names", texts: document.names)
        json.memberIfSaid("mediaType", document.mediaType)
        if document.bytes > 0 { json.member("bytes", document.bytes) }
        if !document.sharesNameWith.isEmpty { json.member("sharesNameWith", texts: document.sharesNameWith) }
        json.key("additions")
        json.beginArray()
        for addition in document.additions {
            json.beginObject()
            json.member("event", addition.event)
            json.memberIfSaid("name", addition.name)
            json.member("by", addition.by)
            json.moment("at", addition.at)
            if let event = addition.withdrawnBy { json.member("withdrawnBy", event) }
            json.memberIfSaid("reason", addition.reason)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    /// Refuses a document without name, digest or size, and the withdrawal of what is not there.
    public static func mayAuthor(
        _ event: CaseEvent, in state: AttachmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .attachment(let event) = event else { return }
        switch event {
        case .added(let said): try mayAdd(said)
        case .withdrawn(let said): try mayWithdraw(said, in: state)
        }
    }

    private static func mayAdd(_ said: AttachmentAdded) throws(AuthoringRefusal) {
        if said.name.isEmpty { throw .missing("name", remedy: "Give the file's name, for people.") }
        let isDigest = said.digest.utf8.count == 64 && said.digest.allSatisfy { $0.isASCII && $0.isHexDigit }
        guard isDigest else {
            throw .misfit(
                "digest", expected: "64 hexadecimal digits", got: "\"\(said.digest)\"",
                remedy: "Give the SHA-256 of the content, as sha256sum prints it.")
        }
        if said.bytes < 1 {
            throw .misfit("bytes", expected: "1 or more", got: "\(said.bytes)", remedy: "Give the size of the content in bytes.")
        }
        let parts = said.mediaType.split(separator: "/", omittingEmptySubsequences: false)
        guard said.mediaType.isEmpty || (parts.count == 2 && parts.allSatisfy { !$0.isEmpty }) else {
            throw .misfit(
                "mediaType", expected: "a type and a subtype", got: "\"\(said.mediaType)\"",
                remedy: "Give it as application/pdf, or leave it out.")
        }
    }

    private static func mayWithdraw(_ said: AttachmentWithdrawn, in state: AttachmentState) throws(AuthoringRefusal) {
        guard let event = said.attachment else {
            throw .missing("attachment", remedy: "Name the event that added the document.")
        }
        guard let document = state.all.first(where: { $0.additions.contains { $0.event == event } }) else {
            throw AuthoringRefusal(
                .content, "attachment: there is no document \(event) in this case.",
                remedy: "Name the event that added the document.")
        }
        guard document.isInUse else {
            throw AuthoringRefusal(.state, "The document is withdrawn already.", remedy: "Nothing is left to do.")
        }
        if said.reason.isEmpty { throw .missing("reason", remedy: "Say why it is not to be used.") }
    }
}
