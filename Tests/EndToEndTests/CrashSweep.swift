import Foundation
import Synchronization
import Testing

/// A sweep over the crash points of one scripted command: each is tried once, and counted where it was come to.
struct CrashSweep {
    /// FILMJACKET_CRASH_POINTS: how many different crash points all sweeps together are to come to. Each sweep tries as many as any other,
    /// spread evenly over its own, or all where it has fewer. Without it the share that `Deploy/test` has time for; `Deploy/campaign`
    /// gives 1,200; beyond some 3,100 all that there are are tried.
    static let wanted = ProcessInfo.processInfo.environment["FILMJACKET_CRASH_POINTS"].flatMap { Int($0) } ?? 400

    /// What is swept, in the words that are printed.
    enum Script: String, CaseIterable {
        case recording = "a command that records"
        case opening = "a first command, which makes the store"
        case signing = "the signing of a final report"
        case importing = "an import"
        case pushing = "a sync that sends"
        case pulling = "a sync that receives"
        case exporting = "an export into a bundle"
        case takingAtHub = "a hub that takes a bundle"
        case takingAtSite = "a site that takes a bundle"
        case saving = "the saving of a backup"
        case restoring = "the putting back of a backup"
        case joining = "a site that joins"
        case rotating = "a change of key"
        case making = "the making of a hub"
        case adding = "the adding of a site"
        case revoking = "the revocation of a site"
        case serving = "a hub"

        /// How many of all its points a run comes to, fewer rather than more: which thread writes differs from run to run.
        var usual: Int {
            switch self {
            case .recording: 100
            case .opening: 390
            case .signing: 110
            case .importing: 300
            case .pushing: 75
            case .pulling: 450
            case .exporting: 60
            case .takingAtHub: 220
            case .takingAtSite: 410
            case .saving: 265
            case .restoring: 240
            case .joining: 27
            case .rotating: 70
            case .making: 30
            case .adding: 58
            case .revoking: 58
            case .serving: 95
            }
        }
    }

    private static let total = Mutex(0)
    let script: Script
    let tracer: Tracer

    /// Nil, and said, where this machine lets nobody trace.
    init?(_ script: Script, in network: RealNetwork) throws {
        guard let tracer = try Tracer(in: network.folder) else {
            print("crash sweep: this machine lets nobody trace a process; nothing was tried of \(script.rawValue)")
            return nil
        }
        (self.script, self.tracer) = (script, tracer)
    }

    /// The most points that one script is to come to, so that all together come to those wanted.
    private static let most: Int = {
        let usual = Script.allCases.map(\.usual)
        return (1...(usual.max() ?? 1)).first { most in usual.reduce(0) { $0 + min($1, most) } >= wanted } ?? .max
    }()

    /// Of all the points that there are those that are tried.
    private func share(of points: [CrashPoint]) -> [CrashPoint] {
        guard Self.most < script.usual else { return points }
        let count = (points.count * Self.most + script.usual - 1) / script.usual
        return (0..<count).map { points[$0 * points.count / count] }
    }

    /// Tries its share of points, says how many were come to, and expects that they were not few.
    ///
    /// - Parameter body: tries one, and is told its number; gives whether it was come to where only it can know.
    func over(_ points: [CrashPoint], _ body: (CrashPoint, Int) throws -> Bool?) throws {
        let chosen = share(of: points)
        try #require(chosen.count > 1, "so few writes: the tracer counts wrong")
        var reached: Set<String> = []
        for (number, point) in chosen.enumerated() where try body(point, number) ?? tracer.wasReached {
            reached.insert(point.description)
        }
        #expect(reached.count > chosen.count / 3, "so few were come to: the faults do not reach \(script.rawValue)")
        let sum = Self.total.withLock { total in
            total += reached.count
            return total
        }
        print(
            "crash sweep: came to \(reached.count) of the \(chosen.count) points tried of \(points.count) of \(script.rawValue); \(sum) until here"
        )
    }

    /// How many events a folder holds that verifies as a whole, with every state folded anew.
    static func events(in folder: String, _ point: CrashPoint? = nil) throws -> Int {
        let verified = try Product.run("log", "verify", "--states", "--data", folder, "--json")
        #expect(verified.code == 0, "\(point.map(\.description) ?? ""): \(verified.output) \(verified.errors)")
        return verified.json["events"] as? Int ?? -1
    }

    /// The words of a command that records a remark.
    static func remark(_ folder: String, _ text: String) -> [String] {
        [
            "case", "record", "comment.added", "--case", "A1", "--data", folder, "--as", "t.lee", "--role", "technologist",
            "--json", "text=\(text)",
        ]
    }
}

extension RealNetwork {
    /// Does something with a copy of a node's folder, and removes it.
    func withCopy(of node: RealNode, _ body: (String) throws -> Void) throws {
        let folder = try copy(of: node, "cut")
        defer { try? FileManager.default.removeItem(atPath: folder) }  // removed with the network at the latest
        try body(folder)
    }
}
