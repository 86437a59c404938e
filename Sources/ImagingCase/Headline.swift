import EventLog

extension CaseState {
    /// One short line that says first what needs somebody first: a disputed identity, images of another person, an unacknowledged
    /// critical result, an open conflict, a safety block, a withdrawn report, a stat case that waits, else how far the case is.
    public var headline: String {
        if identity.status == .disputed {
            return "Identity disputed: \(identity.openDispute?.what ?? "sources name different persons"). Nothing is published."
        }
        if rare.imageQuality.isFrozen { return "Images of another person were reported. Nothing is published." }
        if let card = criticalResult.live.min(by: { ($0.category, $0.event) < ($1.category, $1.event) }) {
            return "Critical result not acknowledged: \(card.finding)"
        }
        let open = openConflicts
        let soonest = open.min {
            ($0.due?.milliseconds ?? .max, $0.number, $0.id) < ($1.due?.milliseconds ?? .max, $1.number, $1.id)
        }
        if let soonest {
            return open.count == 1 ? "Conflict: \(soonest.inForce)" : "\(open.count) conflicts, first: \(soonest.inForce)"
        }
        if let other = otherHeadline { return other }
        if safety.isBlocked {
            let gates = safety.kinds.filter { safety[$0].isBlocked }.map { "\($0.rawValue) \(safety[$0].level.rawValue)" }
            return "Do not go ahead: \(gates.joined(separator: ", "))"
        }
        if report.status == .retracted { return "Report withdrawn from use" }
        if priority == .stat && isWaitedFor { return "STAT: \(progress)" }
        return progress
    }

    /// Whether nothing may be published: it is in doubt whose examination this is, or whose images were reported.
    public var isPublicationFrozen: Bool { identity.isFrozen || rare.imageQuality.isFrozen }

    /// The line of a history that is of no examination: how far a course is, or what the registers say; nil for a case.
    private var otherHeadline: String? {
        guard stream.kind != .imagingCase else { return nil }
        if stream.kind == .course, let prescription = rare.treatment.prescription {
            let done = "\(rare.treatment.deliveredFractions) of \(prescription.fractions) fractions"
            let name = rare.treatment.course?.course ?? ""
            let word = rare.treatment.blocks.first.map { "not to be treated: \($0.what)" } ?? rare.treatment.status.rawValue
            return "Course\(name.isEmpty ? "" : " \(name)"): \(done), \(word)"
        }
        let words = spokenRareAxes.map { "\($0.axis) \($0.state)" }.joined(separator: ", ")
        return "History of \(stream.kind.words)\(words.isEmpty ? "" : ": \(words)")"
    }

    /// Whether somebody still waits for a report.
    private var isWaitedFor: Bool {
        switch report.status {
        case .none, .preliminary, .retracted: ![.cancelled, .rejected, .replaced].contains(order.status)
        case .final, .addended, .corrected, .competing, .reconciled: false
        }
    }

    /// How far the case is, in one phrase.
    private var progress: String {
        let holder = reading.claims.first(where: \.isActive)?.by
        switch report.status {
        case .final, .reconciled:
            guard reading.status == .reopened else { return "Final report" }
            let isRejected = reading.rereadBecause.contains(.rejectedImages)
            return isRejected ? "Final report; rests on rejected images" : "Final report; new images not read"
        case .addended: return "Final report with addendum"
        case .corrected: return "Corrected report"
        case .competing: return "Competing reports"
        case .preliminary: return holder.map { "Preliminary report; being read by \($0)" } ?? "Preliminary report"
        case .none, .retracted: break
        }
        if let holder { return "Being read by \(holder)" }
        switch order.status {
        case .cancelled: return "Order cancelled"
        case .rejected: return "Order rejected"
        case .replaced: return "Order replaced"
        case .onHold: return "Order on hold"
        default: break
        }
        switch (acquisition.status, handOver.status) {
        case (_, .incomplete): return "Handed over; images missing"
        case (_, .handedOver), (_, .reopened): return "Waiting to be read"
        case (.completed, .none), (.partial, .none):
            return order.status == .none ? "Acquired without order" : "Acquired, not handed over"
        case (.inProgress, .none): return "Examination in progress"
        case (.discontinued, .none): return "Examination discontinued"
        case (.none, .none): return waiting(for: order.status)
        }
    }

    private func waiting(for status: OrderState.Status) -> String {
        if status == .none { return "No order" }
        let name = protocoling.plan?.name ?? ""
        if !identity.arrivals.isEmpty { return name.isEmpty ? "Patient arrived" : "Patient arrived; protocol \(name)" }
        if !name.isEmpty { return "Protocol \(name)" }
        return status == .accepted ? "Order accepted" : "Ordered"
    }
}
