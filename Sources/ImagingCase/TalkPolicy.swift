/// How long people may take to answer, in minutes after they were asked. A site's policy may differ; the folded state has none of it.
///
/// Source: ACR Practice Parameter for Communication (minutes, hours, days); house rule for the rest.
public struct TalkPolicy: Hashable, Sendable {
    /// An answer to a question, by its urgency.
    public var routineAnswerMinutes: Int64 = 1440
    /// An answer to a question that is wanted soon.
    public var asapAnswerMinutes: Int64 = 60
    /// An answer to an urgent question.
    public var urgentAnswerMinutes: Int64 = 15
    /// An answer to a question that cannot wait.
    public var statAnswerMinutes: Int64 = 5
    /// An answer that an examination waits for: the patient is on the table.
    public var blockingAnswerMinutes: Int64 = 10
    /// The technologist's answer to an instruction; urgent and stat ones count like questions.
    public var instructionMinutes: Int64 = 60
    /// The radiologist's answer to a request for advice that named no time.
    public var consultMinutes: Int64 = 1440
    /// The referrer's word on a recommendation, before its window opens.
    public var recommendationMinutes: Int64 = 7 * 1440
    /// The grade of a recorded discrepancy, and its resolution.
    public var discrepancyMinutes: Int64 = 1440
    /// Telling the treating clinician of a major discrepancy.
    public var majorDiscrepancyMinutes: Int64 = 60
    /// A reading that was asked for without a time, by the case's priority stat.
    public var statReadingMinutes: Int64 = 60
    /// A reading that was asked for without a time.
    public var readingMinutes: Int64 = 1440
    /// Reaching everybody who received a report that was retracted.
    public var recallMinutes: Int64 = 240

    /// The house's times.
    public init() {}

    /// How long an answer to a question of some urgency may take.
    public func answerMinutes(_ urgency: Urgency) -> Int64 {
        switch urgency {
        case .stat: statAnswerMinutes
        case .urgent: urgentAnswerMinutes
        case .asap: asapAnswerMinutes
        case .routine, .unspecified: routineAnswerMinutes
        }
    }
}
