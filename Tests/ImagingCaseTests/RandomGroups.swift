import ImagingCase

/// Draws events of the groups beside the first catalogue, a line a group, from few values so that they meet.
enum RandomGroups {
    /// Draws an event by somebody who has seen some facts.
    typealias Draw = @Sendable (_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent

    static let all: [Draw] = [
        attachment, persons, linkage, credentials,
        attachment,
        images,
        transfer,
        doseAlert,
        attachment,
        readingTask, reportReceipt, criticalAttempt, dialogue, recommendation, consult, discrepancy, notification, leaving,
        attachment,
        ordering, schedule, preparation, medication,
        attachment,
        treatment,
    ]
}
