### English. One key a line; names that people chose come as $name, numbers as $count.

## The frame
skip = Skip to the content
menu = Menu
navigation = Navigation
menu-of-person = Menu of { $name }
account = Account
sign-out = Sign out
overview = Overview
access-control = Access control
users = Users
roles = Roles
keys = Keyboard shortcuts
key-search = Search
key-users = Go to the users
key-rows = Next and previous row
key-select = Select the row
key-open = Open the row
key-edit = Edit the row, or see what can be done with it
key-help = Show this list
keys-on = Shortcuts on, in this browser
close = Close
to-account = Go to your account
to-overview = Go to the overview
error-number = Error { $count }
error-prefix = Error:
moment = { day }, { $time } UTC
day = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 } { $year }
yes = Yes
no = No
none = None
none-of-them = None
never = Never
you = you
back = Back
cancel = Cancel
save = Save
done = Done
apply = Apply
next = Next
previous = Previous
older = Older
pages = Pages
since = Since
changed = Last changed

## Overview
figure-active = Active users
figure-active-hint = May sign in; those who are pending are not counted
figure-holders = Active holders
figure-few = Keep at least { $count }
figure-admins-without-mfa = May act on others with a password alone
figure-inactive = Deactivate those who have left
figure-long-pending = Users made more than 7 days ago who never came; invitations have a list of their own
few-holders = { $count ->
    [0] Nobody active holds the role { $role }. Give it to at least { $wanted } people.
    [one] Only one person holds the role { $role }. Keep at least { $wanted }, so that nobody is locked out when one is away.
   *[other] Only { $count } people hold the role { $role }. Keep at least { $wanted }, so that nobody is locked out when one is away.
 }

## The list of users
add-user = Add User
export = Export
export-csv = Export as CSV
kinds-of-users = Kinds of users
tab-active = Active and pending
tab-deactivated = Deactivated
search = Search by name
add-filter = Add a Filter
filters = Filters
columns = Columns
columns-hint = The first column always stays. With none ticked, the usual ones come back.
views = Views
view-admins-without-mfa = Admins without MFA
view-inactive = Inactive 90 days
view-long-pending = Pending > 7 days
contains = Contains
is = Is
chip = { $filter }: { $value }
remove-filter = Remove the filter { $name }
clear-filters = Clear all filters
nobody = Nobody is here yet. Add the first user.
nobody-matches = No user matches these filters.
show-deactivated = Show deactivated Users
hide-deactivated = Hide deactivated Users
with-selected = With the selected:
select = Select
select-all = Select all on this page
selected-count = { $count } selected:
select-name = Select { $name }
actions = Actions
menu-of = Actions for { $name }
column-name = Name
column-user-name = User name
column-email = Email
column-role = Role
column-status = Status
column-type = Sign-in
column-mfa = MFA
column-last-active = Last active
column-provider = Identity provider
column-created = Created
filter-group = Group
filter-source = Source
status-active = Active
status-pending = Pending
status-deactivated = Deactivated
type-sso = SSO
type-password = Password
mfa-on = On
mfa-off = Off
mfa-provider = At provider
source-local = Made here
source-provisioned = Provisioned
idle-for = { $count ->
    [one] Not for a day
   *[other] Not for { $count } days
 }
idle-never = Never
created-within = { $count ->
    [one] In the last day
   *[other] In the last { $count } days
 }
created-before = { $count ->
    [one] More than a day ago
   *[other] More than { $count } days ago
 }

## A user
sections = Sections
section-access = Access
section-security = Security
section-activity = Activity
section-provisioning = Provisioning
user-name-fixed = Cannot be changed
type-fixed = Fixed when the user was created
groups = Groups
no-role = No role
roles-and-sources = Roles, and where they come from
comes-from = Comes from
decides = Counts
permissions = Permissions
permission = Permission
no-permissions = None of the permissions that are known here.
from-hand = Given by an administrator
from-group = Group “{ $name }”
from-a-group = A group
from-provider = Sent by { $name }
from-a-provider = The identity provider
from-default = For everybody from { $name }
authenticator-since = Authenticator app, since
factors = Second factors
passkey-since = Passkey “{ $name }”, since
recovery-codes-left = { $count ->
    [0] No recovery code left
    [one] One recovery code left
   *[other] { $count } recovery codes left
 }
mfa-required = Second factor required
as-policy = As the policy of the organisation says
sessions = Signed in at
no-sessions = Not signed in anywhere.
browser = Browser
method = How
signed-in = Signed in
last-used = Last used
network-address = Address
when = When
what = What
by-whom = By
outcome-denied = Refused
outcome-failure = Failed
no-activity = Nothing has happened yet.
external-id = Id at the provider
kind-generic = SCIM 2.0
paused = Paused
managed-hint = The identity provider keeps names, addresses and groups up to date; change them there.
not-managed = No identity provider manages this user. Names and roles are kept here.

## What is done to a user
deed-role = Change Role
deed-resend-activation = Resend Account Activation Email
deed-reset-password = Reset Password
deed-temp-password = Set Temp Password
deed-require-mfa = Require MFA
deed-reset-mfa = Reset MFA
deed-end-sessions = Sign Out Everywhere
deed-activate = Activate User
deed-deactivate = Deactivate User
deed-leave = Leave Organization
deed-remove = Remove Access
deed-delete = Delete User
deed-erase = Erase Personal Data
deed-edit = Edit User
ask-edit = EDIT USER: { $name }
ask-role = EDIT USER: { $name }
is-role-now = { $name } is { $role } now.
ask-role-text = Choose another role for { $name }. It takes effect at once, without signing in again.
ask-resend-activation = Send { $name } the activation link again?
ask-resend-activation-text = { $name } gets a new link to choose the first password, good for 72 hours. The old link stops working.
ask-reset-password = Reset the password of { $name }?
ask-reset-password-text = { $name } gets a mail with a link to choose a new password. The old password works until the link is used.
ask-temp-password = Set a temporary password for { $name }
ask-temp-password-text = The password works once, within 24 hours, and must be changed right after it. Every session of { $name } ends now.
ask-require-mfa = Require a second factor of { $name }?
ask-require-mfa-text = A second factor is asked of { $name } from the next sign-in on, whatever the policy of the organisation says.
ask-reset-mfa = Reset the second factor of { $name }?
ask-reset-mfa-text = Authenticator app, passkeys and recovery codes of { $name } are removed. Every session, personal token and link of { $name } ends, and applications are told. Where the policy asks for a second factor, it is set up again at the next sign-in.
ask-end-sessions = Sign { $name } out everywhere?
ask-end-sessions-text = Every session, personal token and link of { $name } ends at once, on every device, and applications are told. Signing in again is possible.
ask-activate = Activate { $name }?
ask-activate-text = { $name } may sign in again, with the roles, groups and factors of before. Old sessions stay ended.
ask-deactivate = Deactivate { $name }?
ask-deactivate-text = Every session, token and link of { $name } ends at once and applications are told. Roles and groups are kept, so activating brings them back.
ask-leave = Leave the organisation?
ask-leave-text = Your membership of { $org } ends, { $name }. Your sessions end at once and you can only come back if somebody adds you again.
ask-remove = Remove the access of { $name }?
ask-remove-text = The membership of { $name } in { $org } ends: sessions, tokens, roles, groups and factors are gone. This cannot be undone.
ask-delete = Delete { $name }?
ask-delete-text = { $name } has never signed in. The user and the link that was sent are gone. This cannot be undone.
ask-erase = Erase the personal data of { $name }?
ask-erase-text = Name, address and everything known of { $name } is deleted and access ends. The audit keeps what was done, under a number. This cannot be undone.
do-role = Update
do-reset-password = Send the link
do-temp-password = Set the password
do-require-mfa = Require MFA
do-reset-mfa = Reset MFA
do-end-sessions = Sign out everywhere
do-activate = Activate
do-deactivate = Deactivate
do-leave = Yes, leave
do-remove = Yes, remove
do-delete = Delete
do-erase = Erase
best-for = Best for: { $name }.
choose-role = Choose a role.
role-from-elsewhere = The role that counts now is not given here ({ $source }). A role that you give is added to it; the highest counts.
temp-password-field = Temporary password
temp-password-hint = Leave it empty to have one made and shown once.
update-role = Update Role
email-stays = An address cannot be taken away; write another one.
choose-provider = Choose an identity provider of the organisation.
provider-none = None
provider-none-yet = None yet
provider-hint = Only for users with SSO on: where they sign in, once the provider has sent them here.
mfa-required-hint = On: a second factor is asked for from the next sign-in on.
role-is-added = The role that counts comes from a group or the identity provider. A role chosen here is added to it; the highest counts.
why-kept = Kept by { $name }. Change it there.
why-role = Only somebody who may give roles to this user changes the role.
why-not-sso = Only users with SSO on have an identity provider.
why-provider = Only somebody who may move users to another identity provider changes it.
why-teams = Only somebody who may put people on teams changes this.
type-to-confirm = Type { $name } to confirm
type-the-name = Type the user name exactly as it is shown.
not-offered = This cannot be done to this user, or not by you.
not-offered-newcomers = You may not add anybody here. Ask somebody who gives people their roles.
why-last-holder = Last active holder of the role { $role }. Give the role to somebody else first.
why-no-address = The user has no address to send a link to. Set a temporary password.
why-mfa-required = A second factor is required of this user already.
why-not-active = Only somebody active is put on a team.
why-on-team = On this team already.
why-no-factor = No second factor is set up here.
why-deactivated = The user is deactivated. Activate the user first.
why-managed = The role comes from the identity provider. Change it there.
why-yourself = This is you.
why-not-fitting = Not possible for a user like this: { $status }.
why-not-yours = Not yours to do.
once-password-title = Temporary password of { $name }
once-password-text = Hand it over in a safe way. It is shown only now, works once, within 24 hours, and must be changed right after it.
once-link-title = Activation link of { $name }
once-link-text = Hand it over in a safe way. It is shown only now and works once, for 72 hours.

## Several users
bulk-title = { $deed }: several users
bulk-users = { $count ->
    [one] 1 user
   *[other] { $count } users
 }
bulk-summary =
    { $skipped ->
        [0] { $count } chosen, none skipped.
       *[other] { $skipped } of { $count } skipped.
    }
bulk-resend-activation-text = Everybody named here gets a mail with a new link to choose the first password, good for 72 hours. The old links stop working.
bulk-team-text = Choose the team. Who is on it already, and who cannot join, is shown next.
bulk-team-plan = New on the team { $team }: { $name }.
bulk-chosen = Selected
bulk-ready = Will be done to
bulk-skipped = Skipped
bulk-do = { $deed } ({ $count })
bulk-choose = Select between 1 and { $count } rows of the list.
bulk-invitations-title = { $deed }: several invitations
bulk-resend-invitations-text = Everybody named here gets a mail with a new link, which works once, for 7 days. The old links stop working.
bulk-delete-invitations-text = The links that these people got stop working at once. You can invite them again.
why-answered = It was answered or taken back already.
why-not-your-invitation = Only somebody who may invite into this role does this.

## Invitations
tab-invitations = Invitations
invite-user = Invite User
create-users = + Create Users
invite-title = Invite team members
email-addresses = Email addresses
email-addresses-hint = Paste as many as you like, up to { $count }: divided by commas, semicolons, spaces or line breaks, each alone or as “Ada Lovelace <ada@example.com>”.
full-name = Full name
role-for-all = Role for everybody
role-for-all-hint = Each person can get another role in the next step.
about-roles = What the roles are for
set-user-roles = Set User Roles
people-to-invite = People to invite
email-of-row = Email of person { $count }
name-of-row = Full name of person { $count }
role-of-row = Role of person { $count }
teams-of-row = Teams of person { $count }:
apply-to-all = Apply to all
remove = REMOVE
remove-row = REMOVE { $name }
more-addresses = Add more addresses
add-rows = Add
check-rows = Check again
none-ready = Nobody here can be invited yet. Mend the marked rows or remove them.
send-invitation-email = Send Invitation Email
send-invitation-email-hint = On: each person gets a mail with a link. Off: no mail is sent, and you get the links to hand over.
send-invitations = { $count ->
    [one] Send 1 invitation
   *[other] Send { $count } invitations
 }
invited-now = { $count ->
    [one] 1 person is invited
   *[other] { $count } people are invited
 }
not-invited = Not invited yet
links-once = Hand each link over in a safe way. They are shown only now; each works once, for 7 days.
copy-link-of = Copy the link of { $name }
invite-nobody = Enter between 1 and { $count } addresses.
invite-too-many = These would be { $count } people. Invite at most { $most } at once.
invite-none-sent = Nobody was invited. Each row says why.
invite-twice = This address is further up in the list already.
invite-name = The name cannot be used. { $text }
invite-too-often = Too many invitations in a short time. Send this one { $wait }.
letters-too-often = { $name } has had as many mails with a link in the last hour as one person gets in an hour. The next one can go { $wait }.
wait-minutes = { $count ->
    [one] in a minute
   *[other] in { $count } minutes
 }
wait-hours = { $count ->
    [one] in an hour
   *[other] in { $count } hours
 }
address-none = Write an address such as ada@example.com.
address-several = Write one address with a single @.
address-character = Leave out spaces, special characters and double dots before the @.
address-domain = Write a domain such as example.com after the @.
address-long = The address is too long: it may have { $count } characters.
address-local-long = The part before the @ is too long: it may have { $count } characters.
nobody-invited = No invitation waits for an answer.
no-invitation-matches = No invitation matches these filters.
search-invitations = Search by name or email
name-or-email = Name or email
first-invited = First invited
filter-letter = Letter
letter-undelivered = Could not be delivered
letter-without-problem = No problem known
status-invited = Invited
status-expired = Expired
status-void = No longer counts
status-undelivered = Not delivered
undelivered-refused = The letter to { $address } could not be delivered ({ $moment }): the mail server refused it.
undelivered-refused-saying = The letter to { $address } could not be delivered ({ $moment }). The mail server refused it and said: “{ $said }”.
undelivered-never-left = The letter to { $address } could not be delivered ({ $moment }): no mail server took it, however often it was tried.
undelivered-never-left-saying = The letter to { $address } could not be delivered ({ $moment }), however often it was tried. The mail server said: “{ $said }”.
undelivered-invitation = Send the invitation again, or copy its link: resend it without a mail.
undelivered-user = Check the address; this note goes away when a letter arrives there.
invited-by = Invited by
the-operator = The operator
sent = Sent
expires = Expires
invitation-resend = Resend Invitation
invitation-delete = Delete Invitation
ask-resend = Send the invitation to { $name } again?
ask-resend-text = { $name } gets a new link as { $role }, which works once, for 7 days. The old link stops working.
do-resend = Resend
ask-revoke = Delete the invitation of { $name }?
ask-revoke-text = The link that { $name } got as { $role } stops working at once. You can invite the person again.
once-invitation-title = Invitation link of { $name }
once-invitation-text = Hand it over in a safe way. It is shown only now and works once, for 7 days.

## Service accounts
tab-service-accounts = Service accounts
service-accounts-hint = Accounts of programs. They cannot sign in and cannot be invited; they call the API with tokens, within their one role.
new-service-account = New service account
no-service-accounts = No program has an account yet.
service-owner = Owner
service-description = Description
service-description-hint = What the program does, so that others know what breaks without it.
service-name-hint = What the program is called, such as “HR sync”.
service-roles-hint = A protected role is for people only.
service-name-wrong = Enter a name: at most 100 characters, without line breaks and tabs.
service-description-wrong = Use at most 500 characters for the description, without line breaks and tabs.
service-tokens = Tokens
service-tokens-hint = Each use asks for the role of the account at that moment. A token is shown once, when it is made.
service-no-tokens = There is none, so the program cannot call the API.
new-token-of = New token for { $name }
service-token-name-hint = Where it is used, such as “nightly job”.
service-token-reads = Read what the role can see
service-token-writes = Change what the role may change
service-owner-hint = The user name of somebody active. They answer for what the program does.
service-owner-wrong = Enter the user name of an active user of this organisation.
service-owner-gone = (not active: hand it over)
service-hand-over = Change Owner
ask-service-owner = Change the owner of { $name }
ask-service-owner-text = Somebody else answers for { $name } from now on. Its role and its tokens stay as they are.
service-edit = Edit Name and Description
service-activate = Activate Service Account
service-deactivate = Deactivate Service Account
service-delete = Delete Service Account
ask-service-edit = Edit Service Account: { $name }
ask-service-edit-text = The audit shows what { $name } does under its name. Its tokens and its role stay as they are.
ask-service-role = Change the role of { $name }
ask-service-role-text = { $name } is { $role } now. Another role counts for every token at the next call.
ask-service-activate-text = { $name } may call the API again as { $role }, with new tokens only. Old tokens stay dead.
ask-service-deactivate-text = Every token of { $name } is dead at once and for good, and programs that use one are refused. The account stays and can be activated again.
ask-service-delete-text = The service account { $name } and every token of it are gone at once, and programs that use one are refused. This cannot be undone.
ask-end-token = End the token { $name }?
ask-end-token-text = The token { $name } of { $account } is dead at once, and programs that use it are refused. This cannot be undone; other tokens stay.
do-end-token = End token
once-token-title = New token { $name }
once-token-text = Copy it to where it is used. It is shown only now and works until { $until }.
service-not-offered = This cannot be done to this service account, or not by you.
why-service-accounts-full = There are { $count } service accounts, and there can be no more. Delete one first.
why-service-deactivated = The service account is deactivated. Activate it first.
why-tokens-full = It has { $count } tokens, and there can be no more. End one first.

## A new user
teams-chosen = { $count ->
    [0] No team
    [one] 1 team
   *[other] { $count } teams
 }
create-user = Create User
required-legend = Fields with an asterisk (*) are required.
sso-on = SSO On
sso-hint = On: signs in at the identity provider of the organisation. Off: signs in here with a password. It cannot be changed later.
sso-without-provider = The organisation has no identity provider that takes sign-ins yet, so nobody can sign in with SSO. Whoever is created with SSO can sign in as soon as the operator of this server has connected one.
email-hint = Links and notices go there. Without it you hand the first credential over yourself.

## Import of users
import-users = Import users from CSV
import-upload = CSV file
import-upload-hint = UTF-8 (in Excel: save as “CSV UTF-8”), up to 3 MiB.
import-file = Or its text
import-hint = Counts where no file is chosen. File and text begin with this line; the columns may stand in any order. user_name and display_name must be there; email, role and sign_in (sso or password) may be left out. Commas or semicolons divide. Nothing is written before you have seen what would happen. Users who are there already are not changed.
import-check = Check
import-plan = This would happen. Nothing is written yet.
import-done = The import is done.
import-do = { $count ->
    [one] Import one user
   *[other] Import { $count } users
 }
import-would-create = { $count ->
    [one] One user would be created
   *[other] { $count } users would be created
 }
import-created = { $count ->
    [one] One user was created
   *[other] { $count } users were created
 }
import-exists = { $count ->
    [one] One user is there already and stays as it is
   *[other] { $count } users are there already and stay as they are
 }
import-refused = { $count ->
    [one] One row is refused
   *[other] { $count } rows are refused
 }
import-more = { $count ->
    [one] And one more.
   *[other] And { $count } more.
 }
import-secrets = Hand links and passwords over in a safe way. They are shown only now. Everybody else gets mail.
import-line = Line { $count }
import-cells = { $found ->
    [one] It has 1 cell, but the first line has { $wanted }. Put a cell that holds a comma or semicolon in double quotes.
   *[other] It has { $found } cells, but the first line has { $wanted }. Put a cell that holds a comma or semicolon in double quotes.
 }
import-name = { $column } cannot be used. { $text }
import-role = There is no role { $name }. The roles are { $roles }.
import-sign-in = Write sso or password, not { $name }.
import-twice = Line { $count } has this user name already.
import-no-address = Add an address, so that the temporary password can be sent.
said-imported = { $count ->
    [0] Nobody was imported: all are there already.
    [one] One user was imported.
   *[other] { $count } users were imported.
 }

## Teams
teams = Teams
filter-team = Team
filter-project = Project
create-team = Create Team
delete-team = Delete Team
description = Description
members = Members
no-teams = There is no team yet. A team is a set of people who work together.
no-members = Nobody is on this team yet.
team-members-later = The members are chosen on the next page.
add-members = Add members
remove-members = Remove from the team
nobody-to-add = No active user is found who could be added.
search-for-more = There are more people. Search for a name to find them.
name-and-description = Name and description
not-offered-team = You may not do this to teams.
ask-delete-team = Delete the team { $name }?
ask-delete-team-text = { $count ->
    [0] Nobody is on it. This cannot be undone.
    [one] The one person on it stays a user. This cannot be undone.
   *[other] The { $count } people on it stay users. This cannot be undone.
 }

## Roles
matrix = Role matrix
role-protected = { $count ->
    [one] Protected: at least one active holder stays
   *[other] Protected: at least { $count } active holders stay
 }
role-ceiling = Limits what other roles allow
role-leaves = May leave the organisation
role-stays = May not leave on their own
who-holds-it = Who holds it, and why
nobody-holds-it = Nobody.
all-holders = Show all in the list of users
in-the-list = Show in the list of users
may-do-to-others = What holders may do to others
to-holders-of = To holders of

create-role = Create Role
change-role = Change role
delete-role = Delete role
edit-role = Change the role { $name }
role-own = Made by this organisation
role-save = Save Role
role-not-yet = The role was not saved. What is wrong stands beside each field.
role-key = Key for programs
role-key-hint = The name in tokens and in the API: small letters, digits, - and _. Left empty, it is made from the name. It never changes.
role-key-stays = Its key for programs is { $name } and never changes.
role-best-for = Best for
role-extends = Also allows what this role allows
extends-nothing = No other role
role-extends-hint = What that role denies and limits counts here too.
role-below = Ranks right below
rank-lowest = The lowest of all
role-below-hint = Of several roles that somebody holds, the highest counts.
role-patterns = More permissions, as patterns
role-patterns-hint = One on a line. users.* is everything below users, *:read reads everything, app.orders:* is every deed on orders of your applications.
role-deny = Except for these
role-deny-hint = Patterns, one on a line. They beat everything that is allowed above.
role-limit = At most these
role-limit-hint = Patterns, one on a line. Whoever holds this role can do no more than these, whatever other roles allow. Leave it empty for no limit.
role-people = People
role-given-by = Who may give it
role-given-by-hint = Holders of these roles may give this one, and do to its holders what they may do to others.
role-grants = Which roles its holders may give
role-grants-hint = Only roles that you may give yourself, and that allow nothing beyond this one.
role-manages = To whom its holders may do what their permissions name
role-manages-hint = Only counts for permissions on people, such as users:update.
effect-nobody = Nobody gains or loses anything by it now.
effect-who = { $users }{ $programs } with { $roles }
effect-users = { $count ->
    [one] 1 person
   *[other] { $count } people
 }
effect-programs = { $count ->
    [0] { "" }
    [one] {" "}and 1 service account
   *[other] {" "}and { $count } service accounts
 }
effect-gains = { $count ->
    [one] Gain 1 thing:
   *[other] Gain { $count } things:
 }
effect-loses = { $count ->
    [one] Lose 1 thing:
   *[other] Lose { $count } things:
 }
power-gives = give the role { $name }
power-does = { $deed } on { $role }
model-changes = { $count ->
    [one] 1 change of the role model
   *[other] { $count } changes of the role model
 }
model-same = The role model stays as it is.
reading = Reading of the role model
reading-now = Reading: { $name }
reading-choose = Choose another reading
reading-save = Use this reading
reading-one = This role model has one reading only.
reading-strict = Strict: changing a role and shutting somebody out takes an owner
reading-matrix = Matrix: admins change roles of everybody but owners, and shut them out
ask-delete-role = Delete the role { $name }?
ask-delete-role-text = Nobody holds it and nothing gives it. Another role of the same name, made later, gives nobody anything back.
role-in-use = This role is in use, so it cannot be deleted. Give another role to those who hold it, and take it away where it is named:
used-by-more = { $count ->
    [one] and 1 more person
   *[other] and { $count } more people
 }
used-by-groups = Groups that give it: { $name }
used-by-service-accounts = Service accounts: { $name }
used-by-invitations = Open invitations: { $name }
used-by-connections = Connections to identity providers: { $name }
used-by-roles = Roles that extend it: { $name }
used-by-policy = The policy for second factors names it.

## Views, and going places
keep-view = Keep this view
view-name = Name of the view
view-save = Save View
view-share = Show it to everybody who sees the list
view-shared = shared
view-delete = Delete the view { $name }
density-dense = Compact rows
density-roomy = Roomy rows
undo = Undo
go = Go to
go-search = Search pages and people
go-nothing = Nothing of that name.
go-count = { $count ->
    [0] Nothing found
    [one] 1 found
   *[other] { $count } found
 }
go-all = Show all pages
key-control = Ctrl
key-go = Go to a page or a person
go-overview = Home, Dashboard, Posture
go-users = Access Control, Settings Users, Identity & Access, User Account Management, People, Members, Directory, Users page
go-invite = Create Users, Invite team members, Set User Roles, Add people
go-create = Create User, New user, Add User, Identity & Access
go-import = CSV, Bulk, Upload
go-invitations = Pending, Invited, Resend, Access Control
go-deactivated = Inactive, Suspended, Disabled, Show deactivated Users
go-service = Programs, API keys, Bots, Tokens, Machine accounts
go-teams = Groups, Team Management, Project access
go-create-team = New team, Add Team
go-roles = Access Control, Permissions, User types, Groups
go-matrix = Permissions, Privileges, Breakdown, Access Control
go-create-role = New role, Custom role, Permissions
go-reading = Role model, Preset, Matrix, Strict
go-policies = Policy, MFA, 2FA, Two-factor, Passwords, Sessions, Settings, Security, Authentication
go-account = Profile, Account Settings, My account, Name, E-mail
go-refused = SSO, Single sign-on, Okta, Entra, Azure AD, OIDC, Login, Why, Failed, Identity provider, Number
go-security = Enable MFA, 2FA, Two-factor, TOTP, Passwords, Recovery codes, Passkeys, Account Settings
go-sessions = Devices, Signed in, Sign out everywhere
go-own-applications = Apps, Consent, Permissions, Withdraw, Signed in with
go-tokens = Personal tokens, API keys, Access tokens
go-activity = History, Sign-ins, Login history

## The history of sign-ins
sign-ins = Sign-ins
no-sign-ins = Nobody has tried to sign in as this user yet.
result = Result
second-factor = Second factor
application = Application
outcome-success = Signed in
method-password = Password
method-passkey = Passkey
method-provider = Identity provider
factor-totp = Authenticator app
factor-recovery-code = Recovery code
deeds-on-user = What was done to this user

## What was done
said-view-saved = The view was saved.
said-view-deleted = The view was deleted.
said-role-saved = The role was saved.
said-role-deleted = The role was deleted.
said-reading = The reading was chosen.
said-created = The user was created.
said-created-without-provider = The user was created, and cannot sign in yet: no identity provider that takes sign-ins is chosen.
said-role = The role was changed.
said-deactivated = The user was deactivated, and all access ended.
said-activated = The user may sign in again.
said-activation = A new activation link is on its way. The old one no longer works.
said-reset = A link to choose a new password is on its way to the user.
said-temp-password = The temporary password is set. Hand it over in a safe way.
said-mfa = The second factor was reset.
said-sessions = Every session has ended.
said-removed = The access was removed.
said-deleted = The user was deleted.
said-erased = The personal data was erased.
said-invited = { $count ->
    [one] 1 invitation was sent.
   *[other] { $count } invitations were sent.
 }
said-resent = A new link is on its way. The old one no longer works.
said-revoked = The invitation was deleted; its link no longer works.
said-service-created = The service account was made. Make a token for its program.
said-service-changed = The service account was changed.
said-service-activated = The service account may call the API again, with new tokens.
said-service-deactivated = The service account was deactivated, and all its tokens are dead.
said-service-deleted = The service account was deleted, with all its tokens.
said-token-ended = The token is dead.
said-updated = The user was updated.
said-team-created = The team was created. Choose its members.
said-team-updated = The team was updated.
said-team-deleted = The team was deleted.
said-members = The members were changed.
said-mfa-required = A second factor is required from the next sign-in on.
said-several =
    { $skipped ->
        [0] { $done } done.
       *[other] { $done } done, { $skipped } skipped.
    }

## What went wrong
left-title = You have left the organisation
left-text = Your membership has ended, and with it every session, token and role you had there.
left-next = You can come back only when somebody there invites you or adds you again.
go-to-sign-in = Go to sign-in
problem-session = Sign in first
problem-session-text = Your session has ended. Sign in again to go on.
problem-denied = You cannot do this
problem-missing = There is nothing here
problem-missing-text = It does not exist, or it is not for your account.
problem-conflict = This cannot be done now
problem-stale = It has changed since you opened the page. Load the page again and repeat what you did.
form-clash = Somebody else has changed this too since you opened the page. It says now: { $what }. What you chose stands below: send it again if it is to take the place of that.
form-clash-field = { $field }: { $now }
problem-invalid = Something is not right yet
problem-wait = Please wait a moment
problem-wait-text = There is too much at once. Wait a little, then try again.
problem-ours = Something went wrong here
problem-ours-text = The server could not finish this, and nothing was changed. Try again in a moment.
rule-user-name = Another user of this organisation has this user name already.
rule-external-id = The identity provider uses this id for another user already.
rule-group-name = Another group has this name already.
rule-team-name = Another team has this name already.
rule-view-name = Another of your views has this name already. Choose another name.
rule-not-repeatable = Only a change of one user or group can be tried, and only while the journal has its body.
rule-project-name = Another project has this name already.
rule-assigned = This is on the project already. Change it there.
obstacle-second-team = { $person } is on the team { $team } of the project { $project } already. Nobody is on two teams of one project, so take them off that one first.
obstacle-team-on-projects = The team is on these projects: { $projects }. Take it off them first.
rule-slug = Another organisation has this short name already.
rule-managed-elsewhere = A user with this name is managed elsewhere.
rule-last-holder = This is the last active holder of a protected role. Give the role to somebody else first.
rule-sso-user = This user signs in through the identity provider and has no password here.
rule-not-sso = Whoever signs in here with a password has no identity provider. Switch SSO on, or choose no provider.
rule-managed-by-provider = This user is managed by the identity provider. Make the change there.
rule-not-pending = Only somebody who never signed in and has no identity provider can be deleted. Deactivate this user instead.
rule-no-address = This user has no e-mail address. Add one first.
rule-invited = There is an invitation for this address already. Send that one again.
rule-member = Somebody of this organisation has this address already.
rule-no-name-of-another = Not made of the name of this person or of the organisation.
rule-never-signed-in = This user has never signed in. Send the activation link again instead.
rule-already-active = This user is active already. Send a link for a new password instead.
rule-deactivated = This user is deactivated. Activate the user first.
rule-account-deactivated = This service account is deactivated. Activate it first.
rule-break-glass = This is a break-glass account, which nothing takes over or ends by itself. Make it one like all others first.
rule-no-break-glass = A break-glass account is active, signs in here with a password, holds a protected role, and has no end date.
rule-deleting = This organisation is being deleted. Whoever runs Doorward can restore it.
rule-erased = The time in which this organisation could be restored is over.
rule-mfa-per-user = In this organisation a second factor is required of everybody or of roles, not of one user. Change the policy instead.
rule-role-name = Another role of this organisation has this name, or one that looks like it. Choose a name that nobody takes for another.
rule-role-in-use = This role is in use. Give another one to those who hold it first.
rule-role-of-the-model = This role came with the role model and stays as it is. Make a role of your own instead.
rule-exists = It exists already.
rule-stream-exists = This application has a stream already; read it and change it.
rule-too-many = There are as many of these as there may be. Remove one first.

## Security policies

settings = Settings
policies = Security Policies
policy-save = Save Policy
policy-preview-button = Show what this changes
policy-preview = What this changes
policy-mfa = Multi-factor authentication
policy-mfa-all = Require MFA for All Users
policy-mfa-roles = Require MFA for specific roles only
policy-mfa-roles-hint = Counts when it is not required of all users.
policy-grace = Days of grace
policy-grace-hint = So long people may put it off, from the moment it is required of them. 0 means from the next sign-in on. A change here never prolongs a grace that runs or has ended.
policy-regrace = Begin the days of grace anew for a user who is activated again
policy-regrace-hint = Otherwise the deadline of before counts, also when it is over.
policy-sso = People who sign in at an identity provider
policy-sso-hint = Counts where the connection does not say otherwise.
sso-trust = Trust the provider
sso-trust-text = It sees to a second factor; nothing is asked for here.
sso-amr = The provider must say so
sso-amr-text = Where it does not say that there were two factors, a code is asked for here.
sso-local = Ask here
sso-local-text = A code is always asked for here, whatever the provider says.
policy-passwords = Passwords
policy-password-rule = Rule for new passwords
password-modern = Modern
password-modern-text = 15 characters, or 8 where MFA is required; no rules about kinds of characters. Meets OWASP ASVS 5.0 6.2.1 and 6.2.5, and the length is that of NIST SP 800-63B.
password-classic = Classic
password-classic-text = 8 characters with an upper-case and a lower-case letter, a digit and a special character. For older rule books. Meets OWASP ASVS 5.0 6.2.1, which advises 15 characters, and does not meet 6.2.5: no rules about kinds of characters.
policy-password-min = Fewest characters
policy-password-min-hint = 8 to { $count }. Counts where the rule above asks for fewer. OWASP ASVS 5.0 6.2.1 asks for 8 and advises 15.
policy-classes = Kinds of characters that must be there
policy-classes-hint = Besides those of the rule above. OWASP ASVS 5.0 6.2.5 is met only without any.
class-upper = An upper-case letter
class-lower = A lower-case letter
class-digit = A digit
class-special = A special character
policy-lists = Passwords that are refused
deny-breached = Common passwords
deny-breached-text = The 100,000 most frequent of those that were stolen elsewhere, and patterns such as rows of keys. OWASP ASVS 5.0 6.2.4 and NIST SP 800-63B are met only with it.
deny-context = Passwords made of names
deny-context-text = Of the person, the organisation and the product. OWASP ASVS 5.0 6.2.11 is met only with it.
policy-history = Earlier passwords that may not come again
policy-history-hint = 0 to { $count }, besides the present one. Neither NIST SP 800-63B nor OWASP ASVS 5.0 asks for more than 0. Only their hashes are kept, and only so many.
policy-meets = This policy meets OWASP ASVS 5.0 6.2.1, 6.2.4, 6.2.5 and 6.2.11.
policy-misses = This policy does not meet OWASP ASVS 5.0 { $numbers }.
policy-ways = Ways to a first password
policy-usual = Used when nobody says otherwise
way-link = Link by mail
way-link-text = The person chooses the password. Always allowed.
way-mail = Temporary password by mail
way-mail-text = Works once, within 24 hours, and must be changed.
way-admin = Temporary password from an administrator
way-admin-text = Somebody else knows it for a while. OWASP ASVS 5.0 advises against it.
policy-sessions = Sessions
policy-idle = Minutes without use until a session ends
policy-idle-hint = 5 minutes to 24 hours. Counts for every session from its next use on.
policy-absolute = Longest life of a session in minutes
policy-absolute-hint = 15 minutes to 30 days (43200 minutes).
policy-admin-sessions = Sessions of administrators
policy-admin-sessions-hint = For everybody whose role lets them do something to other people. Where the sessions of everybody are shorter, so are these.
policy-admin-idle = Minutes without use until a session of an administrator ends
policy-admin-absolute = Longest life of a session of an administrator in minutes
preview-nobody = A second factor is required of nobody.
preview-required = { $count ->
    [one] A second factor is required of one person.
   *[other] A second factor is required of { $count } people.
}
preview-without = { $count ->
    [0] All of them have one.
    [one] One of them has none yet and is asked at the next sign-in.
   *[other] { $count } of them have none yet and are asked at the next sign-in.
}
preview-locked-out = { $count ->
    [one] One person cannot put it off: the next sign-in goes no further until it is set up.
   *[other] { $count } people cannot put it off: their next sign-in goes no further until it is set up.
}
preview-deadline = Those who have time left cannot sign in without it after { $last }.
preview-deadlines = For those who have time left it ends between { $first } and { $last }; after that they cannot sign in without it.
preview-sessions = { $count ->
    [0] No session ends now.
    [one] One session ends now.
   *[other] { $count } sessions end now.
}
preview-password = The rule counts for passwords that are chosen from now on; nobody has to change one.
preview-forgets = What is kept of more earlier passwords than that is deleted when the policy is saved.
preview-regrace = From now on the days of grace begin anew for a user who is activated again.
preview-no-regrace = From now on a user who is activated again keeps the deadline of before.
preview-activation = Links and temporary passwords that were given already still work.
preview-sso = The rule counts from the next sign-in at a provider on; who is asked for a second factor here is decided by it then.
preview-locked-out-first = No time left:
preview-without-first = Without a second factor:
preview-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
 }
preview-list = Show them in the list of users
preview-not-saved = Nothing is saved yet.
said-policy = The policy was saved.
why-switched-off = The policy of the organisation has switched temporary passwords from administrators off.
rule-activation-mode = The policy of this organisation has switched this way of giving a password off. Send a link instead.

## Setting an instance up
setup-title = Set up Doorward
setup-lead = Make the first organisation, then its first person. Nothing is kept before the end.
setup-name = Organisation
setup-name-hint = Its name as people know it.
setup-slug = Short name
setup-slug-hint = Stands in addresses and tokens: 2 to 63 lower-case letters, digits and hyphens, such as acme-corp. It stays as it is.
setup-roles = Roles
setup-what-roles = What each role is for
setup-next = Next: the first person
setup-owner-title = The first person
setup-owner-lead = Gets the role { $role } in { $name } and can let everybody else in.
setup-user-name-hint = What you sign in as. An e-mail address is easy to remember.
setup-email-hint = For notices and for a forgotten password. You can leave it empty.
setup-password = Password
setup-password-again = The same password again
setup-finish = Set up
setup-done-title = Doorward is ready
setup-done-lead = { $name } exists, and { $user } can sign in. This address does not work any more.
setup-sign-in = Go to sign-in
setup-gone-title = This address no longer works
setup-is-done = This Doorward has been set up already.
setup-is-gone = It is more than 24 hours old, or a newer one was printed after it. Restart the server: it prints a new one.

## Refused sign-ins
refused-sign-ins = Refused sign-ins
refused-sign-in = Refused sign-in
refused-sign-ins-text = Sign-ins at identity providers that let nobody in, of the last seven days. Whoever is refused is shown a number.
no-refused-sign-ins = No sign-in was refused.
refused-sign-ins-of = Refused sign-ins that are, or may be, about this person
refusal-number = Number
refusal-missing = There is no refused sign-in with the number { $name }. They are kept for seven days.
refusal-reason = In detail
every-connection = All
find = Find
why = Why
connection-gone = deleted meanwhile
what-helps = What helps
could-mean = Whom it could have meant
could-mean-text = Found by id, user name and address. A name or an address lets nobody in; only the id does.
name-of-value = Value
at-the-provider = At the provider
here = Here
not-sent = not sent
differs = differs
agrees = agrees
what-it-said = What the provider said
claims-verified = From a token that was verified.
claims-unverified = From a token that was not believed: anybody could have made it.
claims-kept = Tokens, codes and ids of sessions are left out, and long values cut. Gone after seven days.
no-claims = The provider did not get as far as saying who it is.
failed-reachable = The provider was not reached
failed-answered = The provider answered with an error
failed-admitted = The provider did not let the person in
failed-second-factor = The provider could not confirm a second factor
failed-believed = The answer of the provider is not believed
failed-under-way = The answer belongs to no sign-in under way
failed-open = The connection takes no sign-ins
failed-fresh = The proof at the provider is too old
failed-known = There is no account that the person may open in this way
failed-active = The account is not active
failed-same = Somebody else signed in than the one who is signed in here
advice-reach = See whether the provider runs, and whether this server may call it: the operator runs doorward check. A private address must be allowed in the settings of this server.
advice-provider-log = Look into the sign-in log in the console of the provider, at the moment above. If the code was not taken, the client secret is probably wrong: set it again with doorward connection sign-in.
advice-assign = In the console of the provider, let the person use this application (Okta: Assignments; Entra: Users and groups).
advice-second-factor = In the console of the provider, ask for a second factor for this application, and see whether the person has one there.
advice-settings = Compare issuer and client id of the connection with those in the console of the provider, and the clocks of both. The detail above says which part is not right.
advice-again = The person begins the sign-in again, in one browser, and finishes it within 15 minutes.
advice-resume = Let the connection go on (doorward connection resume), or see whether it was changed or has an issuer.
advice-auth-time = Let the provider ask again and say when: it must follow prompt=login and max_age and send the claim auth_time (Entra: an optional claim of the ID token).
advice-same-person = The person signs out at the provider and signs in there with the account that belongs to the one here.
advice-push = In the console of the provider, assign the person to this application and let provisioning run. The id that SCIM sends as externalId must be the one below.
advice-activate = This person is deactivated. If it was the provider, assign the person there again; otherwise activate the user here.
advice-complete = This person has not set the first password. Send the link again on the page of the user.
advice-password = This person signs in here with a password, and that never changes. Make a new user with SSO on if the provider is to be used.
advice-choose-provider = This person belongs to another identity provider or to none. Edit the user, choose this provider, and let provisioning run.
advice-external-id = The provider sends another id over SCIM than at the sign-in. In its attribute mapping, send as externalId what the sign-in calls sub, and let provisioning run.
advice-object-id = Entra sends another id over SCIM than at the sign-in. In the attribute mapping of the provisioning, map externalId to objectId (the default, mailNickname, is not an id), and let provisioning run.
advice-relink = This person is linked to another id at the provider, so this one opens nothing. If the provider has given the person a new id, choose the provider anew for the user: that ends the old link.
advice-ceiling = The ids agree, but the person holds a role that this connection may not give, so it is not linked. Give the person another role, or make a connection that may give it.

## Whether somebody can sign in
entrance = Can this person sign in now?
how-it-signs-in = How this person signs in
can-sign-in = Yes
cannot-sign-in = No
entrance-suspended = The organisation is suspended, so nobody gets in.
entrance-deactivated = The user is deactivated. Activate it first.
entrance-pending = The first password has not been set. Send the activation link again.
entrance-no-password = There is no password. Send a link to set one.
entrance-password-over = The temporary password was used, or ran out, on { $moment }. Give a new one, or send a link.
entrance-waits = After wrong passwords or codes nothing is checked until { $moment }, except in browsers in which this person has signed in before.
entrance-closed = After too many wrong passwords or codes nothing is checked any more. Send a link to reset the password.
entrance-no-provider = SSO is on, and the user belongs to no identity provider. Edit the user and choose one.
entrance-provider-paused = The connection to the identity provider is paused.
entrance-provider-takes-nobody = The connection to the identity provider has no issuer, so nobody signs in by it yet.
entrance-provider-knows-nobody = The identity provider has sent no id of this person. Let its provisioning run, with the id as externalId.
entrance-provider-id = Entra signs people in by their object id, and has sent another id over SCIM. In the attribute mapping of the provisioning, map externalId to objectId, and let provisioning run.
duty-change-password = The password is temporary and must be replaced at the next sign-in.
duty-set-up-factor = A second factor must be set up at the next sign-in.
duty-set-up-factor-by = A second factor must be set up, and can be put off until { $moment }.
duty-link-by-email = The first sign-in at the provider links this person by the e-mail address, if the provider says that it is verified.
duty-link = The first sign-in at the provider links this person by the id that was sent over SCIM.

## Resources
resources = Resources
all-resources = All
orphaned-resources = Orphaned
orphaned-text = Nobody is left who answers for these: the owner is deactivated or gone, or there never was one. Nothing of them was lost. Transfer them to somebody who is active.
orphaned-one = Nobody is left who answers for this. Transfer it to somebody who is active.
column-kind = Kind
every-kind = Every kind
lies-in = In
owned-by = Owned by
owner-gone = No longer a user
owner-nobody = No owner
key-of-application = Key of the application
registered = Registered
contains-resources = What is in it
contains-more = There is more in it than is shown here.
no-resources = No application has registered anything yet. Applications do that over the API, at /api/v1/resources.
no-orphaned = Everything has an owner who is active.
no-such-resources = No resource matches this.
resource-application = Application
resource-project = Project
resource-workspace = Workspace
resource-workflow = Workflow
resource-data-source = Data source
resource-dashboard = Dashboard
resource-report = Report
transfer = Transfer ownership
transfer-title = { $count ->
    [one] Transfer 1 resource
   *[other] Transfer { $count } resources
 }
transfer-text = They belong to { $name } from then on. What others may do with them stays as it is.
new-owner = New owner
show-plan = Show what would happen
nobody-to-own = No active user is found who could own this.
do-transfer = { $count ->
    [one] Transfer 1 resource
   *[other] Transfer { $count } resources
 }
not-offered-resource = You may not transfer this.
why-theirs = It is theirs already.
why-no-owners = Only somebody who may see the list of users chooses another owner.
owns-resources = { $count ->
    [0] None
    [one] Owns 1 resource
   *[other] Owns { $count } resources
 }
resources-stay = { $count ->
    [one] 1 resource stays as it is and has no active owner then.
   *[other] { $count } resources stay as they are and have no active owner then.
 }
said-transferred = { $count ->
    [0] Nothing was transferred.
    [one] 1 resource was transferred.
   *[other] { $count } resources were transferred.
 }
plan-of-deed = This will stand in the audit log:
rule-plan-changed = Something has changed since the plan was made, so nothing more was done. Look at it again.
rule-not-empty = Other resources lie in this one. Delete or move them first.
go-resources = Applications, Workspaces, Workflows, Data sources, Dashboards, Projects, Sharing
go-orphaned = Orphaned owners, Ownership, Without owner, Transfer

## Users & Groups
users-and-groups = Users & Groups
add-group = Add Group
add-group-text = A group is a set of people that can give its members roles. Its members are chosen afterwards.
rename-group = Rename Group
delete-group = Delete Group
search-groups = Search groups by name
no-groups = There is no group yet. Add one, or let an identity provider push its groups.
no-group-matches = No group has this in its name.
no-group-members = Nobody is in this group yet.
nobody-to-add-to-group = No active user is found who could join.
gives = Gives
add-to-groups = Add
add-to-group = Add to Group
remove-from-groups = Remove
remove-from-group = Remove from the group
between-hint = Select users on one side and groups on the other.
choose-both = Select at least one user and one group.
choose-fewer-groups = Select at most { $count } groups at once.
add-to-team = Add to Team
export-selected = Export
choose-one-user = Select exactly one user to edit.
what-was-done = What was done
report-added = added:
report-removed = removed:
report-skipped = Skipped:
report-was-in = in the group already
report-was-out = not in the group
report-refused = nothing was changed.
members-count = { $count ->
    [0] No members
    [one] 1 member
   *[other] { $count } members
 }
members-more = More than { $count } members
kept-by = Kept by { $name }
why-group-kept = { $name } keeps name and members of this group. Change them there.
why-group-assigned = The group gives the role { $roles }. Take it away first.
why-group-on-projects = The group is on the projects { $projects }. Take it off them first.
not-offered-group = You may not do this to groups.
not-offered-project = You may not do this to projects.
group-roles = Roles of the members
group-no-roles = Membership gives no role.
map-role = Give every member the role
do-map = Give
do-unmap = Take away
unmap-role = Take away the role { $name }
held-members = Waited for
held-members-text = The identity provider has named these members and not sent them yet. Each joins when it is sent.
held-more = There are more.
ask-rename-group = Rename the group { $name }
ask-rename-group-text = The new name is shown everywhere, in what has happened too. Members and roles stay as they are.
ask-delete-group = Delete the group { $name }?
ask-delete-group-text = { $size }: the people stay users. This cannot be undone.
ask-unmap = Take the role { $role } from the group { $name }?
ask-unmap-text = Whoever holds { $role } only by { $name } loses it at once.
said-group-created = The group was created. Choose its members.
said-group-renamed = The group was renamed.
said-group-deleted = The group was deleted.
said-group-mapped = Every member has the role from now on.
said-group-unmapped = The group no longer gives the role.
rule-group-of-provider = This group is managed by the identity provider. Change its name and its members there.
rule-group-assigned = This group is assigned. Take its roles away, and take it off its projects, first.
group-history = What was done to this group
in-detail = In detail
called-then = then { $name }
go-groups = Okta, Entra, SCIM, Provisioning, User groups, User Account Management, Access Control, Group Management, Members, Add to group
go-add-group = New group, Create group

organisation-name-hint = People see it in letters, on the pages and in their authenticator apps.
organisation-language = Language
organisation-language-hint = Letters and pages for whoever has chosen no language come in this one.
language-of-instance = As on this server: { $name }
said-organisation = The organisation is saved.
break-glass = Break-glass accounts
break-glass-lead = These accounts are for the day on which nobody else gets in, because the identity provider is gone or takes no sign-ins. Keep two of them, their passwords sealed and their second factors at different places. Whoever signs in as one is told at once by mail to the others who may change the organisation.
break-glass-test = Test each by signing in as it, at least every three months.
break-glass-none = There is none yet. If the identity provider fails and nobody signs in here with a password, only whoever runs Doorward can help.
break-glass-ready = Ready
break-glass-lacks-access = It is not active. Activate it.
break-glass-lacks-role = It holds no protected role any more. Give it one.
break-glass-lacks-password = It has no password of its own yet. Sign in as it and choose one.
break-glass-lacks-factor = It has no second factor. Sign in as it and set one up.
break-glass-lacks-address = It has no e-mail address. Add one that somebody reads.
break-glass-last = Last sign-in
break-glass-never = Never; test it
break-glass-unmark = No longer one
break-glass-more = One more
break-glass-mark = Make it one
short-name = Short name
# Projects, and who is on them.
projects = Projects
project-permissions = Project Permissions
user-accounts = User Account Management
create-project = Create Project
delete-project = Delete Project
search-projects = Search projects by name
no-projects = There is no project yet. A project is what people work on; users, groups and teams are put on it.
no-project-matches = No project has this in its name.
search-groups-and-people = Search groups, teams and people by name
on-the-project = Who is on the project
nobody-on-project = Nobody is on this project yet.
add-to-project = Add to the project
add = Add
do-take-off = Remove
add-groups-as-team = Add Groups As Team
remove-from-project = Remove from the project
save-access = Save team and access
teams-are-better = Best practice: add groups as teams rather than single users. Everybody in the group is then on one team, and whoever joins later too.
nothing-to-add = Nothing matches. Search for a group, a team or a person.
column-team = Team
column-access = Access
team-box = { $name } is a team
access-of = Access of { $name }
access-write = Write
access-read = Read Only
kind-user = User
kind-group = Group
kind-team = Team
open-group = Open the group
open-project = Open the project
groups-unseen = You may not see groups. Open a project to add people to it.
assigned-count = { $count ->
    [0] Nobody
    [one] 1 assigned
   *[other] { $count } assigned
 }
more-people = { $count ->
    [one] and 1 more person
   *[other] and { $count } more people
 }
more-assigned = { $count ->
    [one] and 1 more
   *[other] and { $count } more
 }
and-more = There are more.
choose-and-projects = Select groups or users, and at least one project.
choose-groups-and-projects = Select at least one group and one project.
choose-assignments = Select in the projects what to remove.
choose-fewer = Select less: at most { $count } at once.
report-added-as-team = added as team:
report-changed = changed:
misconfigured = { $count ->
    [one] 1 person is misconfigured: everybody on a project must be on one team there, and on no more.
   *[other] { $count } people are misconfigured: everybody on a project must be on one team there, and on no more.
 }
misconfigured-more = More than { $count } people are misconfigured: everybody on a project must be on one team there, and on no more.
who-is-misconfigured = Who is misconfigured
wrong-no-team = on no team, so without access. Tick Team for the group or the person.
wrong-second-team = in what stands as a second team. The first one counts.
own-access = Your access
check-access = Check the access of somebody
check-it = Check
access-write-text = may work in the project as far as the roles allow.
access-read-project = may only read, because an assignment is Read Only, whatever the roles allow.
access-read-role = may only read, because of a role that allows no change anywhere.
access-not-active = has no access, because the user is not active.
access-not-assigned = has no access, because nothing puts the user on the project.
access-misconfigured = has no access, because the user is on no team of the project.
access-nobody = there is no user of this name.
through-team = { $kind }: { $name } (the team)
through-second-team = { $kind }: { $name } (another team, which does not count)
through-way = { $kind }: { $name }
ask-delete-project = Delete the project { $name }?
ask-delete-project-text = { $count ->
    [0] Nobody is on it. This cannot be undone.
    [one] 1 user, group or team is on it and loses the access to it at once; people, groups and teams themselves stay. This cannot be undone.
   *[other] { $count } users, groups and teams are on it and lose the access to it at once; people, groups and teams themselves stay. This cannot be undone.
 }
said-project-created = The project was created.
said-project-updated = The project was changed.
said-project-deleted = The project was deleted.
said-project-access = The access was changed.
go-projects = Workspaces, Project list, Environments
go-project-permissions = Project access, Access Control, Assign users and groups to projects, User Account Management, Read Only, Team
go-create-project = New project, Add project
