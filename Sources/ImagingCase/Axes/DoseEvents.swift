/// Irradiation events as one report lists them.
///
/// Source: DICOM PS3.16 TID 10011.
public struct DoseRecorded: Payload {
    /// The events; a UID seen before counts once.
    public var irradiationEvents: [IrradiationEvent]
    /// Which report: RDSR, MPPS, manual.
    public var source: String
    /// SOP instance UID of the dose report.
    public var reportUID: String

    /// Says the fields.
    public init(irradiationEvents: [IrradiationEvent] = [], source: String = "", reportUID: String = "") {
        self.irradiationEvents = irradiationEvents
        self.source = source
        self.reportUID = reportUID
    }

    /// No field said.
    public init() {
        self.init(irradiationEvents: [])
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.messages(1, &irradiationEvents)
        visitor.text(2, &source)
        visitor.text(3, &reportUID)
    }
}
