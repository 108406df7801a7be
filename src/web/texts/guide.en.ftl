# Setting a connection up, in the console.
guide = Set up
guide-title = Set up { $name }
guide-progress = How far it has come
guide-done = Done
guide-not-yet = Not yet
guide-step-token = A token is there
guide-step-request = The identity provider has come with it
guide-step-user = A user was pushed
guide-step-group = A group was pushed
guide-step-sign-in = Somebody has signed in there
guide-wait-token = Make a token first.
guide-wait-request = Waiting for the first request of the identity provider.
guide-wait-user = The identity provider reaches this server. Waiting for the first user.
guide-wait-group = Users arrive. Waiting for the first group.
guide-wait-sign-in = Users and groups arrive. Waiting for the first sign-in.
guide-all-done = Everything works.
guide-watch-hint = This part shows what happens as it happens.
guide-look-again = Look again
guide-findings = To be mended at the identity provider
guide-more = Show the request
guide-match = It looks users up by { $name }. Make userName the attribute by which users are matched, or it will take one for another or make them twice.
guide-no-external-id = { $count ->
    [one] One of the users pushed last has no externalId, so that no sign-in can mean them.
   *[other] { $count } of the users pushed last have no externalId, so that no sign-in can mean them.
 } Send the id that the identity provider also names in its ID tokens.
guide-foreign-external-id = { $count ->
    [one] One of the users pushed last has an externalId that is no object id, so that no sign-in will mean them.
   *[other] { $count } of the users pushed last have an externalId that is no object id, so that no sign-in will mean them.
 } Map objectId to externalId, in place of mailNickname.
guide-no-role = { $count ->
    [one] One of the users pushed last has no role, and can do nothing here.
   *[other] { $count } of the users pushed last have no role, and can do nothing here.
 } Let a group give a role, or give the connection a default role.
guide-no-address = { $count ->
    [one] One of the users pushed last has no e-mail address, and gets no mail.
   *[other] { $count } of the users pushed last have no e-mail address, and get no mail.
 } Map the address to emails with the type work.
guide-no-name = { $count ->
    [one] One of the users pushed last is called by the user name alone.
   *[other] { $count } of the users pushed last are called by the user name alone.
 } Map displayName.
guide-refused = The last change was refused:
guide-deeds = What to do at the identity provider
guide-tenant-url = Tenant URL
guide-token-of-others = Somebody who may give every role that this connection gives makes one.
guide-okta-app = In Okta, open “Applications”, “Browse App Catalog”, add “SCIM 2.0 Test App (OAuth Bearer Token)”, and open its “Provisioning” tab.
guide-okta-api = Choose “Configure API Integration”, tick “Enable API integration”, enter the base URL and a token, and press “Test API Credentials”.
guide-okta-to-app = Under “To App”, tick “Create Users”, “Update User Attributes” and “Deactivate Users”.
guide-okta-people = Under “Assignments”, choose who comes here.
guide-okta-groups = Under “Push Groups”, choose the groups that give roles or teams here.
guide-entra-app = In the Entra admin centre, open “Enterprise applications”, “New application”, “Create your own application”, and choose the one that is not in the gallery.
guide-entra-api = Open “Provisioning”, choose “Automatic”, enter the tenant URL and a token as the secret token, and press “Test Connection”.
guide-entra-mapping = Under “Mappings”, users: leave userName as the attribute by which users are matched, and map objectId to externalId in place of mailNickname.
guide-entra-people = Under “Users and groups”, assign who comes here.
guide-entra-start = Start provisioning. Entra comes every forty minutes; “Provision on demand” pushes one user at once.
guide-generic-api = Where the identity provider asks for SCIM 2.0, enter the base URL, and a token as the bearer token.
guide-generic-mapping = Let it match users by userName, and send as externalId the id that it also names as sub in its ID tokens.
guide-generic-deeds = Switch on that users are created, updated and deactivated, and that groups are pushed.
guide-generic-people = Choose who comes here.
setup-links = For somebody outside
setup-links-hint = Whoever looks after the identity provider needs no account here: a link shows them this guide for this one connection and lets them make one token. They see no names. A link ends by itself on its last day; before that when you end it, and when your password changes or you may make no such links any more. A token that was made with it stays.
setup-link-made = Made
setup-link-until = works until
setup-link-used = its token was made
setup-link-void = does not work any more, because whoever made it may not do so now
setup-link-make = Make a link
said-setup-link-ended = The link is dead.
once-setup-link-title = Link for setting up { $name }
once-setup-link-text = Send it to whoever looks after the identity provider. It is shown only now and works until { $until }.
connect-title = Connect your identity provider with { $name }
connect-lead = Here you set up how { $provider } gives people access to { $name }. You need no account. Do the steps below in order; the first part of this page follows what arrives.
connect-last = Last requests
connect-token-hint = One token can be made with this link, and it is shown once.
connect-token-made = A token was made with this link. If it is lost, ask for a new link.
connect-token-text = Copy it into the settings of the identity provider. It is shown only now and works until { $until }.
connect-back = On with setting up
connect-gone-title = This link does not work
connect-gone = It has ended or is not complete. Ask whoever sent it for a new one.
