/// Somebody took note of a dose above an alert level and says what follows.
///
/// Source: NCRP Report 168 and SIR guidelines (follow-up after a substantial radiation dose); house rule.
public struct DoseAlertAcknowledged: Payload {
    /// The alert's id as the case shows it: the quantity, such as airKerma.
    public var alert: String
    /// What follows: follow-up of the skin, a call to the physicist, nothing because it was planned.
    public var action: String

    /// Says the fields.
    public init(alert: String = "", action: String = "") {
        self.alert = alert
        self.action = action
    }

    /// No field said.
    public init() {
        self.init(alert: "")
    }

    /// Shows the fields to a visitor.
    @inlinable
    public mutating func fields(_ visitor: inout some FieldVisitor) {
        visitor.text(1, &alert)
        visitor.text(2, &action)
    }
}
