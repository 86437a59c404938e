import EventLog
import ImagingCase
import Interop
import Problems
import SQLiteStore

/// Shows in the archive's own list how far each case is, where the archive can: from 1.12.0 on, which says so of itself.
extension OrthancCourier {
    /// Puts the words of cases that changed. They are for people's eyes: one that is missed comes with the case's next change.
    func label(_ streams: Set<StreamID>) async throws(OrthancFault) {
        guard gauge.current.archive?.hasLabels == true else { return }
        for stream in streams.sorted() where stream.kind == .imagingCase {
            let (word, uid, seen, before): (String, String, SeenStudy?, String)
            do throws(Problem) {
                let state = CaseFold.fold(stream, try store.file.facts(of: stream))
                (word, uid) = (StudyLabel.word(of: state), state.acquisition.studyUID)
                seen = try self.state.get("study/\(uid)").flatMap { SeenStudy($0) }
                before = String(decoding: try self.state.get("label/\(uid)") ?? [], as: UTF8.self)
            } catch { throw .store(error) }
            guard let seen, !seen.isGone, before != word else { continue }
            for id in seen.ids {
                do throws(OrthancFault) {
                    _ = try await client.bytes("/studies/\(id)/labels/\(word)", method: "PUT")
                    if before.hasPrefix(StudyLabel.prefix) {
                        _ = try await client.bytes("/studies/\(id)/labels/\(before)", method: "DELETE")
                    }
                } catch {
                    if error.stopsRound { throw error }
                }
            }
            do throws(Problem) { try await self.state.put([("label/\(uid)", Array(word.utf8))]) } catch { throw .store(error) }
        }
    }
}
