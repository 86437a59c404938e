/// Faults that are put in on purpose, to prove that the rehearsal would find them in the product.
///
/// They sit at the seams of the false world (disk, door, network, the site's wrapping), never in the product's code: what is shipped
/// holds none of them, and one build of it serves both.
public enum PlantedBug: String, CaseIterable, Sendable {
    // a site's and the hub's disk
    case acknowledgesBeforeSync
    case syncsNowAndThen
    case hubAcknowledgesBeforeSync
    case ignoresBitFlip
    case ignoresAnchor
    case reopensOldBackup
    case cursorBeforePage
    case dropsLastOfPage
    // the site's reconciliation
    case keepsIncarnationOnRecovery
    case comparesWithoutIncarnation
    case retriesUnderNewID
    case losesTimers
    case ignoresNewGeneration
    case dropsUnknownKinds
    case countsSentAsShared
    case believesProxy
    case leavesLostTail
    case remembersInsteadOfAsking
    case stopsAtFirstPage
    // the hub
    case acknowledgesMoreThanStored
    case givesEverythingToAll
    case ignoresRouting
    case skipsSignature
    case letsRevokedIn
    case takesReplays
    case acceptsForks
    case forgetsQuarantine
    case changesWhatItRelays
    case believesAnyCursor
    // what is given back to a hub that lost something
    case takesAnyStretch
    case forgetsBeforeGiven
    // the express lane
    case confirmsWhatWentAhead
    case skipsPageSeenAhead
    case forgetsWhatWentAhead
    // the fold
    case foldsInOrderOfArrival
    case lastWriterWins
    case draftBeatsFinal
    case dropsShorterBranch

    /// What it does wrong, in a sentence.
    public var title: String {
        switch self {
        case .acknowledgesBeforeSync: "a site says recorded before the write is synced"
        case .syncsNowAndThen: "a site syncs every sixth write only"
        case .hubAcknowledgesBeforeSync: "the hub says shared before the write is synced"
        case .ignoresBitFlip: "a flipped bit in the log is not noticed"
        case .ignoresAnchor: "a store that lost its tail goes on under the old incarnation"
        case .reopensOldBackup: "a restart opens the last backup instead of the log"
        case .cursorBeforePage: "the cursor is durable before its page"
        case .dropsLastOfPage: "a page is stored without its last event"
        case .keepsIncarnationOnRecovery: "a recovery goes on under the old incarnation"
        case .comparesWithoutIncarnation: "events are held to be known by site and sequence alone"
        case .retriesUnderNewID: "a recording of unknown outcome is tried again as another event"
        case .losesTimers: "the next try is forgotten"
        case .ignoresNewGeneration: "a cursor of another numbering is kept"
        case .dropsUnknownKinds: "events of unknown kinds are thrown away"
        case .countsSentAsShared: "what was sent is counted as shared"
        case .believesProxy: "any answer with status 200 confirms a push"
        case .leavesLostTail: "what a restored site lost is not brought back"
        case .remembersInsteadOfAsking: "a push starts where memory says, not where the hub says"
        case .stopsAtFirstPage: "the feed is read for one page"
        case .acknowledgesMoreThanStored: "the hub stores half of a batch and confirms all"
        case .givesEverythingToAll: "every site gets every case"
        case .ignoresRouting: "a routed case does not come into the feed"
        case .skipsSignature: "the door does not check who signed"
        case .letsRevokedIn: "the door remembers a revoked key as good"
        case .takesReplays: "a request is served as often as it comes"
        case .acceptsForks: "a second history is taken for a repetition"
        case .forgetsQuarantine: "a restart forgets the quarantine"
        case .changesWhatItRelays: "the hub changes what it passes on"
        case .believesAnyCursor: "a cursor is believed without its numbering and digest"
        case .takesAnyStretch: "the hub takes a stretch without checking its own signature"
        case .forgetsBeforeGiven: "a site forgets its stretches before the hub has confirmed them"
        case .confirmsWhatWentAhead: "what went ahead of a log counts as shared with all before it"
        case .skipsPageSeenAhead: "a page with something that came ahead is taken for a repetition"
        case .forgetsWhatWentAhead: "a site that lost its tail does not see that the hub holds more of it"
        case .foldsInOrderOfArrival: "the state depends on the order of arrival"
        case .lastWriterWins: "of concurrent events the one with the latest clock is shown"
        case .draftBeatsFinal: "a late draft displaces a final report"
        case .dropsShorterBranch: "of two branches the shorter is dropped"
        }
    }
}
