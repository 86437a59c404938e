import EventLog

extension ImageQualityAxis {
    /// Writes the state.
    public static func write(_ state: ImageQualityState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status.rawValue)
        if state.grade != .unspecified { json.member("grade", state.grade.word) }
        if !state.flaggedFor.isEmpty { json.member("flaggedFor", texts: state.flaggedFor.map(\.rawValue)) }
        if state.isFrozen { json.member("publicationFrozen", true) }
        list(state.repeats, as: "repeats", to: &json, write)
        list(state.rejections, as: "rejections", to: &json, write)
        list(state.reliances, as: "reportsOnRejectedImages", to: &json, write)
        list(state.checks, as: "checks", to: &json, write)
        list(state.gone, as: "gone", to: &json, write)
        json.endObject()
    }

    private static func list<Entry>(
        _ entries: [Entry], as name: StaticString, to json: inout JSONWriter, _ write: (Entry, inout JSONWriter) -> Void
    ) {
        guard !entries.isEmpty else { return }
        json.key(name)
        json.beginArray()
        for entry in entries {
            json.beginObject()
            write(entry, &json)
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ repeats: ImageRepeats, to json: inout JSONWriter) {
        json.member("reason", repeats.reason.word)
        json.member("images", repeats.images)
        json.member("events", events: repeats.events)
    }

    private static func write(_ rejection: ImageRejection, to json: inout JSONWriter) {
        json.member("event", rejection.event)
        json.member("state", rejection.status.rawValue)
        json.member("reason", rejection.said.reason.word)
        json.memberIfSaid("note", rejection.said.note)
        json.member("by", rejection.by)
        json.moment("at", rejection.at)
        json.memberIfSaid("studyUID", rejection.said.studyUID)
        list(rejection.said.images, as: "images", to: &json) { image, json in
            json.memberIfSaid("seriesUID", image.seriesUID)
            if !image.instanceUIDs.isEmpty { json.member("instanceUIDs", texts: image.instanceUIDs) }
        }
        if !rejection.series.isEmpty { json.member("series", texts: rejection.series) }
        if rejection.cameFirst { json.member("cameBeforeImages", true) }
        if let event = rejection.revokedBy { json.member("revokedBy", event) }
    }

    private static func write(_ reliance: RejectedReliance, to json: inout JSONWriter) {
        json.member("report", reliance.report)
        json.member("rejection", reliance.rejection)
        json.member("state", reliance.status.rawValue)
        json.member("reason", reliance.reason.word)
        if !reliance.series.isEmpty { json.member("series", texts: reliance.series) }
    }

    private static func write(_ check: QualityCheck, to json: inout JSONWriter) {
        json.member("event", check.event)
        json.member("by", check.by)
        json.member("role", check.role)
        json.moment("at", check.at)
        json.member("grade", check.grade.word)
        if !check.issues.isEmpty { json.member("issues", texts: check.issues) }
        json.member("latest", check.isLatest)
    }

    private static func write(_ gone: GoneImages, to json: inout JSONWriter) {
        json.member("event", gone.event)
        json.memberIfSaid("archive", gone.archive)
        json.memberIfSaid("studyUID", gone.studyUID)
        json.member("copies", texts: gone.copies)
        if let event = gone.backBy { json.member("backBy", event) }
    }
}
