/// The JSON Schemas of the published description, by name.
///
/// Answers may gain members, so none of them forbids more; requests do, as the server refuses what it does not know.
/// Source: JSON Schema 2020-12, which OpenAPI 3.1.0 takes over.
enum APISchemas {
    /// One object, a member for each schema.
    static let json = #"""
        {
        "Any":{"type":["object","array"]},
        "Problem":{"type":"object","required":["type","title","status","code","detail","remedy","retryable","requestID"],
          "properties":{"type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string"},
          "detail":{"type":"string"},"remedy":{"type":"string"},"retryable":{"type":"boolean"},
          "retryAfterSeconds":{"type":"integer"},"requestID":{"type":"string"}}},
        "EventID":{"type":"string","pattern":"^[a-z][a-z0-9-]{1,31}~[0-9a-f]{16}/[0-9]+$"},
        "Recording":{"type":"object","required":["kind"],"additionalProperties":false,
          "properties":{"kind":{"type":"string"},"body":{"type":"object"},"as":{"type":"string","minLength":1},
          "role":{"type":"string"},"at":{"type":"string","format":"date-time"}}},
        "Resolution":{"type":"object","required":["choose","reason"],"additionalProperties":false,
          "properties":{"choose":{"type":"string"},"reason":{"type":"string"},"as":{"type":"string","minLength":1},
          "role":{"type":"string"}}},
        "Receipt":{"type":"object","required":["event","case","repeat"],
          "properties":{"event":{"$ref":"#/components/schemas/EventID"},"case":{"type":"string"},"repeat":{"type":"boolean"},
          "conflict":{"type":"string"}}},
        "Row":{"type":"object","required":["case","headline","priority","patient","openConflicts"],
          "properties":{"case":{"type":"string"},"headline":{"type":"string"},"priority":{"type":"string"},
          "patient":{"type":"object"},"openConflicts":{"type":"integer"}}},
        "Rows":{"type":"array","items":{"$ref":"#/components/schemas/Row"}},
        "Case":{"type":"object","required":["case","digest","heads","events","headline","axes","conflicts"],
          "properties":{"case":{"type":"string"},"digest":{"type":"string"},
          "heads":{"type":"array","items":{"$ref":"#/components/schemas/EventID"}},"events":{"type":"integer"},
          "headline":{"type":"string"},"aliases":{"type":"object"},"patient":{"type":["object","null"]},
          "priority":{"type":"string"},"axes":{"type":"object"},
          "conflicts":{"type":"array","items":{"$ref":"#/components/schemas/Conflict"}}}},
        "Event":{"type":"object","required":["id","hash","kind","recordedAt","occurredAt","actor","source","parents"],
          "properties":{"id":{"$ref":"#/components/schemas/EventID"},"hash":{"type":"string"},"kind":{"type":"string"},
          "recordedAt":{"type":"string"},"occurredAt":{"type":"string"},"zoneMinutes":{"type":"integer"},
          "actor":{"type":"object"},"source":{"type":"string"},
          "parents":{"type":"array","items":{"$ref":"#/components/schemas/EventID"}},"body":{"type":["object","null"]},
          "concurrentWith":{"type":"array","items":{"$ref":"#/components/schemas/EventID"}}}},
        "History":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
        "Conflict":{"type":"object","required":["id","number","kind","state","owner","events","inForce"],
          "properties":{"case":{"type":"string"},"id":{"type":"string"},"number":{"type":"integer"},"kind":{"type":"string"},
          "state":{"type":"string"},"owner":{"type":"string"},"due":{"type":"string"},
          "events":{"type":"array","items":{"$ref":"#/components/schemas/EventID"}},"inForce":{"type":"string"}}},
        "Conflicts":{"type":"array","items":{"$ref":"#/components/schemas/Conflict"}},
        "Site":{"type":"object","required":["site","kind","label","allCases","state"],
          "properties":{"site":{"type":"string"},"kind":{"enum":["imaging","reading","both"]},"label":{"type":"string"},
          "allCases":{"type":"boolean"},"state":{"enum":["invited","active","revoked"]},"reason":{"type":"string"},
          "keyFingerprint":{"type":"string"},"feedHead":{"type":"integer"},"head":{"type":"integer"},
          "seenSecondsAgo":{"type":"integer"}}},
        "SigningIn":{"type":"object","required":["name","password"],"additionalProperties":false,
          "properties":{"name":{"type":"string"},"password":{"type":"string","format":"password"},"role":{"type":"string"},
          "code":{"type":"string","format":"password"}}},
        "Confirming":{"type":"object","required":["password"],"additionalProperties":false,
          "properties":{"password":{"type":"string","format":"password"},"code":{"type":"string","format":"password"}}},
        "Session":{"type":"object","required":["person","role","assurance","session","until","confirmed"],
          "properties":{"person":{"type":"string"},"role":{"type":"string"},"assurance":{"enum":["local","central"]},
          "session":{"type":"string"},"until":{"type":"string","format":"date-time"},"confirmed":{"type":"boolean"},
          "token":{"type":"string"},"csrf":{"type":"string"}}},
        "Sites":{"type":"array","items":{"$ref":"#/components/schemas/Site"}}
        }
        """#
}
