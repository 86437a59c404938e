/// How sure the recording site was of who acted.
public enum Assurance: UInt8, CaseIterable, Sendable {
    /// Believed of whoever may open the folder or its socket.
    case `operator` = 1
    /// Signed in with an account that the site knows by itself.
    case local = 2
    /// Signed in with the hub or the identity provider.
    case central = 3
    /// A program or device under the site's control.
    case machine = 4

    /// The word in JSON.
    public var name: String {
        switch self {
        case .operator: "operator"
        case .local: "local"
        case .central: "central"
        case .machine: "machine"
        }
    }

    /// Parses the word.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// Who acted, in which role, where, and how sure the site was of it.
public struct Actor: Hashable, Sendable {
    /// The person's id or name as the site knows it; for machines the device's.
    public let person: String
    /// The role's word; meaning belongs to the layers above.
    public let role: String
    /// The site at which the act was recorded.
    public let site: SiteID
    /// How sure the site was.
    public let assurance: Assurance

    /// Names an actor.
    public init(person: String, role: String, site: SiteID, assurance: Assurance) {
        self.person = person
        self.role = role
        self.site = site
        self.assurance = assurance
    }

    /// Equality of bytes, as hashes see them: names that only look alike (composed and decomposed letters) are two, so that
    /// a table of actors gives each event its own back.
    public static func == (left: Actor, right: Actor) -> Bool {
        left.site == right.site && left.assurance == right.assurance && left.person.hasSameBytes(as: right.person)
            && left.role.hasSameBytes(as: right.role)
    }
}

extension String {
    /// Whether two texts have the same UTF-8; `==` also takes canonically equivalent ones for equal.
    func hasSameBytes(as other: String) -> Bool { utf8.span.hasSameBytes(as: other.utf8.span) }
}

extension Span<UInt8> {
    /// Whether two stretches hold the same bytes, eight at a time.
    fileprivate func hasSameBytes(as other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return withUnsafeBytes { mine in
            other.withUnsafeBytes { others in
                var place = 0
                while place + 8 <= mine.count {
                    let word = mine.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    guard word == others.loadUnaligned(fromByteOffset: place, as: UInt64.self) else { return false }
                    place += 8
                }
                while place < mine.count {
                    guard mine[place] == others[place] else { return false }
                    place += 1
                }
                return true
            }
        }
    }
}

/// Through which door an event came.
public enum EventSource: UInt8, CaseIterable, Sendable {
    case commandLine = 1
    case page = 2
    case orthanc = 3
    case hl7 = 4
    case dicom = 5
    case fhir = 6
    case bundle = 7
    case system = 8

    /// The word in JSON.
    public var name: String {
        switch self {
        case .commandLine: "cli"
        case .page: "ui"
        case .orthanc: "orthanc"
        case .hl7: "hl7"
        case .dicom: "dicom"
        case .fhir: "fhir"
        case .bundle: "bundle"
        case .system: "system"
        }
    }
}
