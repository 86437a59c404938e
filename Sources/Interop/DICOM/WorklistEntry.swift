public import EventLog
public import ImagingCase

/// One entry of a modality worklist, as the file that a worklist server answers from.
///
/// Source: DICOM PS3.4 K.6.1.2.2 (Modality Worklist attributes), IHE RAD TF SWF.b (RAD-5).
public struct WorklistEntry: Hashable, Sendable {
    /// The case that it asks to be examined.
    public let stream: StreamID
    private let order: OrderPlaced
    private let slot: ScheduledSlot?
    private let isHere: Bool
    private let zoneMinutes: Int16
    private let station: String
    private let ordered: Instant

    /// Makes the entry of a case; nil for one that is not to be examined: nothing ordered or not accepted, on hold, cancelled, or begun.
    ///
    /// - Parameters:
    ///   - zoneMinutes: minutes east of UTC where the modalities stand.
    ///   - station: the application entity title that stands for any.
    ///   - ordered: what counts as the time of an examination without a slot.
    public init?(_ state: CaseState, zoneMinutes: Int16, station: String = "ANY", ordered: Instant) {
        guard state.order.status == .accepted, state.acquisition.status == .none, let order = state.order.content else {
            return nil
        }
        stream = state.stream
        self.order = order
        slot = state.rare.schedule.standing.first
        isHere = state.rare.schedule.status == .arrived
        self.zoneMinutes = zoneMinutes
        self.station = station
        self.ordered = ordered
    }

    /// The Study Instance UID that the images are to carry: the order's, else one that says which case it is.
    public var studyUID: String {
        UniqueIdentifier.isWellFormed(order.studyUID) ? order.studyUID : Self.studyUID(of: stream)
    }

    /// A UID from a case's 128 bits. Source: DICOM PS3.5 B.2 (UUID derived UID).
    public static func studyUID(of stream: StreamID) -> String {
        "2.25.\(UInt128(stream.high) << 64 | UInt128(stream.low))"
    }

    /// The case that a UID of ``studyUID(of:)`` says; nil for any other.
    public static func stream(of uid: String) -> StreamID? {
        guard uid.hasPrefix("2.25."), let bits = UInt128(uid.dropFirst(5)) else { return nil }
        let stream = StreamID(
            kind: .imagingCase, high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
        return studyUID(of: stream) == uid ? stream : nil
    }

    /// The file.
    ///
    /// - Parameter shown: opens what is sealed here: modalities need names in the clear.
    public func file(_ shown: (String) -> String) -> [UInt8] {
        let sop = "1.2.840.10008.5.1.4.31"
        let patient = order.patient ?? Patient()
        let procedure = order.procedure?.text ?? ""
        let number = shown(order.accession?.value ?? order.placerOrder?.value ?? "")
        return DICOMFile.bytes(
            sopClass: sop, sopInstance: Self.studyUID(of: stream),
            [
                DICOMElement(0x0008_0005, "CS", "ISO_IR 192"), text(0x0008_0050, "SH", number, 16),
                text(0x0008_0090, "PN", shown(order.requester), 64), text(0x0010_0010, "PN", shown(patient.name), 64),
                text(0x0010_0020, "LO", shown(patient.id), 64), text(0x0010_0021, "LO", patient.issuer, 64),
                text(0x0010_0030, "DA", shown(patient.birthDate).filter { $0 != "-" }, 8),
                DICOMElement(0x0010_0040, "CS", Self.letter(of: patient.sex)), DICOMElement(0x0010_2000, "LO", ""),
                DICOMElement(0x0010_2110, "LO", ""), DICOMElement(0x0010_21c0, "US", .bytes([4, 0])),
                DICOMElement(0x0020_000d, "UI", studyUID), text(0x0032_1060, "LO", procedure, 64),
                DICOMElement(0x0032_1064, items: code.map { [$0] } ?? []), DICOMElement(0x0040_0100, items: [step(procedure)]),
                text(0x0040_1001, "SH", number, 16), DICOMElement(0x0040_1003, "SH", priority),
            ])
    }

    private func step(_ procedure: String) -> [DICOMElement] {
        let start = moment
        return [
            text(0x0008_0060, "CS", order.modality, 16),
            text(0x0040_0001, "AE", slot?.station.isEmpty == false ? slot?.station ?? station : station, 16),
            DICOMElement(0x0040_0002, "DA", start.date), DICOMElement(0x0040_0003, "TM", start.time),
            DICOMElement(0x0040_0006, "PN", ""), text(0x0040_0007, "LO", procedure, 64),
            DICOMElement(0x0040_0008, items: code.map { [$0] } ?? []),
            DICOMElement(0x0040_0009, "SH", String(stream.description.suffix(16))),
            DICOMElement(0x0040_0010, "SH", ""), text(0x0040_0011, "SH", slot?.location ?? "", 16),
            DICOMElement(0x0040_0012, "LO", ""), DICOMElement(0x0040_0020, "CS", isHere ? "ARRIVED" : "SCHEDULED"),
        ]
    }

    private var code: [DICOMElement]? {
        guard let procedure = order.procedure, !procedure.code.isEmpty else { return nil }
        return [
            text(0x0008_0100, "SH", procedure.code, 16), text(0x0008_0102, "SH", procedure.scheme, 16),
            text(0x0008_0104, "LO", procedure.text, 64),
        ]
    }

    /// Date and time on the clock of the place.
    private var moment: (date: String, time: String) {
        let start = (slot?.start ?? ordered).advanced(byMilliseconds: Int64(zoneMinutes) * 60_000)
        let digits = Timestamp.text(of: start).filter(\.isNumber)
        return (String(digits.prefix(8)), String(digits.dropFirst(8).prefix(6)))
    }

    private var priority: String {
        switch order.priority {
        case .stat: "STAT"
        case .urgent, .asap: "HIGH"
        default: "ROUTINE"
        }
    }

    private static func letter(of sex: Sex) -> String {
        switch sex {
        case .female: "F"
        case .male: "M"
        case .other: "O"
        case .unspecified, .unknown: ""
        }
    }

    /// A value of one line in the length that its representation allows: whatever could end it or begin another is left out.
    private func text(_ tag: UInt32, _ representation: String, _ value: String, _ max: Int) -> DICOMElement {
        let plain = value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f && $0 != "\\" }
        return DICOMElement(tag, representation, String(String(String.UnicodeScalarView(plain)).prefix(max)))
    }
}
