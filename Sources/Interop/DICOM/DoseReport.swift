import EventLog
public import ImagingCase

/// A radiation dose report as an archive spells it out: names in the place of tags.
///
/// Source: DICOM PS3.16 TID 10001 (projection), TID 10011 (CT), TID 10013, TID 10003; PS3.3 C.17.3 (SR document content).
public struct DoseReport: Hashable, Sendable {
    /// The irradiations as they are recorded.
    public let dose: DoseRecorded
    /// CT Dose Length Product Total (113813) in mGy*cm, as the report says it; nil where it does not.
    public let totalMilligrayCentimetre: Double?

    /// The most irradiations of one report.
    public static let eventsMax = 2_000

    private static let title = "113701"

    /// Reads a report.
    ///
    /// - Returns: nil for what is no dose report, or one without an irradiation.
    /// - Throws: ``OrthancRefusal`` where the report breaks DICOM's form or gives a unit that is not known.
    public init?(_ object: OrthancJSON) throws(OrthancRefusal) {
        guard Self.code(object) == Self.title else { return nil }
        let uid = DICOMText.value(try object.text("SOPInstanceUID"))
        guard UniqueIdentifier.isWellFormed(uid) else { throw OrthancRefusal("SOPInstanceUID", expected: "a DICOM UID") }
        var found = Found()
        try Self.gather(object, into: &found)
        guard !found.events.isEmpty else { return nil }
        guard found.events.count <= Self.eventsMax else {
            throw OrthancRefusal("ContentSequence", expected: "at most \(Self.eventsMax) irradiations")
        }
        dose = DoseRecorded(irradiationEvents: found.events, source: "RDSR", reportUID: uid)
        totalMilligrayCentimetre = found.total
    }

    private struct Found {
        var events: [IrradiationEvent] = []
        var total: Double?
    }

    private static func gather(_ item: OrthancJSON, into found: inout Found) throws(OrthancRefusal) {
        for child in children(item) {
            switch code(child) {
            case "113819": found.events.append(try acquisition(child))
            case "113706": found.events.append(try projection(child))
            case "113813": found.total = try value(child, ["mGy.cm": 1, "mGycm": 1])
            default: try gather(child, into: &found)
            }
        }
    }

    private static func acquisition(_ item: OrthancJSON) throws(OrthancRefusal) -> IrradiationEvent {
        var event = IrradiationEvent(uid: try uid(item), modality: "CT", startedAt: start(item))
        event.ctdiVolMilligray = try number("113830", in: item, ["mGy": 1, "Gy": 1000])
        event.dlpMilligrayCentimetre = try number("113838", in: item, ["mGy.cm": 1, "mGycm": 1, "Gy.cm": 1000])
        return event
    }

    private static func projection(_ item: OrthancJSON) throws(OrthancRefusal) -> IrradiationEvent {
        var event = IrradiationEvent(uid: try uid(item), startedAt: start(item))
        var dose = ProjectionDose()
        dose.referencePointAirKermaGray = try number("113738", in: item, ["Gy": 1, "mGy": 0.001])
        dose.kermaAreaProductGraySquareCentimetre = try number(
            "122130", in: item,
            ["Gy.m2": 10_000, "Gym2": 10_000, "dGy.cm2": 0.1, "cGy.cm2": 0.01, "mGy.cm2": 0.001, "Gy.cm2": 1, "uGy.m2": 0.01])
        let type = first("113721", in: item)?["ConceptCodeSequence"]?.list?.first?["CodeValue"]?.text ?? ""
        // Fluoroscopy alone has a time that anybody adds up.
        if ["P5-06000", "44491008"].contains(DICOMText.value(type)) {
            dose.fluoroscopySeconds = try number("113742", in: item, ["s": 1, "ms": 0.001])
        }
        event.projection = dose
        return event
    }

    // MARK: content items

    private static func children(_ item: OrthancJSON) -> [OrthancJSON] { item["ContentSequence"]?.list ?? [] }

    private static func code(_ item: OrthancJSON) -> String {
        DICOMText.value(item["ConceptNameCodeSequence"]?.list?.first?["CodeValue"]?.text ?? "")
    }

    private static func first(_ wanted: String, in item: OrthancJSON) -> OrthancJSON? {
        for child in children(item) {
            if code(child) == wanted { return child }
            if let found = first(wanted, in: child) { return found }
        }
        return nil
    }

    private static func uid(_ item: OrthancJSON) throws(OrthancRefusal) -> String {
        guard let text = first("113769", in: item)?["UID"]?.text else { return "" }
        let uid = DICOMText.value(text)
        guard uid.isEmpty || UniqueIdentifier.isWellFormed(uid) else {
            throw OrthancRefusal("Irradiation Event UID (113769)", expected: "a DICOM UID")
        }
        return uid
    }

    /// The number under a code, in the unit that is recorded; 0 where it is not said.
    private static func number(
        _ wanted: String, in item: OrthancJSON, _ units: [String: Double]
    ) throws(OrthancRefusal) -> Double {
        guard let found = first(wanted, in: item) else { return 0 }
        return try value(found, units) ?? 0
    }

    private static func value(_ item: OrthancJSON, _ units: [String: Double]) throws(OrthancRefusal) -> Double? {
        guard let measured = item["MeasuredValueSequence"]?.list?.first, let text = measured["NumericValue"]?.text else {
            return nil
        }
        let unit = DICOMText.value(measured["MeasurementUnitsCodeSequence"]?.list?.first?["CodeValue"]?.text ?? "")
        guard let number = DICOMText.number(text) else { throw OrthancRefusal(code(item), expected: "a number") }
        guard let factor = units[unit] else {
            throw OrthancRefusal("\(code(item)) unit", expected: units.keys.sorted().joined(separator: ", "))
        }
        return number * factor
    }

    /// A start is taken only with its zone: hours off, it would be another examination's.
    private static func start(_ item: OrthancJSON) -> Instant? {
        let text = DICOMText.value(first("111526", in: item)?["DateTime"]?.text ?? "")
        let zone = text.suffix(5)
        guard text.utf8.count >= 19, zone.first == "+" || zone.first == "-" else { return nil }
        let digits = Array(text.prefix(14))
        let parts = [4, 6, 8, 10, 12].map { String(digits[$0..<$0 + 2]) }
        let moment =
            "\(String(digits[0..<4]))-\(parts[0])-\(parts[1])T\(parts[2]):\(parts[3]):\(parts[4])\(zone.prefix(3)):\(zone.suffix(2))"
        return Timestamp.parse(moment)?.instant
    }
}
