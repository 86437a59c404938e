import ImagingCase

/// A page of what a search found, or the versions of a resource, as a Bundle.
///
/// Source: FHIR R4 Bundle (searchset, history).
public struct FHIRBundle: Sendable {
    /// One resource in it.
    public struct Entry: Sendable {
        /// `Type/id`.
        public let address: String
        /// The resource's JSON; nil where a version says that it is no more.
        public let json: [UInt8]?
        /// Which version it is.
        public let version: FHIRVersion

        /// States an entry.
        public init(address: String, json: [UInt8]?, version: FHIRVersion) {
            self.address = address
            self.json = json
            self.version = version
        }
    }

    private let base: String
    private let links: [(name: String, url: String)]
    private let total: Int?

    /// Makes a bundle.
    ///
    /// - Parameters:
    ///   - base: the service's address.
    ///   - links: the addresses of this page and of the next.
    ///   - total: how many there are in all; nil where only looking would tell.
    public init(base: String, links: [(name: String, url: String)], total: Int?) {
        self.base = base
        self.links = links
        self.total = total
    }

    /// The page of a search.
    public func searchset(_ entries: [Entry]) -> [UInt8] {
        write("searchset") { json in
            json.list("entry", entries) { entry, json in
                json.member("fullUrl", "\(base)/\(entry.address)")
                if let resource = entry.json {
                    json.key("resource")
                    json.raw(resource)
                }
                json.object("search") { $0.member("mode", "match") }
            }
        }
    }

    /// Versions, the newest first.
    public func history(_ entries: [Entry]) -> [UInt8] {
        write("history") { json in
            json.list("entry", entries) { entry, json in
                json.member("fullUrl", "\(base)/\(entry.address)")
                if let resource = entry.json {
                    json.key("resource")
                    json.raw(resource)
                }
                let isThere = entry.json != nil
                json.object("request") { json in
                    json.member("method", isThere ? "PUT" : "DELETE")
                    json.member("url", entry.address)
                }
                json.object("response") { json in
                    json.member("status", isThere ? "200" : "410")
                    json.member("etag", entry.version.tag)
                    json.when("lastModified", entry.version.updated)
                }
            }
        }
    }

    private func write(_ type: String, _ entries: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("resourceType", "Bundle")
        json.member("type", type)
        if let total { json.member("total", total) }
        json.list("link", links) { link, json in
            json.member("relation", link.name)
            json.member("url", link.url)
        }
        entries(&json)
        json.endObject()
        return json.bytes
    }
}
