import Problems

extension APITable {
    /// By which people sign in.
    static let sessions: [Call] = [
        Call(
            "POST", "/v1/session", .sessions, "Signs somebody in: sets a cookie for pages, and gives the token for scripts.",
            body: .json("SigningIn"), answers: [(201, .json("Session"))],
            problems: [
                .signIn, .secondFactor, .tooManyRequests, .badOrigin, .notPermitted, .unsupportedMediaType, .emptyBody,
                .malformed,
                .duplicateKey,
                .unknownField, .badInput, .tooLarge,
            ]),
        Call(
            "GET", "/v1/session", .sessions, "Who is signed in, in which role, until when.", answers: [(200, .json("Session"))],
            problems: [.signIn]),
        Call(
            "DELETE", "/v1/session", .sessions, "Signs out.", fields: [page], answers: [(204, .text)],
            problems: [.signIn, .badOrigin, .csrfToken]),
        Call(
            "POST", "/v1/session/confirmation", .sessions, "Takes the password once more: for five minutes texts may be signed.",
            fields: [page], body: .json("Confirming"), answers: [(200, .json("Session"))],
            problems: [
                .signIn, .secondFactor, .confirmSignIn, .tooManyRequests, .badOrigin, .csrfToken, .unsupportedMediaType,
                .emptyBody, .malformed,
                .duplicateKey, .unknownField, .badInput, .tooLarge,
            ]),
        Call(
            "GET", "/v1/session/oidc", .sessions, "Sends a browser to the identity provider (code and PKCE).",
            query: [Parameter(name: "role", summary: "The role to act in, where the account has several.")],
            answers: [(303, .text)], problems: [.notFound, .badInput, .hubUnreachable]),
        Call(
            "GET", "/v1/session/oidc/callback", .sessions, "Takes a browser back from the identity provider and signs it in.",
            query: [
                Parameter(name: "state", summary: "By which this sign-in is known.", isRequired: true),
                Parameter(name: "code", summary: "What the provider gave.", isRequired: true),
            ], answers: [(200, .json("Session"))], problems: [.signIn, .notFound, .hubUnreachable, .notPermitted, .badInput]),
    ]
}
