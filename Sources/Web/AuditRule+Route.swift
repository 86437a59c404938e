import Audit
import Hummingbird

extension AuditRule {
    /// What is decided about a call of the HTTP interface.
    enum Decision {
        /// It is kept so.
        case kept(AuditRule)
        /// It shows nothing of any patient, or whoever answers it keeps the record.
        case none
        /// Nobody decided: a mistake, against which it is kept as the reading of a case.
        case undecided
    }

    /// The decision about a call by its method and path pattern, as ``APITable`` has them.
    static func route(_ method: String, _ path: String) -> Decision {
        let call = "\(method) \(path)"
        switch call {
        case "GET /v1/cases", "GET /v1/worklist", "GET /v1/late", "GET /v1/conflicts", "GET /v1/stream",
            "GET /dicomweb/workitems":
            return .kept(AuditRule(.query, .read, call))
        case "GET /v1/cases/{id}", "GET /v1/cases/{id}/history", "GET /v1/cases/{id}/explain", "GET /v1/cases/{id}/go",
            "GET /v1/cases/{id}/due", "GET /v1/cases/{id}/receipts", "GET /v1/cases/{id}/related", "GET /v1/cases/{id}/changes",
            "GET /v1/conflicts/{id}", "GET /dicomweb/workitems/{workitem}":
            return .kept(AuditRule(.procedureRecord, .read, call))
        case "POST /v1/cases/events": return .kept(AuditRule(.procedureRecord, .create, call))
        case "POST /v1/cases/{id}/events", "POST /v1/conflicts/{id}/resolution", "PUT /dicomweb/workitems/{workitem}/state",
            "POST /dicomweb/workitems/{workitem}/cancelrequest":
            return .kept(AuditRule(.procedureRecord, .update, call))
        // A site takes what it is entitled to: disclosure to a site.
        case "GET /v1/logs/{site}/{incarnation}/segments/{first}", "GET /v1/feeds/{site}/express", "GET /v1/feeds/{site}",
            "POST /v1/recovery/events":
            return .kept(AuditRule(.export, .read, call))
        // A site brings events: no answer shows anything, and they are durable and signed in the log.
        case "PUT /v1/logs/{site}/{incarnation}/segments/{first}", "PUT /v1/express/{site}/{incarnation}/{last}",
            "PUT /v1/recovery/stretches", "PUT /v1/recovery/events":
            return .kept(AuditRule(.import, .create, call, .noted))
        case "POST /v1/join", "POST /v1/keys", "POST /v1/certificates": return .kept(AuditRule(.securityAlert, .update, call))
        case "POST /v1/hello", "GET /v1/logs/{site}/{incarnation}/checkpoint", "GET /v1/logs/{site}/{incarnation}/proof",
            "GET /v1/roster", "POST /v1/recovery/heads", "POST /v1/recovery/missing", "POST /v1/recovery/done",
            "GET /v1/recovery/aside", "GET /v1/recovery/wanted":
            // Hashes, sequences, registries of sites.
            return .none
        case "POST /v1/session", "DELETE /v1/session", "POST /v1/session/confirmation", "GET /v1/session/oidc",
            "GET /v1/session/oidc/callback":
            return .kept(AuditRule(.userAuthentication, .execute, call))
        case "GET /v1/session", "GET /v1/authority", "GET /livez", "GET /readyz", "GET /metrics", "GET /openapi.json",
            "GET /v1/sites":
            return .none
        // Not offered: the answer says so and nothing else.
        case "POST /dicomweb/workitems", "POST /dicomweb/workitems/{workitem}", "GET /dicomweb/subscribers/{aet}",
            "POST /dicomweb/workitems/{workitem}/subscribers/{aet}", "DELETE /dicomweb/workitems/{workitem}/subscribers/{aet}",
            "POST /dicomweb/workitems/{workitem}/subscribers/{aet}/suspend":
            return .none
        // The desk keeps these itself, by what is asked of it.
        case "GET \(FHIRAPI.root){type}": return .kept(AuditRule(.query, .read, call))
        case "GET \(FHIRAPI.root){type}/{id}", "GET \(FHIRAPI.root){type}/{id}/_history",
            "GET \(FHIRAPI.root){type}/{id}/_history/{version}":
            return .kept(AuditRule(.procedureRecord, .read, call))
        case "GET \(FHIRAPI.root)metadata": return .none
        case "GET /v1/audit", "POST /v1/control", "POST /v1/people": return .none
        default: return .undecided
        }
    }

    /// The rule with what the address of a request says.
    func asked(_ request: Request, named: String?) -> AuditRule {
        var rule = self
        rule.named = named
        rule.query = request.uri.queryParameters.compactMap { name, value in
            // Who asks is kept as the actor; a name that is no parameter here may be anything.
            Self.parameters.contains(String(name)) ? (String(name), String(value)) : nil
        }
        return rule
    }

    private static let parameters: Set<String> = [
        "limit", "priority", "modality", "role", "site", "since", "knownTo", "at", "state", "ahead", "wait",
        "offset", "_id", "_count", "_summary", "_lastUpdated", "identifier", "patient", "subject", "patient.identifier",
        "subject.identifier", "patient:identifier", "subject:identifier", "status", "based-on", "part-of", "target", "date",
        "agent",
        "entity",
    ]
}
