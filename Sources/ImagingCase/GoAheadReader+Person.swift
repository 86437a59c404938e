import EventLog

/// What stands against going ahead with this person here: safety screens, consent, preparation, the machine.
extension GoAheadReader {
    mutating func readGates() {
        for kind in state.safety.kinds {
            let gate = state.safety[kind]
            guard isConcerned(kind) else { continue }
            if gate.isBlocked {
                addBlocked(kind, gate)
            } else if gate.screens.isEmpty {
                addMissing(kind)
            } else if gate.level == .conditional || gate.isAccepted {
                let what = gate.isAccepted ? "\(kind.spoken) risk accepted" : "\(kind.spoken) conditional"
                let events = gate.isAccepted ? state.safety.accepted.filter(\.isEffective).map(\.event) : standing(gate)
                add(.yes, .harm, SafetyAxis.label, "\(what)\(findings(kind, gate))", events, by: [.technologist], "")
            }
        }
    }

    private mutating func addBlocked(_ kind: ScreenKind, _ gate: SafetyGate) {
        let danger: GoAhead.Danger = kind == .pregnancy ? .unborn : .harm
        let what = "\(kind.spoken) \(word(kind, gate))\(findings(kind, gate))"
        switch gate.level {
        case .expired, .unable:
            add(
                .notYet, danger, SafetyAxis.label, what, standing(gate), by: Authority.screening + Authority.readers,
                "screen again, or a radiologist may accept the risk")
        default:
            add(
                .no, danger, SafetyAxis.label, what, standing(gate), by: Authority.readers,
                "a radiologist may accept the risk")
        }
    }

    /// The gate's word; where a value blocks and not the outcome, the value.
    private func word(_ kind: ScreenKind, _ gate: SafetyGate) -> String {
        if let low = gate.kidney.first(where: { $0.counts && $0.isLow }), gate.level < .expired { return "eGFR \(low.eGFR)" }
        if kind == .pregnancy, gate.level == .conditional { return "possible" }
        if kind == .pregnancy, gate.level == .contraindicated { return "known" }
        if gate.level == .expired { return "screen of an earlier visit" }
        if gate.level == .unable { return "could not be screened" }
        return gate.level.rawValue
    }

    private mutating func addMissing(_ kind: ScreenKind) {
        guard ScreenKind.usual.contains(kind), needsScreen(kind) else { return }
        add(
            .notYet, kind == .pregnancy ? .unborn : .harm, SafetyAxis.label, "\(kind.spoken) not screened",
            by: Authority.screening,
            "the technologist may screen")
    }

    /// The standing screens, the most cautious first.
    private func standing(_ gate: SafetyGate) -> [EventID] {
        let standing = gate.screens.filter { $0.standing == .stands || $0.standing == .expired }
        return standing.enumerated().sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }.map(\.element.event)
    }

    /// The findings with the worst label, for people.
    private func findings(_ kind: ScreenKind, _ gate: SafetyGate) -> String {
        let items = gate.items.filter { !KidneyFunction.reads($0) && $0.label != "safe" && !($0.value + $0.kind).isEmpty }
        let worst = items.filter { $0.label == "unsafe" }
        let shown = (worst.isEmpty ? items : worst).map { $0.value.isEmpty ? $0.kind : $0.value }
        return shown.isEmpty ? "" : " (\(shown.joined(separator: ", ")))"
    }

    /// Whether a gate matters for what is to be done; an unsaid modality is barred by any.
    private func isConcerned(_ kind: ScreenKind) -> Bool {
        let isUnsaid = modality.isEmpty
        switch kind {
        case .mri: return modality == "MR" || (isUnsaid && !state.safety.mri.screens.isEmpty)
        case .pregnancy: return SafetyAxis.isIonising(modality) || (isUnsaid && !state.safety.pregnancy.screens.isEmpty)
        case .contrast: return plansContrast
        case .sedation, .anticoagulation, .infection, .device, .fall: return true
        }
    }

    /// Whether somebody has to ask. Pregnancy is asked of whoever is not known to be male, from 10 to 55 years of age.
    private func needsScreen(_ kind: ScreenKind) -> Bool {
        guard kind == .pregnancy else { return true }
        guard let person = state.patient, person.sex != .unspecified, person.sex != .male else { return false }
        guard let now, let born = Timestamp.parse(person.birthDate + "T00:00:00Z")?.instant else { return true }
        let years = (now.milliseconds - born.milliseconds) / 31_556_952_000
        return (10...55).contains(years)
    }

    mutating func readConsent() {
        for entry in state.rare.consent.entries where entry.isBlocked {
            switch entry.kind {
            case .procedure:
                add(
                    .no, .will, ConsentAxis.label, "consent to the procedure \(entry.decision.word)", entry.blockedBy,
                    by: [.nurse, .technologist] + Authority.readers, "only the person can give it")
            case .contrast where plansContrast:
                add(
                    .no, .will, ConsentAxis.label, "consent to contrast \(entry.decision.word)", entry.blockedBy,
                    by: Authority.readers, "a radiologist may assign a protocol without contrast")
            default: continue
            }
        }
    }

    mutating func readPreparation() {
        let preparation = state.rare.preparation
        let who: [Role] = [.technologist, .nurse]
        switch preparation.status {
        case .incomplete where !preparation.missing.isEmpty:
            let points = preparation.missing.map(\.kind).joined(separator: ", ")
            add(
                .notYet, .unready, PreparationAxis.label, "preparation missing (\(points))", preparation.missing.map(\.event),
                by: who, "do it and record it")
        case .incomplete:
            add(
                .notYet, .unready, PreparationAxis.label, "preparation not complete", Array(preparation.records.suffix(1)),
                by: who, "record it as complete")
        case .expired:
            add(
                .notYet, .unready, PreparationAxis.label, "preparation of an earlier visit", preparation.expired, by: who,
                "prepare again")
        case .none where plansContrast:
            add(
                .notYet, .unready, PreparationAxis.label, "no intravenous access recorded", by: who,
                "record the preparation with ivAccess")
        case .ready where plansContrast && !preparation.isDone("ivAccess"):
            add(
                .yes, .unready, PreparationAxis.label, "no intravenous access recorded", preparation.records, by: who, "")
        case .none, .ready: return
        }
    }

    /// A machine that failed its quality control bars the examination on it. Where nobody said on which it will be made, such
    /// machines of the site are to be minded. What was recorded in the case itself counts as the register's word does.
    mutating func readStations() {
        let running = state.acquisition.steps.filter { $0.status == .inProgress }.map(\.station).filter { !$0.isEmpty }
        let booked = state.rare.schedule.standing.map(\.station).filter { !$0.isEmpty }
        let named = running.isEmpty ? booked : running
        for station in stations.failed + state.rare.equipment.failed where named.isEmpty || named.contains(station.station) {
            let note = station.checks.last { station.standing.contains($0.event) && $0.result == .failed }?.note ?? ""
            add(
                named.isEmpty ? .yes : .no, .harm, EquipmentAxis.label,
                "\(station.station) failed its quality control\(note.isEmpty ? "" : " (\(note))")", station.standing,
                by: Authority.row(for: .equipmentQcRecorded)?.roles ?? [],
                named.isEmpty ? "" : "use another station, or record a control that it passes")
        }
    }
}

extension ScreenKind {
    /// In words.
    fileprivate var spoken: String {
        switch self {
        case .mri: "MRI"
        case .contrast: "contrast"
        case .pregnancy: "pregnancy"
        case .sedation: "sedation"
        case .anticoagulation: "anticoagulation"
        case .infection: "infection"
        case .device: "device"
        case .fall: "risk of falling:"
        }
    }
}
