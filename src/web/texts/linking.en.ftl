# Whom an identity provider means by a name that somebody here has, in the console.
linkings = Links to review
linkings-lead = The identity provider wanted to make these people, and somebody here has the user name already. A name alone never opens an account, so it was refused until you have decided whether both are the same person.
linkings-none = No link waits for a decision.
linkings-look = Whoever you link belongs to this connection: the identity provider changes their name and address, gives and takes roles under its limit, and deactivates them. Ask the person first where you are not sure. After that its next request succeeds; nothing has to be done there.
linkings-sign-in-there = They sign in at the identity provider from then on, and their password here no longer works.
linkings-sign-in-here = They sign in as before, and have to sign in anew once.
linkings-now = { $count ->
    [one] The identity provider means one user who does not belong to it.
   *[other] The identity provider means { $count } users who do not belong to it.
}
linking-claimed = What the identity provider says
linking-met = Who has the user name here
linking-asked = Asked
linking-times = { $count ->
    [one] Once
   *[other] { $count } times
}
linking-decision = Decision
linking-link = Link
linking-link-named = Link { $name }
linking-dismiss = Leave alone
linking-dismiss-named = Leave alone: { $name }
linking-not-yours = You cannot link them.
said-linked = The user belongs to the connection now.
said-left-alone = The user is left alone. The identity provider is refused as before.
