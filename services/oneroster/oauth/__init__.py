"""OAuth 2.0 for the OneRoster service: client credentials in, short-lived signed access tokens out.

Nothing else in the service imports authlib or joserfc. `routes.router` holds the endpoints and
expects an `OAuthService` at `app.state.oauth`; a read route checks a token by
`OAuthService.verifier` and then reads the client anew by `clients.find_client`.
"""
