import HTTPTypes
public import Hummingbird

/// Adds to every answer what keeps a browser from doing more with it than show it: the first middleware of every router.
///
/// Nothing is stored, sniffed, framed or sent on; pages run only scripts and styles of this server. A handler that sets one
/// of the fields itself keeps its own, as for static files that may be cached.
/// Source: CSP Level 3, Fetch (CORP), HTML (COOP, Referrer-Policy), RFC 6797, RFC 9111 5.2.2.5.
public struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    private let fields: HTTPFields
    /// Of them those that concern what is not shown: nothing renders a private media type, so that policies for pages say nothing there.
    private let fieldsOfMessages: HTTPFields

    /// The fields; `isTLS` adds Strict-Transport-Security for one year.
    public init(isTLS: Bool) {
        var fields = HTTPFields()
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.contentSecurityPolicy] = Self.policy
        for (name, value) in Self.others {
            if let name = HTTPField.Name(name) {
                fields[name] = value
            }
        }
        if isTLS {
            fields[.strictTransportSecurity] = "max-age=31536000"
        }
        self.fields = fields
        fieldsOfMessages = HTTPFields(fields.filter { [.cacheControl, .xContentTypeOptions].contains($0.name) })
    }

    /// Answers a request with the fields added.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        let isMessage = response.headers[.contentType]?.hasPrefix("application/vnd.filmjacket.") == true
        for field in isMessage ? fieldsOfMessages : fields where !response.headers.contains(field.name) {
            response.headers.append(field)
        }
        return response
    }

    private static var policy: String {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    }

    private static var others: [(String, String)] {
        [
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ]
    }
}
