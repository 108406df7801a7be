# The journal of provisioning, in the console.
journal = Journal
journal-lead = Every request of the identity providers over SCIM, what became of it and why. Passwords are never kept.
journal-none = No request is in the journal.
journal-of-user = Requests about this user
journal-days = { $count ->
    [one] Requests are kept for one day
   *[other] Requests are kept for { $count } days
 }
journal-request = Request
journal-answer = Answer
journal-result = Result
journal-every-result = Every result
journal-changed = Changed
journal-nothing = Nothing to do
journal-read = Read
journal-refused = Refused
journal-failed = Not done
journal-waiting = Waiting
journal-times = { $count } requests
journal-waiting-text = It was answered that it is kept. It is carried out as soon as those before it are.
journal-nothing-text = Everything was so already, so nothing was written.
journal-nothing-else = Everything else was so already, so nothing was written.
journal-left-alone = Left as it was, because the token does not name it: { $name }.
journal-read-text = It was read.
journal-refused-text = The answer does not say why.
journal-found = { $count ->
    [0] Nothing was found.
    [one] One was found.
   *[other] { $count } were found.
 }
journal-more = { $count ->
    [one] and one more
   *[other] and { $count } more
 }
journal-about = About
journal-txn = Number of the outcome
journal-took = Answered within
journal-did = What it did
journal-too-large = The body had { $count } bytes, which is too large for the journal.
journal-no-body = It had no body.
journal-no-answer = The answer had no body, or one that is too large for the journal.
journal-try = What would it do now?
journal-trial = What it would do now
journal-trial-hint = Nothing was done yet. Members of groups are in the list of deeds and not among the attributes.
do-replay = Do it now
journal-replay-of = Not from the provider
journal-first = An administrator did this request again
said-replayed = The request was done again. Below is what became of it.
journal-would-refuse = It would be refused:
journal-would-do = The record would say:
journal-would-nothing = Nothing: everything is so already.
journal-attribute = Attribute
journal-now = Now
journal-then = Then

## Members that are waited for

waiting = Waiting members
waiting-lead = An identity provider has put these into groups without having pushed them. Each joins the group as soon as it is pushed with this external id.
waiting-none = No group waits for anybody.
waiting-total = { $count ->
    [one] One member is waited for.
   *[other] { $count } members are waited for.
 }
waiting-shown = The first { $count } are shown.
waiting-value = Waited for
waiting-group = Group
waiting-since = Since
