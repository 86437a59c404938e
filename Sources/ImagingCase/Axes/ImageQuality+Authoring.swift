public import EventLog

extension ImageQualityAxis {
    /// Whether a role may bring rejected images back. Doubt whose images these are is lifted by who reads them, the lead or the
    /// archive's administrator, not by who rejected them at the machine.
    static func mayLift(_ reason: RejectionReason, _ role: Role?) -> Bool {
        guard reason == .wrongPatient || reason == .wrongWorklistEntry else { return true }
        return role?.readsImages == true || role == .siteAdmin
    }

    /// Refuses what names no image, gives no reason, or lifts what is not in force.
    public static func mayAuthor(
        _ event: CaseEvent, in state: ImageQualityState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .imageQuality(let event) = event else { return }
        switch event {
        case .repeated(let said): try mayRepeat(said)
        case .rejected(let said): try mayReject(said, in: state)
        case .rejectionRevoked(let said): try mayRevoke(said, in: state, by: author)
        case .qualityChecked(let said): try mayCheck(said)
        case .imagesGone(let said):
            if said.archive.isEmpty { throw .missing("archive", remedy: "Say which archive does not hold the study.") }
            if !said.studyUID.isEmpty { try UniqueIdentifier.require(said.studyUID, "studyUID") }
        }
    }

    private static func mayRepeat(_ said: ImageRepeated) throws(AuthoringRefusal) {
        guard said.reason != .unspecified else {
            throw .missing("reason", remedy: "Say why: \(words(of: RepeatReason.self)).")
        }
        for (index, uid) in said.uids.enumerated() { try UniqueIdentifier.require(uid, "uids[\(index)]") }
    }

    private static func mayReject(_ said: ImageRejected, in state: ImageQualityState) throws(AuthoringRefusal) {
        guard said.reason != .unspecified else {
            throw .missing("reason", remedy: "Say why: \(words(of: RejectionReason.self)).")
        }
        guard !said.studyUID.isEmpty || !said.images.isEmpty else {
            throw .missing("images", remedy: "Name the study, series or instances that leave routine use.")
        }
        if !said.studyUID.isEmpty { try UniqueIdentifier.require(said.studyUID, "studyUID") }
        for (index, image) in said.images.enumerated() {
            if image.seriesUID.isEmpty && image.instanceUIDs.isEmpty {
                throw .missing("images[\(index)].seriesUID", remedy: "Name the series, or instances of it.")
            }
            if !image.seriesUID.isEmpty { try UniqueIdentifier.require(image.seriesUID, "images[\(index)].seriesUID") }
            for (place, uid) in image.instanceUIDs.enumerated() {
                try UniqueIdentifier.require(uid, "images[\(index)].instanceUIDs[\(place)]")
            }
        }
        let same = state.rejections.first {
            ($0.status == .inForce || $0.status == .pending) && $0.said.studyUID == said.studyUID
                && $0.said.images == said.images && $0.said.reason == said.reason
        }
        guard let same else { return }
        throw AuthoringRefusal(
            .state, "These images were rejected already by \(same.by).",
            remedy: "Nothing is left to do; add a comment if need be.")
    }

    private static func mayRevoke(
        _ said: ImageRejectionRevoked, in state: ImageQualityState, by author: Author
    ) throws(AuthoringRefusal) {
        let open = state.rejections.filter { $0.status == .inForce || $0.status == .pending }
        let names = open.map(\.event.description).joined(separator: ", ")
        guard let event = said.rejection else {
            throw .missing(
                "rejection", remedy: open.isEmpty ? "No rejection is in force." : "Name the rejection, one of: \(names).")
        }
        guard let rejection = state.rejections.first(where: { $0.event == event }) else {
            throw AuthoringRefusal(
                .content, "rejection: there is no rejection \(event) in this case.",
                remedy: open.isEmpty ? "No rejection is in force." : "Name one of: \(names).")
        }
        guard rejection.status == .inForce || rejection.status == .pending else {
            throw AuthoringRefusal(
                .state, "The rejection is \(rejection.status.rawValue).", remedy: "Nothing is left to bring back.")
        }
        guard mayLift(rejection.said.reason, author.role) else {
            throw AuthoringRefusal(
                .role, "A \(author.role.rawValue) may not bring back images rejected for \(rejection.said.reason.word).",
                remedy: "Ask a radiologist, the lead or the archive's administrator.")
        }
        if said.reason.isEmpty { throw .missing("reason", remedy: "Say why the images return to use.") }
    }

    private static func mayCheck(_ said: StudyQualityChecked) throws(AuthoringRefusal) {
        guard said.grade != .unspecified else {
            throw .missing("grade", remedy: "Say how good it is: \(words(of: QualityGrade.self)).")
        }
        guard said.grade == .good || said.issues.contains(where: { !$0.isEmpty }) else {
            throw .missing("issues", remedy: "Say what is wrong with it.")
        }
    }

    private static func words<C: Choice>(of choice: C.Type) -> String { C.words.dropFirst().joined(separator: ", ") }
}
