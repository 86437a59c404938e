import Interop
import Problems
import SQLiteStore

/// The look at all studies: finds what the feed did not tell, and what is gone.
extension OrthancFollower {
    /// The most studies of one archive that are followed; beyond it somebody invents them.
    static let studiesMax = 1_000_000
    /// So many missing studies are believed at once; more of them only up to half of all.
    static let missingMax = 20

    /// What a sweep found.
    private struct Found {
        /// Study Instance UIDs that the archive listed.
        var present: Set<String> = []
        /// Instances of studies that are not followed (still coming in, or refused).
        var others = 0
        /// Whether every one of these could be counted.
        var isCounted = true
    }

    func sweep(_ pace: inout OrthancPace) async throws(OrthancFault) {
        var found = Found()
        var (offset, before) = (0, "")
        while found.present.count < Self.studiesMax {
            let json = try await client.require("/studies?expand&since=\(offset)&limit=\(OrthancClient.pageSize)") {
                json throws(OrthancRefusal) in
                guard let rows = json.list else { throw OrthancRefusal("/studies", expected: "a list") }
                return rows
            }
            // An archive that does not know pages gives the same again.
            guard let first = json.first?["ID"]?.text, first != before else { break }
            before = first
            offset += json.count
            for row in json { try await take(row, &found, &pace) }
            if json.count < OrthancClient.pageSize { break }
        }
        let known = try await lookForMissing(found, &pace)
        try await lookForUntold(found, counted: known, &pace)
        gauge.tell { reading in
            reading.studies = found.present.count
            reading.swept = now()
        }
    }

    private func take(_ row: OrthancJSON, _ found: inout Found, _ pace: inout OrthancPace) async throws(OrthancFault) {
        let study: OrthancStudy
        do throws(OrthancRefusal) { study = try OrthancStudy(row) } catch {
            let id = row["ID"]?.text.flatMap { OrthancID.isWellFormed($0) ? $0 : nil } ?? "without an identifier"
            refuse(id, error.message, "Look at the study in the archive: what breaks DICOM's form is left out.")
            return try await count(id, &found)
        }
        found.present.insert(study.uid)
        if try seen(study.uid)?.isUnchanged(study) == true { return }
        guard study.isStable else {
            // The feed tells when it stands still.
            return try await count(study.id, &found)
        }
        try await attempt(study.id, &pace) { () throws(OrthancFault) in try await look(at: study.id) }
    }

    /// Counts the instances of a study that is not followed.
    private func count(_ id: String, _ found: inout Found) async throws(OrthancFault) {
        do throws(OrthancFault) {
            guard OrthancID.isWellFormed(id) else { throw .absent }
            found.others += try await instances(of: id)
        } catch {
            if error.stopsRound { throw error }
            found.isCounted = false
        }
    }

    /// Records the studies that are gone; gives how many instances the others have.
    private func lookForMissing(_ found: Found, _ pace: inout OrthancPace) async throws(OrthancFault) -> Int {
        var (missing, known, instances) = ([(uid: String, seen: SeenStudy)](), 0, 0)
        var place: String?
        while true {
            let after = place
            let rows = try asking { () throws(Problem) in try state.list(prefix: "study/", after: after, max: 500) }
            guard let last = rows.last else { break }
            place = last.key
            for row in rows {
                guard let seen = SeenStudy(row.value), !seen.isGone else { continue }
                known += 1
                let uid = String(row.key.dropFirst("study/".count))
                if found.present.contains(uid) { instances += seen.instances } else { missing.append((uid, seen)) }
            }
        }
        // A page that was read while others were deleted may have passed over one: each is asked for by itself.
        var gone: [(uid: String, seen: SeenStudy)] = []
        for study in missing where try await client.studies(under: study.uid).isEmpty { gone.append(study) }
        guard gone.count <= max(Self.missingMax, known / 2) else {
            gauge.tell { reading in
                reading.alarm = (
                    "\(gone.count) of \(known) studies are not in the archive any more; nothing is recorded of that",
                    "Make sure that --orthanc names the same archive as before and that it was not emptied by mistake."
                )
            }
            return instances
        }
        gauge.tell { $0.alarm = nil }
        for study in gone { try await lose(study.uid, study.seen) }
        return instances
    }

    private func lose(_ uid: String, _ seen: SeenStudy) async throws(OrthancFault) {
        let archive = "\(importer.site)/\(gauge.current.archive?.title ?? "ORTHANC")"
        if seen.isIgnored {
            var after = seen
            after.isGone = true
            return try await keep(after, of: uid)
        }
        let outcome = try await taking(seen.ids.first ?? uid) { () throws(Problem) in
            try await importer.lose(uid, seen: seen, archive: archive)
        }
        guard let (recorded, after) = outcome else { return }
        gauge.tell { $0.recorded += recorded.count }
        try await keep(after, of: uid)
    }

    /// Looks for studies that lost or got instances without a word: the archive counts more or fewer than what was seen.
    private func lookForUntold(
        _ found: Found, counted: Int, _ pace: inout OrthancPace
    ) async throws(OrthancFault) {
        let total = try await client.require("/statistics") { json throws(OrthancRefusal) in
            guard let count = json["CountInstances"]?.integer else {
                throw OrthancRefusal("CountInstances", expected: "a number")
            }
            return Int(count)
        }
        guard found.isCounted, total != counted + found.others else { return }
        var place: String?
        while true {
            let after = place
            let rows = try asking { () throws(Problem) in try state.list(prefix: "study/", after: after, max: 500) }
            guard let last = rows.last else { return }
            place = last.key
            for row in rows {
                guard let seen = SeenStudy(row.value), !seen.isGone, let id = seen.ids.first else { continue }
                try await attempt(id, &pace) { () throws(OrthancFault) in
                    var count = 0
                    for id in seen.ids { count += try await instances(of: id) }
                    if count != seen.instances { try await look(at: id, isForced: true) }
                }
            }
        }
    }
}
