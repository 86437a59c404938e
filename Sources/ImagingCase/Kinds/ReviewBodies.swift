public import EventLog

/// A report is to be reviewed.
///
/// Source: ACR RADPEER.
public struct ReviewAssigned: Payload {
    /// The case.
    public var caseID: String
    /// The report.
    public var report: EventID?
    /// Who reviews.
    public var reviewer: String

    /// Says the fields.
    public init(caseID: String = "", report: EventID? = nil, reviewer: String = "") {
        self.caseID = caseID
        self.report = report
        self.reviewer = reviewer
    }

    /// No field said.
    public init() {
        self.init(caseID: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &caseID)
        visitor.event(2, &report)
        visitor.text(3, &reviewer)
    }
}

/// The reviewer's score.
///
/// Source: ACR RADPEER 1, 2a, 2b, 3a, 3b.
public struct ReviewScored: Payload {
    /// The report.
    public var report: EventID?
    /// RADPEER score: 1, 2a, 2b, 3a or 3b.
    public var score: String
    /// Privileged comment.
    public var comment: String

    /// Says the fields.
    public init(report: EventID? = nil, score: String = "", comment: String = "") {
        self.report = report
        self.score = score
        self.comment = comment
    }

    /// No field said.
    public init() {
        self.init(report: nil)
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.event(1, &report)
        visitor.text(2, &score)
        visitor.text(3, &comment)
    }
}
