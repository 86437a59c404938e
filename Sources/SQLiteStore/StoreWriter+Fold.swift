import EventLog
import ImagingCase

/// Folds what a transaction touched and writes what is derived from it.
extension StoreWriter {
    func fold(_ stream: StreamRecord, _ joined: inout [(site: Int, stream: StreamRecord)]) throws {
        let update = statements.updateStream
        if stream.id.kind == .imagingCase {
            let state = self.state(of: stream)
            let digest = state.digest()
            try writeAliases(stream)
            try writeConflicts(stream, state)
            if isHub { join(stream, state.routedTo, &joined) }
            if let before = stream.digest { sum.remove(before) }
            sum.add(digest)
            stream.digest = digest
            update.bind(3, digest)
            var row = JSONWriter()
            CaseSummary(state, digest: digest).write(to: &row)
            update.bind(4, row.bytes)
        } else {
            update.bindNull(3)
            update.bindNull(4)
        }
        update.bind(1, PositionList.bytes(stream.positions))
        update.bind(2, PositionList.bytes(stream.members.map { Position(bits: Int64($0)) }))
        update.bind(5, stream.index)
        try update.run()
    }

    /// The folded state of a stream's facts.
    func state(of stream: StreamRecord) -> CaseState {
        if let state = stream.state { return state }
        let state = CaseFold.fold(stream.id, stream.facts)
        stream.state = state
        return state
    }

    private func writeAliases(_ stream: StreamRecord) throws {
        for fact in stream.facts.suffix(stream.newCount) {
            for alias in CaseIdentity.aliases(in: fact.event) {
                try writeAlias(alias.value, alias.kind.word, alias.issuer, stream.index)
            }
            if case .orderPlaced(let order) = fact.event, let patient = order.patient, !patient.id.isEmpty {
                try writeAlias(patient.id, "patient", patient.issuer, stream.index)
            }
        }
    }

    private func writeAlias(_ value: String, _ kind: String, _ issuer: String, _ stream: Int) throws {
        let insert = statements.insertAlias
        insert.bind(1, value)
        insert.bind(2, kind)
        insert.bind(3, issuer)
        insert.bind(4, stream)
        try insert.run()
    }

    private func writeConflicts(_ stream: StreamRecord, _ state: CaseState) throws {
        // A conflict's events only grow with the case, so that an id that is gone was replaced by a wider one.
        if state.conflicts.isEmpty, stream.newCount == stream.facts.count { return }
        statements.deleteConflicts.bind(1, stream.index)
        try statements.deleteConflicts.run()
        for conflict in state.conflicts {
            let insert = statements.insertConflict
            insert.bind(1, stream.index)
            insert.bind(2, conflict.id)
            insert.bind(3, conflict.number)
            insert.bind(4, conflict.state.rawValue)
            try insert.run()
        }
    }
}
