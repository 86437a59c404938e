import ImagingCase

extension MappingContext {
    /// The person of a PID segment.
    ///
    /// - Throws: AE 100 without PID, AE 101 without an identifier in PID-3, AE 102 for a birth date that is none, AE 103 for a sex
    ///   outside the table.
    mutating func patient(_ segment: HL7Segment?) throws(HL7Problem) -> (patient: Patient, identifiers: [IssuedIdentifier]) {
        guard let segment else {
            throw HL7Problem(.segmentSequence, at: HL7Location("PID"), "A PID segment has to name the person, and there is none.")
        }
        let location = segment.location(3)
        guard let chosen = HL7DataTypes.patientIdentifier(segment[3]),
            let identifier = issued(HL7DataTypes.identifier(extended: chosen), at: location)
        else {
            throw HL7Problem(
                .requiredFieldMissing, at: location, "PID-3 has to hold an identifier of the person, and it does not.")
        }
        var identifiers: [IssuedIdentifier] = []
        for value in segment[3].repetitions {
            guard let other = issued(HL7DataTypes.identifier(extended: value), at: location), !identifiers.contains(other) else {
                continue
            }
            identifiers.append(other)
        }
        guard let sex = HL7DataTypes.sex(segment[8].text()) else {
            throw HL7Problem(
                .tableValueNotFound, at: segment.location(8), "PID-8 has to be a code of table 0001 (F, M, O, U, A, N).")
        }
        let patient = Patient(
            issuer: identifier.issuer, id: identifier.value, name: HL7DataTypes.personName(segment[5].first),
            birthDate: try birthDate(segment), sex: sex)
        return (patient, identifiers)
    }

    private mutating func birthDate(_ segment: HL7Segment) throws(HL7Problem) -> String {
        guard !segment[7].text().isEmpty else { return "" }
        if let day = try timestamp(segment, 7).day { return day }
        remark("names no day of birth; a year or month alone is not recorded", at: segment.location(7))
        return ""
    }

    /// The identifiers under which an order group speaks of its case.
    ///
    /// - Throws: AE 101 where neither order, accession nor study is named; AE 102 for a study UID that is none.
    mutating func aliases(of group: OrderGroup) throws(HL7Problem) -> HL7Aliases {
        var aliases = HL7Aliases()
        let person = try patient(group.patient)
        aliases.patient = person.patient
        aliases.patientIdentifiers = person.identifiers
        if let found = OrderGroup.first([(group.order, 2), (group.request, 2), (group.document, 14)]) {
            aliases.placerOrder = issued(HL7DataTypes.identifier(entity: found.value), at: found.location)
        }
        if let found = OrderGroup.first([(group.control, 1), (group.request, 18)]) {
            aliases.accession = issued(HL7DataTypes.identifier(entity: found.value), at: found.location)
        } else if let found = OrderGroup.first([(group.order, 3), (group.request, 3), (group.document, 15)]) {
            aliases.accession = issued(HL7DataTypes.identifier(entity: found.value), at: found.location)
            remark(
                "the filler order number is taken as the accession number; neither IPC-1 nor OBR-18 gives one", at: found.location
            )
        }
        aliases.studyUID = try studyUID(group)
        guard aliases.namesCase else {
            let location = group.order?.location(2) ?? group.request?.location(2) ?? HL7Location("ORC", field: 2)
            throw HL7Problem(
                .requiredFieldMissing, at: location,
                "An order is named by its placer order number, filler order number, accession number or study, and all are missing."
            )
        }
        return aliases
    }

    /// Source: HL7 v2.5.1 4.5.6.3 (IPC-3), IHE RAD TF-2 4.2 (ZDS-1), DICOM 113014 in OBX.
    private func studyUID(_ group: OrderGroup) throws(HL7Problem) -> String {
        let study = group.observations("113014").first?.segment
        guard let found = OrderGroup.first([(group.control, 3), (group.study, 1), (study, 5)]) else { return "" }
        let uid = found.value.text(1)
        guard HL7DataTypes.isUID(uid) else {
            throw HL7Problem(
                .dataType, at: found.location, "A Study Instance UID is expected: numbers and dots, at most 64 characters.")
        }
        return uid
    }
}
