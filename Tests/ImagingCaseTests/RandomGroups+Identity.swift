import EventLog
import ImagingCase

extension RandomGroups {
    /// Links and separations of few identifiers, whole and broken ones.
    @Sendable static func persons(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let ids = [Known.a, Known.b, Known.c, Known.d, Known.id(""), Known.id("A", "")]
        let one = ids[Int(random.next() % (random.next() % 8 == 0 ? 6 : 4))]
        let other = ids[Int(random.next() % 4)]
        return switch random.next() % 5 {
        case 0...2: Known.merge(one, into: other)
        case 3: .person(.identifierChanged(PersonIdentifierChanged(from: one, to: other)))
        default: Known.separate(one, other)
        }
    }

    /// Links to few cases, the own one among them, and moves to few persons.
    @Sendable static func linkage(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let to = [someCase.description, StreamID(kind: .imagingCase, high: 9, low: 9).description, "nothing"]
            .randomElement(using: &random)!
        let id = ["1", "2", ""].randomElement(using: &random)!
        return switch random.next() % 4 {
        case 0: .linkage(.linked(CaseLinked(to: to, basis: [.human, .exactIdentifiers].randomElement(using: &random)!)))
        case 1: .linkage(.unlinked(CaseUnlinked(from: to)))
        default: .linkage(.moved(CaseMoved(patient: Patient(issuer: "mpi", id: id, name: "N^\(id)"))))
        }
    }

    /// Grants and revocations of few licences of few persons.
    @Sendable static func credentials(_ seen: [CaseFact], _ random: inout SplitMix64) -> CaseEvent {
        let person = ["p0", "p1", ""].randomElement(using: &random)!
        let licence = ["L1", "L2", ""].randomElement(using: &random)!
        let from = [nil, testDay].randomElement(using: &random)!
        if random.next() % 2 == 0 {
            return .register(.credentialRevoked(CredentialRevoked(person: person, licence: licence, from: from)))
        }
        return .register(
            .credentialGranted(
                CredentialGranted(
                    person: person, licence: licence, from: from,
                    until: [nil, testDay.advanced(byMilliseconds: -1), testDay.advanced(byMilliseconds: 1)]
                        .randomElement(using: &random)!)))
    }
}
