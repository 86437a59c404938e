import EventLog
import ImagingCase

extension FocusedHistory {
    private static let unknown = Patient(issuer: "mpi", id: "TEMP7", name: "UNKNOWN^A")

    /// A person who could not be asked: ordered, arrived and reported under a name that says so.
    static let unasked: [(CaseEvent, Role)] = [
        (.orderPlaced(OrderPlaced(patient: unknown, modality: "CT")), .referrer)
    ]

    /// What is signed beside what identifies a person.
    @Sendable static func identified(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let patient = any(
            Patient(issuer: "mpi", id: "1", name: "N^1"), Patient(issuer: "mpi", id: "1", name: "N^1", birthDate: "1970-01-01"),
            Patient(name: "Doe^Jane"), unknown, by: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...1: return .finalSigned(FinalSigned(impression: "i"))
        case 2: return .addendumSigned(AddendumSigned(addendumTo: some(seen, .finalSigned, by: &random), text: "t"))
        case 3: return .reportCorrected(ReportCorrected(replaces: some(seen, .finalSigned, by: &random), impression: "c"))
        case 4...6: return .demographicsCorrected(DemographicsCorrected(patient: patient, evidence: "e"))
        case 7: return .patientArrived(PatientArrived(patient: patient, visit: "V"))
        case 8: return .linkage(.moved(CaseMoved(patient: patient)))
        default: return .identityDisputeCleared(IdentityDisputeCleared(outcome: .samePerson, evidence: "e"))
        }
    }
}
