"""What is asked or proved before it is done, and what two people do to one thing at a time, in a browser.

Sessions and tokens that are ended, deeds that want a new proof, and forms that somebody else has made old: the rows S0-11,
17, S1-17, 30, S2-24, 33, 34, S3-36 (the list as a file, not yet of that kind) and S4-13, and the attack SE-06.
"""

from __future__ import annotations

import csv

from cases import check, equal
from files import choose_file, received
from person import Person
from stage import PASSWORD, Organisation, Someone, Stage, run, sign_in
from tokens import asked_with, new_token

S0 = "root-admin-developer"
S1 = "owner-admin-contributor-viewer"
S3 = "admin-standard-readonly"
S4 = "admin-platform-devops"
TOO_LATE = 11
PROVE = "to continue to what you were doing"
CLASH = "Somebody else has changed this too since you opened the page."


def is_out(person: Person) -> bool:
    """Whether the browser of somebody leads back to the sign-in."""
    person.open("/account")
    return person.path().startswith("/sign-in")


def status(person: Person) -> int:
    """The status with which the page came."""
    return int(person.driver.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus"))


def proved(person: Person) -> None:
    """Proves with the password who it is, at the page that a form without a new proof leads to."""
    person.at("Enter your password")
    person.see(PROVE)
    person.fill("Password", PASSWORD)
    person.go("button", "Sign in")
    person.at("It is you")


def s2_34_se_06_signing_somebody_out_everywhere_is_asked_first_and_ends_every_session(stage: Stage) -> None:
    org = stage.organisation(S1)
    conny = org.user("contributor", "Conny")
    person = stage.as_(org.user("owner", "Olga"))
    with stage.beside(conny) as one, stage.beside(conny) as other:
        token = new_token(one, "nightly")
        person.open(f"/console/users/{conny.id}")
        person.ask("Actions for Conny", "Sign Out Everywhere")
        person.at("Sign Conny out everywhere?")
        person.see("Every session, personal token and link of Conny ends at once")
        person.press("link", "Cancel")
        person.gone("dialog")
        equal([is_out(it) for it in (one, other)], [False, False], "whether the browsers are signed out after Cancel")
        equal(asked_with(person, token), 200, "what the API answers the token after Cancel")
        sessions_of(person, conny, 2)
        person.ask("Actions for Conny", "Sign Out Everywhere")
        person.go("button", "Sign out everywhere")
        person.told("Every session has ended.")
        equal([is_out(it) for it in (one, other)], [True, True], "whether the browsers are signed out")
        equal(asked_with(person, token), 401, "what the API answers the token")
        sessions_of(person, conny, 0)
        sign_in(one, conny)
        check(not is_out(one), "nobody can sign in any more")


def sessions_of(person: Person, someone: Someone, count: int) -> None:
    """Fails unless the page of a user shows so many sessions."""
    person.open(f"/console/users/{someone.id}")
    person.go("link", "Security")
    person.at("Signed in at")
    equal(sum(it.has_cells() for it in person.all("row")), count, "sessions on the page of the user")
    equal("Not signed in anywhere." in person.text(), count == 0, "whether nobody is said to be signed in")


def s0_11_all_other_sessions_are_ended_from_the_own_account(stage: Stage) -> None:
    dora = stage.organisation(S0).user("developer", "Dora")
    person = stage.as_(dora)
    with stage.beside(dora) as one, stage.beside(dora) as other:
        person.open("/account")
        person.go("link", "Sessions")
        equal(sum(it.has_cells() for it in person.all("row")), 2, "other sessions on the page")
        person.go("button", "End all other sessions")
        person.told("All other sessions have ended.")
        person.see("Nowhere else.")
        person.lacks("End all other sessions")
        equal([is_out(it) for it in (one, other, person)], [True, True, False], "which browsers are signed out")


def s1_30_a_token_is_ended_only_after_a_question_and_is_dead_at_once(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Olga")
    person = stage.as_(org.user("contributor", "Conny"))
    nightly, weekly = new_token(person, "nightly"), new_token(person, "weekly")
    person.open("/account/tokens")
    for answer in ("Cancel", "End token"):
        person.go("link", "End the token nightly")
        person.at("End this token?")
        person.see("nightly")
        person.see("It is dead at once, and programs that use it are refused.")
        equal(asked_with(person, nightly), 200, "what the API answers while the question stands")
        if answer == "Cancel":
            person.go("link", answer)
            equal(person.rows("nightly"), 1, "rows of the token after Cancel")
            equal(asked_with(person, nightly), 200, "what the API answers the token after Cancel")
    person.go("button", "End token")
    person.told("The token has ended.")
    equal((person.rows("nightly"), person.rows("weekly")), (0, 1), "rows of both tokens")
    answers = [asked_with(person, it) for it in (nightly, weekly)]
    equal(answers, [401, 200], "what the API answers the token that was ended, and the other")


def at_the_roles_of(stage: Stage) -> tuple[Person, Organisation, Someone]:
    """An owner with an old session, at the question which role a viewer is to have."""
    org = stage.organisation(S1)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    person.open("/console/users")
    person.ask("Actions for Vera", "Change Role")
    stage.let_pass(minutes=TOO_LATE)
    return person, org, vera


def s1_17_a_grave_deed_waits_for_a_proof_and_is_done_with_one_click(stage: Stage) -> None:
    person, org, vera = at_the_roles_of(stage)
    person.tick("Owner")
    person.go("button", "Update")
    person.at("Enter your password")
    person.fill("Password", "not this one, by far")
    person.go("button", "Sign in")
    person.warned("do not belong together")
    proved(person)
    person.see("What you filled in is still here. Nothing of it has been done yet.")
    equal(org.state_of(vera)["role"], "viewer", "role before the one click")
    person.go("button", "Do it now")
    person.told("The role was changed.")
    equal(org.state_of(vera)["role"], "owner", "role after it")
    person.ask("Actions for Vera", "Change Role")
    person.tick("Admin")
    person.go("button", "Update")
    person.told("The role was changed.")
    equal(org.state_of(vera)["role"], "admin", "role after another deed within the ten minutes")


def s1_17_a_grave_deed_is_done_after_a_proof_without_scripts_too(stage: Stage) -> None:
    org = stage.organisation(S1)
    vera = org.user("viewer", "Vera")
    with stage.beside(org.user("owner", "Olga"), javascript=False) as person:
        person.open(f"/console/users/{vera.id}/deeds/role")
        person.tick("Owner")
        stage.let_pass(minutes=TOO_LATE)
        person.go("button", "Update")
        proved(person)
        equal(org.state_of(vera)["role"], "viewer", "role before the one click")
        person.go("button", "Do it now")
        person.told("The role was changed.")
        equal(org.state_of(vera)["role"], "owner", "role after it")


def s2_33_several_owners_are_deactivated_after_a_proof_and_the_list_comes_back(stage: Stage) -> None:
    org = stage.organisation(S1)
    otto, oda = org.user("owner", "Otto"), org.user("owner", "Oda")
    person = stage.as_(org.user("owner", "Olga"))
    person.open("/console/users?role=owner&sort=-name")
    for name in ("Otto", "Oda"):
        person.tick(f"Select {name}")
    with person.within("form", "With the selected:"):
        person.go("button", "Deactivate User")
    person.see("2 chosen, none skipped.")
    stage.let_pass(minutes=TOO_LATE)
    person.go("button", "Deactivate User (2)")
    proved(person)
    equal([org.state_of(it)["status"] for it in (otto, oda)], ["active", "active"], "states before the one click")
    person.go("button", "Do it now")
    person.told("2 done.")
    equal([org.state_of(it)["status"] for it in (otto, oda)], ["deactivated", "deactivated"], "states after it")
    equal(person.query(), "role=owner&sort=-name&said=several&done=2&skipped=0", "filter and order of the list")


def s1_17_what_waits_for_a_proof_can_be_discarded(stage: Stage) -> None:
    person, org, vera = at_the_roles_of(stage)
    person.tick("Owner")
    person.go("button", "Update")
    proved(person)
    person.go("link", "Discard it and go to my account")
    equal((person.path(), org.state_of(vera)["role"]), ("/account", "viewer"), "where that leads, and the role")


def s1_17_an_everyday_deed_asks_an_old_session_for_nothing(stage: Stage) -> None:
    person, org, vera = at_the_roles_of(stage)
    person.tick("Contributor")
    person.go("button", "Update")
    person.told("The role was changed.")
    equal(org.state_of(vera)["role"], "contributor", "role")


def s0_17_a_file_that_was_chosen_is_kept_while_a_proof_is_asked_for(stage: Stage) -> None:
    person = stage.as_(stage.organisation(S0).user("root", "Rita"))
    person.open("/console/users/import")
    choose_file(person, "CSV file", "people.csv", b'user_name,display_name,sign_in\r\nnina,"Nolan, Nina",sso\r\n')
    stage.let_pass(minutes=TOO_LATE)
    person.go("button", "Check")
    proved(person)
    person.go("button", "Do it now")
    person.told("This would happen. Nothing is written yet.")
    person.see("One user would be created")
    person.go("button", "Import one user")
    person.told("One user was imported.")
    equal(person.rows("Nolan, Nina"), 1, "rows of the new user")


def s3_36_a_file_is_handed_over_after_a_proof(stage: Stage) -> None:
    org = stage.organisation(S3)
    stan = org.user("standard", "Stan")
    person = stage.as_(org.user("admin", "Ada"))
    person.open("/console/users")
    stage.let_pass(minutes=TOO_LATE)
    person.tick("Select Stan")
    with person.within("form", "With the selected:"):
        person.go("button", "Export")
    person.at("Enter your password")
    person.fill("Password", PASSWORD)
    person.go("button", "Sign in")
    person.see("The file can be downloaded now.")
    file = received(person, lambda: person.press("link", "Download the file"))
    names = [it["user_name"] for it in csv.DictReader(file.read_text().splitlines())]
    equal(names, [stan.user_name], "who is in the file")


def to_edit(person: Person, name: str) -> None:
    """From the list to the form of a user."""
    person.open("/console/users")
    person.ask(f"Actions for {name}", "Edit User")


def s4_13_what_was_typed_waits_for_the_sign_in_when_the_session_has_ended(stage: Stage) -> None:
    org = stage.organisation(S4)
    dora, ada = org.user("devops", "Dora"), org.user("admin", "Ada")
    person = stage.as_(ada)
    to_edit(person, "Dora")
    person.fill("Name", "Dora Dean")
    stage.let_pass(days=2)
    person.go("button", "Update")
    person.see("Your session has ended. Sign in again: what you filled in is kept.")
    person.fill("User name", ada.user_name)
    person.go("button", "Continue")
    person.fill("Password", PASSWORD)
    person.go("button", "Sign in")
    person.at("It is you")
    equal(org.state_of(dora)["display_name"], "Dora", "the name before the one click")
    person.go("button", "Do it now")
    person.told("The user was updated.")
    equal(org.state_of(dora)["display_name"], "Dora Dean", "the name after it")


def two_at_a_form(stage: Stage) -> tuple[Organisation, Someone, Someone, Person]:
    """Two administrators and a user whose form the first has open."""
    org = stage.organisation(S4)
    dora, alma = org.user("devops", "Dora"), org.user("admin", "Alma")
    person = stage.as_(org.user("admin", "Ada"))
    to_edit(person, "Dora")
    return org, dora, alma, person


def s4_13_two_administrators_who_change_different_fields_undo_nothing_of_each_other(stage: Stage) -> None:
    org, dora, alma, ada = two_at_a_form(stage)
    org.team("Core")
    with stage.beside(alma) as other:
        to_edit(other, "Dora")
        other.choose("Role", "Platform")
        other.tick("Core")
        other.go("button", "Update")
        other.told("The user was updated.")
    ada.fill("Name", "Dora Dean")
    ada.go("button", "Update")
    ada.told("The user was updated.")
    state = org.state_of(dora)
    equal((state["display_name"], state["role"]), ("Dora Dean", "platform"), "what each of them has changed")
    ada.open(f"/console/users/{dora.id}")
    ada.see("Core")


def s4_13_two_administrators_who_change_the_same_field_are_told_and_choose(stage: Stage) -> None:
    org, dora, alma, ada = two_at_a_form(stage)
    with stage.beside(alma) as other:
        to_edit(other, "Dora")
        other.fill("Name", "Dorothea")
        other.go("button", "Update")
        other.told("The user was updated.")
    address = f"dean@{org.slug}.example"
    ada.fill("Name", "Theodora")
    ada.fill("Email", address)
    ada.go("button", "Update")
    ada.warned(CLASH)
    ada.warned("It says now: Name: Dorothea.")
    equal(status(ada), 412, "status of the page")
    typed = (ada.field("Name").value, ada.field("Email").value)
    equal(typed, ("Theodora", address), "what was typed")
    state = org.state_of(dora)
    equal((state["display_name"], state["email"]), ("Dorothea", dora.user_name), "what is kept until the choice is made")
    ada.go("button", "Update")
    ada.told("The user was updated.")
    state = org.state_of(dora)
    equal((state["display_name"], state["email"]), ("Theodora", address), "what is kept after it")


def s2_24_a_policy_that_another_admin_has_changed_meanwhile_is_not_replaced_unseen(stage: Stage) -> None:
    org = stage.organisation(S1)
    alma = org.user("owner", "Alma")
    person = stage.as_(org.user("owner", "Olga"))
    person.open("/console/security/policies")
    with stage.beside(alma) as other:
        other.open("/console/security/policies")
        other.fill("Days of grace", "3")
        save_policy(other)
        other.told("The policy was saved.")
    person.fill("Days of grace", "5")
    save_policy(person)
    person.warned(CLASH)
    person.warned("It says now: Days of grace: 3.")
    equal((status(person), person.field("Days of grace").value), (412, "5"), "status of the page, and what was typed")
    equal(days_of_grace(stage, org), 3, "days until the choice is made")
    save_policy(person)
    person.told("The policy was saved.")
    equal(days_of_grace(stage, org), 5, "days after it")


def save_policy(person: Person) -> None:
    """Saves the policy, whether or not what it comes to is shown before."""
    person.go("button", "Save Policy")
    if person.has("heading", "What this changes"):
        person.go("button", "Save Policy")


def days_of_grace(stage: Stage, org: Organisation) -> int:
    """The days that the policy gives."""
    return int(stage.api("GET", f"/policies?organisation={org.slug}")["mfa"]["grace_days"])


def role_given(person: Person, someone: Someone, role: str) -> None:
    """Gives a role on the page of a user."""
    person.open(f"/console/users/{someone.id}")
    person.choose("Role", role)
    person.go("button", "Update Role")
    person.told("The role was changed.")


def two_owners(stage: Stage) -> tuple[Organisation, Someone, Someone, Person]:
    """Two owners and a viewer whose page the first has open."""
    org = stage.organisation(S1)
    vera, otto = org.user("viewer", "Vera"), org.user("owner", "Otto")
    person = stage.as_(org.user("owner", "Olga"))
    person.open(f"/console/users/{vera.id}")
    return org, vera, otto, person


def s2_31_update_role_replaces_no_role_that_another_has_given_unseen(stage: Stage) -> None:
    org, vera, otto, olga = two_owners(stage)
    with stage.beside(otto) as other:
        role_given(other, vera, "Admin")
    olga.choose("Role", "Contributor")
    olga.go("button", "Update Role")
    olga.warned(CLASH)
    olga.warned("It says now: Role: Admin.")
    equal((status(olga), org.state_of(vera)["role"]), (412, "admin"), "status, and the role until the choice is made")
    equal(olga.box("Contributor").is_on(), True, "whether the role that was chosen is still chosen")
    olga.go("button", "Update")
    olga.told("The role was changed.")
    equal(org.state_of(vera)["role"], "contributor", "role after it")


def s2_31_update_role_with_nothing_chosen_takes_no_role_back(stage: Stage) -> None:
    org, vera, otto, olga = two_owners(stage)
    with stage.beside(otto) as other:
        role_given(other, vera, "Admin")
    olga.go("button", "Update Role")
    equal(org.state_of(vera)["role"], "admin", "role that the other has given")


def s2_31_undo_takes_back_only_what_it_was_offered_for(stage: Stage) -> None:
    org, vera, otto, olga = two_owners(stage)
    role_given(olga, vera, "Contributor")
    with stage.beside(otto) as other:
        role_given(other, vera, "Admin")
    olga.go("button", "Undo")
    equal(org.state_of(vera)["role"], "admin", "role that the other has given since")


if __name__ == "__main__":
    run("rows_proofs", globals())
