# Whom an identity provider lets go and who waits for somebody to agree, in the console.
held = Held deactivations
held-lead = While they are held they can sign in as before, and so can everybody else whom the identity provider deactivates until you have decided. It knows that they are not done and asks again. Whoever has left for certain can be deactivated by hand at once, on the page of the user.
held-none = Nobody is held.
held-under-way = { $count ->
    [one] One user is being deactivated or deleted as decided.
   *[other] { $count } users are being deactivated or deleted as decided.
 }
held-plan = What carrying out would do
held-would-deactivate = { $count ->
    [one] One user would be deactivated.
   *[other] { $count } users would be deactivated.
 }
held-would-delete = { $count ->
    [one] One user would be deleted.
   *[other] { $count } users would be deleted.
 }
held-release = Carry out now
held-refuse = Keep them active
held-refuse-hint = If you keep them active, the identity provider is refused for a day when it asks for the same again. Put right there what is wrong.
held-shown = The first { $count } are shown.
held-what = What it wants
held-since = Held since
held-deactivate = Deactivate
held-delete = Delete
held-deactivated = Is deactivated already and would be left out.
held-moved = Does not belong to this connection any more and would be left out.
held-last-holder = Is the last holder of a protected role and would be left out.
held-now = { $count ->
    [one] It wants to let more people go than its limit says, so one user is held.
   *[other] It wants to let more people go than its limit says, so { $count } users are held.
 }
held-decide = Look and decide
breaker-off = Off: whoever is deactivated or deleted by the identity provider is so at once, however many there are.
breaker-number = More than { $count } within { $minutes } minutes are held until somebody has decided.
breaker-number-and-share = More than { $count } within { $minutes } minutes, if they are more than { $percent } % of the users of the connection as well, are held until somebody has decided.
connection-breaker = Hold many deactivations
connection-breaker-hint = When the identity provider deactivates or deletes more users at a time than these two say, the rest of them wait until you have decided. Make the numbers larger before you let many people go on purpose.
breaker-people = Number of users
breaker-percent = And share of the users of the connection, in percent
breaker-minutes = Within so many minutes
said-releasing = { $count ->
    [one] One user is let go now.
   *[other] { $count } users are let go now, one after the other.
 }
said-released = { $done ->
    [one] One user was let go.
   *[other] { $done } users were let go.
 } { $skipped ->
    [0] Nobody was left out.
    [one] One was left out.
   *[other] { $skipped } were left out.
 }
said-kept = { $count ->
    [one] One user stays.
   *[other] { $count } users stay.
 }
