# Connections to identity providers, in the console.
connections = Connections
connections-hint = The identity providers of the organisation: they push people and groups (SCIM), and people sign in at them (OpenID Connect).
no-connections = There is no identity provider yet. Everybody signs in here with a password.
new-connection = New connection
why-no-connection = Your role may give no role by a connection, so you can make none. Ask somebody who may give roles.
connection-issuer = Issuer
connection-domains = Domains
connection-domains-hint = Addresses of these domains lead there. Others are chosen with a change, once they are proven.
connection-people = People
connection-edit = Change
edit-connection = Change { $name }
connection-not-yours = You cannot change how people sign in there or make tokens, because the connection reaches further than you.
connection-kept = You cannot delete it.
connection-addresses = For the settings of the identity provider
connection-addresses-hint = Copy these to where the identity provider asks for them.
connection-scim-url = SCIM base URL
connection-redirect-uri = Redirect URI
connection-initiate-uri = Where a sign-in begins
connection-backchannel-uri = Back-channel logout
connection-frontchannel-uri = Front-channel logout
connection-universal-uri = Okta Universal Logout
copy-named = Copy: { $name }
connection-sign-in = Sign-in
connection-sign-in-hint = Leave the issuer and the id empty when the identity provider only pushes people.
connection-sign-in-stays = People sign in there, and that cannot be taken away from a connection. Pause the connection or delete it instead.
connection-issuer-hint = The address that the identity provider names as its issuer, such as https://acme.okta.com. People who are created from now on sign in there.
connection-only-pushes = None: it only pushes people, and nobody signs in there
connection-client-id = Client id of this server there
connection-secret = Client secret of this server there
connection-secret-hint = The identity provider shows it beside the id. It is stored encrypted and never shown.
connection-secret-kept = Kept, and never shown
connection-secret-stays = Leave this empty to keep the one that is there. With another issuer it is asked for again.
connection-jit = Make users of those who sign in and were not pushed
connection-jit-hint = They get the default role. Leave this off where the identity provider pushes people.
connection-by-email = Find people by their address
connection-by-email-hint = For people of this provider without an id by which it signs them in, such as those made here by hand. The provider must say that the address is verified, it must be of a domain that leads to this connection, and nobody else here may have it. Holders of a protected role are never found. Each person is linked once and gets an e-mail about it.
connection-mfa = Second factor
connection-mfa-policy = As the policy says
connection-mfa-policy-text = The security policies of the organisation say what counts.
connection-amr = Methods that prove two factors (amr)
connection-acr = Contexts that prove two factors (acr)
connection-words-hint = One value a line, as the identity provider writes it into its ID tokens. An empty field means that nothing of this kind proves two factors. Values of acrs, which Entra sends, count as contexts.
connection-proves-nothing = Nothing of this kind proves two factors
connection-provisioning = Provisioning
connection-default-role = Default role
connection-default-role-hint = For everybody to whom nothing else gives a role.
connection-no-role = No role
connection-max-role = Highest role
connection-max-role-hint = It gives and manages this role and those below it.
connection-every-role = Every role that is not protected
connection-protected-roles = Gives protected roles
connection-governance = Governs who may do what
connection-governance-hint = The provider is told which roles and entitlements there are (Okta Identity Governance), and entitlements that it sends give roles. A change counts for a person from the next message about them on.
connection-role-attribute = Attribute that gives roles
connection-role-attribute-hint = An attribute of users whose text is the key or the name of a role, beside “roles”: userType, or one of a schema of your own with the schema before it, such as urn:example:acme:User:accessLevel. Left empty, only “roles” gives roles, and “entitlements” where the provider governs. Whoever may change the attribute at the provider gives these roles. A change counts for a person from the next message about them on.
connection-unknown = Members who do not exist yet
connection-unknown-hold = Wait until they appear
connection-unknown-ignore = Are left out
connection-unknown-reject = Make the push fail
connection-last = The last holder of a protected role
connection-last-suspend = Is shut out at once, keeps the role, and there is an alert
connection-last-refuse = Cannot be switched off by it
connection-name-hint = What people call it here and on the page of sign-in.
connection-make = Make connection
connection-tokens = SCIM tokens
connection-tokens-hint = The identity provider pushes with one of these. Make a new one, enter it there, and end the old one: both work meanwhile.
connection-no-tokens = There is none, so the identity provider can push nothing.
connection-token = Token
connection-token-over = (ended)
connection-token-works-for = The first token works for
connection-new-token-hint = The tokens that are there stay, so that nothing stands still while you change it at the identity provider.
once-connection-title = SCIM token of { $name }
once-connection-text = Copy it into the settings of the identity provider. It is shown only now and works until { $until }.
ask-end-connection-token-text = The token { $name } of { $account } is dead at once, and the identity provider can push nothing with it. This cannot be undone; other tokens stay.
do-pause = Pause
do-resume = Resume
ask-pause-connection = Pause { $name }?
ask-pause-connection-text = Nobody can sign in through { $name }, and its pushes are answered with “later”, so that they come again. Whoever is signed in stays so.
ask-resume-connection = Resume { $name }?
ask-resume-connection-text = People can sign in through { $name } again, and its pushes are taken.
ask-delete-connection = Delete { $name }?
ask-delete-connection-text = What { $name } gave ends at once: its tokens, its groups and the roles that come from it. Its people stay, and sign in through it no more. This cannot be undone.
connection-goes-people = { $count ->
    [one] One person comes from it and stays.
   *[other] { $count } people come from it and stay.
 }
connection-goes-locked-out = { $count ->
    [0] Nobody loses the way in.
    [one] One person can sign in now and not afterwards, until another connection takes them.
   *[other] { $count } people can sign in now and not afterwards, until another connection takes them.
 }
connection-goes-held = { $count ->
    [one] One person waits to be let go by it. That person stays active, and nobody is asked any more.
   *[other] { $count } people wait to be let go by it. They stay active, and nobody is asked any more.
 }
connection-goes-groups = { $count ->
    [0] No group goes.
    [one] One group goes, with the roles it gives.
   *[other] { $count } groups go, with the roles they give.
 }
connection-goes-tokens = { $count ->
    [0] No token ends.
    [one] One token ends.
   *[other] { $count } tokens end.
 }
connection-goes-roles = Roles that people lose: { $name }
connection-goes-domains = Domains whose addresses lead nowhere afterwards: { $name }
said-connection-changed = The connection was changed.
said-connection-paused = The connection is paused.
said-connection-resumed = The connection works again.
said-connection-deleted = The connection was deleted, with its tokens and groups.
go-connections = SSO, SCIM, OIDC, Okta, Entra, Identity provider, Provisioning
go-new-connection = SSO, SCIM, Okta, Entra, Identity provider, Set up

## Silence

connection-silence = Hours without a request until it is silent
connection-journal-days = Days for which requests stay in the journal
connection-silence-hint = Whoever manages connections gets an e-mail then, and one when it is heard again. Left empty, these are 48 hours for Entra and 168 for others. 0 is never; the most is { $count }.
connection-silence-after = { $count ->
    [0] It never counts as silent
    [one] Silent after one hour without a request
   *[other] Silent after { $count } hours without a request
 }

## How fast it may ask

connection-pace = Requests a second
connection-pace-hint = What comes faster is answered with "too fast" and a time to wait; whoever is deactivated or deleted has a lane of their own beside it. Left empty, it is 100 a second; the least is 10, the most { $count }. Entra sends 25 at most.
connection-pace-is = { $count ->
    [0] As many as it sends
   *[other] { $count }, and twice as many at once
 }

## From where its tokens work, and for what

connection-events = Address for events about requests that were not waited for
connection-events-hint = For an identity provider that sends "Prefer: respond-async": an https address that takes signed events (RFC 9967), such as https://id.example/events. Left empty, it can only ask.
connection-allowed = Addresses from which its SCIM tokens work
connection-allowed-hint = One address or network on each line, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32. A token that comes from elsewhere is refused like an unknown one, and Health says from where it came. Left empty, they work from everywhere.
connection-allowed-all = From everywhere
scim-scope-everything = Everything
scim-scope-read-users = Read users
scim-scope-write-users = Make, change and delete users
scim-scope-read-groups = Read groups, with the names of their members
scim-scope-write-groups = Make, change and delete groups
scim-scope-read-roles = Read which roles and entitlements there are
scim-scopes-hint = Identity providers need everything. Take away what a program does not need that, for example, only reads. Whoever may change something may read it as well.
scim-attributes = Only these attributes
scim-attributes-only = Only:
scim-attributes-hint = Nothing for all of them. Else one on each line, as the SCIM schemas name them: userName, name.familyName, emails, active, displayName, members. What is not named is not shown, and stays as it is. Without active nobody is made, let go or deleted.

## How connections fare

health = Health
health-lead = How each connection fares, and what helps where something is wrong. Counted are the requests of the last 24 hours.
health-well = All is well
health-needs-you = Needs you
health-silent = Silent
health-last-request = Last request
health-last-success = Last request that succeeded
health-last-day = Last 24 hours
health-requests = { $count ->
    [0] No request
    [one] One request.
   *[other] { $count } requests.
 }
health-refused = { $count ->
    [0] None was refused.
    [one] One was refused or not done ({ $percent } %).
   *[other] { $count } were refused or not done ({ $percent } %).
 }
health-days = { $count ->
    [one] One day left
   *[other] { $count } days left
 }
health-token-over = Ended
health-token-replaced = Replaced by another
health-open-connection = Open the connection
health-resume = It is paused: the identity provider is told to come back later. Resume it when provisioning shall go on.
health-make-token = No token works any more, so every request is refused. Make a new one and put it into the settings of the identity provider.
health-replace-token = { $count ->
    [0] The token that the identity provider used last has ended. Put one that works into its settings.
    [one] The token that the identity provider uses ends within a day. Make a new one and put it into its settings.
   *[other] The token that the identity provider uses ends in { $count } days. Make a new one and put it into its settings.
 }
health-give-address = Nothing was ever heard of it. Put the SCIM base URL and a token into the settings of the identity provider and test the connection there.
health-check-address = On { $at } somebody used a token of this connection from { $address }, which is not among the allowed addresses. If that is the identity provider, allow the address. Otherwise the token is in the wrong hands: make another one, then end it.
health-find-silence = Nothing has been heard since { $at }. See in the console of the identity provider whether provisioning runs there, and what its log says.
health-refused-malformed = Many requests were refused because the identity provider sends something that cannot be read ({ $status }). The journal says what to send instead.
health-refused-unknown = Many requests are about somebody or something that is not here ({ $status }). Let the identity provider provision from the beginning again, so that it learns the new ids.
health-refused-conflict = Many requests were refused because somebody else here has the same name or id ({ $status }). The journal says who stands in the way.
health-refused-large = Many requests were too large ({ $status }). Let the identity provider send less at a time.
health-refused-fast = Many requests came too fast ({ $status }). The identity provider sends them again by itself. If that lasts, raise its requests a second.
health-refused-failed = Many requests could not be answered by this server ({ $status }). The identity provider tries again by itself; whoever runs this server finds the cause in the log.
health-push-members = { $count ->
    [one] A group waits for somebody whom the identity provider has not pushed. Assign that person to the application there, too.
   *[other] Groups wait for { $count } members whom the identity provider has not pushed. Assign those people to the application there, too.
 }
connection-clients = OAuth clients
connection-clients-hint = Instead of a lasting token, the identity provider can get tokens of one hour by itself: with a client of its own, a secret or a key. Make a new client before you end the old one: both work meanwhile.
connection-new-client-hint = The client gets its tokens by “client credentials” with the scope “scim”. It may do what a SCIM token of this connection may do, and nothing else.
client-token-endpoint = Token endpoint
client-audience = Audience of signed assertions
client-id = Client ID
client-proof = Proves itself with
client-by-key = A key of its own
client-by-secret = A secret
client-keys = Public keys (JWKS)
client-keys-hint = Leave this empty for a client with a secret. With keys the client signs (private_key_jwt), and no secret leaves this server.
new-client = New client
new-client-of = New client of { $name }
make-client = Make client
end-client = Client { $name }
once-client-title = Secret of { $name }
once-client-text = Copy it into the settings of the identity provider, with the client ID { $name } and the token endpoint { $account }. It is shown only now.
ask-end-client = End the client { $name }?
ask-end-client-text = The client { $name } of { $account } and every token it got are dead at once. This cannot be undone; other clients and tokens stay.
do-end-client = End client
said-client-made = The client was made.
said-client-ended = The client and its tokens are dead.
connection-entra = Tenant of Microsoft Entra ID
connection-entra-hint = Tokens that Entra issues in this tenant open the connection as well, at an address of its own, which its page shows then. Leave it empty if Entra sends a SCIM token.
connection-entra-audience = Audience of the tokens of Entra
connection-entra-audience-hint = Leave it empty if the secret token is empty in Entra and nothing else was set up there.
connection-entra-app = Application that gets the tokens
connection-entra-app-hint = Leave it empty for Entra’s own provisioning service. No other application of the tenant, and no person, comes in with a token. The usual audience and service are the same for every provisioning job of the tenant, though: if several people set such jobs up there, name an audience of your own, or allow the addresses of this one only.
connection-entra-for = For { $name }.
connection-entra-given-to = Given to the application { $name }.
