### English, for the letters.
###
### $organisation and $user are there in every letter, $name only in the greeting and where something has a name.

greeting = Hello { $name },
greeting-nobody = Hello,
moment = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 } { $year }, { $time } UTC

## What several letters say
sign-in = Sign in
open-account = Open your account
look-at-account = Look at your account
open-doorward = Open Doorward
choose-new-password = Choose a new password
if-not-you = If that was you, there is nothing to do. If not, change your password now and tell an administrator.
if-unexpected = If you did not expect this, ask an administrator of your organisation at once.
if-mistake = If this is a mistake, ask an administrator of your organisation at once.
if-not-asked = If you did not ask for this, tell an administrator of your organisation at once.

done-by = Who did this: { $by }.
done-at = When: { $at }.
done-at-address = When: { $at }. From where: the address { $from }.
done-in-browser = When: { $at }. From where: { $browser } at the address { $from }.

## Ways to a password
reset-subject = Choose a new password for { $organisation }
reset-asked = Somebody, probably you, asked for a new password for { $user } at { $organisation }.
reset-sent = An administrator of { $organisation } has sent you a link to choose a new password for { $user }.
reset-sent-once = The link works once, for 30 minutes. Until you use it, your password stays as it is.
reset-once = The link works once, for 30 minutes. If it was not you, do nothing: your password stays as it is.
activation-subject = Your account at { $organisation }
activation-made = { $organisation } has made an account for you. Your user name is { $user }.
activation-link = Choose your password
activation-once = The link works once, for three days. After that, ask an administrator for a new one.
activation-unexpected = If you did not expect this, do nothing and tell nobody the link. An administrator of { $organisation } can tell you more.
temporary-subject = Your temporary password for { $organisation }
temporary-is = Your user name at { $organisation } is { $user }. Your temporary password is:
temporary-day = It works once, within 24 hours, and you choose your own right after it.
temporary-until = It works once, until { $until }, and you choose your own right after it.
changed-subject = Your password at { $organisation } was changed
changed-now = The password of { $user } at { $organisation } was changed just now, and every other session has ended. If it was not you, choose a new one at once and tell an administrator of your organisation.
set-temporary-subject = A temporary password was set for you at { $organisation }
set-temporary = An administrator has set a temporary password for { $user } at { $organisation } and will hand it to you. It works once, until { $until }, and you choose your own right after it.
set-for-good = An administrator has set a new password for { $user } at { $organisation } and will hand it to you.
set-unexpected = If you did not expect this, ask an administrator of your organisation at once. You can also choose a password yourself:
all-ended = The old password no longer works, and all sessions and personal tokens have ended.

## What somebody did with the own account
new-sign-in-subject = A new sign-in to your account at { $organisation }
new-sign-in = Somebody signed in as { $user } at { $organisation } from a browser in which nobody had done so before: { $browser }, address { $from }, { $at }.
device-subject = A device was let in to your account at { $organisation }
device-in = A device with the application { $name } was let in as { $user } at { $organisation }. It stays signed in until it is ended among the sessions of the account.
browser-on = { $browser } on { $system }
other-browser = another browser or program
linked-subject = Your account at { $organisation } was linked to { $provider }
linked = Somebody has signed in at { $provider } as the owner of this address, and opens the account { $user } at { $organisation } with that from now on.
linked-unexpected = If that was you, there is nothing to do. If not, tell an administrator of your organisation at once: somebody else could be using your account.
linked-here = Your account { $user } at { $organisation } belongs to { $provider } from now on, as an administrator has decided: your name, your address and your access are kept there. Wherever you were signed in, you are signed out.
linked-here-there = Sign in there from now on; a password that you had here works no more.
linked-here-as-before = Sign in as before.
own-password-subject = Your password for { $organisation } was changed
own-password = The password of { $user } at { $organisation } was changed by somebody who knew the old one.
own-password-not-you = If that was you, there is nothing to do. If not, have a link for a new password sent to this address now, and tell an administrator of your organisation.
factor-on-subject = A second factor protects your account at { $organisation }
factor-on = An authenticator app was set up for { $user } at { $organisation }. From now on signing in takes a code from it.
factor-off-subject = Your second factor at { $organisation } was switched off
factor-off = The second factor of { $user } at { $organisation } was switched off on the account page. Signing in takes only the password now.
app-removed-subject = Your authenticator app at { $organisation } was removed
app-removed = The authenticator app of { $user } at { $organisation } was removed on the account page. Signing in takes a passkey now.
passkey-added-subject = A new passkey opens your account at { $organisation }
passkey-added = A passkey was added for { $user } at { $organisation }. It opens the account alone. It is called: { $name }
passkey-removed-subject = A passkey of yours at { $organisation } was removed
passkey-removed = A passkey of { $user } at { $organisation } was removed on the account page and no longer opens the account. It was called: { $name }
codes-new-subject = Your recovery codes for { $organisation } are new
codes-new = { $user } at { $organisation } has new recovery codes. The earlier ones no longer work.
code-used-subject = A recovery code was used at { $organisation }
code-used = Somebody signed in as { $user } at { $organisation } with a recovery code. Codes left: { $count }.
token-subject = A new token of yours at { $organisation }
token-new = { $user } at { $organisation } has a new token for the API. It is called: { $name }

## Invitations
invitation-subject = Your invitation to { $organisation }
invitation-by = { $name } invites you to { $organisation }, as { $role }. Your user name will be { $user }.
invitation-by-nobody = You are invited to { $organisation }, as { $role }. Your user name will be { $user }.
invitation-link = Accept or decline
invitation-once = The link works once, for seven days. If you did not expect this, do nothing: without you nothing happens.
refused-subject = An invitation to { $organisation } was refused
refused-why = { $address } wanted to join { $organisation } with an invitation from { $name }, who may not give that role any more. The invitation was refused and has ended.
refused-next = If this person should come, send a new invitation yourself.
wanted-subject = { $address } asks for a new invitation to { $organisation }
wanted = The invitation to { $organisation } for { $address } has run out, and whoever got it asks for a new one.
wanted-of = The invitation to { $organisation } that { $name } sent to { $address } has run out, and whoever got it asks for a new one.
wanted-next = If this person should come, send the invitation again. If not, delete it: nobody is told.
open-invitations = Open the invitations

## What administrators did
role-subject = Your role at { $organisation } has changed
role-is = From now on you are { $role } at { $organisation }.
role-was = You were { $before } at { $organisation }, and from now on you are { $role }.
role-now = You need not sign in again.
closed-subject = Your account at { $organisation } is closed
closed = The account { $user } at { $organisation } was deactivated. You are signed out everywhere, and what you made stays as it is.
removed-subject = Your account at { $organisation } was removed
removed = The account { $user } at { $organisation } was removed. You are signed out everywhere and can no longer sign in there.
left-subject = You have left { $organisation }
left = You have left { $organisation }. The account { $user } is gone, and nobody can sign in with it any more.
left-not-you = If that was not you, tell an administrator of { $organisation } at once.
holder-left-subject = { $name } has left { $organisation }
holder-left = { $name } has left { $organisation } and held a protected role there: { $role }.
holder-left-next = Others still hold that role. If they are too few, give it to somebody else.
open-subject = Your account at { $organisation } is open again
open = The account { $user } at { $organisation } works again, with everything it had.
mfa-reset-subject = Your second factor at { $organisation } was reset
mfa-reset = An administrator has taken away every second factor of { $user } at { $organisation }: authenticator app, passkeys and recovery codes. You are signed out everywhere, and your personal tokens no longer work. If { $organisation } asks for a second factor, you set one up at the next sign-in.
confirm-subject = Confirm your new address for { $organisation }
confirm-asked = Somebody, probably you, asked that mail about the account { $user } at { $organisation } goes to this address.
confirm-link = Confirm this address
confirm-once = The link works once, for 30 minutes. If it was not you, do nothing: nothing changes.
address-asked-subject = Another e-mail address for your account at { $organisation }
address-asked = Somebody asked on the account page of { $user } at { $organisation } that your mail goes to { $address }. Nothing changes before that address is confirmed.
address-subject = Your e-mail address at { $organisation } has changed
address-new = Mail about the account { $user } at { $organisation } goes to { $address } from now on. Links that were sent before no longer work.

## A second factor is due
due-subject = Set up your second factor at { $organisation }
due-subject-until = Set up your second factor at { $organisation } by { $until }
due-required = { $organisation } requires a second factor of { $user }: a code from your phone besides the password.
due-now = You cannot put it off: at your next sign-in you set it up.
due-days = { $count ->
    [one] This is the last day: from { $until } on you cannot sign in without it.
   *[other] You have { $count } days left: from { $until } on you cannot sign in without it.
 }
due-link = Set it up now

## Alarms
breaker-subject = { $provider } wants to let many people of { $organisation } go
breaker-tripped = { $provider } lets more people of { $organisation } go in a short time than its limit says. That can be right, or a mistake in its settings, or somebody who has got hold of its token.
breaker-so-far = Those within the limit are deactivated. Everybody beyond it is held: they can sign in until somebody decides. You get this e-mail once, however many are held, and reminders as long as somebody is.
breaker-next = Look at who it is, and then carry it out or keep the users active. Whoever has left for certain can be deactivated by hand at once.
still-held-subject = Somebody has to decide about people whom { $provider } deactivates at { $organisation }
still-held = { $count ->
    [one] One person of { $organisation } whom { $provider } wants to let go has been held since { $at }, and can sign in until somebody decides.
   *[other] { $count } people of { $organisation } whom { $provider } wants to let go have been held, the first of them since { $at }. They can sign in until somebody decides.
 }
breaker-link = Look and decide
last-holder-subject = { $organisation } has lost its last protected role holder
last-holder = The identity provider of { $organisation } has deactivated { $name }, who was the last active holder of a protected role.
last-holder-next = Sign-in of that person ended at once; the role was kept. Somebody who may give roles, or the operator with `doorward user set-role`, has to give it to somebody who is active, so that the organisation can be administered.
flood-subject = Many sign-ins fail at { $organisation }
flood = { $second } sign-ins have failed within one second at { $organisation }, and { $minute } within the minute. That is the rate of a program that guesses passwords, not of people who mistype.
flood-next = Every account and every address waits after a few failures already. See in the log and in the audit log where the tries come from, and shut those networks out in front of Doorward. The next letter about this comes after a minute at the earliest.

## Connections to identity providers
link-token-subject = { $provider } has a new token, made by a link
link-token = Somebody has made a token of { $provider } by the link for whoever looks after the identity provider. With it people and groups are pushed to { $organisation }.
link-token-next = If you gave the link to somebody for that, there is nothing to do. If not, end the token on the page of the connection, and the link with it.
token-ends-subject = { $count ->
    [one] A token of { $provider } ends within a day
   *[other] A token of { $provider } ends in { $count } days
 }
token-ends = The token { $hint }…, with which { $provider } pushes people and groups to { $organisation }, ends on { $until }. From then on every request with it is refused: nobody is added, changed or shut out by it any more.
token-ends-next = Make a new token for the connection and put it into the settings of the identity provider. Both work until then. End the old one once the new one has been used; warnings about a token that is no longer used stop by themselves.
open-connection = Open the connection
silent-subject = Nothing has been heard from { $provider } for a while
silent = { $provider } has sent no request to { $organisation } since { $at }. You are told of that after { $count } hours. Until it is heard again, people who leave there keep their access here.
silent-next = See in the console of the identity provider whether provisioning runs there, and what its log says. The usual causes: a token that has ended, another address, or provisioning that is switched off or in quarantine.
silent-usual = If there was only nothing to push, you need do nothing. Give the connection more hours then, or 0 to hear no more of this.
speaks-subject = { $provider } is heard again
speaks = { $provider } has sent a request to { $organisation } again, for the first time since { $at }. Provisioning goes on, and there is nothing to do.

## Access reviews
review-subject = Your decision is asked for at { $organisation }: { $name }
review-asked = { $organisation } looks through what people hold, and asks you about { $count ->
    [one] one place
   *[other] { $count } places
 } in the review { $name }. Please decide until { $until }.
review-again-subject = Still to decide at { $organisation }: { $name }
review-again = In the review { $name } of { $organisation } { $count ->
    [one] one place waits
   *[other] { $count } places wait
 } for your decision. Please decide until { $until }.
review-late-subject = Overdue at { $organisation }: { $name }
review-late = The review { $name } of { $organisation } should have been done by { $until }, and { $count ->
    [one] one place still waits
   *[other] { $count } places still wait
 } for your decision. A week after that day it ends without you.
review-next = For each place say whether it stays or goes. If you cannot tell, hand it on to somebody who can.
review-link = Open the review
review-missing-subject = No access review at { $organisation } in { $quarter } yet
review-missing = Good practice is to look through what people hold once in each quarter, above all roles that act on others. In { $quarter } nobody has done so at { $organisation } yet.
review-missing-link = Begin a review

## What should be looked at
failing-subject = Many sign-ins fail at { $organisation }
failing-user = Within an hour { $count } sign-ins as { $name } have failed at { $organisation }.
failing-address = Within an hour { $count } sign-ins from the address { $from } have failed at { $organisation }.
failing-all = Within an hour { $count } sign-ins of people of { $organisation } have failed.
failing-next = Either somebody has forgotten a password, or somebody tries passwords. Guesses are slowed down already; look at whom they are for, and ask those people.
failing-link = Look at the failed sign-ins
still-here-subject = { $name } should no longer have access at { $organisation }
still-here = The time of { $name } at { $organisation } ended on { $at }, more than a day ago, and the access has not ended.
still-here-provider = An identity provider manages this person, so the access ends there. If it should end at once, deactivate the person here as well.
still-here-last = This person is the last to hold a protected role. Give that role to somebody else, and the access ends by itself.
still-here-link = Open the person
deleted-subject = { $organisation } is being deleted
deleted = Whoever runs Doorward has deleted { $organisation }. Nobody of it can sign in any more, and nothing is taken from its identity providers.
deleted-until = Until { $until } it can be restored as it was; ask whoever runs Doorward. After that everything of it is erased and cannot be brought back.
break-glass-subject = The break-glass account { $name } of { $organisation } is in use
break-glass-used = Somebody signed in as { $name } at { $organisation } on { $at }, from { $address }. This is a break-glass account, for the day on which nobody else gets in.
break-glass-failed = Somebody gave the right password of { $name } at { $organisation } on { $at }, from { $address }, but not the second factor. This is a break-glass account, for the day on which nobody else gets in.
break-glass-next = If you do not know why, shut the account out at once, give it another password, and look in the audit log at what it did.
break-glass-link = Open the break-glass accounts
stream-subject = The audit log of { $organisation } does not reach { $name }
stream-fails = Since { $at } nothing of the audit log of { $organisation } has reached { $name }. Nothing is lost: everything waits in its order and is sent as soon as it is taken. It is tried at least every 15 minutes.
stream-paused = { $name }, to which the audit log of { $organisation } is sent, has answered that it wants no more. The stream is paused; nothing is lost, and what happens from now on waits.
stream-why = The last answer: { $why }
stream-next = Look at whatever receives it, or give the stream another address. What is older than the policy keeps goes although it was not sent; the receiver is then told which numbers are missing.
stream-link = Open the stream
export-subject = The part of the audit log of { $organisation } that you asked for is ready
export-ready = The part of the audit log of { $organisation } that you asked for is there as a file, with a signed manifest that proves it.
export-until = It is kept until { $until }. The file is not in this letter: whoever fetches it signs in first.
export-link = Open the prepared files
