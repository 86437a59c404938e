import EventLog
import ImagingCase
import Interop
import Problems
import SQLiteStore
import Web

/// Turns what an archive holds into events of cases: nothing twice, whatever is told twice, and whatever was forgotten here.
struct OrthancImporter: Sendable {
    /// Who says it, in events.
    static let person = "orthanc"

    let file: StoreFile
    let record: CaseDesk.Record
    let site: SiteID
    /// What the site can do with sealed texts.
    let fields: FieldKeys
    /// Who issues the archive's numbers; empty where that is not known.
    let issuer: String
    let auditor: Auditor
    /// The archive's address, for the audit.
    let address: String
    let now: @Sendable () -> Instant

    /// One event that is to be recorded, and what makes it the same when it is told again.
    struct Plan {
        let event: CaseEvent
        let key: String
    }

    /// Notes that a study is coming in. Who is being imaged is known from a person or the modality; this is the archive's weak word.
    func begin(_ study: OrthancStudy, _ series: [OrthancSeries]) async throws(Problem) -> [Recorded] {
        let place = try place(of: study)
        guard place.state.acquisition.status == .none else { return [] }
        let started = ProcedureStepStarted(
            studyUID: study.uid, modality: series.first?.modality ?? "", station: series.first?.station ?? "")
        return try await record(
            [Plan(event: .procedureStepStarted(started), key: "orthanc|\(study.uid)|started")], on: place.stream)
    }

    /// Records what is new of a study, and gives what was recorded and what is to be remembered of it.
    func take(
        _ holding: OrthancHolding, seen before: SeenStudy
    ) async throws(Problem) -> (recorded: [Recorded], seen: SeenStudy) {
        let (study, content) = (holding.first, holding.content)
        let place = try place(of: study)
        var plans = try persons(holding, place)
        var seen = before
        seen.ids = holding.studies.map(\.id).sorted()
        seen.lastUpdate = study.lastUpdate
        seen.instances = holding.listed
        let version = content.version
        if !content.series.isEmpty, before.version != version || before.isGone {
            if try lastOwnVersion(of: study.uid, in: place.stream) != version {
                let changed = StudyContentChanged(studyUID: study.uid, series: content.series, contentVersion: version)
                plans.append(Plan(event: .studyContentChanged(changed), key: "orthanc|\(study.uid)|\(before.turn)|\(version)"))
            }
            seen.version = version
            seen.turn += 1
            seen.isGone = false
        }
        return (try await record(plans, on: place.stream), seen)
    }

    /// Records that the archive does not hold a study any more.
    func lose(_ uid: String, seen before: SeenStudy, archive: String) async throws(Problem) -> ([Recorded], SeenStudy) {
        var seen = before
        seen.isGone = true
        seen.turn += 1
        guard let alias = Alias(.studyUID, value: uid), let stream = try known(alias) else { return ([], seen) }
        let gone = StudyImagesGone(studyUID: uid, archive: archive)
        let plan = Plan(event: .imageQuality(.imagesGone(gone)), key: "orthanc|\(uid)|\(before.turn)|gone")
        return (try await record([plan], on: stream), seen)
    }

    /// Records events on a case, each once, with their record in the audit; durable when it returns.
    ///
    /// - Throws: the first problem; what was recorded before it stays, and is known when all of it comes again.
    func record(_ plans: [Plan], on stream: StreamID) async throws(Problem) -> [Recorded] {
        guard !plans.isEmpty else { return [] }
        let outcome: Result<[Recorded], Problem> = try await auditor.importing("orthanc", from: address) {
            var done: [Recorded] = []
            do throws(Problem) {
                for plan in plans {
                    let recorded = try await record(
                        RecordIntent(
                            event: try fields.sealed(plan.event), stream: stream,
                            author: Author(person: Self.person, role: .system), assurance: .machine,
                            occurredAt: OccurredAt(now(), zoneMinutes: LocalZone.minutes(at: now())), source: .orthanc,
                            sourceKey: plan.key))
                    AuditTrail.current?.records(recorded)
                    done.append(recorded)
                }
                return (.success(done), DeskAnswer(json: "{}", text: ""))
            } catch { return (.failure(error), DeskAnswer(problem: error)) }
        }
        return try outcome.get().filter { !$0.isRepeat }
    }

    /// What this site said last of a study's content; nil where it said nothing, or that it is gone.
    private func lastOwnVersion(of uid: String, in stream: StreamID) throws(Problem) -> String? {
        var version: String?
        for fact in try file.facts(of: stream) where fact.actor.site == site {
            switch fact.event {
            case .studyContentChanged(let said) where said.studyUID == uid: version = ContentDigest.version(said)
            case .imageQuality(.imagesGone(let said)) where said.studyUID == uid: version = nil
            default: continue
            }
        }
        return version
    }
}
