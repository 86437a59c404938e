public import EventLog
public import ImagingCase
import Interop
import Problems
public import Web

/// Takes HL7 v2 messages into the log: finds the case, records what happened, and says how each message is answered.
///
/// A message is taken whole or not at all; one that comes again records nothing twice. What arrives in the wrong order arrives all the
/// same: a cancellation or a hand-over before its order opens the case that the order will find.
public struct HL7Importer: Sendable {
    let library: any CaseLibrary
    let record: CaseDesk.Record
    let site: SiteID
    /// What the site can do with sealed texts.
    let fields: FieldKeys
    let now: @Sendable () -> Instant

    /// Stands before a site's log.
    public init(
        library held: any CaseLibrary, record: @escaping CaseDesk.Record, site: SiteID, fields: FieldKeys = .none,
        now: @escaping @Sendable () -> Instant
    ) {
        library = held
        self.record = record
        self.site = site
        self.fields = fields
        self.now = now
    }

    /// Takes every message of a file or frame, in order.
    ///
    /// The JSON is an array with one object a message: `file`, `message` (the control id), `acknowledgement` (AA, AE, AR, or null where
    /// none is due), `events`, `cases`, `repeat`, `remarks`, and `error` where it was refused. Exit 0 when all were accepted, else that
    /// of the first that was not.
    public func take(_ bytes: [UInt8], name: String) async -> DeskAnswer { HL7Outcome.answer(await outcomes(bytes, name: name)) }

    /// What became of each message of a file or frame, in order. What was accepted is durable.
    func outcomes(_ bytes: [UInt8], name: String) async -> [HL7Outcome] {
        var outcomes: [HL7Outcome] = []
        for reading in HL7Lexer().read(bytes) { outcomes.append(await take(reading, file: name)) }
        return outcomes
    }

    private func take(_ reading: HL7Reading, file: String) async -> HL7Outcome {
        var outcome = HL7Outcome(file: file, reading: reading)
        do throws(HL7Refusal) {
            let message: HL7Message
            do throws(HL7Problem) { message = try reading.outcome.get() } catch { throw HL7Refusal(error) }
            let mapped: HL7Mapped
            do throws(HL7Problem) { mapped = try HL7Mapping.map(message, site: zone) } catch { throw HL7Refusal(error) }
            outcome.remarks = mapped.remarks.map(\.description)
            try requireNew(message)
            var plans: [HL7Plan] = []
            for intent in mapped.intents { plans += try self.plans(for: try sealed(intent), &outcome) }
            for plan in plans { try check(plan) }
            for plan in plans { outcome.recorded.append(try await record(plan)) }
        } catch {
            outcome.refusal = error
        }
        return outcome
    }

    /// Local times without a zone are taken as this machine's.
    private var zone: HL7Site {
        HL7Site { local in
            let first = LocalZone.minutes(at: Instant(milliseconds: local))
            return LocalZone.minutes(at: Instant(milliseconds: local - Int64(first) * 60_000))
        }
    }

    /// A control id stands for one content: the same again is a repeat, other content under it is refused.
    private func requireNew(_ message: HL7Message) throws(HL7Refusal) {
        let own = message.sourceKey(0).dropLast()
        let prefix = message.header.messageKey + "|"
        let held: [String]
        do throws(Problem) { held = try library.sourceKeys(beginningWith: prefix) } catch { throw HL7Refusal(error) }
        let isOther = held.contains { key in
            let rest = key.dropFirst(prefix.count).split(separator: "|", omittingEmptySubsequences: false)
            return (2...3).contains(rest.count) && rest[0].utf8.count == 16 && !key.hasPrefix(own)
        }
        guard isOther else { return }
        throw HL7Refusal(
            HL7Problem(
                .duplicateKey, at: message.header.segment.location(10),
                "A message with this control id was taken before, and its content was another."))
    }

    /// Asks the guard before anything of the message is recorded; what the state of a case forbids has happened elsewhere and is taken.
    private func check(_ plan: HL7Plan) throws(HL7Refusal) {
        do throws(AuthoringRefusal) {
            try Authoring.check(Authoring.completed(plan.event, in: plan.state), in: plan.state, by: plan.author, now: now())
        } catch {
            guard error.ground != .state else { return }
            throw HL7Refusal(
                HL7Problem(
                    plan.concernsVersion ? .unknownKey : .requiredFieldMissing, at: nil, error.reason, remedy: error.remedy))
        }
    }

    private func record(_ plan: HL7Plan) async throws(HL7Refusal) -> Recorded {
        do throws(Problem) {
            return try await record(
                RecordIntent(
                    event: plan.event, stream: plan.state.stream, author: plan.author, assurance: .machine,
                    occurredAt: plan.occurredAt, source: .hl7, sourceKey: plan.sourceKey))
        } catch { throw HL7Refusal(error) }
    }
}

/// One event that a message asks for, on its case.
struct HL7Plan {
    let event: CaseEvent
    let state: CaseState
    let author: Author
    let occurredAt: OccurredAt
    let sourceKey: String

    /// Whether it is about a version of a report that has to be known here.
    var concernsVersion: Bool {
        switch event {
        case .addendumSigned, .reportCorrected, .reportRetracted: true
        default: false
        }
    }
}
