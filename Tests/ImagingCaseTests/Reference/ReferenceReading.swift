import EventLog
import ImagingCase

/// Who was offered a study, who claimed it, how each claim ended, and which readings that were asked for are still to be made.
struct ReferenceReading {
    /// Somebody holds the study: he claimed it, or accepted it when it was offered to him.
    struct Claim {
        let place: Int
        let isExclusive: Bool
        let isAcceptance: Bool
        var endedBy: Int?
    }

    let history: ReferenceHistory
    /// Full texts by those who read images.
    let reads: [Int]
    /// Offers that count, with those who accepted each.
    private(set) var offers: [(place: Int, to: String, accepted: [Int])] = []
    /// Acceptances by readers who knew that another had accepted.
    private(set) var late: Set<Int> = []
    private(set) var claims: [Claim] = []
    private(set) var conflicts: [ReferenceConflict] = []
    /// Offers that a person decided against.
    private var refused: Set<Int> = []

    init(_ history: ReferenceHistory) {
        self.history = history
        reads = history.of(.finalSigned, .reportCorrected).filter(history.isReader)
        takeOffers()
        for place in (history.of(.readingClaimed) + offers.flatMap(\.accepted)).sorted() {
            let isAcceptance = history.event(place).kind != .readingClaimed
            var isAlone = !late.contains(place)
            if case .readingClaimed(let said) = history.event(place) { isAlone = said.mode != .parallel }
            claims.append(Claim(place: place, isExclusive: isAlone, isAcceptance: isAcceptance))
        }
        for index in claims.indices { claims[index].endedBy = end(of: claims[index]) }
        raiseTwoClaims()
        raiseTwoTransfers()
        giveBackByDecision()
    }

    private func isReaderOrSystem(_ place: Int) -> Bool { history.isReader(place) || history.role(place) == .system }

    // MARK: offers

    private mutating func takeOffers() {
        for place in history.of(.readingTransferred) {
            guard case .readingTask(.transferred(let said)) = history.event(place), isReaderOrSystem(place), !said.to.isEmpty
            else { continue }
            offers.append((place, said.to, []))
        }
        for place in history.of(.readingTransferAccepted) {
            guard case .readingTask(.transferAccepted(let said)) = history.event(place), isReaderOrSystem(place) else { continue }
            let mine = offers.indices.filter { offers[$0].to == history.author(place) && history.saw(place, offers[$0].place) }
            let open = mine.filter { index in !offers[index].accepted.contains { history.saw(place, $0) } }
            let named = mine.filter { history.id(offers[$0].place) == said.transfer }
            guard let index = said.transfer == nil ? (open.count == 1 ? open[0] : nil) : named.first else { continue }
            let others = offers.indices.filter { $0 != index && !history.saw(offers[index].place, offers[$0].place) }
            if others.contains(where: { other in offers[other].accepted.contains { history.saw(place, $0) } }) {
                late.insert(place)
            }
            offers[index].accepted.append(place)
        }
    }

    /// Whether an offer waits: nobody accepted, its reader did not decline, none was made anew, nobody else took the study or signed.
    private func isOpen(_ index: Int) -> Bool {
        let offer = offers[index]
        let others = offers.indices.filter { $0 != index }
        let isDeclined = history.of(.readingDeclined).contains { history.author($0) == offer.to && history.saw($0, offer.place) }
        let isMadeAnew = others.contains { history.saw(offers[$0].place, offer.place) }
        let taken = others.flatMap { offers[$0].accepted }.filter { !late.contains($0) }
        let isPast = (taken + reads).contains { !history.saw(offer.place, $0) }
        return !offer.accepted.contains { !late.contains($0) } && !isDeclined && !isMadeAnew && !isPast
            && !refused.contains(offer.place)
    }

    var isOffered: Bool { offers.indices.contains(where: isOpen) }

    // MARK: claims

    /// Signed, given back, declined, renewed, taken over or overtaken, whichever of these is first in this order.
    private func end(of claim: Claim) -> Int? {
        let person = history.author(claim.place)
        let own = { (place: Int) in history.author(place) == person }
        let after = { (place: Int) in history.saw(place, claim.place) }
        if let signed = reads.first(where: { own($0) && !history.saw(claim.place, $0) }) { return signed }
        if let added = history.of(.addendumSigned).first(where: { own($0) && after($0) && history.isReader($0) }) { return added }
        if let released = releases(of: claim).first(where: { work(besides: $0, claim) == nil }) { return released }
        if let declined = history.of(.readingDeclined).first(where: { own($0) && after($0) }) { return declined }
        if let renewed = claims.first(where: { own($0.place) && after($0.place) }) { return renewed.place }
        if claim.isExclusive, let taken = claims.first(where: { takesOver($0, claim) }) { return taken.place }
        return reads.first { !history.saw(claim.place, $0) }
    }

    /// A reader gives back his own claim; a lead or a program without a claim of its own gives back everybody's.
    private func releases(of claim: Claim) -> [Int] {
        history.of(.readingReleased).filter { release in
            guard history.saw(release, claim.place) else { return false }
            let isOwn = history.author(release) == history.author(claim.place)
            let mine = claims.filter { history.author($0.place) == history.author(release) && history.saw(release, $0.place) }
            return isOwn || ([.lead, .system].contains(history.role(release)) && mine.isEmpty)
        }
    }

    /// What the reader did apart from his own release, which shows that he has not let go.
    private func work(besides release: Int, _ claim: Claim) -> Int? {
        guard history.author(release) == history.author(claim.place) else { return nil }
        let work = history.of(.reportDraftNoted, .preliminaryIssued, .readingClaimed) + offers.flatMap(\.accepted)
        return work.sorted().first {
            history.author($0) == history.author(release) && history.saw($0, claim.place) && history.apart($0, release)
        }
    }

    /// A later claim for oneself takes the study from whom it had seen, but for one whom it only renews a contest with.
    private func takesOver(_ later: Claim, _ claim: Claim) -> Bool {
        guard later.isExclusive, history.saw(later.place, claim.place), history.author(later.place) != history.author(claim.place)
        else { return false }
        return !claims.contains {
            history.author($0.place) == history.author(later.place) && history.apart($0.place, claim.place)
                && history.saw(later.place, $0.place)
        }
    }

    /// Conflict 1: settled when one of the claims ends, by somebody who knew both or not.
    private mutating func raiseTwoClaims() {
        let alone = claims.filter(\.isExclusive)
        for one in alone {
            for other in alone where one.place < other.place && history.apart(one.place, other.place) {
                guard history.author(one.place) != history.author(other.place), !(one.isAcceptance && other.isAcceptance) else {
                    continue
                }
                let ends = [one, other].compactMap(\.endedBy)
                var conflict = history.conflict(
                    1, "twoClaims", [one.place, other.place], owner: .radiologist, settling: ends)
                if conflict.state == .open && !ends.isEmpty { conflict.state = .superseded }
                conflicts.append(conflict)
            }
        }
    }

    /// Conflict 3: a decision lets the other offer lapse.
    private mutating func raiseTwoTransfers() {
        for one in offers {
            for other in offers where one.place < other.place && one.to != other.to && history.apart(one.place, other.place) {
                let taken = one.accepted + other.accepted
                let conflict = history.conflict(
                    3, "twoTransfers", [one.place, other.place], owner: .lead, settling: taken)
                // What is moot is told by how far each offer is; only whose word closed it changes anything here.
                guard conflict.decision != nil, let chosen = conflict.chosen else { continue }
                refused.insert(chosen == one.place ? other.place : one.place)
            }
        }
    }

    /// Conflict 4: a decision for a release that work apart from it had undone gives the study back.
    private mutating func giveBackByDecision() {
        for index in claims.indices where claims[index].endedBy == nil {
            for release in releases(of: claims[index]) {
                guard let work = work(besides: release, claims[index]) else { continue }
                let person = history.author(release)
                let acts = history.of(
                    .readingClaimed, .readingReleased, .reportDraftNoted, .readingDeclined, .finalSigned, .reportCorrected,
                    .addendumSigned)
                let conflict = history.conflict(
                    4, "releasedWhenWorkedOn", [release, work], owner: .radiologist,
                    settling: acts.filter { history.author($0) == person })
                if conflict.chosen == release { claims[index].endedBy = conflict.decision }
            }
        }
    }

    // MARK: readings that were asked for

    /// The words of the readings that are still to be made.
    func waiting(_ standing: [Int]) -> [String] {
        let requests = history.of(.readingRequested)
        return requests.compactMap { place in
            guard case .readingTask(.requested(let said)) = history.event(place) else { return nil }
            let isAskedAnew = requests.contains { later in
                guard case .readingTask(.requested(let other)) = history.event(later) else { return false }
                return history.saw(later, place) && other.kind == said.kind && other.part == said.part
            }
            if isAskedAnew { return nil }
            let reader = reader(of: place, said)
            // A part that nobody is named for waits until somebody is.
            let isHis = { (who: Int) in reader.isEmpty ? said.part.isEmpty : reader == history.author(who) }
            let texts = said.kind == .preliminary ? standing + history.of(.preliminaryIssued) : standing
            let isAnswered = texts.contains { text in
                guard isHis(text) else { return false }
                guard said.kind == .overRead || said.kind == .secondOpinion else { return !history.saw(place, text) }
                let hasRead = reads.contains { history.author($0) == history.author(text) && history.saw(place, $0) }
                return history.saw(text, place) && !hasRead
            }
            if isAnswered { return nil }
            return claims.contains { $0.endedBy == nil && isHis($0.place) } ? "claimed" : reader.isEmpty ? "queued" : "offered"
        }
    }

    /// Who is to read it: as named, unless he declined; who accepts an offer takes over from who made it and from whom he relieves.
    private func reader(of request: Int, _ said: ReadingRequested) -> String {
        var reader = said.reader
        for declined in history.of(.readingDeclined) where history.saw(declined, request) && isReaderOrSystem(declined) {
            if reader == history.author(declined) { reader = "" }
        }
        for offer in offers {
            for accepted in offer.accepted where history.saw(accepted, request) {
                let relieved = claims.filter { $0.endedBy == accepted }.map { history.author($0.place) }
                if (relieved + [history.author(offer.place)]).contains(reader) { reader = history.author(accepted) }
            }
        }
        return reader
    }
}
