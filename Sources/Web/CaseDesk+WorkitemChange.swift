import EventLog
import ImagingCase
import Interop
import Problems

/// Workitems: claimed, given back, asked back.
extension CaseDesk {
    /// For how long a claim over DICOMweb holds the study; asking for IN PROGRESS again under the same Transaction UID renews it.
    static let workitemLeaseMilliseconds: Int64 = 120 * 60_000

    /// How often a change is judged anew where the case was changed in between.
    private static let attemptsMax = 3

    /// Brings a workitem to the state that is asked for, and gives the words of a warning, if there is one to give.
    ///
    /// What it comes to is judged by the state that was looked at, and recorded only on top of that: of two who claim at one moment
    /// one holds it, and the other is told so.
    ///
    /// - Throws: `WORKITEM_STATE`, `TRANSACTION_UID`, `UNKNOWN_CASE`, or what recording an event throws; nothing was recorded then.
    func change(_ uid: String, _ wish: WorkitemWish) async throws(Problem) -> String? {
        for _ in 1..<Self.attemptsMax {
            do throws(Problem) { return try await changeOnce(uid, wish) } catch {
                guard error.code == .staleHeads else { throw error }
            }
        }
        return try await changeOnce(uid, wish)
    }

    private func changeOnce(_ uid: String, _ wish: WorkitemWish) async throws(Problem) -> String? {
        let found = try workitem(uid, for: try Asker.said(wish.who.person, wish.who.role))
        let workitem = found.workitem
        guard let transaction = WorkitemTransaction(wish.transaction, of: workitem.uid) else {
            throw Problem(.transactionUID, "The Transaction UID (0008,1195) was expected to be a UID, and it is none.")
        }
        let own = try claims(on: workitem, of: found.look.stream, by: transaction)
        let step: WorkitemStep
        do throws(WorkitemRefusal) { step = try workitem.step(to: wish.state, isOwner: !own.isEmpty) } catch {
            throw Self.problem(error)
        }
        switch step {
        case .nothing(let warning): return warning
        case .claim: try await claim(found, wish, key: transaction.key)
        case .keep: try await renew(found, wish, own, transaction)
        case .release:
            let body = Self.text("reason", wish.reason ?? "Given back over DICOMweb.")
            try await record("reading.released", body, on: found, wish.who, key: transaction.releaseKey)
        }
        return nil
    }

    /// The events that claimed a workitem under a transaction.
    private func claims(
        on workitem: Workitem, of stream: StreamID, by transaction: WorkitemTransaction
    ) throws(Problem) -> [EventID] {
        guard !workitem.claimedBy.isEmpty else { return [] }
        return try library.events(of: stream).map(\.event)
            .filter { workitem.claimedBy.contains($0.id) && transaction.claimed($0.sourceKey) }.map(\.id)
    }

    private func claim(_ found: FoundWorkitem, _ wish: WorkitemWish, key: String) async throws(Problem) {
        let end = now().advanced(byMilliseconds: Self.workitemLeaseMilliseconds)
        let body = "{\"mode\":\"exclusive\",\"leaseUntil\":\"\(end.milliseconds)\"}"
        try await record("reading.claimed", body, on: found, wish.who, key: key)
    }

    /// A claim that comes again holds on; in the second half of its lease it makes the lease begin anew.
    private func renew(
        _ found: FoundWorkitem, _ wish: WorkitemWish, _ own: [EventID], _ transaction: WorkitemTransaction
    ) async throws(Problem) {
        guard let claim = found.workitem.claims.last(where: { own.contains($0.event) }), let end = claim.leaseUntil,
            end.milliseconds - now().milliseconds < Self.workitemLeaseMilliseconds / 2,
            try Self.author(wish.who.person, wish.who.role).person == claim.by
        else { return }
        try await self.claim(found, wish, key: transaction.key(renewing: claim.event))
    }

    /// Asks who reads a workitem to give it back, by a remark on the case.
    ///
    /// - Throws: `WORKITEM_STATE` for one that nobody reads or that is completed.
    func requestCancellation(
        of uid: String, _ reason: String?, _ who: WorkitemWish.Actor
    ) async throws(Problem) -> String? {
        let found = try workitem(uid, for: try Asker.said(who.person, who.role))
        switch found.workitem.state {
        case .canceled: return "The UPS is already in the requested state of CANCELED."
        case .scheduled:
            throw Problem(
                .workitemState, "Nobody reads the workitem, and a study that is there waits to be read.",
                remedy: "Cancel its order, or release the case where it is not to be read.",
                facts: [.init(Problem.warningFact, Self.inconsistent), .init("dimseStatus", "C310")])
        case .completed:
            throw Problem(
                .workitemState, "The workitem is COMPLETED, which is final.",
                facts: [.init(Problem.warningFact, Self.inconsistent), .init("dimseStatus", "C311")])
        case .inProgress:
            let holder = found.workitem.claims.first?.by ?? ""
            let said = reason.map { ": \($0)" } ?? "."
            try await record(
                "comment.added", Self.text("text", "\(holder) is asked to give the reading back\(said)"), on: found, who, key: nil
            )
            return nil
        }
    }

    private static let inconsistent = "The submitted request is inconsistent with the current state of the Target Workitem."

    private func record(
        _ kind: String, _ body: String, on found: FoundWorkitem, _ who: WorkitemWish.Actor, key: String?
    ) async throws(Problem) {
        let said = Said(kind: kind, person: who.person, role: who.role, at: nil, body: body)
        let heads = found.look.history.heads.map(\.description)
        do throws(Problem) {
            _ = try await record(
                said, on: found.look.stream.description, expecting: key == nil ? nil : heads, source: .dicom, key: key)
        } catch {
            // What the state of the case forbids is a conflict to a DICOM client, whose worklist says the rest.
            guard error.code == .illegalTransition else { throw error }
            throw Problem(
                .workitemState, error.message, remedy: error.remedy, facts: [.init(Problem.warningFact, Self.inconsistent)])
        }
    }

    private static func problem(_ refusal: WorkitemRefusal) -> Problem {
        Problem(
            refusal.isTransaction ? .transactionUID : .workitemState, refusal.message, remedy: refusal.remedy,
            facts: [
                .init(Problem.warningFact, refusal.warning),
                .init("dimseStatus", String(refusal.status, radix: 16, uppercase: true)),
            ])
    }

    private static func text(_ name: StaticString, _ value: String) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member(name, value)
        json.endObject()
        return json.text
    }
}
