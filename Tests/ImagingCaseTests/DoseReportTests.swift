import EventLog
import Foundation
import ImagingCase
import Testing

/// Dose reports of real scanners as a public package publishes them for its own tests: fetched once into a temporary folder, never
/// kept in the repository. One scanner sends all irradiations anew each time, the other only what is new.
enum VendorReports {
    private static let release = "OpenREM==0.10.0"
    private static let digest = "2fb6be2a42b0355e5d57cb5f4a7750806e202aa2e8f41b4f7bf26439dd862dbb"
    private static let names = [
        "CT-RDSR-Siemens-Multi-1.dcm", "CT-RDSR-Siemens-Multi-2.dcm", "CT-RDSR-Siemens-Multi-3.dcm",
        "CT-RDSR-Siemens-Continued-1.dcm", "CT-RDSR-Siemens-Continued-2.dcm",
    ]

    /// Where the files are; nil where pip, the network or a file cannot be had.
    static let folder: URL? = {
        let place = FileManager.default.temporaryDirectory.appending(path: "filmjacket-dose-reports-0.10.0")
        if isWhole(place) { return place }
        let draft = FileManager.default.temporaryDirectory.appending(path: "filmjacket-dose-reports-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: draft) }
        guard fetch(into: draft), isWhole(draft) else {
            print("skipped: dose reports of real scanners (pip, the network or a file cannot be had)")
            return nil
        }
        // Another run may have been quicker; its files are the same.
        try? FileManager.default.moveItem(at: draft, to: place)
        return isWhole(place) ? place : nil
    }()

    private static func isWhole(_ place: URL) -> Bool {
        names.allSatisfy { FileManager.default.fileExists(atPath: place.appending(path: $0).path) }
    }

    private static func fetch(into draft: URL) -> Bool {
        let list = draft.appending(path: "list.txt")
        do {
            try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
            try "\(release) --hash=sha256:\(digest)\n".write(to: list, atomically: true, encoding: .utf8)
        } catch {
            return false
        }
        let pip = [
            "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--no-input", "--disable-pip-version-check", "--timeout",
            "20",
            "--retries", "1", "--require-hashes", "--dest", draft.path, "--requirement", list.path,
        ]
        let tar = [
            "tar", "--extract", "--gzip", "--file", draft.appending(path: "OpenREM-0.10.0.tar.gz").path, "--directory",
            draft.path,
            "--strip-components=5", "--wildcards", "*/remapp/tests/test_files/CT-RDSR-Siemens-*",
        ]
        return run(pip) && run(tar)
    }

    private static func run(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func read(_ name: String) throws -> DoseReportReader.Report {
        let file = try #require(folder).appending(path: "CT-RDSR-Siemens-\(name).dcm")
        return try DoseReportReader.read(Array(try Data(contentsOf: file)))
    }
}

@Suite(.enabled(if: VendorReports.folder != nil, "skipped: pip, the network or the scanners' files cannot be had"))
struct DoseReportTests {
    private func total(of reports: [DoseReportReader.Report]) -> CaseState {
        let facts = reports.enumerated().map { index, report in
            var site = CaseBuilder("site\(index)")
            return site.record(.doseRecorded(report.dose), by: "rdsr", role: .system, source: .dicom)
        }
        return foldedInEveryOrder(facts)
    }

    @Test func `conflict 49: cumulative reports of a real scanner count each irradiation once`() throws {
        let reports = try ["Multi-1", "Multi-2", "Multi-3"].map(VendorReports.read)
        #expect(Set(reports.map(\.studyUID)).count == 1 && Set(reports.map(\.dose.reportUID)).count == 3)
        #expect(reports.map(\.dose.irradiationEvents.count) == [1, 2, 3])
        for (count, wanted) in [(1, 7.46), (2, 77.27), (3, 236.09)] {
            let state = total(of: Array(reports.prefix(count)))
            #expect(abs(state.dose.dlpMilligrayCentimetre - wanted) < 0.01 && state.conflicts.isEmpty)
            #expect(abs(reports[count - 1].totalMilligrayCentimetre - wanted) < 0.01, "as the scanner itself adds up")
        }
        let summed = reports.reduce(0) { $0 + $1.totalMilligrayCentimetre }
        #expect(summed > 320, "adding up the reports would count the first scan three times")
    }

    @Test func `conflict 49: additional reports of a real scanner add up`() throws {
        let reports = try ["Continued-1", "Continued-2"].map(VendorReports.read)
        #expect(Set(reports.map(\.studyUID)).count == 1)
        for (report, wanted) in zip(reports, [60.17, 56.44]) {
            #expect(abs(total(of: [report]).dose.dlpMilligrayCentimetre - wanted) < 0.01)
        }
        let state = total(of: reports)
        #expect(abs(state.dose.dlpMilligrayCentimetre - 116.61) < 0.01 && state.conflicts.isEmpty)
    }

    @Test func `real reports have a CTDIvol and a UID for every irradiation`() throws {
        for name in ["Multi-1", "Multi-2", "Multi-3", "Continued-1", "Continued-2"] {
            let events = try VendorReports.read(name).dose.irradiationEvents
            #expect(events.allSatisfy { !$0.uid.isEmpty && $0.dlpMilligrayCentimetre >= 0 }, "\(name)")
            #expect(Set(events.map(\.uid)).count == events.count, "\(name)")
            #expect(events.contains { $0.ctdiVolMilligray > 0 }, "\(name)")
        }
    }

    @Test func `the cumulative dose of both examinations counts every irradiation once`() throws {
        let first = total(of: try ["Multi-1", "Multi-2", "Multi-3"].map(VendorReports.read)).dose
        let second = total(of: try ["Continued-1", "Continued-2"].map(VendorReports.read)).dose
        let cumulative = CumulativeDose(of: [
            (StreamID(kind: .imagingCase, high: 1, low: 1), first), (StreamID(kind: .imagingCase, high: 1, low: 2), second),
        ])
        #expect(cumulative.rows.map(\.modality) == ["CT"])
        #expect(abs(cumulative.rows[0].totals.dlpMilligrayCentimetre - 352.70) < 0.02)
    }
}

/// The reader of the tests can fail.
@Suite struct DoseReportReaderTests {
    @Test func `what is no report is refused`() {
        let head = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        for bytes in [
            [], head + [8], head + [8, 0, 0x18, 0, 0x55, 0x49, 9, 0, 0x31], head + [0x40, 0, 0x30, 0xa7] + Array("SQ".utf8),
        ] {
            #expect(throws: DoseReportReader.Malformed.self) { try DoseReportReader.read(bytes) }
        }
    }
}
