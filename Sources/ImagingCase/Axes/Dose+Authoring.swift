public import EventLog

extension DoseAxis {
    /// Refuses a report that says nothing or what cannot be, and a note of what is no open alert.
    public static func mayAuthor(
        _ event: CaseEvent, in state: DoseState, by author: Author, now: Instant
    ) throws(AuthoringRefusal) {
        switch event {
        case .doseRecorded(let report):
            if report.irradiationEvents.isEmpty {
                throw AuthoringRefusal(.content, "No irradiation is given.", remedy: "List the irradiation events.")
            }
            for (index, value) in report.irradiationEvents.enumerated() {
                try check(value, "irradiationEvents[\(index)]", now: now)
            }
        case .doseAlert(.acknowledged(let said)): try mayNote(said, in: state)
        default: return
        }
    }

    /// The greatest values that anybody can mean; above them a unit was mistaken.
    private static func check(_ value: IrradiationEvent, _ path: String, now: Instant) throws(AuthoringRefusal) {
        try check(value.ctdiVolMilligray, "\(path).ctdiVolMilligray", atMost: 100_000)
        try check(value.dlpMilligrayCentimetre, "\(path).dlpMilligrayCentimetre", atMost: 1_000_000)
        if let projection = value.projection {
            let path = "\(path).projection"
            try check(projection.referencePointAirKermaGray, "\(path).referencePointAirKermaGray", atMost: 1000)
            try check(
                projection.kermaAreaProductGraySquareCentimetre, "\(path).kermaAreaProductGraySquareCentimetre", atMost: 100_000)
            try check(projection.fluoroscopySeconds, "\(path).fluoroscopySeconds", atMost: 86_400)
            try check(projection.skinDoseGray, "\(path).skinDoseGray", atMost: 1000)
        }
        if let start = value.startedAt, start > now {
            throw .misfit(
                "\(path).startedAt", expected: "a moment that has been", got: Timestamp.text(of: start),
                remedy: "Give the time of the irradiation, or leave it out.")
        }
    }

    private static func check(_ value: Double, _ path: String, atMost limit: Double) throws(AuthoringRefusal) {
        guard !(value >= 0 && value <= limit) else { return }
        throw .misfit(
            path, expected: "0 to \(Int(limit))", got: "\(value)",
            remedy: "Give the dose in the unit that the field's name says, as the dose report has it.")
    }

    private static func mayNote(_ said: DoseAlertAcknowledged, in state: DoseState) throws(AuthoringRefusal) {
        let open = state.alerts().filter(\.isOpen).map(\.id)
        guard open.contains(said.alert) else {
            let known = state.alerts().first { $0.id == said.alert }
            let who = known?.acknowledgement?.by ?? ""
            throw AuthoringRefusal(
                .state, known == nil ? "alert: there is no alert \"\(said.alert)\"." : "\(who) took note of it already.",
                remedy: open.isEmpty ? "No dose alert is open." : "Name one of: \(open.joined(separator: ", ")).")
        }
        if !said.action.contains(where: { !$0.isWhitespace }) {
            throw .missing("action", remedy: "Say what follows, such as a look at the skin after two weeks.")
        }
    }
}
