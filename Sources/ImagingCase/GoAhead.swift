public import EventLog

/// The answer to "is it safe to go ahead?": one line that is read in two seconds, and every reason behind it.
public struct GoAhead: Hashable, Sendable {
    /// What to do.
    public enum Answer: String, Sendable {
        /// Do not: somebody who may must lift what stands against it.
        case no
        /// Something is missing that can be made good.
        case notYet
        /// Nothing stands against it.
        case yes
    }

    /// What is at stake, the worst first.
    public enum Danger: Int, Sendable {
        /// The wrong person.
        case person
        /// Harm by the machine or a drug.
        case harm
        /// An unborn child.
        case unborn
        /// Against the person's will.
        case will
        /// The wrong examination.
        case examination
        /// An examination that nobody wants.
        case unwanted
        /// Not ready.
        case unready
    }

    /// One thing that stands against going ahead, or that is to be minded while doing so.
    public struct Reason: Hashable, Sendable {
        /// What it makes of the answer: `yes` for what is only to be minded.
        public let answer: Answer
        /// What is at stake.
        public let danger: Danger
        /// The axis' JSON key.
        public let axis: String
        /// What stands against it, without a full stop.
        public let what: String
        /// The events that it rests on; empty where something was never recorded.
        public let events: [EventID]
        /// Who can lift it.
        public let liftedBy: [Role]
        /// How, as the end of a sentence that says who.
        public let remedy: String

        /// States a reason.
        public init(
            _ answer: Answer, _ danger: Danger, _ axis: String, _ what: String, _ events: [EventID] = [], by liftedBy: [Role],
            _ remedy: String
        ) {
            self.answer = answer
            self.danger = danger
            self.axis = axis
            self.what = what
            self.events = events
            self.liftedBy = liftedBy
            self.remedy = remedy
        }

        /// The reason as one sentence with its event and its remedy.
        public var line: String {
            let end = remedy.isEmpty ? "" : "; \(remedy)"
            guard let event = events.first else { return "\(what)\(end)" }
            let short = "\(event.log.site)~.../\(event.sequence)"
            // Words in brackets at the end take the event in: one pair of brackets is read quicker than two.
            return what.hasSuffix(")") ? "\(what.dropLast()), \(short))\(end)" : "\(what) (\(short))\(end)"
        }
    }

    /// What to do.
    public let answer: Answer
    /// The answer and its first reason in one line.
    public let line: String
    /// All reasons, the most dangerous first.
    public let reasons: [Reason]

    /// Writes the answer as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("answer", answer.rawValue)
        json.member("line", line)
        json.key("reasons")
        json.beginArray()
        for reason in reasons {
            json.beginObject()
            json.member("answer", reason.answer.rawValue)
            json.member("axis", reason.axis)
            json.member("what", reason.what)
            json.member("events", events: reason.events)
            json.member("liftedBy", texts: reason.liftedBy.map(\.rawValue))
            json.memberIfSaid("remedy", reason.remedy)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension CaseState {
    /// Whether the technologist may go ahead with the person, judged over all axes.
    ///
    /// - Parameters:
    ///   - now: the moment of asking. Without it nothing expires and no age is known: what could have expired still counts.
    ///   - stations: what the site's register says of its machines; quality control is recorded there and not in the case.
    ///   - near: the histories near the case; nil to judge the case alone.
    public func goAhead(
        at now: Instant? = nil, stations: EquipmentState = EquipmentState(), near: Neighbourhood? = nil
    ) -> GoAhead {
        var reader = GoAheadReader(state: self, now: now, stations: stations)
        reader.read()
        if let near { reader.take(near.holdUps) }
        let reasons = reader.sorted
        guard let first = reasons.first, first.answer != .yes else {
            return GoAhead(answer: .yes, line: "YES: \(reader.plan(minding: reasons)).", reasons: reasons)
        }
        let others = reasons.filter { $0.answer != .yes }.count - 1
        let word = first.answer == .no ? "NO" : "NOT YET"
        return GoAhead(
            answer: first.answer, line: "\(word): \(first.line).\(others > 0 ? " And \(others) more." : "")", reasons: reasons)
    }

    /// Why nothing of the case may be published now, in sentences; empty where nothing withholds it.
    ///
    /// Source: house rule for conflicts 13, 17, 36 and 71: identity, side and images in doubt freeze publication, not work.
    public var withheldBecause: [String] {
        var found: [String] = []
        if identity.status == .disputed {
            found.append("The identity is disputed.")
        } else if identity.isFrozen {
            found.append("Sources name different persons.")
        }
        if handOver.side.status == .unconfirmed { found.append("The side is unconfirmed.") }
        if rare.imageQuality.isFrozen { found.append("A report rests on images of another person.") }
        return found
    }
}
