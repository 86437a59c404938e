/// Somebody took note of a dose above an alert level and says what follows.
///
/// Source: House rule.
public struct DoseAlertAcknowledged: Payload {
    /// The alert's id as the case shows it.
    public var alert: String
    /// What follows.
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
