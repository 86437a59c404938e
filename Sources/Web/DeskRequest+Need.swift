/// Who may ask what, once people sign in.
extension DeskRequest {
    /// What whoever asks must be.
    enum Need: Hashable {
        /// A person who signed in: it shows or changes something of a patient.
        case person
        /// Whoever looks after the node: its folder's owner, or an administrator who signed in.
        case keeper
        /// Anybody who may open the socket.
        case nobody
    }

    /// What whoever asks must be. Total, so that the compiler finds a question without an answer to that.
    var need: Need {
        switch self {
        case .caseList, .caseShow, .caseHistory, .caseExplain, .caseChanges, .caseGo, .caseDue, .caseReceipts, .caseRelated,
            .caseLate, .worklist, .caseRecord, .conflictList, .conflictShow, .conflictResolve:
            .person
        case .status, .doctor: .nobody
        case .importHL7, .logShow, .logStats, .logVerify, .acknowledge, .backupSave, .statement, .logRepair, .logAside,
            .bundleExport, .bundleImport, .recoverShow, .recoverWaive, .syncNow, .syncPreview, .siteAdd, .siteList, .siteShow,
            .notify, .siteApprove, .siteRevoke, .siteSuspend, .siteResume, .siteRetire, .keyRotate, .auditSearch, .auditPage,
            .auditVerify:
            .keeper
        }
    }

    /// The one case or conflict that it shows or records on; nil where it is several or none.
    var namedCase: String? {
        switch self {
        case .caseRecord(_, let id, _, _, _, _, _, _): id
        case .conflictResolve(let id, _, _, _, _): id
        case .caseShow(let id, _, _, _, _), .caseHistory(let id, _, _, _, _), .caseExplain(let id, _, _, _, _),
            .caseChanges(let id, _, _, _), .caseGo(let id), .caseDue(let id), .caseReceipts(let id), .caseRelated(let id),
            .conflictShow(let id):
            id
        default: nil
        }
    }
}
