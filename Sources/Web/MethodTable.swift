import HTTPTypes
public import Hummingbird
import Synchronization

/// Which methods each path of a router has, to tell an unknown method from an unknown path.
public final class MethodTable: Sendable {
    private struct Row {
        let path: RouterPath
        let method: String
    }

    private let rows = Mutex<[Row]>([])

    /// A table that knows no path.
    public init() {}

    /// Learns a router's routes; to be called when all of them are there.
    public func learn(_ router: Router<some RequestContext>) {
        let routes = router.routes.map { Row(path: $0.path, method: $0.method.rawValue) }
        rows.withLock { $0 += routes }
    }

    /// The methods of the routes that a path matches, in alphabetical order.
    func methods(of path: String) -> [String] {
        let segments = path.split(separator: "/")
        return rows.withLock { rows in
            Set(rows.filter { Self.matches($0.path, segments) }.map(\.method)).sorted()
        }
    }

    private static func matches(_ path: RouterPath, _ segments: [Substring]) -> Bool {
        var rest = segments[...]
        for element in path.components {
            if element == .recursiveWildcard {
                return true
            }
            guard let segment = rest.popFirst(), element ~= segment else { return false }
        }
        return rest.isEmpty
    }
}
