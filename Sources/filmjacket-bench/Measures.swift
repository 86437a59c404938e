import EventLog
import Foundation
import GRDBSQLite
import ImagingCase

/// Times in milliseconds, sorted, and what is quoted of them.
struct Samples {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

    func percentile(_ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var p50: Double { percentile(0.5) }
    var p99: Double { percentile(0.99) }
}

/// One row of the table: a figure, what it is measured against, and the ratio.
struct Figure {
    let name: String
    let value: Double
    let unit: String
    var limit: Double?
    var limitName = ""
    var note = ""

    var text: String {
        var line =
            name.padding(toLength: max(46, name.count), withPad: " ", startingAt: 0) + Figure.number(value).leftPadded(12) + " "
            + unit
        if let limit, limit > 0 {
            line =
                line.padding(toLength: max(72, line.count + 2), withPad: " ", startingAt: 0)
                + "\(limitName) \(Figure.number(limit)), ratio \(String(format: "%.2f", value / limit))"
        }
        return note.isEmpty ? line : line + "  " + note
    }

    static func number(_ value: Double) -> String {
        if value >= 1000 {
            let digits = String(Int(value.rounded()))
            return String(
                digits.reversed().enumerated().flatMap { $0.offset > 0 && $0.offset % 3 == 0 ? [",", $0.element] : [$0.element] }
                    .reversed())
        }
        return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value)
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", name)
        json.key("value")
        json.real(value)
        json.member("unit", unit)
        if let limit {
            json.member("limitName", limitName)
            json.key("limit")
            json.real(limit)
        }
        json.memberIfSaid("note", note)
        json.endObject()
    }
}

extension String {
    func leftPadded(_ width: Int) -> String { count >= width ? self : String(repeating: " ", count: width - count) + self }
}

/// A clock in milliseconds, for differences.
func elapsedMilliseconds(since start: ContinuousClock.Instant) -> Double {
    let duration = ContinuousClock.now - start
    return Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
}

/// What the machine itself can do, measured in the same run.
enum Limits {
    /// Appending 256 bytes and fdatasync, in milliseconds.
    static func dataSync(in folder: String, count: Int = 400) -> Samples {
        let descriptor = open(folder + "/sync.probe", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer {
            close(descriptor)
            unlink(folder + "/sync.probe")
        }
        let bytes = [UInt8](repeating: 7, count: 256)
        return Samples(
            (0..<count).map { _ in
                let start = ContinuousClock.now
                _ = write(descriptor, bytes, bytes.count)
                fdatasync(descriptor)
                return elapsedMilliseconds(since: start)
            })
    }

    /// One row of 256 bytes a commit in raw SQLite, WAL and synchronous=FULL, in milliseconds.
    static func rawCommit(in folder: String, count: Int = 400) -> Samples {
        var connection: OpaquePointer?
        let path = folder + "/raw.probe"
        sqlite3_open(path, &connection)
        defer {
            sqlite3_close(connection)
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        }
        sqlite3_exec(
            connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(i INTEGER PRIMARY KEY, b BLOB)", nil,
            nil, nil)
        var insert: OpaquePointer?
        sqlite3_prepare_v2(connection, "INSERT INTO t(b) VALUES(?1)", -1, &insert, nil)
        defer { sqlite3_finalize(insert) }
        let bytes = [UInt8](repeating: 7, count: 256)
        return Samples(
            (0..<count).map { _ in
                let start = ContinuousClock.now
                bytes.withUnsafeBytes { raw in
                    _ = sqlite3_bind_blob(insert, 1, raw.baseAddress, 256, nil)
                    _ = sqlite3_step(insert)
                }
                sqlite3_reset(insert)
                return elapsedMilliseconds(since: start)
            })
    }
}

/// Resident memory and processor time of a process, as the kernel counts them.
enum ProcessFigures {
    static func residentMegabytes(_ pid: Int32) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return 0 }
        return kilobytes / 1024
    }

    static func cpuSeconds(_ pid: Int32) -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let close = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
