public import EventLog

/// What a case has to tell the placer of its order: one subject, at what it has come to.
///
/// A message goes out when a subject comes to another meaning than was told last. So whatever order events arrive in, however often
/// a case is looked at, and whatever conflict is opened and closed beside it, nothing is told twice.
public struct HL7Statement: Hashable, Sendable {
    /// What it is about.
    public enum Subject: Hashable, Sendable {
        /// What a request to cancel is answered.
        case answer(EventID)
        /// Whether the order is accepted, and the protocol to run.
        case review
        /// How far the examination is.
        case status
        /// A finding that somebody must learn of in time.
        case critical(EventID)
        /// The report.
        case report

        /// The subject as a word, stable for ever: it is part of keys.
        public var word: String {
            switch self {
            case .answer(let event): "answer \(event)"
            case .review: "review"
            case .status: "status"
            case .critical(let event): "critical \(event)"
            case .report: "report"
            }
        }
    }

    /// What it is about.
    public let subject: Subject
    /// What it has come to, as one text: equal exactly when the same is to be told.
    public let meaning: String
    /// The events that it rests on.
    public let events: [EventID]
    /// Whether it is a result, which nobody may be told while it is in doubt whose it is.
    public let isResult: Bool

    init(_ subject: Subject, _ meaning: String, _ events: [EventID], isResult: Bool = false) {
        self.subject = subject
        self.meaning = meaning
        self.events = events
        self.isResult = isResult
    }
}
