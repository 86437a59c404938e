import EventLog
import GRDB
import ImagingCase
import Problems

/// Folds what a transaction touched and writes what is derived from it.
extension StoreWriter {
    /// Derives what the touched histories come to, all of them before any is written.
    func foldTouched(_ joined: inout [(site: Int, stream: StreamRecord)]) throws {
        var filled: [StreamRecord] = []
        for stream in touched {
            try refresh(stream)
            if stream.positions.isEmpty { try empty(stream) } else { filled.append(stream) }
        }
        let tasks = filled.map { $0.task(late: lateArrival(on: $0)) }
        for ((stream, task), derivation) in zip(zip(filled, tasks), Derivation.all(tasks)) {
            stream.take(derivation.whole)
            try write(derivation, of: stream, &joined)
            if let late = derivation.late, let now = task.late?.now { try note(late, arrived: now, on: stream) }
        }
    }

    private func write(
        _ derived: Derivation, of stream: StreamRecord, _ joined: inout [(site: Int, stream: StreamRecord)]
    ) throws {
        let update = statements.updateStream
        let state = derived.whole.state
        try writeAliases(stream, stream.facts.suffix(stream.newCount), areNew: false)
        try writeConflicts(stream, state)
        if isHub { join(stream, state.routedTo, &joined) }
        if let before = stream.digest { sum.remove(before, of: stream.id) }
        sum.add(derived.digest, of: stream.id)
        stream.digest = derived.digest
        update.bind(3, derived.digest)
        update.bind(4, derived.row)
        // What waits in a file of peer review is in nobody's list: who reviews whom is privileged.
        try writeWork(stream, stream.id.kind == .reviewFile ? [] : derived.work)
        try writeUrgent(stream, state.isUrgent)
        update.bind(1, PositionList.bytes(stream.positions))
        update.bind(2, PositionList.bytes(stream.members.map { Position(bits: Int64($0)) }))
        update.bind(5, stream.index)
        try update.run()
    }

    /// A history whose every event is set aside is no history: it is as if nobody had recorded it.
    private func empty(_ stream: StreamRecord) throws {
        if let before = stream.digest { sum.remove(before, of: stream.id) }
        stream.digest = nil
        try writeWork(stream, [])
        try writeUrgent(stream, false)
        statements.deleteConflicts.bind(1, stream.index)
        try statements.deleteConflicts.run()
        let update = statements.updateStream
        update.bind(1, [])
        update.bind(2, PositionList.bytes(stream.members.map { Position(bits: Int64($0)) }))
        update.bindNull(3)
        update.bindNull(4)
        update.bind(5, stream.index)
        try update.run()
    }

    /// Notes for which roles the case waits, where that changed: a worklist then reads only what waits.
    private func writeWork(_ stream: StreamRecord, _ work: [WorkItem]) throws {
        let roles = work.reduce(Int64(0)) { $0 | $1.role.bit }
        guard roles != stream.waitsFor else { return }
        stream.waitsFor = roles
        let write = roles == 0 ? statements.deleteWork : statements.setWork
        write.bind(1, stream.index)
        if roles != 0 { write.bind(2, roles) }
        try write.run()
    }

    /// Folds every stream anew where what is derived was derived by other rules than this version's, in one transaction.
    func foldByThisVersion() throws {
        guard try SiteMeta.get(Self.foldKey, self) != Array(CaseFold.version.utf8) else { return }
        try statements.begin.run()
        do {
            try refoldAll()
            try SiteMeta.set(Self.foldKey, Array(CaseFold.version.utf8), self)
            try statements.commit.run()
        } catch {
            try? db.execute(sql: "ROLLBACK")  // what failed is told; the file is as it was
            throw error
        }
    }

    private func refoldAll() throws {
        sum = StateSum()
        let rows = try RawStatement(db, "SELECT kind, high, low FROM stream ORDER BY idx")
        while try rows.step() {
            guard let kind = StreamKind(rawValue: UInt8(truncatingIfNeeded: rows.integer(0))),
                let record = try stream(
                    StreamID(kind: kind, high: UInt64(bitPattern: rows.integer(1)), low: UInt64(bitPattern: rows.integer(2))))
            else { throw Problem(.integrityFailed, "The row of a stream is damaged.") }
            record.digest = nil
            try writeAliases(record, record.facts[...], areNew: true)
            touch(record)
            // Written before the next is read: however many there are, few are in memory.
            try finish()
            try judgeShared(record, news: record.facts[...])
        }
    }

    private static let foldKey = "fold"

    /// - Parameter areNew: whether those that the file has count as new too, because by other rules they led nowhere.
    private func writeAliases(_ stream: StreamRecord, _ facts: ArraySlice<CaseFact>, areNew: Bool) throws {
        for fact in facts {
            for alias in CaseIdentity.aliases(in: fact.event) {
                try writeAlias(alias.value, alias.kind.word, alias.issuer, stream.index)
            }
            for id in CaseIdentity.persons(in: fact.event, of: stream.id.kind) {
                let isNew = try writeAlias(id.value, PersonAlias.word(for: stream.id.kind), id.issuer, stream.index)
                if isHub, isNew || areNew, id.isWhole { named.append((stream, id)) }
            }
            if let signer = CaseIdentity.signer(of: fact) { try writeAlias(signer, AliasWord.signer, "", stream.index) }
            for site in CaseIdentity.registers(in: fact) {
                try writeAlias(site.text, AliasWord.register, "", stream.index)
                registers[site] = nil
            }
        }
    }

    /// Gives whether the file did not have it.
    @discardableResult
    private func writeAlias(_ value: String, _ kind: String, _ issuer: String, _ stream: Int) throws -> Bool {
        let insert = statements.insertAlias
        insert.bind(1, value)
        insert.bind(2, kind)
        insert.bind(3, issuer)
        insert.bind(4, stream)
        try insert.run()
        return db.changesCount > 0
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

/// What a name in the table of aliases is, beside the identifiers of examinations.
enum AliasWord {
    /// The words of persons' identifiers.
    static let persons = "'\(PersonAlias.ofCases)', '\(PersonAlias.ofFollowers)'"
    /// Somebody who signed something in the history.
    static let signer = "signer"
    /// A site that keeps a register of who may do what.
    static let register = "register"
    /// The words of identifiers by which people find a case.
    static let examinations = Alias.Kind.allCases.map { "'\($0.word)'" }.joined(separator: ", ")
}

extension Role {
    /// The role's bit in the rows of what waits; the order of the roles is part of the schema.
    var bit: Int64 { 1 << Int64(Role.allCases.firstIndex(of: self) ?? 63) }
}
