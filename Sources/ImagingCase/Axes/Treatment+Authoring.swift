public import EventLog

extension TreatmentAxis {
    /// Refuses what is illegal in the state of the course. What a treatment machine reports has happened and passes, if its
    /// numbers are any.
    public static func mayAuthor(
        _ event: CaseEvent, in state: TreatmentState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        guard case .treatment(let event) = event else { return }
        let isDevice = author.role == .system
        switch event {
        case .coursePrescribed(let said): try check(said, in: state)
        case .courseAmended(let said): try check(said, in: state)
        case .planVersionCreated, .planPhysicsChecked, .planApproved, .planRejected, .planRetired:
            try checkPlan(event, in: state)
        case .fractionDelivered(let said):
            try check(said, isDevice: isDevice)
            if !isDevice { try mayDeliver(said, in: state) }
        case .fractionInterrupted(let said):
            try check(said)
            if !isDevice { try mayUse(said.planUID, in: state) }
        case .fractionMissed(let said): try check(said, in: state)
        case .onTreatmentReviewed(let said): try check(said, in: state)
        case .adaptationRequested(let said): try check(said, in: state)
        case .held(let said):
            try requireOpen(state, to: "hold")
            try AuthoringRefusal.requireText("rtHold.reason", said.reason, expected: "why treatment waits")
        case .resumed(let said): try check(said, in: state)
        case .completed: try mayComplete(state)
        case .discontinued(let said):
            try requireOpen(state, to: "discontinue")
            try AuthoringRefusal.requireText("rtDiscontinued.reason", said.reason, expected: "why the course ends early")
        }
    }

    // MARK: the course

    /// Fractions of a course at most.
    static let fractionsMax = 60

    private static func requireOpen(_ state: TreatmentState, to act: String) throws(AuthoringRefusal) {
        guard state.prescription != nil else {
            throw AuthoringRefusal(
                .state, "No course is prescribed to \(act).", remedy: "Have a radiation oncologist prescribe one.")
        }
        if state.ends.isEmpty || state.isEndDisputed { return }
        throw AuthoringRefusal(
            .state, "The course is \(state.status.rawValue).", remedy: "Prescribe a new course, or add a comment to this one.")
    }

    private static func check(_ said: RTCoursePrescribed, in state: TreatmentState) throws(AuthoringRefusal) {
        if let old = state.prescription {
            throw AuthoringRefusal(
                .state, "The course was prescribed by \(old.by).",
                remedy: "Amend it, or prescribe a new course in a history of its own.")
        }
        if said.site.map({ $0.code.isEmpty && $0.text.isEmpty }) ?? true {
            throw .misfit("rtCourse.site", expected: "the treatment site with its TG-263 name", got: "")
        }
        try checkDose(said.totalCentigray, said.fractionCentigray, said.fractions)
    }

    private static func check(_ said: RTCourseAmended, in state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "amend")
        guard let old = state.prescription else { return }
        try AuthoringRefusal.requireText("rtCourse.reason", said.reason, expected: "why the prescription changes")
        let known = [old.event] + state.competing.map(\.event)
        if let named = said.prescription, !known.contains(named) {
            throw AuthoringRefusal(
                .content, "\(named) is not the prescription in force.", remedy: "Amend \(old.event), or leave the field out.")
        }
        try checkDose(
            said.totalCentigray == 0 ? old.totalCentigray : said.totalCentigray,
            said.fractionCentigray == 0 ? old.fractionCentigray : said.fractionCentigray,
            said.fractions == 0 ? old.fractions : said.fractions)
    }

    private static func checkDose(_ total: Double, _ fraction: Double, _ count: Int) throws(AuthoringRefusal) {
        try AuthoringRefusal.requireCount("rtCourse.fractions", count, in: 1...fractionsMax)
        try AuthoringRefusal.requireDose("rtCourse.totalCentigray", total)
        try AuthoringRefusal.requireDose("rtCourse.fractionCentigray", fraction)
        let product = fraction * Double(count)
        if (product - total).magnitude > 1 {
            throw .misfit(
                "rtCourse.totalCentigray", expected: "\(count) x \(fraction.short) = \(product.short) cGy within 1 cGy",
                got: total.short)
        }
    }

    private static func check(_ said: RTFractionMissed, in state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "miss a fraction of")
        try AuthoringRefusal.requireCount("rtFraction.fraction", said.fraction, in: 1...fractionsMax)
        try AuthoringRefusal.requireText("rtFraction.reason", said.reason, expected: "why the fraction was not given")
        if state.deliveries.contains(where: { !$0.isInterrupted && $0.fraction == said.fraction }) {
            throw AuthoringRefusal(
                .state, "Fraction \(said.fraction) was delivered.", remedy: "Name a fraction from \(state.nextFraction) on.")
        }
    }

    private static func check(_ said: RTOnTreatmentReviewed, in state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "review")
        if said.decision == .unspecified {
            throw .misfit("rtReview.decision", expected: "goOn, modify, hold or stop", got: "")
        }
        for (index, item) in said.toxicities.enumerated() {
            let path = "rtReview.toxicities[\(index)]"
            try AuthoringRefusal.requireText(path + ".kind", item.kind, expected: "a CTCAE term")
            if !["0", "1", "2", "3", "4", "5"].contains(item.value) {
                throw .misfit(path + ".value", expected: "a CTCAE grade 0 to 5", got: item.value)
            }
        }
        if said.weightKilograms != 0 {
            try AuthoringRefusal.requireNumber("rtReview.weightKilograms", said.weightKilograms, in: 0.1...500, unit: "kg")
        }
    }

    private static func check(_ said: RTAdaptationRequested, in state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "adapt")
        if said.reason == .unspecified {
            throw .misfit(
                "rtAdaptation.reason", expected: "anatomyChange, response, toxicity, setup or other", got: "")
        }
        guard said.fromFraction != 0 else { return }
        let last = max(state.nextFraction, state.prescription?.fractions ?? fractionsMax)
        try AuthoringRefusal.requireCount("rtAdaptation.fromFraction", said.fromFraction, in: state.nextFraction...last)
    }

    private static func check(_ said: RTResumed, in state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "resume")
        let standing = state.holds.filter { $0.liftedBy == nil }
        guard !standing.isEmpty else {
            throw AuthoringRefusal(.state, "Nothing holds the treatment.", remedy: "Go on, or record a review.")
        }
        if let named = said.hold, !standing.contains(where: { $0.event == named }) {
            throw AuthoringRefusal(
                .content, "\(named) is no hold that stands.",
                remedy: "Name one of: \(standing.map(\.event.description).joined(separator: ", ")).")
        }
        try AuthoringRefusal.requireText("rtResumed.reason", said.reason, expected: "why treatment goes on")
    }

    private static func mayComplete(_ state: TreatmentState) throws(AuthoringRefusal) {
        try requireOpen(state, to: "complete")
        guard let left = state.remainingFractions, left > 0 else { return }
        throw AuthoringRefusal(
            .state, "\(left) of \(state.prescription?.fractions ?? 0) fractions are not delivered.",
            remedy: "Deliver them, amend the prescription, or discontinue the course with the reason.")
    }
}
