import Foundation
import Synchronization
import TestServers

/// An archive that answers as Orthanc 1.10.1 does, holds what a test puts into it, and lies where the test says so.
final class FalseOrthanc: Sendable {
    /// A study with one series.
    struct Study {
        var number: Int
        var uid: String
        var accession = "A1"
        var patient = "P1"
        var name = "DOE^JANE"
        var isStable = true
        var update = 1
        /// SOP Instance UIDs and the fingerprints of their files.
        var files: [(uid: String, print: String)] = []

        init(_ number: Int, uid: String? = nil, files: Int = 2) {
            self.number = number
            self.uid = uid ?? "1.2.\(number)"
            for file in 1...max(1, files) { self.files.append(("1.2.\(number).1.\(file)", "\(file)")) }
        }
    }

    private struct State {
        var rows: [(number: Int, type: String, study: Int)] = []
        var last = 0
        var studies: [Int: Study] = [:]
        var answers: [(path: String, status: String, body: String)] = []
        var asked: [String] = []
    }

    private let state = Mutex(State())
    private let server = Mutex<ScriptedServer?>(nil)

    var url: String { server.withLock { $0?.url ?? "" } }
    /// The methods and paths that were asked for so far.
    var asked: [String] { state.withLock { $0.asked } }

    init() {
        let server = ScriptedServer { [state = Weak(self)] request, connection in
            guard let archive = state.value else { return .close }
            let (status, body) = archive.answer(request.head, request.path, String(decoding: request.body, as: UTF8.self))
            connection.answer(body, status: status)
            return .keep
        }
        self.server.withLock { $0 = server }
    }

    deinit { server.withLock { $0?.stop() } }

    private final class Weak: @unchecked Sendable {  // because a weak reference may be read from any thread
        weak var value: FalseOrthanc?
        init(_ value: FalseOrthanc) { self.value = value }
    }

    /// Puts a study in, and tells of it unless it is to be found.
    func put(_ study: Study, tells types: [String] = ["NewStudy", "StableStudy"]) {
        state.withLock { state in
            state.studies[study.number] = study
            for type in types {
                state.last += 1
                state.rows.append((state.last, type, study.number))
            }
        }
    }

    /// Changes a study, and tells of it unless it is to be found.
    func change(_ number: Int, tells types: [String] = ["StableStudy"], _ body: (inout Study) -> Void) {
        guard var study = state.withLock({ $0.studies[number] }) else { return }
        body(&study)
        put(study, tells: types)
    }

    /// Deletes a study: its rows go with it.
    func delete(_ number: Int) {
        state.withLock { state in
            state.studies[number] = nil
            state.rows.removeAll { $0.study == number }
        }
    }

    /// Wipes the feed; with a number it goes on from there.
    func wipe(last: Int? = nil) {
        state.withLock { state in
            state.rows = []
            if let last { state.last = last }
        }
    }

    /// Answers a path, and whatever begins with it, otherwise from now on; nil answers as it should again.
    func lie(_ path: String, _ status: String = "200 OK", with body: String?) {
        state.withLock { state in
            state.answers.removeAll { $0.path == path }
            if let body { state.answers.append((path, status, body)) }
        }
    }

    static func id(_ number: Int, _ kind: String = "dddddddd") -> String {
        let digits = String(number, radix: 16)
        return "aaaaaaaa-bbbbbbbb-cccccccc-\(kind)-" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static let series = "eeeeeeee"
    private static let instance = "ffffffff"

    private func answer(_ head: String, _ path: String, _ body: String) -> (String, String) {
        state.withLock { state in
            state.asked.append("\(head.prefix { $0 != " " }) \(path)")
            if let lie = state.answers.first(where: { path.hasPrefix($0.path) }) { return (lie.status, lie.body) }
            guard let text = Self.text(path, body, state) else { return ("404 Not Found", "") }
            return ("200 OK", text)
        }
    }

    private static func text(_ path: String, _ body: String, _ state: State) -> String? {
        let studies = state.studies.values.sorted { $0.number < $1.number }
        func number(after mark: String) -> Int? {
            path.components(separatedBy: mark).last.flatMap { Int($0.prefix(while: \.isNumber)) }
        }
        if path == "/system" { return #"{"ApiVersion":16,"Version":"1.10.1","DicomAet":"FALSE"}"# }
        if path == "/statistics" { return #"{"CountInstances":\#(studies.reduce(0) { $0 + $1.files.count })}"# }
        if path == "/changes?last" { return #"{"Changes":[],"Last":\#(state.last),"Done":true}"# }
        if path.hasPrefix("/changes?since=") {
            let rows = state.rows.filter { $0.number > number(after: "since=") ?? 0 }.map {
                #"{"Seq":\#($0.number),"ChangeType":"\#($0.type)","ID":"\#(id($0.study))"}"#
            }
            return "{\"Changes\":[\(rows.joined(separator: ","))],\"Last\":\(state.last),\"Done\":true}"
        }
        if path.hasPrefix("/studies?expand") {
            return "[" + studies.dropFirst(number(after: "since=") ?? 0).prefix(100).map(object).joined(separator: ",") + "]"
        }
        if path == "/tools/lookup" {
            return "["
                + studies.filter { $0.uid == body }.map { #"{"ID":"\#(id($0.number))","Type":"Study"}"# }.joined(separator: ",")
                + "]"
        }
        let parts = path.split(separator: "/").map(String.init)
        if parts[0] == "instances", parts.count == 5 {
            let print = studies.flatMap { study in
                study.files.enumerated().map { (id(study.number * 1000 + $0, instance), $1.print) }
            }
            .first { $0.0 == parts[1] }?.1
            return print.map { String(repeating: "0", count: 32 - $0.utf8.count) + $0 }
        }
        guard parts[0] == "studies", parts.count > 1, let study = studies.first(where: { id($0.number) == parts[1] }) else {
            return nil
        }
        switch parts.dropFirst(2).first {
        case nil: return object(study)
        case "series":
            return
                #"[{"ID":"\#(id(study.number, series))","MainDicomTags":{"SeriesInstanceUID":"\#(study.uid).1","Modality":"CT"}}]"#
        case "instances": return "[" + study.files.indices.map { object(study, $0) }.joined(separator: ",") + "]"
        case "labels": return ""
        case "statistics": return #"{"CountInstances":\#(study.files.count)}"#
        default: return nil
        }
    }

    private static func object(_ study: Study) -> String {
        """
        {"ID":"\(id(study.number))","IsStable":\(study.isStable),"LastUpdate":"\(study.update)","MainDicomTags":\
        {"StudyInstanceUID":"\(study.uid)","AccessionNumber":"\(study.accession)"},"PatientMainDicomTags":\
        {"PatientID":"\(study.patient)","PatientName":"\(study.name)"}}
        """
    }

    private static func object(_ study: Study, _ index: Int) -> String {
        """
        {"ID":"\(id(study.number * 1000 + index, instance))","ParentSeries":"\(id(study.number, series))","FileSize":100,\
        "MainDicomTags":{"SOPInstanceUID":"\(study.files[index].uid)"}}
        """
    }
}
