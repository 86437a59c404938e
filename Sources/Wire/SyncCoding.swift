import EventLog
public import Problems
public import Replication
import SwiftProtobuf
import WireSchema

/// The small messages of reconciliation as bytes: hello, push answer, feed frames.
///
/// They go through the generated code: none is on a path where its cost shows.
public enum SyncCoding {
    /// The media type of protobuf bodies.
    public static let mediaType = "application/vnd.filmjacket.v1+protobuf"
    /// The media type of a held-open feed.
    public static let streamMediaType = "application/vnd.filmjacket.feed-stream"

    /// The bytes of a hello.
    public static func encode(_ hello: HelloRequest) -> [UInt8] {
        var message = SchemaHelloRequest()
        message.wireVersion = UInt32(hello.wireVersion)
        message.logs = hello.logs.map(schema)
        message.cursor = hello.cursor?.description ?? ""
        return bytes(message)
    }

    /// Reads a hello.
    public static func hello(_ bytes: [UInt8]) throws(Problem) -> HelloRequest {
        let message: SchemaHelloRequest = try read(bytes)
        guard message.logs.count <= 1024 else { throw Problem(.tooLarge, "A hello names at most 1024 logs.") }
        var logs: [HelloRequest.Log] = []
        for log in message.logs { logs.append(try head(log)) }
        // A cursor that is none is a place in no feed: the answer is to start over, not to fail.
        return HelloRequest(wireVersion: Int(message.wireVersion), logs: logs, cursor: FeedCursor(message.cursor))
    }

    /// The bytes of an answer to a hello.
    public static func encode(_ answer: HelloAnswer) -> [UInt8] {
        var message = SchemaHelloAnswer()
        message.wireVersion = UInt32(answer.wireVersion)
        message.generation = answer.generation.bits
        message.logs = answer.logs.map(schema)
        message.cursorIsGood = answer.cursorIsGood
        message.feedHead = answer.feedHead
        message.hubTime = answer.hubTime.milliseconds
        message.quarantined = answer.quarantined.map(schema)
        return bytes(message)
    }

    /// Reads an answer to a hello.
    public static func helloAnswer(_ bytes: [UInt8]) throws(Problem) -> HelloAnswer {
        let message: SchemaHelloAnswer = try read(bytes)
        var logs: [HelloRequest.Log] = []
        for log in message.logs { logs.append(try head(log)) }
        var quarantined: [LogID] = []
        for log in message.quarantined { quarantined.append(try self.log(log)) }
        return HelloAnswer(
            wireVersion: Int(message.wireVersion), generation: Generation(bits: message.generation), logs: logs,
            cursorIsGood: message.cursorIsGood, feedHead: message.feedHead, hubTime: Instant(milliseconds: message.hubTime),
            quarantined: quarantined)
    }

    /// The bytes of an answer to a push.
    public static func encode(_ answer: PushAnswer) -> [UInt8] {
        var message = SchemaPushAnswer()
        message.head = answer.head
        message.hash = schemaBytes(answer.hash.bytes)
        return bytes(message)
    }

    /// Reads an answer to a push.
    public static func pushAnswer(_ bytes: [UInt8]) throws(Problem) -> PushAnswer {
        let message: SchemaPushAnswer = try read(bytes)
        guard let hash = EventHash(bytes: message.hash) else { throw Problem(.malformed, "The answer to a push has no hash.") }
        return PushAnswer(head: message.head, hash: hash)
    }

    static func schema(_ log: LogID) -> SchemaLog {
        var message = SchemaLog()
        message.site = log.site.text
        message.incarnation = log.incarnation.bits
        return message
    }

    static func schema(_ head: HelloRequest.Log) -> SchemaLogHead {
        var message = SchemaLogHead()
        message.log = schema(head.log)
        message.head = head.head
        if head.head > 0 { message.hash = schemaBytes(head.hash.bytes) }
        if head.highest > head.head { message.highest = head.highest }
        return message
    }

    static func log(_ message: SchemaLog) throws(Problem) -> LogID {
        guard let site = SiteID(message.site) else { throw Problem(.malformed, "A log names no site.") }
        return LogID(site: site, incarnation: Incarnation(bits: message.incarnation))
    }

    static func head(_ message: SchemaLogHead) throws(Problem) -> HelloRequest.Log {
        let hash: EventHash
        if message.head == 0 {
            hash = .zero
        } else if let given = EventHash(bytes: message.hash) {
            hash = given
        } else {
            throw Problem(.malformed, "A log's head comes without its hash.")
        }
        return HelloRequest.Log(log: try log(message.log), head: message.head, hash: hash, highest: message.highest)
    }

    static func bytes(_ message: some SwiftProtobuf.Message) -> [UInt8] {
        do { return try message.serializedBytes() } catch {
            preconditionFailure("a message without required fields serialises: \(error)")
        }
    }

    static func read<M: SwiftProtobuf.Message>(_ bytes: [UInt8]) throws(Problem) -> M {
        var options = BinaryDecodingOptions()
        options.messageDepthLimit = ProtoReader.depthMax
        do { return try M(serializedBytes: bytes, options: options) } catch {
            throw Problem(.malformed, "The body is not a \(M.protoMessageName).")
        }
    }
}
