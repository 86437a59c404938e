/// The guarantees that a rehearsal asserts, by their numbers in the reliability design.
public enum Rule: String, CaseIterable, Sendable {
    case localDurability = "I1"
    case hubDurability = "I2"
    case noLoss = "I3"
    case noInvention = "I4"
    case noDuplicate = "I5"
    case idempotence = "I6"
    case prefix = "I7"
    case causality = "I8"
    case convergence = "I9"
    case monotonicView = "I12"
    case readYourWrites = "I13"
    case noSkippedCursor = "I14"
    case tamperEvidence = "I15"
    case equivocation = "I16"
    case noReuse = "I17"
    case isolation = "I18"
    case liveness = "I22"
    case accounting = "I26"
    case revocation = "I27"
}

/// A guarantee that did not hold.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
    /// Which one.
    public let rule: Rule
    /// What was seen.
    public let text: String

    /// States a violation.
    public init(_ rule: Rule, _ text: String) {
        self.rule = rule
        self.text = text
    }

    /// The rule's number and what was seen.
    public var description: String { "\(rule.rawValue) \(rule): \(text)" }
}
