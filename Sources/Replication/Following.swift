public import EventLog

extension StreamKind {
    /// Whether a site that takes part in a history of this kind takes part in one of another kind that is about the same person: by one
    /// identifier, the same value of the same issuer.
    ///
    /// One way only. Who takes part in a case gets what is known of its person and of his courses of radiotherapy; who gets those gets
    /// none of the person's other cases for it: a link never widens access.
    public func leads(to other: StreamKind) -> Bool {
        switch (self, other) {
        case (.imagingCase, .course), (.imagingCase, .person), (.course, .person): true
        default: false
        }
    }

    /// Whether a site that takes part in it takes part in others for that.
    public var leads: Bool { StreamKind.allCases.contains { self.leads(to: $0) } }

    /// Whether a site takes part in it because of another history.
    public var follows: Bool { StreamKind.allCases.contains { $0.leads(to: self) } }
}
