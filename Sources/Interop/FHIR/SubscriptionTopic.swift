public import EventLog
import ImagingCase

/// What somebody can have himself told of over FHIR: resources of a type that come to a status.
///
/// Source: FHIR Subscriptions R5 Backport 1.1.0 (R4), topic-based subscriptions.
public enum FHIRSubscriptionTopic: String, CaseIterable, Sendable {
    /// A report became final.
    case reportFinal = "report-final"
    /// A final report was amended, corrected, added to or withdrawn.
    case reportAmended = "report-amended"
    /// A critical result was raised, acknowledged or withdrawn.
    case critical
    /// A study came to another state or content.
    case studyState = "study-state"

    /// Its canonical address.
    public var canonical: String { "http://filmjacket.org/fhir/SubscriptionTopic/\(rawValue)" }

    /// Whether it tells of results, of which nobody may be told while it is in doubt whose they are.
    public var isOfResults: Bool { self != .studyState }

    /// The resources that it tells of, each with what it has come to.
    public func news(in folded: FHIRCase) -> [(focus: String, meaning: String)] {
        func found(_ type: FHIRType, _ isMeant: (FHIRResource) -> Bool, withContent: Bool) -> [(focus: String, meaning: String)] {
            folded.resources(type).filter(isMeant).map { resource in
                let content = withContent ? " " + EventHash.sha256(resource.content).description.prefix(16) : ""
                return ("\(type.rawValue)/\(resource.id)", resource.status + content)
            }
        }
        switch self {
        case .reportFinal: return found(.diagnosticReport, { $0.status == "final" }, withContent: false)
        case .reportAmended:
            let statuses: Set<String> = ["amended", "corrected", "appended", "entered-in-error"]
            return found(.diagnosticReport, { statuses.contains($0.status) }, withContent: true)
        case .critical:
            let raised = Set(folded.state.criticalResult.cards.map(\.event))
            return found(
                .communicationRequest, { $0.events.first.map(raised.contains) ?? false }, withContent: false)
        case .studyState: return found(.imagingStudy, { _ in true }, withContent: true)
        }
    }
}

/// A notification, ids only: whoever gets it reads the resource, if he may.
///
/// Source: FHIR Subscriptions R5 Backport 1.1.0, backport-subscription-notification-r4 and backport-subscription-status-r4.
public struct FHIRNotification: Sendable {
    /// What a notification is.
    public enum Kind: String, Sendable {
        /// Whether somebody takes notifications there.
        case handshake
        /// Something happened.
        case event = "event-notification"
    }

    let subscription: String
    let topic: FHIRSubscriptionTopic
    let base: String
    let kind: Kind
    let number: Int64
    let focus: String
    let moment: Instant

    /// Gathers one.
    ///
    /// - Parameters:
    ///   - subscription: its name at this node.
    ///   - base: where the receiver reaches the node's interface; empty where that was not said.
    ///   - number: the how manieth event of the subscription it tells; of a handshake how many were told.
    ///   - focus: the resource's address within the interface; empty for a handshake.
    public init(
        _ kind: Kind, subscription: String, topic: FHIRSubscriptionTopic, base: String, number: Int64, focus: String,
        moment: Instant
    ) {
        self.kind = kind
        self.subscription = subscription
        self.topic = topic
        self.base = base
        self.number = number
        self.focus = focus
        self.moment = moment
    }

    /// The Bundle.
    public var json: [UInt8] {
        let profile = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-"
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", "Bundle")
        json.object("meta") { $0.member("profile", texts: ["\(profile)notification-r4"]) }
        json.member("type", "history")
        json.when("timestamp", moment)
        json.key("entry")
        json.beginArray()
        json.beginObject()
        json.object("resource") { json in
            json.member("resourceType", "Parameters")
            json.object("meta") { $0.member("profile", texts: ["\(profile)status-r4"]) }
            writeParameters(&json)
        }
        writeRequest("Subscription/\(subscription)/$status", &json)
        json.endObject()
        if !focus.isEmpty {
            json.beginObject()
            if !base.isEmpty { json.member("fullUrl", "\(base)/\(focus)") }
            writeRequest(focus, &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private func writeRequest(_ url: String, _ json: inout JSONWriter) {
        json.object("request") { json in
            json.member("method", "GET")
            json.member("url", url)
        }
        json.object("response") { $0.member("status", "200") }
    }

    private func writeParameters(_ json: inout JSONWriter) {
        json.key("parameter")
        json.beginArray()
        parameter("subscription", &json) { json in
            json.object("valueReference") { $0.member("reference", "Subscription/\(subscription)") }
        }
        parameter("topic", &json) { $0.member("valueCanonical", topic.canonical) }
        parameter("status", &json) { $0.member("valueCode", "active") }
        parameter("type", &json) { $0.member("valueCode", kind.rawValue) }
        parameter("events-since-subscription-start", &json) { $0.member("valueString", "\(number)") }
        if kind == .event {
            parameter("notification-event", &json) { json in
                json.key("part")
                json.beginArray()
                parameter("event-number", &json) { $0.member("valueString", "\(number)") }
                parameter("timestamp", &json) { $0.when("valueInstant", moment) }
                parameter("focus", &json) { json in json.object("valueReference") { $0.member("reference", focus) } }
                json.endArray()
            }
        }
        json.endArray()
    }

    private func parameter(_ name: String, _ json: inout JSONWriter, _ value: (inout JSONWriter) -> Void) {
        json.beginObject()
        json.member("name", name)
        value(&json)
        json.endObject()
    }
}
