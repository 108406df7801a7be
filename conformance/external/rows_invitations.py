"""Inviting people in a browser: the rows S1-1, 2, 4, 5, 7..15 and S2-5, 6, 8, 9, each as the person does it who is meant."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from cases import check, equal
from hands import plain
from person import Person
from stage import PASSWORD, Organisation, Someone, Stage, run

PASTED = "Ada Lovelace <p0@x.example>, p1@x.example p2@x.example\np3@x.example; p4@x.example"


def by(stage: Stage, role: str, preset: str = "owner-admin-contributor-viewer") -> tuple[Person, Organisation]:
    """Somebody with this role in an organisation of their own, signed in."""
    org = stage.organisation(preset)
    return stage.as_(org.user(role, "Olga")), org


def open_page(person: Person) -> None:
    """From the list of users to the page that invites."""
    person.open("/console/users")
    person.go("link", "+ Create Users")


def staged(person: Person, text: str) -> None:
    """The second step for these addresses."""
    open_page(person)
    person.fill("Email addresses", text)
    person.go("button", "Set User Roles")


def invited(person: Person, address: str, role: str = "Viewer") -> None:
    """Invites one person."""
    staged(person, address)
    person.choose("Role of person 1", role)
    person.go("button", "Send 1 invitation")


def resent(person: Person, address: str) -> None:
    """Sends an invitation once more."""
    person.open("/console/users/invitations")
    person.ask(f"Actions for {address}", "Resend Invitation")
    person.go("button", "Resend")


def three_invited(person: Person, org: Organisation) -> tuple[str, str, str]:
    """Invites Ada, Adam and Bob, one after the other, at addresses of this case alone; Adam as a contributor."""
    ada, adam, bob = (f"{name}@{org.slug}.example" for name in ("ada", "adam", "bob"))
    for address, role in ((ada, "Viewer"), (adam, "Contributor"), (bob, "Viewer")):
        invited(person, address, role)
    return ada, adam, bob


def listed(person: Person) -> list[str]:
    """Whose invitations are on the page, in their order."""
    return [it.name for it in person.all("rowheader")]


def accept(person: Person, link: str, name: str | None = None) -> None:
    """Opens a link that somebody got and chooses a password."""
    person.open(link)
    if name:
        person.fill("Your name", name)
    person.fill("Password", PASSWORD)
    person.fill("The same password again", PASSWORD)
    person.go("button", "Accept and continue")


def addresses(person: Person) -> list[str]:
    """The addresses of the rows of the second step."""
    return [it.value for it in person.all("textbox") if it.name.startswith("Email of person")]


def s1_1_who_is_invited_is_a_person_and_a_program_gets_an_account_of_its_own_kind(stage: Stage) -> None:
    person, org = by(stage, "owner")
    invited(person, "grace@x.example")
    person.open("/console/users")
    person.go("link", "Service accounts 0")
    person.see("They cannot sign in and cannot be invited")
    person.go("link", "New service account")
    person.fill("Name", "HR sync")
    person.tick("Viewer")
    person.go("button", "Save")
    person.told("The service account was made.")
    person.open("/console/users")
    equal(person.rows("HR sync"), 0, "rows of the program among the people")
    person.go("link", "Invitations 1")
    check("grace@x.example" in person.row("grace@x.example").text(), "the person is not among the invitations")
    person.open("/console/users/service-accounts")
    person.find("link", "HR sync")
    equal(person.rows("grace"), 0, "rows of the person among the programs")


def s1_2_only_owners_and_admins_are_offered_to_invite(stage: Stage) -> None:
    org = stage.organisation()
    for role in ("owner", "admin"):
        person = stage.as_(org.user(role, role.capitalize()))
        open_page(person)
        person.at("Invite team members")
    for role in ("contributor", "viewer"):
        person = stage.as_(org.user(role, role.capitalize()))
        person.open("/console/users")
        person.at("Users")
        person.lacks("+ Create Users", "Invite User", "Add User", "Invitations 0")
        person.open("/console/users/invite")
        person.at("You cannot do this")


def s1_4_only_an_owner_is_offered_to_invite_owners(stage: Stage) -> None:
    org = stage.organisation()
    offered = {}
    for role in ("owner", "admin"):
        person = stage.as_(org.user(role, role.capitalize()))
        staged(person, "new@x.example")
        offered[role] = person.find("combobox", "Role of person 1").options()
        equal(person.find("combobox", "Role for everybody").options(), offered[role], "roles for everybody")
    equal(offered["owner"], ["Owner", "Admin", "Contributor", "Viewer", "VIEWERNOSECRETS"], "what an owner may give")
    equal(offered["admin"], ["Admin", "Contributor", "Viewer", "VIEWERNOSECRETS"], "what an admin may give")


def s1_5_an_admin_invites_another_admin(stage: Stage) -> None:
    person, org = by(stage, "admin")
    invited(person, "new@x.example", "Admin")
    person.told("1 invitation was sent.")
    person.go("link", "Invitations 1")
    check("Admin" in person.row("new@x.example").text(), "the row does not say Admin")


def s1_7_create_users_opens_the_page_titled_invite_team_members(stage: Stage) -> None:
    person, _ = by(stage, "owner")
    person.open("/console/users")
    person.go("link", "+ Create Users")
    equal(person.heading(), "Invite team members", "heading")
    check(person.driver.title.startswith("Invite team members"), f"the title is {person.driver.title!r}")


def s1_8_twenty_five_pasted_addresses_are_rows_and_a_bad_one_is_flagged(stage: Stage) -> None:
    person, _ = by(stage, "owner")
    more = " ".join(f"p{it}@x.example" for it in range(5, 24))
    staged(person, f"{PASTED}, {more}\nnonsense p3@X.example")
    expected = [*(f"p{it}@x.example" for it in range(24)), "nonsense", "p3@x.example"]
    equal([it.lower() for it in addresses(person)], expected, "addresses of the rows")
    equal(person.field("Full name of person 1").value, "Ada Lovelace", "name of the first")
    bad = person.field("Email of person 25")
    equal((bad.said("invalid"), bad.description), ("true", "Write an address such as ada@example.com."), "the bad row")
    equal(person.field("Email of person 26").description, "This address is further up in the list already.", "the twin")
    equal(person.field("Email of person 4").said("invalid"), "false", "a good row")
    person.find("button", "Send 24 invitations")


def s1_9_each_person_gets_a_role_of_their_own_or_all_get_one(stage: Stage) -> None:
    person, _ = by(stage, "owner")
    staged(person, "a@x.example b@x.example c@x.example")
    person.choose("Role for everybody", "Contributor")
    person.go("button", "Apply to all")
    person.choose("Role of person 2", "Admin")
    chosen = [person.find("combobox", f"Role of person {it}").chosen() for it in (1, 2, 3)]
    equal(chosen, ["Contributor", "Admin", "Contributor"], "roles of the rows")
    person.go("button", "Send 3 invitations")
    person.go("link", "Invitations 3")
    for address, role in (("a@x", "Contributor"), ("b@x", "Admin"), ("c@x", "Contributor")):
        check(role in person.row(address).text(), f"{address} is not invited as {role}: {person.row(address).text()}")


def s1_10_remove_drops_one_address_and_keeps_the_others(stage: Stage) -> None:
    person, _ = by(stage, "owner")
    staged(person, "ten-a@x.example ten-b@x.example ten-c@x.example")
    check("REMOVE" in person.find("button", "REMOVE ten-b@x.example").text(), "the button does not read REMOVE")
    person.go("button", "REMOVE ten-b@x.example")
    equal(addresses(person), ["ten-a@x.example", "ten-c@x.example"], "addresses that stay")
    person.go("button", "Send 2 invitations")
    stage.letters("ten-a@x.example")
    stage.letters("ten-c@x.example")
    equal(stage.mail("ten-b@x.example"), [], "letters to the one who was removed")


def s1_11_the_last_button_sends_as_many_mails_as_there_are_rows(stage: Stage) -> None:
    person, org = by(stage, "owner")
    people = [f"eleven{it}@x.example" for it in range(3)]
    staged(person, ", ".join(people))
    equal([it for address in people for it in stage.mail(address)], [], "letters before the last button")
    person.go("button", "Send 3 invitations")
    person.told("3 invitations were sent.")
    person.find("link", "Invitations 3")
    for address in people:
        equal(len(stage.letters(address)), 1, f"letters to {address}")


def s1_12_pending_invitations_are_listed_with_what_is_known_of_them(stage: Stage) -> None:
    person, org = by(stage, "owner")
    invited(person, "twelve@x.example", "Contributor")
    person.open("/console/users")
    person.go("link", "Invitations 1")
    heads = ["Select all on this page", "Email", "Name", "Role", "Status", "Invited by", "Sent", "Expires", "Actions"]
    equal(person.names("columnheader"), heads, "columns")
    cells = person.row("twelve@x.example").cells()
    equal(cells[3:6], ["Contributor", "Invited", "Olga"], "role, status and inviter")
    check(all(cells[6:8]) and cells[6] != cells[7], f"sent and expires: {cells[6:8]}")


def s1_12_the_keys_of_the_lists_go_through_the_invitations(stage: Stage) -> None:
    person, org = by(stage, "owner")
    ada, adam, bob = three_invited(person, org)
    person.open("/console/users/invitations?sort=address")
    equal(listed(person), [ada, adam, bob], "the rows")
    person.keys("j", "j")
    equal(plain(person.driver.switch_to.active_element.accessible_name), f"Actions for {adam}", "after j twice")
    person.keys("x", "k", "x")
    ticked = [person.box(f"Select {it}").is_on() for it in (ada, adam, bob)]
    equal(ticked, [True, True, False], "what x has selected")
    person.see("2 selected:")
    person.keys("e")
    person.find("link", "Resend Invitation")
    person.escape()
    person.tick(f"Select {bob}")
    with person.within("form", "With the selected:"):
        person.go("button", "Delete Invitation")
    person.at("Delete Invitation: several invitations")


def s1_13_resending_mails_a_new_link_and_the_old_one_dies(stage: Stage) -> None:
    person, org = by(stage, "owner")
    invited(person, "thirteen@x.example")
    old = stage.letters("thirteen@x.example")[0].link()
    person.open("/console/users/invitations")
    person.ask("Actions for thirteen@x.example", "Resend Invitation")
    person.at("Send the invitation to thirteen@x.example again?")
    person.go("button", "Resend")
    person.told("A new link is on its way. The old one no longer works.")
    new = stage.letters("thirteen@x.example", 2)[1].link()
    stage.fresh().open(old)
    person.at("This invitation no longer works")
    person.open(new)
    person.find("button", "Accept and continue")


def s1_13_resending_begins_the_week_again_and_is_limited(stage: Stage) -> None:
    org = stage.organisation()
    owner = org.user("owner", "Olga")
    address = "again@x.example"
    invited(stage.as_(owner), address)
    stage.let_pass(days=6)
    resent(stage.as_(owner), address)
    stage.person.told("A new link is on its way. The old one no longer works.")
    link = stage.letters(address, 2)[1].link()
    stage.let_pass(days=6)
    stage.fresh().open(link)
    stage.person.find("button", "Accept and continue")
    person = stage.as_(owner)
    for _ in range(3):
        resent(person, address)
        person.told("A new link is on its way.")
    resent(person, address)
    person.warned("Too many invitations in a short time.")
    stage.let_pass(days=8)
    last = stage.letters(address, 5)[4].link()
    stage.fresh().open(last)
    person.at("This invitation has run out")
    person.lacks("Accept and continue")
    person = stage.as_(owner)
    person.open("/console/users/invitations")
    equal(person.row(address).cells()[4], "Expired", "status of the invitation")


def s1_14_a_deleted_invitation_is_gone_and_its_link_says_so(stage: Stage) -> None:
    person, org = by(stage, "owner")
    invited(person, "fourteen@x.example")
    link = stage.letters("fourteen@x.example")[0].link()
    person.open("/console/users/invitations")
    person.ask("Actions for fourteen@x.example", "Delete Invitation")
    person.press("link", "Cancel")
    person.row("fourteen@x.example")
    person.ask("Actions for fourteen@x.example", "Delete Invitation")
    person.at("Delete the invitation of fourteen@x.example?")
    person.go("button", "Delete")
    person.told("The invitation was deleted; its link no longer works.")
    equal(person.rows("fourteen@x.example"), 0, "rows of the invitation")
    stage.fresh().open(link)
    person.at("This invitation no longer works")
    person.lacks("Accept and continue")


def s1_12_invitations_are_searched_filtered_and_sorted_and_the_address_keeps_it(stage: Stage) -> None:
    person, org = by(stage, "owner")
    ada, adam, bob = three_invited(person, org)
    person.open("/console/users/invitations")
    person.fill("Search by name or email", "AD")
    person.enter()
    equal(listed(person), [adam, ada], "who is found, the newest first")
    person.ask("Add a Filter", "Role")
    person.tick("Contributor")
    person.go("button", "Apply")
    equal(listed(person), [adam], "who is found in this role")
    person.reload()
    equal(listed(person), [adam], "who is found after a reload")
    person.go("link", "Remove the filter Role: Contributor")
    person.go("link", "Email")
    equal(listed(person), [ada, adam], "who is found, by address")
    person.go("link", "Clear all filters")
    equal(listed(person), [ada, adam, bob], "everybody, by address")


def s1_13_several_invitations_are_sent_again_after_a_plan(stage: Stage) -> None:
    person, org = by(stage, "owner")
    ada, adam, bob = three_invited(person, org)
    old = stage.letters(bob)[0].link()
    person.open("/console/users/invitations?sort=address")
    for name in (ada, bob):
        person.tick(f"Select {name}")
    person.go("button", "Resend Invitation")
    person.at("Resend Invitation: several invitations")
    person.see("2 chosen, none skipped.")
    person.miss(adam)
    person.go("button", "Resend Invitation (2)")
    person.told("2 done.")
    equal(listed(person), [ada, adam, bob], "the list in its order")
    new = stage.letters(bob, 2)[1].link()
    equal(len(stage.letters(adam)), 1, "letters to somebody who was not selected")
    stage.fresh().open(old)
    stage.person.at("This invitation no longer works")
    stage.fresh().open(new)
    stage.person.find("button", "Accept and continue")


def s1_14_several_invitations_are_deleted_after_a_plan(stage: Stage) -> None:
    person, org = by(stage, "owner")
    ada, adam, bob = three_invited(person, org)
    link = stage.letters(ada)[0].link()
    person.open("/console/users/invitations?name=ad")
    for name in (ada, adam):
        person.tick(f"Select {name}")
    person.go("button", "Delete Invitation")
    person.at("Delete Invitation: several invitations")
    person.go("link", "Cancel")
    equal(listed(person), [adam, ada], "who is there after Cancel")
    for name in (ada, adam):
        person.tick(f"Select {name}")
    person.go("button", "Delete Invitation")
    person.go("button", "Delete Invitation (2)")
    person.told("2 done.")
    person.see("No invitation matches these filters.")
    person.go("link", "Remove the filter Name or email: ad")
    equal(listed(person), [bob], "who is still invited")
    stage.fresh().open(link)
    stage.person.at("This invitation no longer works")


def s1_15_who_accepts_is_a_user_and_no_invitation_any_more(stage: Stage) -> None:
    org = stage.organisation()
    owner = org.user("owner", "Olga")
    invited(stage.as_(owner), "fifteen@x.example", "Contributor")
    link = stage.letters("fifteen@x.example")[0].link()
    accept(stage.fresh(), link, "Fiona Teen")
    person = stage.as_(owner)
    person.open("/console/users")
    person.find("link", "Invitations 0")
    check("Contributor" in person.row("Fiona Teen").text(), "the row does not say Contributor")
    equal(person.rows("fifteen@x.example"), 1, "rows of the address among the users")
    person.go("link", "Invitations 0")
    equal(person.rows("fifteen@x.example"), 0, "rows of the address among the invitations")


def s2_5_invite_user_is_at_the_top_of_the_users(stage: Stage) -> None:
    person, _ = by(stage, "admin", "admin-developer-viewer")
    person.open("/console")
    person.go("link", "Users")
    person.go("link", "Invite User")
    person.at("Invite team members")


def s2_6_an_invitation_has_address_full_name_role_teams_and_mail(stage: Stage) -> None:
    org = stage.organisation("admin-developer-viewer")
    admin = org.user("admin", "Ada")
    org.team("Platform")
    org.team("Research")
    person = stage.as_(admin)
    person.open("/console/users/invite")
    check(person.field("Email addresses").is_required(), "the addresses are not required")
    person.fill("Email addresses", "six@x.example")
    person.go("button", "Set User Roles")
    check(person.field("Email of person 1").is_required(), "the address is not required")
    person.fill("Full name of person 1", "Sibyl Six")
    person.choose("Role of person 1", "Developer")
    person.unfold("Teams of person 1: No team")
    person.tick("Research")
    check(person.box("Platform") and person.box("Send Invitation Email").is_on(), "a box is missing or the mail is off")
    person.go("button", "Send 1 invitation")
    accept(stage.fresh(), stage.letters("six@x.example")[0].link())
    person = stage.as_(admin)
    person.open("/console/users")
    person.go("link", "Sibyl Six")
    for words in ("six@x.example", "Developer", "Research"):
        person.see(words)
    person.miss("Platform")


def s2_8_without_mail_the_link_is_shown_and_works_once(stage: Stage) -> None:
    person, org = by(stage, "admin", "admin-developer-viewer")
    person.open("/console/users/invite")
    person.fill("Email addresses", "eight@x.example")
    person.go("button", "Set User Roles")
    person.tick("Send Invitation Email", on=False)
    person.go("button", "Send 1 invitation")
    person.see("They are shown only now; each works once")
    person.find("button", "Copy the link of eight@x.example")
    link = next(it.text() for it in person.all("code") if it.text().startswith("http"))
    accept(stage.fresh(), link, "Eight")
    equal(stage.mail("eight@x.example"), [], "letters")
    stage.fresh().open(link)
    person.at("This invitation no longer works")


def s2_9_the_mailed_link_is_long_works_once_and_is_told_to_nobody(stage: Stage) -> None:
    org = stage.organisation("admin-developer-viewer")
    new = org.pending("viewer", "Nina")
    link = stage.letters(new)[0].link()
    token = urlsplit(link).path.rsplit("/", 1)[1]
    check(len(token) >= 22, f"a token of 128 bits has 22 letters or more, this one {len(token)}")
    policy = requests.get(link, timeout=10).headers.get("Referrer-Policy")
    equal(policy, "no-referrer", "Referrer-Policy of the page behind the link")
    person = stage.fresh()
    choose_password(person, link, new)
    stage.fresh().open(link)
    person.at("This link no longer works")


def s2_9_the_mailed_link_ends_by_itself(stage: Stage) -> None:
    org = stage.organisation("admin-developer-viewer")
    links = {}
    for name in ("Nina", "Nora"):
        new = org.pending("viewer", name)
        links[name] = stage.letters(new)[0].link()
    person = stage.fresh()
    stage.let_pass(days=2.9)
    person.open(links["Nina"])
    person.field("New password")
    stage.let_pass(days=0.2)
    for name in links:
        stage.fresh().open(links[name])
        person.at("This link no longer works")
        person.lacks("Save password and continue")


def s2_9_who_let_the_first_link_run_out_asks_for_another(stage: Stage) -> None:
    org = stage.organisation("admin-developer-viewer")
    new = org.pending("viewer", "Nina")
    old = stage.letters(new)[0].link()
    person = stage.fresh()
    stage.let_pass(days=3.1)
    person.open(old)
    person.at("This link no longer works")
    person.see("If no mail comes, ask the person who invited you, or an administrator of your organisation.")
    person.go("link", "Ask for a new link")
    person.fill("User name", new.user_name)
    person.go("button", "Send me a link")
    person.at("Check your mail")
    choose_password(person, stage.letters(new, 2)[1].link(), new)


def choose_password(person: Person, link: str, new: Someone) -> None:
    """Follows the link of a new account."""
    person.open(link)
    person.fill("New password", new.password)
    person.fill("The same password again", new.password)
    person.go("button", "Save password and continue")


if __name__ == "__main__":
    run("rows_invitations", globals())
