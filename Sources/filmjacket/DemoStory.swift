import Foundation
import Problems
import Web

/// What the demonstration tells: one urgent examination, two readers, a cut link, two finals, and how they are brought together.
final class DemoStory {
    private let folder: String
    private let teller: DemoTeller
    private var nodes: [DemoNode] = []
    private var relay: LinkRelay?
    private var leftovers: DemoLeftovers?
    private let study = "DEMO-1042"

    init(folder: String, tells teller: DemoTeller) {
        self.folder = folder
        self.teller = teller
    }

    func tell(isInteractive: Bool, leaving leftovers: DemoLeftovers) async throws {
        self.leftovers = leftovers
        let (hub, northside, lakeview, relay) = try await setUp()
        try await acquire(northside, lakeview)
        try await disagree(northside, lakeview, relay)
        try await heal(hub, northside, lakeview, relay)
        let conflict = try await showConflict(hub, northside, lakeview)
        if isInteractive { try await talk(northside, lakeview, relay, conflict) } else { try await resolve(conflict) }
    }

    private func setUp() async throws -> (DemoNode, DemoNode, DemoNode, LinkRelay) {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        teller.head("Filmjacket \(Version.text) demo: one hub, two sites, loopback only. Data: \(folder) (removed on exit)")
        _ = try DemoNode.run(["hub", "init", "--data", folder + "/hub", "--name", "Lakes Imaging"])
        let hub = try await DemoNode.start("hub", data: folder + "/hub", leaving: leftovers) { [folder] address in
            ["hub", "run", "--data", folder + "/hub", "--listen", address]
        }
        nodes.append(hub)
        let relay = try await LinkRelay(to: hub.port)
        self.relay = relay
        let northside = try await join("northside", "imaging", false, "http://127.0.0.1:\(relay.port)", hub)
        let lakeview = try await join("lakeview", "reading", true, "http://127.0.0.1:\(hub.port)", hub)
        teller.head("  hub        http://127.0.0.1:\(hub.port)/v1/conflicts")
        teller.head(
            "  northside  http://127.0.0.1:\(northside.port)/v1/worklist     "
                + "lakeview  http://127.0.0.1:\(lakeview.port)/v1/worklist")
        return (hub, northside, lakeview, relay)
    }

    private func join(_ site: String, _ kind: String, _ all: Bool, _ url: String, _ hub: DemoNode) async throws -> DemoNode {
        let added = try await hub.ask(.siteAdd(id: site, kind: kind, allCases: all, label: site.capitalized))
        let data = folder + "/" + site
        _ = try DemoNode.run(["agent", "join", url, added["code"] as? String ?? "", "--data", data])
        let node = try await DemoNode.start(site, data: data, leaving: leftovers) { address in
            ["agent", "run", "--data", data, "--listen", address]
        }
        nodes.append(node)
        return node
    }

    private func acquire(_ northside: DemoNode, _ lakeview: DemoNode) async throws {
        try await northside.record(
            "order.placed", on: nil, as: "Dr Reyes", "referrer",
            """
            {"accession":{"issuer":"northside","value":"\(study)"},"patient":{"issuer":"northside","id":"D-1","name":"DEMO^ANN",
            "birthDate":"1966-04-02","sex":"female"},"procedure":{"code":"24725-4","scheme":"LN","text":"CT head"},"modality":"CT",
            "reason":"sudden weakness","priority":"stat","requester":"Dr Reyes","studyUID":"2.25.104200000000000000000000000000000001"}
            """)
        try await northside.record(
            "procedureStep.started", on: study, as: "tech.lee", "technologist",
            #"{"stepUID":"2.25.1","modality":"CT","station":"CT1"}"#)
        try await northside.record(
            "procedureStep.completed", on: study, as: "tech.lee", "technologist",
            #"{"stepUID":"2.25.1","modality":"CT","station":"CT1","series":[{"uid":"2.25.11","modality":"CT","instances":412}]}"#)
        let began = ContinuousClock.now
        try await northside.record(
            "study.handedOver", on: study, as: "tech.lee", "technologist",
            #"{"declaredSeries":1,"declaredInstances":412,"patientState":"onTable","note":"speech slurred since 13:10"}"#)
        let recorded = ContinuousClock.now - began
        try await wait("lakeview to hold the case") {
            (try? await lakeview.ask(.caseShow(id: self.study, knownTo: nil, at: nil)))?["events"] as? Int == 4
        }
        let seen = ContinuousClock.now - began
        teller.say(
            "northside",
            "CT head DEMO^ANN, STAT, acquired and handed over (recorded in \(recorded.milliseconds) ms)   seen at lakeview after \(seen.milliseconds) ms"
        )
        try await lakeview.record("reading.claimed", on: study, as: "Dr Osei", "radiologist", #"{"mode":"exclusive"}"#)
        try await wait("northside to show the holder") { try await self.agree([northside, lakeview]) }
        teller.say("lakeview", "Dr Osei claims it; northside shows the holder")
    }

    private func disagree(_ northside: DemoNode, _ lakeview: DemoNode, _ relay: LinkRelay) async throws {
        relay.cut()
        teller.say("link", "to northside cut (on purpose)                   both sites keep working")
        try await lakeview.record(
            "report.finalSigned", on: study, as: "Dr Osei", "radiologist",
            #"{"findings":"No haemorrhage. Grey-white differentiation preserved.","impression":"No acute finding."}"#)
        try await northside.record(
            "report.finalSigned", on: study, as: "Dr Lund", "radiologist",
            #"{"findings":"Dense left middle cerebral artery.","impression":"Early left MCA infarct."}"#)
        teller.say("apart", "Dr Osei signs FINAL at lakeview; Dr Lund signs FINAL at northside; neither can see the other")
        let status = try await northside.ask(.status)
        teller.say("northside", "offline: \(status["pending"] as? Int ?? 0) waiting, all safe in the log")
    }

    private func heal(_ hub: DemoNode, _ northside: DemoNode, _ lakeview: DemoNode, _ relay: LinkRelay) async throws {
        relay.heal()
        let began = ContinuousClock.now
        let before = try await northside.ask(.syncNow)
        try await wait("all three to hold the same") { try await self.agree([hub, northside, lakeview]) }
        let after = try await northside.ask(.syncNow)
        func number(_ name: String) -> Int { (after[name] as? Int ?? 0) - (before[name] as? Int ?? 0) }
        teller.say(
            "link back",
            "\(number("pushed") + number("pulled")) events exchanged, \(number("bytesSent") + number("bytesReceived")) bytes; hub and both "
                + "sites hold the same state \(try await hub.digest().prefix(8)) after \((ContinuousClock.now - began).milliseconds) ms"
        )
    }

    private struct Found {
        let id: String
        let choose: String
    }

    private func showConflict(_ hub: DemoNode, _ northside: DemoNode, _ lakeview: DemoNode) async throws -> Found {
        var numbers: [Int] = []
        var found: Found?
        for node in [hub, northside, lakeview] {
            let state = try await node.ask(.caseShow(id: study, knownTo: nil, at: nil))
            let conflicts = state["conflicts"] as? [[String: Any]] ?? []
            guard
                let conflict = conflicts.first(where: {
                    $0["kind"] as? String == "competingFinals" && $0["state"] as? String == "open"
                }),
                let id = conflict["id"] as? String, let events = conflict["events"] as? [String],
                let number = conflict["number"] as? Int
            else { throw Problem(.internalError, "\(node.name) does not show the conflict.") }
            numbers.append(number)
            found = Found(id: id, choose: events.first { $0.hasPrefix("northside") } ?? events[0])
        }
        guard let found, Set(numbers).count == 1 else {
            throw Problem(.internalError, "The nodes number the conflict differently.")
        }
        teller.say(
            "CONFLICT",
            "\(numbers[0]): two final reports on one study, the same at hub, northside and lakeview. Neither was overwritten.")
        return found
    }

    private func resolve(_ conflict: Found) async throws {
        guard let lakeview = nodes.last else { return }
        _ = try await lakeview.ask(
            .conflictResolve(
                id: conflict.id, choose: conflict.choose, reason: "MCA sign confirmed on review", person: "Dr Osei", role: "lead")
        )
        let nodes = nodes
        try await wait("the conflict to be closed everywhere") {
            for node in nodes {
                let state = try await node.ask(.caseShow(id: self.study, knownTo: nil, at: nil))
                let conflicts = state["conflicts"] as? [[String: Any]] ?? []
                if conflicts.contains(where: { $0["id"] as? String == conflict.id && $0["state"] as? String == "open" }) {
                    return false
                }
            }
            return try await self.agree(nodes)
        }
        teller.say(
            "lakeview", "Dr Osei chooses Dr Lund's report and signs why; closed at hub and both sites, both texts stay readable")
        let state = try await nodes[0].ask(.caseShow(id: study, knownTo: nil, at: nil))
        teller.say("hub", "\(state["headline"] as? String ?? "")   state \(try await nodes[0].digest().prefix(8)) at all three")
    }

    private func talk(_ northside: DemoNode, _ lakeview: DemoNode, _ relay: LinkRelay, _ conflict: Found) async throws {
        var isResolved = false
        var isCut = false
        teller.head("Enter = resolve as Dr Osei would   k = cut or heal the link   q = quit")
        while let input = readLine() {
            switch input.trimmingCharacters(in: .whitespaces) {
            case "" where !isResolved:
                if isCut { relay.heal() }
                isCut = false
                try await resolve(conflict)
                isResolved = true
                teller.head("k = cut or heal the link   q = quit")
            case "k":
                if isCut { relay.heal() } else { relay.cut() }
                isCut.toggle()
                teller.say("link", isCut ? "cut" : "healed")
            case "q": return
            default: teller.head("Enter, k or q")
            }
        }
    }

    private func agree(_ nodes: [DemoNode]) async throws -> Bool {
        var digests: Set<String> = []
        for node in nodes { digests.insert(try await node.digest()) }
        return digests.count == 1
    }

    private func wait(_ what: String, until isSo: () async throws -> Bool) async throws {
        let began = ContinuousClock.now
        while try await !isSo() {
            guard (ContinuousClock.now - began).seconds < 15 else {
                throw Problem(.internalError, "15 s were not enough for \(what).")
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// A port that was free a moment ago.
enum FreePort {
    static func take() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard code == 0 else { throw Problem(.internalError, "No free port could be found.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
