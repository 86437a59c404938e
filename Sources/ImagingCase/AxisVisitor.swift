import EventLog

/// Does one thing with every axis of a case: writes it, explains it, judges an act by it.
protocol AxisVisitor<Failure> {
    associatedtype Failure: Error = Never
    /// Visits one axis with its state.
    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) throws(Failure)
}

extension CaseState {
    /// Shows every axis to a visitor: the one list that JSON, explanations, guards and flags rest on, in the order of the published
    /// state.
    func visitAxes<V: AxisVisitor>(_ visitor: inout V) throws(V.Failure) {
        try visitor.visit(OrderAxis.self, order)
        try visitor.visit(ProtocolAxis.self, protocoling)
        try visitor.visit(SafetyAxis.self, safety)
        try visitor.visit(AcquisitionAxis.self, acquisition)
        try visitor.visit(HandOverAxis.self, handOver)
        try visitor.visit(ReadingAxis.self, reading)
        try visitor.visit(ReportAxis.self, report)
        try visitor.visit(CriticalResultAxis.self, criticalResult)
        try visitor.visit(InstructionAxis.self, instruction)
        try visitor.visit(DoseAxis.self, dose)
        try visitor.visit(IdentityAxis.self, identity)
        if rare !== RareAxes.none { try rare.visit(&visitor) }
    }
}

/// Collects what the axes flag.
struct AnomalyCollector: AxisVisitor {
    private(set) var all: [Anomaly] = []

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) {
        let found = A.anomalies(state)
        if !found.isEmpty { all += found }
    }
}

/// Collects which events and which rule made each axis' state.
struct ExplanationCollector: AxisVisitor {
    let history: CaseHistory
    private(set) var all: [Explanation] = []

    init(_ history: CaseHistory) { self.history = history }

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) { all += A.explain(state, history) }
}

/// Asks every axis whether an act may be recorded.
struct GuardVisitor: AxisVisitor {
    typealias Failure = AuthoringRefusal

    let event: CaseEvent
    let author: Author
    let now: Instant

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) throws(AuthoringRefusal) {
        try A.mayAuthor(event, in: state, by: author, now: now)
    }
}

/// Writes the members of "axes"; an axis in which most cases say nothing is written only where something is said.
struct AxisWriter: AxisVisitor {
    var json: JSONWriter

    mutating func visit<A: Axis>(_ axis: A.Type, _ state: A.State) {
        if A.isSilent(state) { return }
        json.key(A.name)
        A.write(state, to: &json)
    }
}
