import EventLog
import GRDB
import Replication

/// Gives numbers to what repeats in events: logs, streams, kinds and actors.
extension StoreWriter {
    func logIndex(_ log: LogID) throws -> Int {
        if let index = dictionaries.index(of: log) { return index }
        let index = dictionaries.logs.count
        let insert = statements.insertLog
        insert.bind(1, index)
        insert.bind(2, log.site.text)
        insert.bind(3, log.incarnation.bits)
        insert.bind(4, EventHash.zero)
        insert.bind(5, StoreTables.treeBytes(MerkleFrontier()))
        try insert.run()
        dictionaries.append(log)
        logs.append(LogEntry(log: log))
        return index
    }

    func newStream(_ id: StreamID) throws -> StreamRecord {
        let insert = statements.insertStream
        insert.bind(id)
        try insert.run()
        let index = Int(db.lastInsertedRowID)
        let name = statements.insertStreamID
        name.bind(id)
        name.bind(4, index)
        try name.run()
        let record = StreamRecord(index: index, id: id)
        cache.insert(record)
        return record
    }

    func kindIndex(_ kind: EventKind) throws -> Int {
        if let index = dictionaries.index(of: kind) { return index }
        statements.insertName.bind(1, dictionaries.kinds.count)
        statements.insertName.bind(2, kind.text)
        try statements.insertName.run()
        dictionaries.append(kind)
        return dictionaries.kinds.count - 1
    }

    func actorIndex(_ actor: Actor) throws -> Int {
        if let index = dictionaries.index(of: actor) { return index }
        let insert = statements.insertActor
        insert.bind(1, dictionaries.actors.count)
        insert.bind(2, actor.person)
        insert.bind(3, actor.role)
        insert.bind(4, actor.site.text)
        insert.bind(5, Int64(actor.assurance.rawValue))
        try insert.run()
        dictionaries.append(actor)
        return dictionaries.actors.count - 1
    }
}
