"""What a role lets its holder see and do, and when it ends: the rows S1-21, 29, 33, 34, S2-10, 32, 34, 36 and S4-1.

Each is seen in the browser of the one whom it concerns, whose session stays open while somebody else changes something.
"""

from __future__ import annotations

from cases import check, equal
from person import Person
from phone import enrol
from stage import Someone, Stage, run, sign_in
from tokens import asked_with, new_token

S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
S4 = "admin-platform-devops"
REFUSED = "You cannot do this"
WRONG = "This user name and password do not belong together, or there were too many tries"
DEEDS = ("edit", "deeds/role", "deeds/remove", "deeds/deactivate", "deeds/reset-password", "deeds/reset-mfa")


def users(person: Person) -> None:
    """The list of users."""
    person.open("/console/users")
    person.at("Users")


def menu_of(person: Person, name: str) -> set[str]:
    """What is offered to be done to somebody, on the list."""
    users(person)
    if not person.offers(f"Actions for {name}"):
        return set()
    person.press("button", f"Actions for {name}")
    return set(person.menu())


def done_to(person: Person, name: str, deed: str, button: str) -> None:
    """Does something to somebody from the list, with the question that is asked."""
    person.ask(f"Actions for {name}", deed)
    person.go("button", button)


def is_out(stage: Stage, session: list[dict[str, object]]) -> bool:
    """Whether a session that was open leads back to the sign-in."""
    person = stage.back_to(session)
    person.open("/account")
    return person.path().startswith("/sign-in")


def cannot_sign_in(stage: Stage, someone: Someone) -> None:
    """Fails unless the password is refused."""
    sign_in(stage.fresh(), someone)
    stage.person.warned(WRONG)


def s1_21_whoever_is_removed_is_out_here_and_stays_elsewhere(stage: Stage) -> None:
    here, elsewhere = stage.organisation(S1), stage.organisation(S1)
    vera, other = here.user("viewer", "Vera"), elsewhere.user("viewer", "Vera")
    stage.as_(vera).open("/account")
    hers = stage.keep()
    stage.as_(other).open("/account")
    person = stage.as_(here.user("owner", "Olga"))
    users(person)
    done_to(person, "Vera", "Remove Access", "Yes, remove")
    person.told("The access was removed.")
    check(is_out(stage, hers), "the session of the one who was removed is alive")
    cannot_sign_in(stage, vera)
    person = stage.as_(other)
    person.open("/account")
    equal((person.path(), person.heading()), ("/account", "Vera"), "the session in the other organisation")


def s1_29_every_role_sees_the_list_of_users(stage: Stage) -> None:
    org = stage.organisation(S1)
    people = [
        org.user(role, name)
        for role, name in (
            ("owner", "Olga"),
            ("admin", "Adam"),
            ("contributor", "Conny"),
            ("viewer", "Vera"),
            ("viewernosecrets", "Nora"),
        )
    ]
    for someone in people:
        person = stage.as_(someone)
        person.open("/account")
        person.go("link", "Console")
        if not person.heading() == "Users":
            person.go("link", "Users")
        seen = [it.name for it in people if person.rows(it.name)]
        equal(seen, [it.name for it in people], f"whom {someone.name} sees")


def s1_33_an_admin_invites_and_edits_those_who_are_no_owners(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Olga")
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("admin", "Adam"))
    users(person)
    person.find("link", "+ Create Users")
    person.ask("Actions for Vera", "Edit User")
    person.fill("Name", "Vera Vale")
    person.go("button", "Update")
    person.told("The user was updated.")
    equal(org.state_of(vera)["display_name"], "Vera Vale", "name")
    equal(menu_of(person, "Vera Vale") & {"Change Role", "Remove Access"}, set(), "what the strict reading offers too much")
    org.cli("org", "reading", "--set", "matrix")
    person.reload()
    person.ask("Actions for Vera Vale", "Change Role")
    person.tick("Contributor")
    person.go("button", "Update")
    person.told("The role was changed.")
    equal(org.state_of(vera)["role"], "contributor", "role in the matrix reading")


def s1_34_an_admin_does_nothing_to_an_owner_and_another_owner_does(stage: Stage) -> None:
    org = stage.organisation(S1)
    olga, otto = org.user("owner", "Olga"), org.user("owner", "Otto")
    adam = org.user("admin", "Adam")
    for reading in ("strict", "matrix"):
        org.cli("org", "reading", "--set", reading)
        person = stage.as_(adam)
        equal(menu_of(person, "Olga"), set(), f"what an admin is offered to do to an owner in the {reading} reading")
        person.open(f"/console/users/{olga.id}")
        person.at("Olga")
        person.lacks("Actions for Olga", "Update Role", "Edit User")
        for deed in DEEDS:
            person.open(f"/console/users/{olga.id}/{deed}")
            person.at(REFUSED)
    person = stage.as_(otto)
    offered = menu_of(person, "Olga")
    wanted = {"Edit User", "Change Role", "Remove Access", "Deactivate User", "Reset Password"}
    equal(wanted - offered, set(), "what an owner is not offered to do to another")


def s2_10_seven_characters_are_refused_and_eight_are_taken(stage: Stage) -> None:
    org = stage.organisation(S2)
    org.user("admin", "Ada")
    vera = org.pending("viewer", "Vera")
    person = stage.fresh()
    person.open(stage.letters(vera)[0].link())
    person.see("At least 8 characters")
    for password in ("Quiet-8", "Quiet-8x"):
        person.fill("New password", password)
        person.fill("The same password again", password)
        person.go("button", "Save password and continue")
        if len(password) < 8:
            check("Use at least 8 characters." in person.field("New password").description, "seven characters are not refused")
    equal(person.path(), "/account", "where the password of eight characters leads")


def s2_32_a_changed_role_counts_in_the_session_that_is_open(stage: Stage) -> None:
    org = stage.organisation(S2)
    ada, dora = org.user("admin", "Ada"), org.user("developer", "Dora")
    stage.as_(dora).open("/console/users")
    stage.person.at(REFUSED)
    hers = stage.keep()
    for role, heading in (("Admin", "Users"), ("Viewer", REFUSED)):
        person = stage.as_(ada)
        person.open(f"/console/users/{dora.id}")
        person.choose("Role", role)
        person.go("button", "Update Role")
        person.told("The role was changed.")
        stage.back_to(hers).open("/console/users")
        person.at(heading)
        equal(person.offers("Invite User"), role == "Admin", f"whether the new {role} is offered to invite")


def s2_34_a_deactivated_user_loses_everything_at_once(stage: Stage) -> None:
    org = stage.organisation(S2)
    ada, dora = org.user("admin", "Ada"), org.user("admin", "Dora")
    person = stage.as_(dora)
    token = new_token(person)
    hers = stage.keep()
    equal(asked_with(person, token), 200, "what the API answers the token before")
    person = stage.as_(ada)
    users(person)
    done_to(person, "Dora", "Deactivate User", "Deactivate")
    equal(asked_with(person, token), 401, "what the API answers the token after")
    check(is_out(stage, hers), "the session is alive")
    cannot_sign_in(stage, dora)


def s2_36_whoever_is_activated_again_has_everything_of_before(stage: Stage) -> None:
    org = stage.organisation(S2)
    ada, dora = org.user("admin", "Ada"), org.user("developer", "Dora")
    org.team("Research", dora)
    person = stage.as_(dora)
    person.open("/account/security")
    person.go("link", "Enable MFA")
    phone, _ = enrol(person)
    in_group(stage.as_(ada), dora)
    before = facts(person, dora)
    equal((before["Groups"], before["Teams"]), ("Builders", "Research"), "groups and teams before")
    check(before["MFA"] != "Off", "there is no second factor before")
    users(person)
    done_to(person, "Dora", "Deactivate User", "Deactivate")
    users(person)
    person.go("link", "Show deactivated Users")
    done_to(person, "Dora", "Activate User", "Activate")
    person.told("The user may sign in again.")
    equal(facts(person, dora), before, "what the pages say of the user")
    sign_in(stage.fresh(), dora)
    person.fill("Six-digit code", phone.code())
    person.go("button", "Check code and continue")
    equal((person.path(), person.heading()), ("/account", "Dora"), "where password and the code of before lead")


def s4_1_each_of_many_users_has_a_role_that_decides_what_is_seen(stage: Stage) -> None:
    org = stage.organisation(S4)
    people = {role: [org.user(role, f"{role.title()}{it}") for it in (1, 2)] for role in ("admin", "platform", "devops")}
    person = stage.as_(people["admin"][0])
    users(person)
    for role, label in (("admin", "Admin"), ("platform", "Platform"), ("devops", "DevOps")):
        for someone in people[role]:
            equal(person.row(someone.name).cells()[3], label, f"role of {someone.name} in the list")
    for role in ("platform", "devops"):
        for someone in people[role]:
            person = stage.as_(someone)
            person.open("/account")
            person.lacks("Users", "Add User")
            person.open("/console/users")
            person.at(REFUSED)


def in_group(person: Person, someone: Someone) -> None:
    """Makes a group with one member."""
    person.open("/console/groups/new")
    person.fill("Name", "Builders")
    person.go("button", "Save")
    person.tick(f"{someone.name} {someone.user_name}")
    person.go("button", "Add members")


def facts(person: Person, someone: Someone) -> dict[str, str]:
    """What the page of a user says of them and does not change by itself."""
    person.open(f"/console/users/{someone.id}")
    terms, details = person.all("term"), person.all("definition")
    said = {term.text(): detail.text() for term, detail in zip(terms, details, strict=True)}
    return {it: said[it] for it in ("Name", "Email", "Role", "Sign-in", "MFA", "Groups", "Teams")}


if __name__ == "__main__":
    run("rows_access", globals())
