import CurlHTTP
public import EventLog
import ImagingCase
import Interop
public import Logging
import Problems
public import SQLiteStore
public import ServiceLifecycle
import Synchronization
public import Web

/// Everything that a node tells systems outside: makes messages of histories that changed, and brings each to its target.
///
/// Law: what a commit changed is noted in that commit; a message and the memory that it was told are kept in one commit; a message is noted
/// as taken after the other side said so and the audit holds that it went. So nothing is forgotten, and what is sent twice is sent with the
/// same key.
public final class Outbox: Service, Sendable {
    /// Histories looked at together.
    private static let batch = 64

    let store: StoreFile
    let site: SiteID
    let fields: FieldKeys
    let record: CaseDesk.Record
    let auditor: Auditor
    let logger: Logger
    let now: @Sendable () -> Instant
    private let bell = Bell()
    private let running = Mutex<[String: Way]>([:])
    /// Targets that cannot be served as they are set, and why.
    private let unserved = Mutex<[String: String]>([:])
    /// Carries webhooks; made when the first one is served.
    private let http = Mutex<HTTPClient?>(nil)

    /// A target that is served.
    struct Way: Sendable {
        /// As the store keeps them: a target that was removed and added again is another.
        let stored: [UInt8]
        let settings: TargetSettings
        let teller: any Teller
        let courier: any Courier
        let gauge: DeliveryGauge
        let bell: Bell
    }

    /// Stands before a node's store.
    public init(
        store: StoreFile, site: SiteID, fields: FieldKeys, record: @escaping CaseDesk.Record, auditor: Auditor,
        logger: Logger = Logger(label: "filmjacket.outbound"), now: @escaping @Sendable () -> Instant
    ) {
        self.store = store
        self.site = site
        self.fields = fields
        self.record = record
        self.auditor = auditor
        self.logger = logger
        self.now = now
    }

    /// Says that something was committed, or that targets changed.
    public func wake() { bell.ring() }

    /// Lets messages go that a person has just let go.
    func wake(_ target: String) { running.withLock { $0[target]?.bell.ring() } }

    /// How the way to a target is, while this runs.
    func gauge(of target: String) -> DeliveryGauge? { running.withLock { $0[target]?.gauge } }

    /// Why a target cannot be served as it is set; nil where it can, or where nobody tried.
    func fault(of target: String) -> String? { unserved.withLock { $0[target] } }

    /// Runs until the process ends in order.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    do throws(Problem) {
                        try self.startDeliveries(in: &group)
                        if try await self.makeMessages() { continue }
                    } catch {
                        self.logger.error("what is to be told cannot be made", metadata: ["why": "\(error.message)"])
                    }
                    await self.bell.wait(atMost: .seconds(30))
                }
                group.cancelAll()
            }
        }
    }

    private func startDeliveries(in group: inout DiscardingTaskGroup) throws(Problem) {
        for target in try store.outboundTargets() where running.withLock({ $0[target.name] == nil }) {
            let way: Way
            do throws(Problem) { way = try self.way(to: target) } catch {
                let why = error.message
                // Tried again with every commit, and said once.
                if unserved.withLock({ $0.updateValue(why, forKey: target.name) }) != why {
                    logger.error("a target cannot be served", metadata: ["target": "\(target.name)", "why": "\(why)"])
                }
                continue
            }
            unserved.withLock { _ = $0.removeValue(forKey: target.name) }
            running.withLock { $0[target.name] = way }
            let delivery = Delivery(
                target: target.name, settings: target.settings, store: store, courier: way.courier, gauge: way.gauge,
                bell: way.bell, logger: logger,
                now: now,
                went: { [self] message throws(Problem) in
                    try await auditor.exported("notify \(way.settings.kind.rawValue)", to: message.target, of: message.stream)
                },
                taken: { [self] message, receipt in await noteDelivered(message, receipt, way.settings) })
            group.addTask {
                await delivery.run()
                self.running.withLock { _ = $0.removeValue(forKey: target.name) }
                self.wake()
            }
        }
    }

    /// What serves a target.
    ///
    /// - Throws: `CONFIGURATION` where it cannot be served as it is set.
    func way(to target: OutboundTarget) throws(Problem) -> Way {
        let settings = try TargetSettings(stored: target.settings, of: target.name)
        let courier: any Courier
        let teller: any Teller
        switch settings.kind {
        case .hl7:
            let (host, port) = try settings.endpoint()
            let fields = fields
            let outbound = HL7Outbound(
                facility: site.text, receivingApplication: settings.application ?? "",
                receivingFacility: settings.facility ?? "", open: { fields.shown(in: $0) })
            courier = HL7Courier(host: host, port: port, outbound: outbound, now: now)
            teller = HL7Teller(target: target.name, outbound: outbound, own: site, now: now)
        case .webhook:
            courier = try WebhookCourier(settings, http: client, now: now)
            teller = EventTeller(node: site)
        case .subscription:
            courier = try SubscriptionCourier(settings, name: target.name, http: client, now: now)
            teller = SubscriptionTeller(topic: try FHIRSubscriptionTopic(of: settings))
        case .mail:
            courier = try MailCourier(settings, node: site, now: now)
            teller = AlarmTeller(node: site, now: now)
        }
        return Way(
            stored: target.settings, settings: settings, teller: teller, courier: courier, gauge: DeliveryGauge(), bell: Bell())
    }

    private var client: HTTPClient {
        http.withLock { held in
            let client = held ?? HTTPClient()
            held = client
            return client
        }
    }

    /// Makes messages of histories that changed; gives whether there may be more.
    private func makeMessages() async throws(Problem) -> Bool {
        var isMore = false
        let current = Dictionary(uniqueKeysWithValues: try store.outboundTargets().map { ($0.name, $0.settings) })
        for (target, way) in running.withLock({ $0 }).sorted(by: { $0.key < $1.key }) where current[target] == way.stored {
            let changes = try store.outboundChanges(for: target, limit: Self.batch)
            for change in changes {
                let telling = way.teller.tell(
                    change.stream, try store.facts(of: change.stream), told: try store.outboundTold(target, of: change))
                try await store.keep(telling.drafts, told: telling.told, for: target, of: change, now: now())
            }
            if !changes.isEmpty { way.bell.ring() }
            isMore = isMore || changes.count == Self.batch
        }
        return isMore
    }

    /// A report that a system took is a fact in the case: delivered, which is not read.
    private func noteDelivered(_ message: OutboundMessage, _ receipt: String, _ settings: TargetSettings) async {
        guard settings.kind == .hl7, message.subject.hasPrefix("report "), let report = EventID(message.subject.dropFirst(7))
        else {
            return
        }
        let said = ReportDelivered(report: report, recipient: message.target, channel: "HL7 v2", receipt: receipt)
        let intent = RecordIntent(
            event: .reportReceipt(.delivered(said)), stream: message.stream,
            author: Author(person: "filmjacket", role: .system), assurance: .machine, occurredAt: OccurredAt(now()),
            source: .system,
            sourceKey: "delivered \(message.target) \(message.key)")
        do throws(Problem) { _ = try await record(intent) } catch {
            logger.error("that a report was delivered cannot be recorded", metadata: ["why": "\(error.message)"])
        }
    }
}
