/// Field numbers of the published message `Segment`; numbers are never reused.
enum SegmentField {
    static let count = 1
    static let log = 2
    static let logIndex = 3
    static let sequence = 4
    static let stream = 5
    static let streamIndex = 6
    static let kind = 7
    static let kindIndex = 8
    static let schema = 9
    static let recordedMilliseconds = 10
    static let recordedCounter = 11
    static let occurredLead = 12
    static let zone = 13
    static let actor = 14
    static let actorIndex = 15
    static let source = 16
    static let sourceKeyLength = 17
    static let sourceKeys = 18
    static let parentCount = 19
    static let parentLog = 20
    static let parentSequence = 21
    static let outsideHashes = 22
    static let payloadLength = 23
    static let payloads = 24
    static let disputedHashes = 25
}
