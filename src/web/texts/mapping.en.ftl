# What connections turn into what, in the console.
mappings = Mappings
mappings-lead = What each connection turns into what: what the identity provider says of people into what is kept here, and its words and groups into roles.
mappings-of = Mappings of { $name }
mapping-look = See what becomes of what
mapping-roles-lead = How people of this connection come to a role. Of all that they have, the highest counts; the page of a user, under Access, says which one it is and where it comes from.
mapping-way-roles = By “roles”: the key of a role or its name, whether small letters or capitals.
mapping-way-entitlements = By “entitlements”, likewise.
mapping-way-no-entitlements = “entitlements” gives nothing, because this provider does not govern who may do what.
mapping-way-attribute = By the attribute { $name }, likewise.
mapping-way-groups = By the groups of the identity provider that give a role. They are below.
mapping-way-hand = By hand or by a group that is kept here, whatever the identity provider says.
mapping-way-sign-in = What a sign-in says of roles and groups gives nothing.
mapping-way-default = To whom nothing of this gives a role: { $name }.
mapping-way-no-default = To whom nothing of this gives a role, there is none.
mapping-ceiling = The connection gives { $name } and what is below it. A request that names a role above it is refused.
mapping-no-ceiling = The connection gives every role that is not protected. A request that names a protected one is refused.
mapping-no-ceiling-at-all = The connection gives every role, also those that are protected.
mapping-words-for = Words for it
mapping-people = Have it by
mapping-within = Can be given
mapping-above = Above the highest
mapping-words = Words that give nothing
mapping-words-looked = { $count ->
    [one] One user of the connection was looked at.
   *[other] The newest { $count } users of the connection were looked at, without those who are deactivated.
}
mapping-words-none = Every word that could give a role names one.
mapping-words-lead = The identity provider says these of people, and no role has one of them as its key or its name. Let it say one of the words above, or make a role of that name. Either counts for a person from the next message about them on.
mapping-new-role = New role
mapping-words-more = Only the { $count } that most people have are shown.
mapping-word = Word
mapping-attribute = Attribute
mapping-said-at = Last message
mapping-example = For example
mapping-groups-lead = A group of the identity provider gives nothing until somebody lets it give a role or puts it on a project. Both are done on the page of the group and of the project.
mapping-groups-mapped = { $count ->
    [one] One group gives a role
   *[other] { $count } groups give a role
}
mapping-groups-none = No group of this connection gives a role.
mapping-groups-awaited = Give a role once they are pushed
mapping-withdraw = Take away: role { $role }, group { $name }
mapping-groups-unmapped = { $count ->
    [one] One group gives no role
   *[other] { $count } groups give no role
}
mapping-groups-all-mapped = There is no group of this connection that gives no role.
mapping-shown = The first { $count } are shown, by name.
mapping-map = Let a group give a role
mapping-map-hint = A group that is not there yet gives the role as soon as the identity provider pushes it. Every member has the role then.
mapping-group = Name of the group, or its id there
mapping-do-map = Let it give the role
said-group-awaited = The group gives the role as soon as it is pushed.
mapping-attributes = Attributes
mapping-attributes-lead = What the identity provider says of a person, and what it fills here. Where several are named, the first that says something counts.
mapping-jit = The first sign-in of somebody who was not pushed fills some of it, too; later sign-ins change nothing.
mapping-no-jit = Signing in fills nothing: this connection makes users only of those who are pushed.
mapping-field = Here
mapping-scim = Over SCIM
mapping-first-sign-in = At the first sign-in
mapping-kept-by = Who decides it
mapping-kept-provider = Identity provider
mapping-kept-both = Whoever spoke last
mapping-kept-nobody = Not taken
mapping-external-id = Id at the provider
mapping-active = May sign in
mapping-others = Everything else
mapping-note-email = At a sign-in only an address that the provider says is verified.
mapping-note-id = By this id a sign-in finds the user.
mapping-note-id-or-email = By this id a sign-in finds the user; where there is none, by a verified address.
mapping-note-active = Whoever is deactivated beyond the number that is allowed at once waits until somebody has decided.
mapping-note-no-password = New users of this connection sign in at the provider; a password that it sends for them is not kept.
mapping-note-language = The second only for letters.
mapping-note-role = As the list above says.
mapping-note-hold = Members who do not exist yet are waited for.
mapping-note-ignore = Members who do not exist yet are left out.
mapping-note-reject = Members who do not exist yet make the push fail.
mapping-note-others = Kept as it was said and given back, schemas of your own included; it gives nobody anything.
mapping-change = Change how people sign in, whether the provider governs access, and which attribute gives roles
health-glance = All connections
health-worst = What matters most
