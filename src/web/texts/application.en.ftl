# Applications that people sign in to, in the console.
applications = Applications
applications-hint = What the people of the organisation sign in to with their account here (OpenID Connect).
no-applications = No application yet. Register the first one: it takes a name and the address to which the browser comes back.
new-application = New application
go-applications = OIDC, OAuth, OpenID Connect, clients, relying parties, single sign-on, redirect URI
go-new-application = OIDC, OAuth, client, register, redirect URI
app-register = Register
app-not-saved = Nothing was saved. The field that is marked below is not right yet.
app-disabled = Disabled
app-is-disabled = This application is disabled: nobody signs in to it, and its tokens are void.
app-everybody = Everybody of the organisation
app-some = { $roles ->
    [0] { $groups ->
        [one] One group
       *[other] { $groups } groups
     }
    [one] { $groups ->
        [0] One role
        [one] One role and one group
       *[other] One role and { $groups } groups
     }
   *[other] { $groups ->
        [0] { $roles } roles
        [one] { $roles } roles and one group
       *[other] { $roles } roles and { $groups } groups
     }
 }
app-for = Who may use it
app-with-role = With the role { $name }
app-in-group = In the group { $name }

## What is registered

app-name-hint = What people are shown when they sign in to it.
app-kind = Kind
app-kind-hint = It cannot be changed later.
app-kind-web = Web application with a server
app-kind-web-text = It keeps a secret on its server. The usual case.
app-kind-public = Single-page or native application
app-kind-public-text = It can keep no secret, because it runs in the browser or on a device.
app-kind-keys = Application with a key of its own
app-kind-keys-text = It signs what it sends to the token endpoint (private_key_jwt), so no secret is shared.
app-keys-hint = Only for an application with a key of its own: its public keys, as JSON.
app-other-keys-hint = Its public keys, as JSON. What it signed with others counts no more.
app-key-ids = Its keys
app-redirects = Redirect URIs
app-redirects-hint = Where the browser comes back to, one address on each line, in full. https, or http on localhost.
app-post-logout = Post-logout redirect URIs
app-post-logout-hint = Where people may be sent after they signed out, one address on each line.
app-first-party = It belongs to the organisation
app-first-party-hint = People are not asked whether it may have what it asks for.
app-more = More
app-secret-in-body = It sends the secret in the body (client_secret_post)
app-secret-in-body-hint = Only for a web application, and only where its library can do nothing else, as that of ASP.NET Core.
app-backchannel = Back-channel logout URI
app-backchannel-hint = Called from here when a session ends. It reaches the application also when an administrator or an identity provider ends it.
app-frontchannel = Front-channel logout URI
app-frontchannel-hint = Loaded by the browser of whoever signs out, on the host of a redirect URI.
app-initiate = Where a sign-in begins (initiate_login_uri)
app-initiate-hint = An address of the application that begins a sign-in. People find it under the applications of their account.
app-events = Changes to users and groups (events_uri)
app-events-hint = An address that is told of each change, by a signed event (RFC 9967).
app-require-mfa = Only with two factors
app-require-mfa-hint = Whatever the policies ask of people, nobody comes in with one.
app-profile = Profile
app-profile-hint = The rules that the application keeps. Stricter ones need a library that can follow them.
app-profile-standard = OpenID Connect
app-profile-ipsie = Enterprise (IPSIE SL1)
app-profile-fapi = Financial (FAPI 2.0)
app-scopes = May ask for
app-scopes-hint = It gets nothing beyond these.
app-scope-openid = Who signs in
app-scope-profile = Names, picture, language
app-scope-email = E-mail address
app-scope-address = Postal address
app-scope-phone = Phone number
app-scope-groups = Groups and teams
app-scope-roles = Roles and permissions
app-scope-offline = Staying signed in (refresh tokens)
app-scope-api = The administration API, as the person
app-scope-scim = The whole profile, over SCIM
app-scope-ssf-read = Its own stream of security events, to read
app-scope-ssf-manage = Its own stream of security events, to make and change
app-scope-authzen = Decisions about people, for the application itself
app-edit = Change
app-edit-title = Change { $name }
app-who = Who may use it
app-only-roles = Only people with one of these roles
app-only-roles-hint = Nothing ticked, here and among the groups, means everybody. One role or group is enough.
app-only-groups = Only members of one of these groups
app-only-groups-hint = Whoever leaves the group has nothing more of the application at once.
app-no-groups = There is no group yet that could be named here.
app-tokens = Tokens
app-access-seconds = Access and ID tokens
app-access-seconds-hint = In seconds, from 60 to 3600. 300 are five minutes.
app-idle-seconds = A refresh token that nobody uses
app-idle-seconds-hint = In seconds, up to 90 days. 1209600 are 14 days.
app-authorization-seconds = All that comes from one sign-in
app-authorization-seconds-hint = In seconds, up to a year. 2592000 are 30 days; then the person signs in again.
app-format = Access tokens are
app-format-hint = Random ones are asked for here each time, and end at once. Signed ones are believed until they end.
app-format-opaque = Random text
app-format-jwt = Signed (JWT)
app-alg = ID tokens are signed with
app-alg-hint = RS256 is what every library knows.
app-protection = Protection
app-pushed = Only pushed requests (PAR)
app-pushed-hint = The application leaves each request here before it sends the browser (RFC 9126).
app-dpop = Tokens are bound to a key (DPoP)
app-dpop-hint = A stolen token is worth nothing without the key of the application (RFC 9449).
app-device = Devices without a browser may sign in
app-device-hint = A television or a terminal shows a code, and the person lets the device in with another browser (RFC 8628).
app-pairwise = Knows people by names of its own
app-pairwise-hint = No application of another host can tell by the subject that it has to do with the same person. It stays so, and all redirect URIs are of one host.
app-claims = Claims under other names
app-claims-hint = One on each line, such as upn = email: the name for the application, and the claim that the value is taken from. It comes with the scope of that one. What the application would get is shown by the test of a sign-in. There are: { $name }
app-wrong-claims = The claims cannot be told like this.
app-metadata-at = To be served, without a sign-in, at { $name }
app-metadata-nowhere = To be served by the resource server (RFC 9728 3.1).
app-others = Other resource servers
app-resource = It is a resource server named
app-resource-hint = An absolute URI, if it serves an API of its own. It may then ask about the tokens that are for it (RFC 8707, RFC 7662).
app-audiences = It gets tokens for
app-audiences-hint = One name of a resource server on each line. It may ask for tokens for these, and for none else; with a secret or key of its own it may also exchange a token that it was given for one for these (RFC 8693).
app-wrong-resource = This is not the name of a resource server that can be registered here.
app-seconds = { $count ->
    [one] One second
   *[other] { $count } seconds
 }
app-minutes = { $count ->
    [one] One minute
   *[other] { $count } minutes
 }
app-hours = { $count ->
    [one] One hour
   *[other] { $count } hours
 }
app-days = { $count ->
    [one] One day
   *[other] { $count } days
 }

## What is wrong with it

app-wrong-redirects = Write each address in full, one on each line: https, or http on localhost, without * and #.
app-wrong-post-logout = Write each address in full, one on each line: https, or http on localhost, without * and #.
app-wrong-backchannel = Write an address in full: https, or http on localhost.
app-wrong-frontchannel = Write an address in full, with the scheme, host and port of a redirect URI.
app-wrong-initiate = Write an address in full, with https.
app-wrong-method = This profile needs an application with a key of its own.
app-wrong-alg = This profile needs PS256, ES256 or EdDSA.
app-wrong-seconds = Write a number of seconds within the limits.
app-wrong-scope = Tick at least one.
app-wrong-kind = Choose a kind.
app-wrong-reach = One of these is not there any more. Untick it.

## Its secret

client-secret = Client secret
app-made-title = { $name } is registered
app-rotated-title = { $name } has a new secret
app-made-text = Copy the secret into the settings of the application. It is shown only now; only its hash is kept here.
app-go-on = Set it up
app-new-secret = New secret
ask-app-secret = A new secret for { $name }?
ask-app-secret-text = The new one is shown once and works at once.
app-earlier = The earlier secret
app-earlier-overlaps = Works a day longer
app-earlier-overlaps-text = So that the application can be told the new one while it runs. Everybody stays signed in.
app-earlier-ends = Ends now
app-earlier-ends-text = In an emergency, when it may be in foreign hands: every token of the application ends, too.
do-app-secret = Make a new secret

## Setting it up

app-setup = Set it up
app-setup-hint = Settings for what you run, with the addresses of this server filled in. Only the secret is missing: it is shown once, when it is made.
app-any-product = Any OpenID Connect library
app-setup-redirect = It has the browser come back to { $name }; register that as a redirect URI.
app-misfit = This product proves itself with a secret or not at all. Register another application of that kind for it.
app-misfit-basic = This product sends its secret in the header. Register a web application for it, without “It sends the secret in the body”.
app-misfit-post = This product sends its secret in the body. Register a web application for it, with “It sends the secret in the body”.

## Who is signed in

app-people = Signed in
app-people-hint = Everybody whose sign-in still counts there. Whoever has access ended can sign in again, as long as they may use the application.
app-nobody = Nobody is signed in.
app-began = Since
app-until = Until, at the latest
app-end-access = End access
app-end-access-of = of { $name }
app-more-people = There are more; these are of the last { $count } sign-ins.
ask-app-end = End the access of { $name } to { $account }?
ask-app-end-text = What { $account } holds for { $name } is void at once, and { $account } is told where it wants to hear of it. A consent is forgotten. { $name } can sign in again.

## Danger

app-danger = Danger
do-app-disable = Disable
do-app-enable = Enable
ask-app-disable = Disable { $name }?
ask-app-disable-text = Nobody can sign in to { $name } any more, and everything that was issued to it is void at once, also after it is enabled again.
ask-app-enable = Enable { $name }?
ask-app-enable-text = People can sign in to { $name } again. Tokens of before stay void.
ask-app-delete = Delete { $name }?
ask-app-delete-text = { $name } and everything that was issued to it end at once. This cannot be undone; a new registration has another client ID.
app-goes-people = { $count ->
    [0] Nobody is signed in there.
    [one] One person is signed in there.
   *[other] { $count } people are signed in there.
 }
said-application-made = The application is registered.
said-application-changed = The application was changed.
said-application-disabled = The application is disabled, and its tokens are void.
said-application-enabled = The application is served again.
said-application-deleted = The application was deleted.
said-application-access-ended = The access was ended.

## Trying a sign-in

app-test = Test sign-in
app-test-title = Test the sign-in to { $name }
app-test-hint = See whether somebody would be let in, and what the application would be told. Nothing is issued, and nobody notices.
app-test-scopes = The application asks for
do-app-test = Test
app-test-nobody = Nobody of the organisation has this user name.
app-test-of = { $name } signs in
app-test-in = Would be let in
app-test-out = Would not be let in
app-test-code = The application gets its answer without a question.
app-test-consent = Is asked first whether the application may have this.
app-test-disabled = The application is disabled.
app-test-reach = The application is not for this person: neither role nor group fits.
app-test-refused = The application is refused:
app-test-two-factors = The application asks for two factors.
app-test-second-factor = A second factor is asked for.
app-test-one-factor = One factor is enough.
app-test-granted = Granted:
app-id-token = In the ID token
app-id-token-hint = Who signed in, when and how. How (amr, acr) is that of an ordinary sign-in with a password; an identity provider says its own.
app-userinfo = At userinfo
app-userinfo-hint = What the application is told with its access token.
app-claim = Claim
app-claim-value = Value
app-claim-momentary = another one at each sign-in
app-begin = For real
app-begin-hint = Begins a real sign-in at the application, as yourself.
app-begin-none = This application names no address at which a sign-in begins. Open it as people do.
do-app-begin = Begin a sign-in there
