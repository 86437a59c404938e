public import EventLog

extension RecommendationAxis {
    /// Writes the state.
    public static func write(_ state: RecommendationState, to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.status?.rawValue ?? "none")
        json.key("recommendations")
        json.beginArray()
        for card in state.cards { write(card, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ card: RecommendationCard, to json: inout JSONWriter) {
        let said = card.said
        json.beginObject()
        json.member("event", card.event)
        json.member("state", card.status.rawValue)
        if let action = said.action {
            json.key("action")
            json.beginObject()
            json.memberIfSaid("code", action.code)
            json.memberIfSaid("scheme", action.scheme)
            json.memberIfSaid("text", action.text)
            json.endObject()
        }
        json.memberIfSaid("modality", said.modality)
        json.momentIfSaid("from", said.from)
        json.momentIfSaid("until", said.until)
        json.memberIfSaid("guideline", said.guideline)
        json.memberIfSaid("report", said.report)
        if card.isReportRetracted { json.member("reportRetracted", true) }
        json.memberIfSaid("finding", said.finding)
        if said.strength != .unspecified { json.member("strength", said.strength.word) }
        json.member("by", card.by)
        json.moment("at", card.at)
        json.momentIfSaid("deferredUntil", card.deferredUntil)
        if let order = card.order {
            json.key("order")
            json.beginObject()
            json.member("issuer", order.issuer)
            json.member("value", order.value)
            json.endObject()
        }
        json.memberIfSaid("caseID", card.caseID)
        json.memberIfSaid("supersededBy", card.supersededBy)
        json.member("acts", acts: card.acts)
        json.endObject()
    }

    /// Refuses a recommendation that says nothing or has no window, and answers to one that is not there or has ended.
    public static func mayAuthor(
        _ event: CaseEvent, in state: RecommendationState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .recommendation(let recommendation) = event else { return }
        if case .made(let said) = recommendation { return try mayMake(said, now: now) }
        guard let answer = recommendation.answered else { return }
        _ = try Authoring.card(
            answer.event, in: state.cards, \.event, "recommendation", to: answer.word, status: \.status.rawValue
        ) { card in
            if case .fulfilled = recommendation { return card.status != .fulfilled }
            // Who declined may think better of it as long as nothing was done.
            if case .ordered = recommendation { return card.isOpen || (answer.event != nil && card.status == .declined) }
            return card.isOpen && !(answer.word == card.status.rawValue && answer.word != "deferred")
        }
        try mayAnswer(recommendation, now: now)
    }

    private static func mayMake(_ said: RecommendationMade, now: Instant) throws(AuthoringRefusal) {
        let action = said.action ?? Coded()
        try Authoring.require(
            action.code + action.text + said.modality, "recommendation.action", "nothing is recommended.",
            remedy: "Say what to do, or by which modality to examine.")
        try Authoring.requireFuture(said.until, "recommendation.until", now: now)
        guard let from = said.from, let until = said.until, from > until else { return }
        throw AuthoringRefusal(
            .content, "recommendation.from: the window closes at \(Timestamp.text(of: until)), before it opens.",
            remedy: "Name a time before recommendation.until.")
    }

    private static func mayAnswer(_ answer: RecommendationEvent, now: Instant) throws(AuthoringRefusal) {
        switch answer {
        case .declined(let said):
            try Authoring.require(said.reason, "recommendation.reason", "no reason is given.", remedy: "Say why it is declined.")
        case .notNeeded(let said):
            try Authoring.require(
                said.reason, "recommendation.reason", "no reason is given.", remedy: "Say why it is not needed.")
        case .deferred(let said):
            guard said.until == nil else { return try Authoring.requireFuture(said.until, "recommendation.until", now: now) }
            throw AuthoringRefusal(
                .content, "recommendation.until: it is put off without a time.", remedy: "Say until when, or decline it.")
        case .ordered(let said):
            try Authoring.require(
                (said.order?.value ?? "") + said.caseID, "recommendation.order", "no order is named.",
                remedy: "Name the order's number or its case.")
        case .fulfilled(let said):
            try Authoring.require(
                said.caseID + said.evidence, "recommendation.evidence", "nothing shows that it was done.",
                remedy: "Name the case in which it was done, or what shows it.")
        case .made, .accepted: return
        }
    }
}
