import EventLog

extension Authoring {
    /// Judges the parts of a body that name a person or an examination: what is wrong in them would name another one, or nobody.
    static func checkParts(_ event: CaseEvent) throws(AuthoringRefusal) {
        switch event {
        case .orderPlaced(let order):
            try check(order.accession, "accession")
            try check(order.placerOrder, "placerOrder")
            try check(order.patient)
        case .demographicsCorrected(let correction): try check(correction.patient)
        default: return
        }
    }

    /// An issuer alone would give all its examinations one name.
    private static func check(_ identifier: IssuedIdentifier?, _ field: String) throws(AuthoringRefusal) {
        guard let identifier, identifier.value.isEmpty else { return }
        throw AuthoringRefusal(
            .content, "The field '\(field)' has no value.", remedy: "Say \(field).value, or leave \(field) out.")
    }

    private static func check(_ patient: Patient?) throws(AuthoringRefusal) {
        guard let date = patient?.birthDate, !date.isEmpty else { return }
        guard date.utf8.count == 10, Timestamp.parse(date + "T00:00:00Z") != nil else {
            throw AuthoringRefusal(
                .content, "The field 'patient.birthDate' is no day of the calendar.", remedy: "Give it as 1962-04-02.")
        }
    }
}
