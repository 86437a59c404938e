/// What a person or program is, for the question of what it may record.
public enum Role: String, CaseIterable, Sendable {
    case technologist
    case nurse
    case radiologist
    case lead
    case referrer
    case interventionalRadiologist
    case radiationOncologist
    case therapist
    case physicist
    case frontDesk
    case safetyOfficer
    case siteAdmin
    case hubAdmin
    case researcher
    case system

    /// Whether the role reads images and signs reports.
    public var readsImages: Bool { self == .radiologist || self == .lead || self == .interventionalRadiologist }
}
