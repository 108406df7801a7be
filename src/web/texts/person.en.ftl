### English, for the pages on which people sign in and look after their own account.

## The frame
need-help = Need help? Ask an administrator of your organisation.
your-account = Your account
console = Console
continue-to = to continue to
not-you = Not you?
organisation = Organisation
organisation-hint = Its short name, for example acme. You can leave it empty if nobody else here has your user name.
continue = Continue
copy = Copy
copied = Copied
download = Download
print = Print

## Signing in
sign-in = Sign in
session-ended = Your session has ended. Sign in again: what you filled in is kept.
prove-it = Prove that it is you
proof-is-due = This takes a proof of the last ten minutes. What you filled in is kept.
go-on-title = It is you
go-on-form = What you filled in is still here. Nothing of it has been done yet.
go-on = Do it now
go-on-discard = Discard it and go to my account
go-on-file = The file can be downloaded now.
go-on-take = Download the file
go-on-home = Go to my account
own-settings = what you were doing
user-name = User name
sign-in-with = Sign in with { $name }
continue-at = Continue at { $name }
on-the-way = Your organisation signs its people in at { $name }. You are on the way there.
not-signed-in = You could not be signed in
refused-reachable = { $name } cannot be reached at the moment.
refused-answered = { $name } answered with an error instead of signing you in.
refused-admitted = { $name } did not let you in: the sign-in was stopped there, or you are not among those who may use this service.
refused-second-factor = { $name } could not confirm the second factor that is needed here.
refused-believed = The answer of { $name } could not be verified, so it was not used.
refused-under-way = The answer of { $name } came too late, or belongs to no sign-in in this browser.
refused-open = Signing in at { $name } is switched off at the moment.
refused-fresh = { $name } did not ask you again who you are. This needs a proof that is new.
refused-known = You are signed in at { $name }, but there is no account here that you can open with it.
refused-active = You are signed in at { $name }, but your account here is not active.
refused-same = You are somebody else at { $name } than here.
provider-refused-again = Try again in a few minutes. If it does not go away, give this number to an administrator of your organisation, who can see the reason.
provider-refused-next = Give this number to an administrator of your organisation, who can see the reason.
try-again = Try again
reference-number = Number
enter-password = Enter your password
password = Password
password-elsewhere = No password here? Name your organisation
forgot-password = Forgot your password?
enter-code = Enter your code
six-digit-code = Six-digit code
code-hint = From the authenticator app you set up for this account. It changes every 30 seconds.
check-code = Check code and continue
use-recovery-code = Use a recovery code
recovery-code = Recovery code
recovery-hint = One of those you saved when you set up the second factor, such as 3-XXXXX-XXXXX-XXXXX. It works once.
use-authenticator = Use the authenticator app

## Setting up a second factor
set-up-factor = Set up your second factor
factor-required = Your organisation asks for a code from your phone besides the password. You do this once.
factor-for-application = { $name } asks for a second factor. You set it up once: a code from your phone.
factor-wished = From then on signing in takes a code from your phone besides the password.
step-open-app = Open an authenticator app on your phone, or install one.
step-scan = Scan this picture with the app.
qr-label = QR code that holds the key written below
cannot-scan = Cannot scan it? Type this key into the app:
open-on-device = Open the app on this device
step-code = Enter the six-digit code the app shows
put-off-days = { $count ->
    [one] This is the last day on which you can put this off.
   *[other] You can put this off for { $count } more days. After that, you cannot sign in without it.
 }
not-now = Not now
save-codes = Save your recovery codes
save-codes-lead = The code was right. Each of these signs you in once when your phone is not at hand. They are not shown again.
activate-mfa = Activate MFA

## Passwords and links
choose-new-password = Choose a new password
choose-your-password = Choose your password
lead-temporary = The password you signed in with works only once. Choose one that only you know.
lead-reset = It replaces the old one at once and ends your other sessions.
lead-activate = Your account is ready. With a password it is yours.
new-password = New password
same-password-again = The same password again
save-password = Save password and continue
forgot-lead = Tell us who you are. We send a link to the e-mail address of your account; with it you choose a new password. This is also the way when the link for your first password has run out.
send-link = Send me a link
back-to-sign-in = Back to sign-in
check-mail = Check your mail
check-mail-lead = If there is an account with this name that signs in with a password here, we have just sent a link to its e-mail address. Whoever has a link to a first password that still works uses that one.
check-mail-next = { $count ->
    [one] The link works once, for one minute; one for a first password works as long as the mail says. Nothing came? Check the spam folder, and that the name you typed is right.
   *[other] The link works once, for { $count } minutes; one for a first password works as long as the mail says. Nothing came? Check the spam folder, and that the name you typed is right.
 }
link-gone = This link no longer works
link-gone-lead = It was used already, is too old, or a newer one was sent after it.
new-link = Ask for a new link
ask-helper = If no mail comes, ask the person who invited you, or an administrator of your organisation.
to-sign-in = Go to sign-in

## Invitations
join = Join { $name }
invited-as = { $name } invites you as { $role }. With a name and a password the account is yours.
invited = You are invited as { $role }. With a name and a password the account is yours.
your-name = Your name
accept = Accept and continue
decline = Decline
invitation-over = This invitation no longer works
invitation-over-lead = It was used already, taken back, or a newer one was sent after it.
invitation-expired = This invitation has run out
invitation-expired-lead = An invitation is good for seven days.
invitation-expired-to = The invitation to { $name } was good for seven days.
invitation-declined = You have declined
invitation-declined-lead = Nothing was set up for you.
invitation-void = This invitation no longer counts
invitation-void-lead = Whoever sent it may not invite people any more.
invitation-told = Somebody has been told
invitation-told-lead = Whoever can invite you knows that you would like to come.
ask-for-new = Ask { $name } for a new one
ask-for-new-unknown = Ask for a new one
ask-person = Ask { $name }, or an administrator of { $org }, for a new one.
ask-somebody = Ask the person who invited you, or an administrator of the organisation, for a new one.
ask-somebody-of = Ask the person who invited you, or an administrator of { $org }, for a new one.
changed-mind = If you change your mind:

## Applications
allow-question = Allow { $name }?
asks-for = It asks for:
use-of = Use of { $name }
then-back = Then you go back to { $name }. Deny if you do not know that address.
deny = Deny
allow = Allow
scope-openid = Know that it is you who signs in
scope-profile = See your name and user name
scope-email = See your e-mail address
scope-phone = See your phone number
scope-address = See your postal address
scope-roles = See your roles and permissions in your organisation
scope-groups = See the groups you are in
scope-teams = See the teams you are in
scope-offline-access = Keep this access while you are away
back-to-application = Back to the application
taking-back = Taking you back
taking-back-lead = You go on to { $name }. If nothing happens, continue with the button.
sign-out-question = Sign out?
sign-out-asked = { $name } asks to sign you out here. Other applications that support it are told as well.
sign-out-lead = This ends your session here. Applications that support it are told as well.
stay-signed-in = Stay signed in
signed-out = You are signed out
signed-out-lead = Your session here has ended. On a computer that others use too, close the browser.
sign-in-again = Sign in again

## An instance without organisation
almost-there = Almost there
almost-there-lead = Doorward runs, but there is no organisation yet, so nobody can sign in.
almost-there-open = If you run this server, open the set-up address that it printed when it started. It works once, for 24 hours; a restart prints a new one.
almost-there-next = Or create the first organisation and its first person in a terminal:
almost-there-then = The second command reads the new password from standard input. Then load this page again.

## One's own account
tab-profile = Profile
tab-security = Security
tab-sessions = Sessions
tab-tokens = Tokens
tab-activity = Activity
e-mail = E-mail
name = Name
save-name = Save name
name-managed = Your name comes from the identity provider of your organisation and is changed there.
role = Role
no-role-yet = You have no role here yet. An administrator of your organisation can give you one.
role-sources = Where it comes from. When there are several, the strongest counts.
have-password = You sign in with a password.
have-no-password = You sign in at the identity provider of your organisation, so there is no password here.
change-password = Change password
current-password = Current password
new-password-again = The new password again
end-others-too = Sign me out everywhere else
two-factor = Two-factor authentication
enable-mfa = Enable MFA
disable-mfa = Disable MFA
factor-hint = With an authenticator app, nobody gets into your account with the password alone.
factor-due = Your organisation requires a second factor of you. Set it up by { $until }; after that you cannot sign in without it.
app-since = Authenticator app, since
factor-elsewhere = Elsewhere
factor-at-provider = Your identity provider takes care of it
factor-kept = Your organisation requires a second factor of you, so it cannot be switched off.
recovery-codes = Recovery codes
codes-left = { $count } of 10 codes left
running-out = Running out
get-codes = Get new codes
codes-hint = Each signs you in once when your phone is not at hand.
new-codes = Your new recovery codes
new-codes-lead = They are shown this once. Keep them where you keep your passwords, not on the phone. The earlier codes no longer work.
have-saved-codes = I have saved them
disable-mfa-question = Disable MFA?
disable-mfa-text = Signing in takes only your password then. Your authenticator app and recovery codes no longer count, and you are signed out everywhere else.
get-codes-question = Get new recovery codes?
get-codes-text = You get ten new codes. The ones you have no longer work from then on.
this-session = This session
other-sessions = Other places where you are signed in
nowhere-else = Nowhere else.
end = End
end-session-of = the session of { $name }
end-other-sessions = End all other sessions
browser-on = { $browser } on { $system }
some-browser-on = A browser on { $system }
other-browser = Another browser or program
by-authenticator = Password and authenticator code
by-recovery-code = Password and recovery code
by-password = Password
by-provider = Identity provider
personal-tokens = Personal tokens
new-token = New token
tokens-hint = With a token a script of yours calls the API as you, within what its scopes allow.
may = May
ends = Ends
end-token = the token { $name }
end-token-question = End this token?
end-token-text = It is dead at once, and programs that use it are refused. This cannot be undone; other tokens stay.
end-token-yes = End token
no-tokens = You have none.
token-name-hint = What it is for, such as “nightly backup”.
what-token-may = What it may do
token-reads = Read what you can see
token-writes = Change what you may change
works-for = It works for
for-days = { $count ->
    [one] a day
   *[other] { $count } days
 }
for-a-year = a year
make-token = Make token
scopes-read = Read
scopes-write = Change
scopes-both = Read and change
your-new-token = Your new token
token-made = This is { $name }. It is shown this once; copy it to where it is used. It works until { $until }.
have-copied = I have copied it
activity-heading = Sign-ins and changes to your account
nothing-yet = Nothing yet.
how = How
from-where = From
for-application = for { $name }
refused = Refused
by-name = by { $name }
activity-hint-provider = Something you do not know? End all other sessions, and tell whoever looks after your identity provider.
activity-hint = Something you do not know? Change your password and end all other sessions.
done-name = Your name is saved.
done-language = Your language is saved.
language = Language
language-auto = As in the browser
language-hint = For pages and letters.
save-language = Save language
language-managed = Your language comes from the identity provider of your organisation and is changed there. Pages follow your browser.
done-password = Your password is changed.
done-mfa-on = MFA is active. From now on signing in takes a code from your phone.
done-mfa-off = MFA is switched off.
done-app-removed = The authenticator app is removed. Signing in takes a passkey now.
done-session = The session has ended.
done-sessions = All other sessions have ended.
done-token = The token has ended.
deed-signed-in = Signed in
deed-sign-in-failed = Somebody tried to sign in
deed-signed-out = Signed out
deed-sessions-ended = Sessions were ended
deed-password-set = A password was set
deed-temporary-set = A temporary password was set
deed-password-changed = The password was changed
deed-reset-asked = A link for a new password was asked for
deed-password-reset = A new password was chosen with a link
deed-mfa-required = The demand for a second factor was changed
deed-mfa-enrolled = An authenticator app was set up
deed-mfa-removed = The second factor was switched off
deed-app-removed = The authenticator app was removed
deed-mfa-reset = The second factor was reset
deed-code-used = A recovery code was used
deed-codes-renewed = New recovery codes were made
deed-token-made = A token was made
deed-token-ended = A token was ended
deed-consented = An application was allowed access
deed-activated = The account was activated
why-password = Wrong password
why-totp = Wrong authenticator code
why-recovery-code = Wrong recovery code
why-throttled = Too many tries, so it was not looked at
why-other = Not possible at that time

## What went wrong
error-sign-in-first = Sign in first
error-sign-in-first-text = This page is for people who are signed in.
error-sign-in-first-next = Your session may have ended while you were away. Sign in again to go on.
error-no-access = You cannot do this
error-no-access-text = Your account does not have access to this.
error-no-access-next = If you need it, ask an administrator of your organisation.
error-nothing-here = There is nothing here
error-nothing-here-text = The page does not exist, or it is not for your account.
error-nothing-here-next = Check the address for a typing mistake.
error-changed = This cannot be done now
error-changed-text = Something has changed since you opened the page.
error-changed-next = Go back, load the page again and repeat what you did.
error-too-much = Please wait a moment
error-too-much-text = There were too many tries in a short time. Wait a little, then try again.
error-too-much-next = Waiting between tries keeps guessers out of your account.
error-ours = Something went wrong here
error-ours-text = The server could not finish this, and nothing was changed.
error-ours-next = Try again in a moment. If it happens again, give the request number to an administrator.
error-bad-request = This request cannot be used
error-bad-request-text = The link or form that brought you here is incomplete, too old or not valid.
error-bad-request-next = Go back to the application and start again. If it happens again, give the request number to the people who run it.
error-no-such-deed = This cannot be done here
error-no-such-deed-text = The page is there, but it does not do what was asked of it.
error-no-such-deed-next = Open the page anew by its address or a link, and use what it offers.
error-too-large = This is too large
error-too-large-text = What you sent is larger than what is taken here.
error-too-large-next = Go back, send a smaller file or less text, and try again. Nothing was changed.
request-number = Request

## What is not right with what was typed
wrong-user-name = Enter your user name, at most 254 characters.
wrong-password = This user name and password do not belong together, or there were too many tries: then wait up to 15 minutes. Check both and try again.
wrong-password-or-organisation = This user name and password do not belong together, or there were too many tries: then wait up to 15 minutes. Check both and try again. If somebody of another organisation has the same user name, go back and name your organisation too.
wrong-code = This code is not right, or it was used before. Wait for the next one and try again. After too many tries even the right one has to wait, up to 15 minutes.
wrong-recovery-code = This recovery code is not right, or it was used before. Each works once.
wrong-first-code = This code is not right. Check that the phone shows this account, wait for the next code and try again.
wrong-key-old = This took too long, so the key is a new one. Scan the picture again.
wrong-save-first = Save the codes, then activate.
wrong-too-many = There were too many wrong codes. Start again, and wait up to 15 minutes if the right code is not taken.
wrong-current = This is not your current password. Check it and try again.
wrong-differ = The two passwords are not the same. Type the new one twice.
wrong-name = Enter your name: at most 256 characters, without line breaks and tabs.
wrong-address-taken = Somebody at { $name } has this address already. Sign in, or ask an administrator.
token-name-wrong = Enter a name for the token: at most 100 characters, without line breaks and tabs.
token-may-nothing = Choose at least one thing that the token may do.
weak-short = Use at least { $count } characters.
weak-long = Use at most { $count } characters ({ $bytes } bytes).
weak-control = Leave out line breaks, tabs and other control characters.
weak-upper = { $count ->
    [one] Use at least one upper-case letter.
   *[other] Use at least { $count } upper-case letters.
 }
weak-lower = { $count ->
    [one] Use at least one lower-case letter.
   *[other] Use at least { $count } lower-case letters.
 }
weak-digit = { $count ->
    [one] Use at least one digit.
   *[other] Use at least { $count } digits.
 }
weak-special = { $count ->
    [one] Use at least one special character, such as - or !.
   *[other] Use at least { $count } special characters, such as - or !.
 }
weak-common = This is one of the first passwords that anybody would guess.
weak-context = This is little more than your name, your organisation or the product's name.
weak-same = Choose another password than the one you have.
rule-length = At least { $count } characters.
rule-upper = { $count ->
    [one] With 1 upper-case letter.
   *[other] With { $count } or more upper-case letters.
 }
rule-lower = { $count ->
    [one] With 1 lower-case letter.
   *[other] With { $count } or more lower-case letters.
 }
rule-digit = { $count ->
    [one] With 1 digit.
   *[other] With { $count } or more digits.
 }
rule-special = { $count ->
    [one] With 1 special character, such as - or !.
   *[other] With { $count } or more special characters, such as - or !.
 }
rule-uncommon = Not a common password, and not made of your name or organisation.

## Passkeys
passkeys = Passkeys
passkeys-hint = A passkey signs you in with your fingerprint, your face or the PIN of your device, with or without your password.
passkey-name = Name
passkey-name-hint = So that you know it again, such as “Work laptop”. You can leave it empty.
passkey-added = Added
passkey-used = Last used
passkey-unused = Never
add-passkey = Add a passkey
passkey-lead = A passkey is a key on your device. You open it with your fingerprint, your face or the PIN of the device, and it signs you in without a password.
make-passkey = Make the passkey
go-back = Go back
passkey-not-made = No passkey was made. Try again, or go back.
passkey-known = This device has a passkey for your account already.
no-passkey-made-here = Your browser cannot make a passkey on this page: that takes JavaScript and an up-to-date browser. Allow JavaScript for this page and load it again, or go back and use an authenticator app.
use-passkey = Use a passkey
use-your-passkey = Use your passkey
passkey-failed = No passkey was used. Try again, or go on without one.
no-passkey-here = Your browser cannot use a passkey on this page: that takes JavaScript and an up-to-date browser. Allow JavaScript for this page and load it again, or use a recovery code.
passkey-instead = Use a passkey instead
remove-passkey = Remove
remove-passkey-question = Remove this passkey?
remove-passkey-text = It no longer opens your account, and you are signed out everywhere else. Your device may still offer it until you delete it there too.
factor-passkeys = With your passkeys
add-app = Add an authenticator app
remove-app = Remove the app
remove-app-question = Remove the authenticator app?
remove-app-text = Codes of the app no longer count, and you are signed out everywhere else. Your passkeys stay.
no-codes = None yet
make-codes = Make recovery codes
make-codes-question = Make recovery codes?
make-codes-text = You get ten codes, shown once. Each signs you in one time when your second factor is not at hand.
by-passkey = Passkey
by-password-and-passkey = Password and passkey
done-passkey-added = The passkey is added. From now on it signs you in.
done-passkey-removed = The passkey is removed.
deed-passkey-added = A passkey was added
deed-passkey-removed = A passkey was removed
why-passkey = A passkey that was not accepted
why-copied-passkey = A passkey that seems to have been copied
wrong-passkey = This passkey was not accepted. Try again, or sign in another way.
wrong-passkey-made = The passkey could not be added, or it took more than five minutes. Try again.
wrong-passkey-known = This passkey is here already. Use another device, or remove the passkey first.
wrong-passkeys-full = You have ten passkeys. Remove one that you do not use, then add this one.

## Another e-mail address
change-email = Change
add-email = Add an address
change-email-heading = Change your e-mail address
email-now = Mail goes to { $name } now.
email-new = New address
email-change-hint = We send a link there. The address counts as soon as you have opened it; until then nothing changes. The address of now is told.
email-send = Send the link
done-email-asked = A link is on its way to the new address. Open it within 30 minutes.
wrong-address = Write another e-mail address than the one of now, such as ada@example.com.
confirm-email = Confirm your new address
confirm-email-lead = From now on mail about the account { $name } at { $organisation } goes to { $address }.
confirm-email-yes = Confirm this address
confirm-email-no = If you did not ask for this, close the page. Nothing changes.
email-confirmed = Your address has changed
email-confirmed-lead = Mail goes to { $name } from now on. Links that were sent before no longer work.
deed-email-asked = Another e-mail address was asked for
deed-email-changed = The e-mail address was changed
account-settings = Account Settings
account-settings-of = Account Settings of { $name }
