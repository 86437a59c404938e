import EventLog
import ImagingCase

/// What the mappings of one message share: message, site, remarks and the intents so far.
struct MappingContext {
    let message: HL7Message
    let site: HL7Site
    private var remarks: [HL7Remark]
    private var intents: [HL7Intent] = []

    init(message: HL7Message, site: HL7Site) {
        self.message = message
        self.site = site
        self.remarks = message.remarks
    }

    var mapped: HL7Mapped { HL7Mapped(intents: intents, remarks: remarks) }

    /// Makes a remark, once for each place.
    mutating func remark(_ text: String, at location: HL7Location?) {
        let remark = HL7Remark(text, at: location)
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    /// Adds an intent with the next source key.
    mutating func add(
        _ event: CaseEvent, aliases: HL7Aliases, opensCase: Bool, at time: OccurredAt, by actor: MappedActor
    ) throws(HL7Problem) {
        guard actor.person.utf8.count <= EventLimits.textBytesMax else {
            throw HL7Problem(
                .valueTooLong, at: actor.location,
                "A person's name and id have at most \(EventLimits.textBytesMax) bytes together.")
        }
        intents.append(
            HL7Intent(
                aliases: aliases, opensCase: opensCase, event: event, occurredAt: time, person: actor.person, role: actor.role,
                sourceKey: message.sourceKey(intents.count)))
    }

    /// The first time that is said among fields in order of preference, or else the message's own.
    mutating func occurredAt(_ candidates: [(segment: HL7Segment?, field: Int)]) throws(HL7Problem) -> OccurredAt {
        for case let (segment?, field) in candidates where !segment[field].text().isEmpty {
            return try occurredAt(segment, field)
        }
        guard !message.header.segment[7].text().isEmpty else {
            throw HL7Problem(
                .requiredFieldMissing, at: message.header.segment.location(7), "MSH-7 has to say when the message was made.")
        }
        return try occurredAt(message.header.segment, 7)
    }

    /// The time that a field's component says, in the zone that it names, or the header, or else the site's.
    mutating func occurredAt(_ segment: HL7Segment, _ field: Int, component: Int = 1) throws(HL7Problem) -> OccurredAt {
        let time = try timestamp(segment, field, component: component)
        if time.precision < .minute {
            remark("says no time of day to the minute; what is missing is taken as zero", at: segment.location(field))
        }
        if time.zoneMinutes != nil { return time.occurredAt(assuming: 0) }
        let header = message.header.segment
        if !header[7].text().isEmpty, let zone = try timestamp(header, 7).zoneMinutes {
            // The header's zone holds for the whole message (HL7 v2.5.1 2.15.9.7).
            return time.occurredAt(assuming: zone)
        }
        remark("says no time zone; the site's is assumed", at: segment.location(field))
        return time.occurredAt(assuming: site.zoneMinutes(time.localMilliseconds))
    }

    /// A field's time stamp.
    ///
    /// - Throws: AE 102 where it is none.
    func timestamp(_ segment: HL7Segment, _ field: Int, component: Int = 1) throws(HL7Problem) -> HL7Timestamp {
        do throws(HL7Timestamp.Refusal) {
            return try HL7Timestamp(parsing: segment[field].text(component))
        } catch {
            throw HL7Problem(
                .dataType, at: component == 1 ? segment.location(field) : segment.location(field, component: component),
                "A time stamp is expected, and \(error.words).")
        }
    }

    /// Makes sure that texts fit in one event, with room for everything else that it says.
    ///
    /// - Throws: AE 104 where they do not.
    func checkLength(_ texts: [String], at location: HL7Location?) throws(HL7Problem) {
        let bytes = texts.reduce(0) { $0 + $1.utf8.count }
        let bytesMax = EventLimits.payloadBytesMax - 64 * 1024
        guard bytes <= bytesMax else {
            throw HL7Problem(
                .valueTooLong, at: location, "The texts of one event have at most \(bytesMax) bytes, and these have \(bytes).")
        }
    }

    /// The identifier with an issuer: its own, the site's, or the sender's.
    mutating func issued(_ identifier: IssuedIdentifier?, at location: HL7Location) -> IssuedIdentifier? {
        guard var identifier else { return nil }
        if identifier.issuer.isEmpty {
            let sender =
                message.header.sendingFacility.isEmpty ? message.header.sendingApplication : message.header.sendingFacility
            identifier.issuer = site.issuer.isEmpty ? sender : site.issuer
            remark(
                "names no assigning authority; the \(site.issuer.isEmpty ? "sender" : "site") is taken as the issuer",
                at: location)
        }
        return identifier
    }

    /// The person that a field names; where it names nobody, the sending application.
    /// In the role of an interface that reports what
    /// happened elsewhere, unless only a person may do the act.
    func actor(_ candidates: [(segment: HL7Segment?, field: Int)], as role: Role = .system) -> MappedActor {
        for case let (segment?, field) in candidates {
            let person = HL7DataTypes.practitioner(segment[field].first)
            if !person.isEmpty { return MappedActor(person: person, role: role, location: segment.location(field)) }
        }
        let sender = message.header.sender
        return MappedActor(person: sender.isEmpty ? "HL7" : sender, role: role, location: message.header.segment.location(3))
    }
}

/// Who acted according to a message, and where it says so.
struct MappedActor {
    let person: String
    let role: Role
    let location: HL7Location
}
