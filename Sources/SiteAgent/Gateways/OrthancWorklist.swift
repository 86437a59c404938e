import EventLog
import Foundation
import ImagingCase
import Interop
import Logging
import Problems
import SQLiteStore
import ServiceLifecycle
import Web

/// Keeps a folder of worklist files in step with the cases: one file for each accepted examination that has not begun, none for any other.
///
/// The files are derived and may be deleted at any time; only files that are named as a case's are ever touched. A modality's server needs
/// names in the clear, so that the folder is the operator's to guard: files are open to its owner and its group.
struct OrthancWorklist: Service {
    /// Between two looks, in milliseconds.
    private static let roundMilliseconds: Int64 = 1_000
    /// The end of a file's name.
    private static let ending = ".wl"

    let folder: String
    let file: StoreFile
    let site: SiteID
    let fields: FieldKeys
    let gauge: OrthancGauge
    let logger: Logger
    let now: @Sendable () -> Instant

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last: EventHash?
            while !Task.isCancelled {
                do throws(Problem) {
                    let digest = try file.digest()
                    if digest != last {
                        try keep()
                        last = digest
                    }
                } catch {
                    gauge.refuses("worklist: \(error.message)", error.remedy, at: now())
                    logger.error("worklist files cannot be kept", metadata: ["why": "\(error.message)"])
                }
                // Cut short by the end of the process.
                try? await Task.sleep(for: .milliseconds(Self.roundMilliseconds))
            }
        }
    }

    /// Writes what is missing or differs, and removes what is over.
    ///
    /// - Throws: `STORE_NOT_WRITABLE` for a folder that cannot be written, or a fault of the store.
    func keep() throws(Problem) {
        var wanted: [String: [UInt8]] = [:]
        for row in try file.waiting(for: .technologist) {
            guard let json = try? OrthancJSON(parsing: row),  // the store's own rows are JSON
                json["order"]?.text == "accepted", json["acquisition"]?.text == "none",
                json["site"]?.text.map({ $0 == site.text }) ?? true, let stream = json["case"]?.text.flatMap({ StreamID($0) })
            else { continue }
            let facts = try file.facts(of: stream)
            // The order's own time stands for a slot, so that a file does not change with each look.
            let ordered = facts.first { $0.event.kind == .orderPlaced }?.occurredAt.instant ?? now()
            let zone = LocalZone.minutes(at: now())
            let entry = WorklistEntry(CaseFold.fold(stream, facts), zoneMinutes: zone, ordered: ordered)
            guard let entry else { continue }
            wanted[stream.description + Self.ending] = entry.file { fields.shown(in: $0) }
        }
        do {
            let manager = FileManager.default
            for name in try manager.contentsOfDirectory(atPath: folder) where isOurs(name) && wanted[name] == nil {
                try manager.removeItem(atPath: folder + "/" + name)
            }
            for (name, bytes) in wanted where manager.contents(atPath: folder + "/" + name).map(Array.init) != bytes {
                try write(bytes, to: folder + "/" + name)
            }
        } catch {
            throw Problem(
                .storeNotWritable, "The worklist folder cannot be kept: \(error.localizedDescription)",
                remedy: "Make the folder of --worklist-folder, and let the agent's user write there.")
        }
    }

    private func isOurs(_ name: String) -> Bool {
        name.hasSuffix(Self.ending) && StreamID(name.dropLast(Self.ending.count))?.kind == .imagingCase
    }

    /// A server that reads meanwhile sees the old file or the new one.
    private func write(_ bytes: [UInt8], to path: String) throws {
        let part = path + ".new"
        try? FileManager.default.removeItem(atPath: part)  // left by a run that ended in the middle
        guard FileManager.default.createFile(atPath: part, contents: Data(bytes), attributes: [.posixPermissions: 0o640]),
            rename(part, path) == 0
        else { throw CocoaError(.fileWriteUnknown) }
    }
}
