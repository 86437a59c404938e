import ImagingCase
import Interop

/// What an archive holds under one Study Instance UID at some moment.
struct OrthancHolding: Sendable {
    /// Its studies: one, or several where it holds the UID under several patients.
    let studies: [OrthancStudy]
    let series: [OrthancSeries]
    let instances: [OrthancInstance]
    let content: StudyContent
    /// Series and instances that could not be read.
    let refusals: [OrthancRefusal]
    /// Instances that the archive listed, those included that could not be read.
    let listed: Int

    /// The study that was looked at first.
    var first: OrthancStudy { studies[0] }
}

extension OrthancClient {
    /// Requests for fingerprints at a time: they are short, and an archive has work of its own.
    private static let lanes = 8
    /// The most studies under one UID that are looked at.
    private static let twinsMax = 16

    /// Reads all that the archive holds under a study's UID.
    func holding(of study: OrthancStudy) async throws(OrthancFault) -> OrthancHolding {
        var studies = [study]
        for id in try await self.studies(under: study.uid).prefix(Self.twinsMax) where id != study.id {
            do throws(OrthancFault) { studies.append(try await self.study(id)) } catch {
                // Gone meanwhile: it is no part of what is held.
                if case .absent = error { continue }
                throw error
            }
        }
        var (series, instances, refusals) = ([OrthancSeries](), [OrthancInstance](), [OrthancRefusal]())
        var listed = 0
        for twin in studies {
            let told = try await read("/studies/\(twin.id)/series") { json throws(OrthancRefusal) in
                try OrthancList(json) { item throws(OrthancRefusal) in try OrthancSeries(item) }
            }
            let held = try await read("/studies/\(twin.id)/instances") { json throws(OrthancRefusal) in
                try OrthancList(json) { item throws(OrthancRefusal) in try OrthancInstance(item) }
            }
            series += told.items
            instances += held.items
            listed += held.items.count + held.refusals.count
            refusals += told.refusals + held.refusals
        }
        let files = try await fingerprints(of: instances)
        return OrthancHolding(
            studies: studies, series: series, instances: instances, content: StudyContent(series: series, instances: files),
            refusals: refusals, listed: listed)
    }

    /// One study.
    func study(_ id: String) async throws(OrthancFault) -> OrthancStudy {
        try await read("/studies/\(id)") { json throws(OrthancRefusal) in try OrthancStudy(json) }
    }

    private func fingerprints(of instances: [OrthancInstance]) async throws(OrthancFault) -> [StudyContent.Instance] {
        let lanes = min(Self.lanes, instances.count)
        let outcomes = await withTaskGroup(of: Result<[StudyContent.Instance], OrthancFault>.self) { group in
            for lane in 0..<lanes { group.addTask { await fingerprints(lane, of: lanes, instances) } }
            var outcomes: [Result<[StudyContent.Instance], OrthancFault>] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        var all: [StudyContent.Instance] = []
        all.reserveCapacity(instances.count)
        for outcome in outcomes { all += try outcome.get() }
        return all
    }

    private func fingerprints(
        _ lane: Int, of lanes: Int, _ instances: [OrthancInstance]
    ) async -> Result<[StudyContent.Instance], OrthancFault> {
        var done: [StudyContent.Instance] = []
        do throws(OrthancFault) {
            for place in stride(from: lane, to: instances.count, by: lanes) {
                let instance = instances[place]
                let print = try await fingerprint(of: instance)
                done.append(StudyContent.Instance(series: instance.series, uid: instance.uid, fingerprint: print))
            }
            return .success(done)
        } catch { return .failure(error) }
    }

    /// The MD5 of an instance's file; its size where the archive keeps none.
    private func fingerprint(of instance: OrthancInstance) async throws(OrthancFault) -> String {
        do throws(OrthancFault) {
            if let md5 = StudyContent.md5(try await bytes("/instances/\(instance.id)/attachments/dicom/md5")) { return md5 }
        } catch {
            guard case .absent = error else { throw error }
        }
        return "size:\(instance.bytes)"
    }
}
