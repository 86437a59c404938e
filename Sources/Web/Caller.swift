public import EventLog

/// Who asks something of a node, as the door established it: by a session, by the socket's peer, or by nothing but what was said.
public struct Caller: Hashable, Sendable {
    /// Why somebody looks at patient data.
    ///
    /// Source: HL7 v3 PurposeOfUse (TREAT, BTG, HOPERAT).
    public enum Purpose: String, Sendable {
        /// Treatment: the usual reason.
        case treatment = "TREAT"
        /// A person without a relation to the case gave a reason and looks for an hour.
        case breakGlass = "BTG"
        /// Keeping the node running.
        case operations = "HOPERAT"
    }

    /// Who, as signed in or as said; nil where nobody said.
    public var person: String?
    /// In which role, as signed in or as said.
    public var role: String?
    /// How sure the node is of that.
    public var assurance: Assurance
    /// A shortening of the session's identifier that gives nobody the session; nil without one.
    public var session: String?
    /// From where: an address, `socket` or `console`.
    public var address: String
    /// Why.
    public var purpose: Purpose
    /// Whether the password was given a moment ago, as signing asks.
    public var isConfirmed: Bool

    /// Names a caller.
    public init(
        person: String? = nil, role: String? = nil, assurance: Assurance = .operator, session: String? = nil, address: String,
        purpose: Purpose = .treatment, isConfirmed: Bool = false
    ) {
        self.person = person
        self.role = role
        self.assurance = assurance
        self.session = session
        self.address = address
        self.purpose = purpose
        self.isConfirmed = isConfirmed
    }

    /// The caller of the request that is being answered; nil where the door says nothing of it, as for a command on an opened store.
    @TaskLocal public static var current: Caller?
}
