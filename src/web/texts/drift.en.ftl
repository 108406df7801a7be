# Where people differ from what an identity provider said of them, in the console.
drift = Differences
drift-look = See who differs
drift-lead = What the identity provider said last, and what is so here. Names, e-mail addresses and the members of its groups are changed there only, so they do not differ.
drift-kept = Access kept here
drift-kept-lead = The identity provider has deactivated or deleted these users, and they have access here: they are held, somebody has kept them active, or they were activated again by hand. If they have left, deactivate them.
drift-shut-out = Deactivated here
drift-shut-out-lead = These users are active at the identity provider and were deactivated here. It may activate them again when it sends them the next time. If they have left, remove them there.
drift-roles = Roles given here
drift-roles-lead = These users have a role that was given by hand. It stays whatever the identity provider sends; change it on the page of the user.
drift-groups = Groups kept here
drift-groups-lead = These users have a role by a group that is kept here. They keep it when they leave the groups of the identity provider.
drift-unmentioned = Not mentioned
drift-unmentioned-lead = { $count ->
    [one] The identity provider has not sent these users for a day, or never. Whoever was made here, or has signed in without being sent, was never mentioned. It sends users only when something changes, so look there whether it still knows them.
   *[other] The identity provider has not sent these users for { $count } days, or never. Whoever was made here, or has signed in without being sent, was never mentioned. It sends users only when something changes, so look there whether it still knows them.
}
drift-none = Nobody differs in this.
drift-said = Identity provider
drift-never = Never said
drift-said-active = Active
drift-said-inactive = Deactivated
drift-said-gone = Deleted
drift-here = Here
drift-group = Group
drift-since = Since, and by whom
