import EventLog

/// Reads a case's state axis by axis for what stands against going ahead; lives for one question.
struct GoAheadReader {
    let state: CaseState
    let now: Instant?
    /// Which machines of the site may be used.
    let stations: EquipmentState
    private var found: [GoAhead.Reason] = []

    init(state: CaseState, now: Instant?, stations: EquipmentState) {
        self.state = state
        self.now = now
        self.stations = stations
    }

    /// The reasons: first what forbids, then what is missing, then what is to be minded; each by danger, ties as found.
    var sorted: [GoAhead.Reason] {
        func rank(_ answer: GoAhead.Answer) -> Int { answer == .no ? 0 : answer == .notYet ? 1 : 2 }
        return found.enumerated().sorted { left, right in
            (rank(left.element.answer), left.element.danger.rawValue, left.offset)
                < (rank(right.element.answer), right.element.danger.rawValue, right.offset)
        }.map(\.element)
    }

    /// Adds a reason.
    mutating func add(
        _ answer: GoAhead.Answer, _ danger: GoAhead.Danger, _ axis: String, _ what: String, _ events: [EventID] = [],
        by liftedBy: [Role], _ remedy: String
    ) {
        found.append(GoAhead.Reason(answer, danger, axis, what, events, by: liftedBy, remedy))
    }

    /// Adds reasons that lie outside the case.
    mutating func take(_ reasons: [GoAhead.Reason]) { found += reasons }

    /// Reads every axis.
    mutating func read() {
        readIdentity()
        readInstructions()
        readGates()
        readConsent()
        // A course has a prescription and plans in their place.
        if state.stream.kind != .course {
            readOrder()
            readProtocol()
        }
        readSide()
        readConflicts()
        readPreparation()
        readStations()
        var axes = HoldUpCollector()
        state.visitAxes(&axes)
        found += axes.all
    }

    /// What will be done, for the line of a yes.
    func plan(minding reasons: [GoAhead.Reason]) -> String {
        var parts: [String] = []
        if let plan = state.protocoling.plan {
            parts.append(plan.name.isEmpty ? plan.instructions : plan.name)
            parts.append(plan.hasContrast ? "contrast \(plan.contrast)" : "no contrast")
        }
        if let side = state.order.content?.laterality, side == .left || side == .right || side == .bilateral {
            parts.append(side.word)
        }
        if state.stream.kind == .course { parts.append("fraction \(state.rare.treatment.nextFraction)") }
        parts.append("identity verified")
        let minded = reasons.filter { $0.answer == .yes }.map(\.line)
        return parts.joined(separator: ", ") + (minded.isEmpty ? "" : ". Mind: \(minded.joined(separator: ". "))")
    }

    /// The modality that is to be used, in capital letters; empty where nobody said one.
    var modality: String { (state.order.content?.modality ?? "").uppercased() }

    /// Whether contrast medium is to be given: planned or instructed, and not instructed away.
    var plansContrast: Bool {
        let open = state.instruction.open.filter { isValid($0) }
        if open.contains(where: { $0.kind == .contrastNo }) { return false }
        return open.contains { $0.kind == .contrastYes } || (state.protocoling.plan?.hasContrast ?? false)
    }

    /// Whether an instruction makes sense still; without a moment each does.
    func isValid(_ card: InstructionCard) -> Bool { now.map(card.isValid) ?? true }
}

extension GoAheadReader {
    private static let registrars: [Role] = [.frontDesk, .siteAdmin, .hubAdmin]

    private mutating func readIdentity() {
        let identity = state.identity
        if identity.status == .disputed {
            let dispute = identity.openDispute
            add(
                .no, .person, IdentityAxis.label, "identity disputed (\(dispute?.what ?? "sources name different persons"))",
                dispute.map { [$0.event] } ?? [], by: Self.registrars, "the front desk may clear it with evidence")
            return
        }
        // An open question about single fields is listed among the conflicts.
        if identity.status == .unverified {
            let isExpired = !identity.expired.isEmpty
            add(
                .notYet, .person, IdentityAxis.label,
                isExpired ? "identity verified at an earlier visit only" : "identity not verified",
                isExpired ? identity.expired : identity.arrivals, by: [.technologist, .nurse],
                "check two identifiers with the person")
        }
    }

    private mutating func readInstructions() {
        for card in state.instruction.open where isValid(card) {
            let text = card.text.isEmpty ? "" : " (\(card.text))"
            switch card.kind {
            case .stop:
                add(
                    .no, .harm, InstructionAxis.label, "stop instructed by \(card.by)\(text)", [card.event],
                    by: Authority.readers, "a radiologist may withdraw it")
            case .changeProtocol:
                add(
                    .notYet, .examination, InstructionAxis.label, "change of protocol instructed by \(card.by)\(text)",
                    [card.event], by: [.technologist] + Authority.readers, "change it and record it as done")
            default:
                add(
                    .yes, .unready, InstructionAxis.label, "\(card.kind.spoken) instructed by \(card.by)\(text)", [card.event],
                    by: [.technologist], "")
            }
        }
        if let version = state.protocolAsInstruction {
            add(
                .yes, .unready, ProtocolAxis.label, "protocol \(version.plan.name) was assigned while another was scanned",
                [version.event], by: Authority.readers, "ask the radiologist while the person is here")
        }
    }

    private mutating func readOrder() {
        let order = state.order
        let ordering: [Role] = [.referrer, .frontDesk]
        let axis = OrderAxis.label
        switch order.status {
        case .none: add(.notYet, .unwanted, axis, "no order known", by: ordering, "have it ordered")
        case .onHold:
            let holds = order.holds.filter { $0.releasedBy == nil }
            let why = holds.first.map { $0.reason.isEmpty ? "" : " (\($0.reason))" } ?? ""
            add(.no, .unwanted, axis, "order on hold\(why)", holds.map(\.event), by: ordering, "who ordered may release it")
        case .rejected:
            add(
                .no, .unwanted, axis, "order rejected", order.reviewedBy.map { [$0] } ?? [], by: Authority.readers,
                "a radiologist may review it again")
        case .cancelled:
            let effective = order.cancellations.filter(\.effective)
            let why = effective.last.map { $0.reason.isEmpty ? "" : " (\($0.reason))" } ?? ""
            add(
                .no, .unwanted, axis, "order cancelled\(why)", effective.map(\.event), by: ordering,
                "the referrer may place a new order")
        case .replaced:
            let by = order.replacements.last.flatMap { $0.order?.value ?? $0.inCase }
            add(
                .no, .unwanted, axis, "order replaced\(by.map { " (by \($0))" } ?? "")", order.replacements.map(\.event),
                by: ordering, "turn to the order that replaces it")
        case .performed, .reported:
            // A radiologist who asks for more on the table is a reason to go on.
            let wantsMore = state.instruction.open.contains { isValid($0) && $0.kind.wantsImages }
            if wantsMore || state.protocolAsInstruction != nil || state.acquisition.status == .inProgress { return }
            let made = state.acquisition.steps.flatMap(\.events)
            add(
                .no, .unwanted, axis, "examination made already", Array(made.suffix(1)), by: ordering,
                "the referrer may order a further one")
        case .requested, .accepted, .inProgress:
            let notices = state.openConflicts.filter { $0.number == OrderFacts.cancelledOnTable.number }.flatMap(\.events)
            for request in order.cancellations where request.answer == nil && request.isRequest {
                if notices.contains(request.event) { continue }
                let why = request.reason.isEmpty ? "" : " (\(request.reason))"
                add(
                    .no, .harm, axis, "\(request.by) asks to stop\(why)", [request.event], by: [.technologist],
                    "record the step as discontinued or completed")
            }
        }
    }

    private mutating func readProtocol() {
        let protocoling = state.protocoling
        let axis = ProtocolAxis.label
        switch protocoling.status {
        case .needed where state.order.status < .inProgress:
            add(.notYet, .examination, axis, "no protocol assigned", by: Authority.readers, "a radiologist may assign one")
        case .competing:
            let competing = protocoling.versions.filter { $0.standing == .competing }
            let names = competing.map(\.plan.name).joined(separator: " or ")
            add(
                .no, .examination, axis, "two protocols assigned apart (\(names))", competing.map(\.event), by: Authority.readers,
                "a radiologist may choose one")
        case .needed, .assigned, .used:
            guard let now, let until = protocoling.plan?.validUntil, until <= now else { return }
            add(
                .notYet, .examination, axis, "protocol valid until \(Timestamp.text(of: until))",
                protocoling.current.map { [$0] } ?? [], by: Authority.readers, "a radiologist may assign it anew")
        }
    }

    private mutating func readSide() {
        let side = state.handOver.side
        guard side.status == .unconfirmed else { return }
        let ordered = side.ordered.map(\.side.word).joined(separator: " and ")
        let positioned = side.positioned.map(\.side.word).joined(separator: " and ")
        add(
            .no, .examination, HandOverAxis.label, "side unconfirmed (ordered \(ordered), positioned \(positioned))",
            side.positioned.map(\.event) + side.ordered.map(\.event), by: [.technologist] + Authority.readers,
            "technologist and radiologist both confirm the side")
    }

    private mutating func readConflicts() {
        for conflict in state.openConflicts {
            guard let effect = Self.effects[conflict.number] else { continue }
            let what = conflict.inForce.hasSuffix(".") ? String(conflict.inForce.dropLast()) : conflict.inForce
            add(
                effect.answer, effect.danger, "conflicts", "\(what)", conflict.events, by: [conflict.owner],
                "the \(conflict.owner.spoken) may decide conflict \(conflict.number)")
        }
    }

    /// What open conflicts make of the answer. Those that an axis tells of already (23, 25 to 27, 30, 51, 71), and those about what
    /// has been done, are not listed.
    private static let effects: [Int: (answer: GoAhead.Answer, danger: GoAhead.Danger)] = [
        6: (.no, .harm), 8: (.notYet, .examination), 9: (.no, .unwanted), 13: (.no, .person), 17: (.notYet, .person),
        20: (.no, .person), 24: (.notYet, .harm), 31: (.notYet, .harm),
    ]
}

/// Collects what single axes have against going ahead.
private struct HoldUpCollector: AxisVisitor {
    private(set) var all: [GoAhead.Reason] = []

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) { all += A.holdUps(state) }
}

extension InstructionKind {
    /// Whether it asks for images.
    fileprivate var wantsImages: Bool {
        switch self {
        case .extraViews, .repeat, .delayedPhase, .contrastYes, .changeProtocol: true
        default: false
        }
    }

    /// In words.
    fileprivate var spoken: String {
        switch self {
        case .unspecified, .other: "something"
        case .extraViews: "extra views"
        case .repeat: "a repetition"
        case .delayedPhase: "a delayed phase"
        case .contrastYes: "contrast"
        case .contrastNo: "no contrast"
        case .keepPatient: "keeping the person"
        case .releasePatient: "releasing the person"
        case .changeProtocol: "a change of protocol"
        case .stop: "a stop"
        }
    }
}

extension Role {
    /// In words.
    var spoken: String {
        switch self {
        case .interventionalRadiologist: "interventional radiologist"
        case .radiationOncologist: "radiation oncologist"
        case .frontDesk: "front desk"
        case .safetyOfficer: "safety officer"
        case .siteAdmin: "site administrator"
        case .hubAdmin: "hub administrator"
        default: rawValue
        }
    }
}
