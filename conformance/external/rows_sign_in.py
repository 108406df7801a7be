"""First, forgotten and temporary passwords in a browser: the rows S0-21..24, S2-11, S3-20, 21, 23 and S4-2, 11.

An administrator begins each of them in the console, the mail is read, and the person meant finishes it.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from cases import check, equal
from doorward import Server, free_port
from person import Person
from stage import PASSWORD, Organisation, Someone, Stage, run, sign_in

S0 = "root-admin-developer"
S2 = "admin-developer-viewer"
S3 = "admin-standard-readonly"
S4 = "admin-platform-devops"
WRONG = "This user name and password do not belong together, or there were too many tries"
ON_A_LINE = re.compile(r"^ {4}(\S+)\s*$", re.MULTILINE)


def desk(stage: Stage, preset: str, role: str) -> tuple[Person, Organisation, Someone]:
    """Somebody who administers an organisation, signed in, at the list of users."""
    org = stage.organisation(preset)
    ada = org.user(role, "Ada")
    person = stage.as_(ada)
    person.open("/console/users")
    return person, org, ada


def entering(stage: Stage, someone: Someone, password: str) -> Person:
    """The page that follows a password."""
    person = stage.fresh()
    sign_in(person, Someone(someone.user_name, someone.name, someone.id, password))
    return person


def is_taken(stage: Stage, someone: Someone, password: str) -> bool:
    """Whether a password leads to the own account."""
    person = entering(stage, someone, password)
    if person.path() == "/account":
        return True
    person.warned(WRONG)
    return False


def choose(person: Person, password: str) -> None:
    """Answers the page on which a password is chosen."""
    person.fill("New password", password)
    person.fill("The same password again", password)
    person.go("button", "Save password and continue")


def added(person: Person, org: Organisation) -> Someone:
    """Makes a developer in the console, who gets a temporary password by mail."""
    address = f"dora@{org.slug}.example"
    person.go("link", "Add User")
    person.fill("User name", address)
    person.fill("Name", "Dora")
    person.fill("Email", address)
    person.tick("Developer")
    person.go("button", "Save")
    person.told("The user was created.")
    return Someone(address, "Dora", person.path().rsplit("/", 1)[1])


def mailed_password(stage: Stage, someone: Someone) -> str:
    """The temporary password in the first letter."""
    (found,) = ON_A_LINE.findall(stage.letters(someone)[0].text)
    return str(found)


def s0_21_a_new_user_is_mailed_where_and_how_to_sign_in(stage: Stage) -> None:
    person, org, _ = desk(stage, S0, "root")
    dora = added(person, org)
    password = mailed_password(stage, dora)
    letter = stage.letters(dora)[0]
    check(dora.user_name in letter.text, "the letter does not name the user name")
    person.miss(password)
    stage.fresh().open(letter.link())
    person.field("User name")
    entering(stage, dora, password).at("Choose a new password")


def s0_22_the_password_must_be_changed_before_anything_else_opens(stage: Stage) -> None:
    person, org, _ = desk(stage, S0, "root")
    client = org.cli("client", "create", "--name", "Notes", "--redirect-uri", f"http://127.0.0.1:{free_port()}/back")
    dora = added(person, org)
    password = mailed_password(stage, dora)
    entering(stage, dora, password).at("Choose a new password")
    query = {"client_id": client["client_id"], "response_type": "code", "scope": "openid", "state": "s", "nonce": "n"}
    query |= {"redirect_uri": client["redirect_uris"][0], "code_challenge": "E" * 43, "code_challenge_method": "S256"}
    for path in ("/account", "/account/security", "/console", f"/oauth2/authorize?{urlencode(query)}"):
        person.open(path)
        check(person.path().startswith("/sign-in"), f"{path} leads to {person.path()}, {person.heading()!r}")
    check(not is_taken(stage, dora, password), "the temporary password works a second time")
    password = stage.api("POST", f"/users/{dora.id}/temporary-password")["temporary_password"]
    entering(stage, dora, password).at("Choose a new password")
    choose(person, PASSWORD)
    equal((person.path(), person.heading()), ("/account", "Dora"), "where the new password leads")
    check(not is_taken(stage, dora, password), "the temporary password still works")
    check(is_taken(stage, dora, PASSWORD), "the new password does not work")


def s0_23_root_resets_any_password_and_an_admin_none(stage: Stage) -> None:
    org = stage.organisation(S0)
    root, adam, dora = org.user("root", "Rita"), org.user("admin", "Adam"), org.user("developer", "Dora")
    person = stage.as_(root)
    for name in ("Adam", "Dora"):
        person.open("/console/users")
        person.press("button", f"Actions for {name}")
        check("Reset Password" in person.menu(), f"root is not offered to reset the password of {name}")
    person = stage.as_(adam)
    for someone in (root, dora):
        person.open(f"/console/users/{someone.id}")
        person.at(someone.name)
        person.lacks(f"Actions for {someone.name}", "Reset Password")
        person.open(f"/console/users/{someone.id}/deeds/reset-password")
        person.at("You cannot do this")


def s0_24_a_reset_is_triggered_from_the_user_and_mailed_to_them(stage: Stage) -> None:
    person, org, _ = desk(stage, S0, "root")
    dora = org.user("developer", "Dora")
    person.reload()
    person.go("link", "Dora")
    person.ask("Actions for Dora", "Reset Password")
    person.see("The old password works until the link is used.")
    person.go("button", "Send the link")
    person.told("A link to choose a new password is on its way to the user.")
    link = stage.letters(dora)[0].link()
    check(is_taken(stage, dora, PASSWORD), "the old password does not work any more")
    stage.fresh().open(link)
    choose(person, "Four copper kettles beside 12 sleepy rivers!")
    check(not is_taken(stage, dora, PASSWORD), "the old password still works")
    stage.fresh().open(link)
    person.at("This link no longer works")


def s0_24_the_mailed_link_ends_by_itself_and_the_old_password_stays(stage: Stage) -> None:
    person, org, ada = desk(stage, S0, "root")
    dora = org.user("developer", "Dora")
    person.reload()
    person.ask("Actions for Dora", "Reset Password")
    person.go("button", "Send the link")
    link = stage.letters(dora)[0].link()
    stage.let_pass(minutes=31)
    stage.fresh().open(link)
    person.at("This link no longer works")
    check(is_taken(stage, dora, PASSWORD), "the old password does not work any more")


def s2_11_each_missing_kind_of_character_is_named(stage: Stage) -> None:
    org = stage.organisation(S2)
    org.user("admin", "Ada")
    person = stage.fresh()
    person.open(stage.letters(org.pending("viewer", "Vera"))[0].link())
    for rule in ("upper-case letter", "lower-case letter", "digit", "special character"):
        person.see(f"With 1 {rule}")
    for password, said in (
        ("quiet-herons-8", "Use at least one upper-case letter."),
        ("QUIET-HERONS-8", "Use at least one lower-case letter."),
        ("Quiet-Herons-x", "Use at least one digit."),
        ("QuietHerons88x", "Use at least one special character"),
    ):
        choose(person, password)
        check(said in person.field("New password").description, f"{password}: {person.field('New password').description}")
        equal(person.field("New password").said("invalid"), "true", "whether the field is marked")
    choose(person, "Quiet-8x")
    equal(person.path(), "/account", "where the first password leads")


def s3_20_a_reset_is_mailed_to_a_password_user_and_not_offered_for_sso(stage: Stage) -> None:
    person, org, _ = desk(stage, S3, "admin")
    stan, sam = org.user("standard", "Stan"), org.sso("standard", "Sam")
    person.reload()
    person.press("button", "Actions for Sam")
    equal([it for it in person.menu() if "Password" in it], [], "what is offered about the password of an SSO user")
    person.open(f"/console/users/{sam.id}/deeds/reset-password")
    person.at("You cannot do this")
    person.open("/console/users")
    person.ask("Actions for Stan", "Reset Password")
    person.go("button", "Send the link")
    stage.fresh().open(stage.letters(stan)[0].link())
    choose(person, "Four copper kettles beside 12 sleepy rivers!")
    equal(stage.mail(sam.user_name), [], "letters to the SSO user")
    check(is_taken(stage, stan, "Four copper kettles beside 12 sleepy rivers!"), "the new password does not work")


def s3_21_a_temporary_password_is_set_by_hand_and_must_be_changed(stage: Stage) -> None:
    person, org, ada = desk(stage, S3, "admin")
    stan = org.user("standard", "Stan")
    org.sso("standard", "Sam")
    person.reload()
    person.press("button", "Actions for Sam")
    check("Set Temp Password" not in person.menu(), "a temporary password is offered for an SSO user")
    person.reload()
    person.ask("Actions for Stan", "Set Temp Password")
    person.see("The password works once, within 24 hours, and must be changed right after it.")
    person.fill("Temporary password", "seven quiet herons at dawn")
    person.go("button", "Set the password")
    person.told("The temporary password is set. Hand it over in a safe way.")
    entering(stage, stan, "seven quiet herons at dawn").at("Choose a new password")
    stage.as_(ada).open("/console/users")
    person.ask("Actions for Stan", "Set Temp Password")
    person.go("button", "Set the password")
    person.at("Temporary password of Stan")
    made = person.find("code").text()
    check(not is_taken(stage, stan, "seven quiet herons at dawn"), "the first temporary password still works")
    entering(stage, stan, made).at("Choose a new password")
    choose(person, "Four copper kettles beside 12 sleepy rivers!")
    equal(person.path(), "/account", "where the new password leads")


def s3_21_a_temporary_password_ends_after_a_day(stage: Stage) -> None:
    person, org, ada = desk(stage, S3, "admin")
    stan = org.user("standard", "Stan")
    person.reload()
    person.ask("Actions for Stan", "Set Temp Password")
    person.fill("Temporary password", "seven quiet herons at dawn")
    person.go("button", "Set the password")
    stage.let_pass(days=0.9)
    entering(stage, stan, "seven quiet herons at dawn").at("Choose a new password")
    stage.let_pass(days=0.2)
    check(not is_taken(stage, stan, "seven quiet herons at dawn"), "the temporary password still works after a day")


def s3_23_the_activation_mail_is_sent_again_and_the_old_link_dies(stage: Stage) -> None:
    person, org, _ = desk(stage, S3, "admin")
    penny = org.pending("standard", "Penny")
    org.user("standard", "Stan")
    org.sso("standard", "Sam")
    old = stage.letters(penny)[0].link()
    for name in ("Stan", "Sam"):
        person.open("/console/users")
        person.press("button", f"Actions for {name}")
        check("Resend Account Activation Email" not in person.menu(), f"an activation mail is offered for {name}")
    person.reload()
    person.ask("Actions for Penny", "Resend Account Activation Email")
    person.go("button", "Resend")
    person.told("A new activation link is on its way. The old one no longer works.")
    new = stage.letters(penny, 2)[1].link()
    stage.fresh().open(old)
    person.at("This link no longer works")
    person.open(new)
    choose(person, PASSWORD)
    check(is_taken(stage, penny, PASSWORD), "the password of the new link does not work")


def s4_2_the_first_person_of_a_new_instance_is_an_admin_who_creates_users(stage: Stage) -> None:
    with Server("setup") as server:
        (address,) = set(re.findall(rf"{server.url}/setup/[^\s\"]+", server.log.read_text()))
        stage.fresh()
        person = Person(stage.person.driver, server.url)
        person.open(address)
        person.fill("Organisation", "Acme")
        person.fill("Short name", "acme")
        person.tick("Admin, Platform, DevOps")
        person.go("button", "Next: the first person")
        for label, text in (("User name", "ada"), ("Name", "Ada"), ("Email", "ada@acme.example")):
            person.fill(label, text)
        person.fill("Password", PASSWORD)
        person.fill("The same password again", PASSWORD)
        person.go("button", "Set up")
        person.at("Doorward is ready")
        sign_in(person, Someone("ada", "Ada", ""))
        person.go("link", "Console")
        person.go("link", "Users")
        equal(person.row("Ada").cells()[3], "Admin", "role of the first person")
        person.go("link", "Add User")
        person.find("button", "Save")
        person.open(address)
        person.at("This address no longer works")


def s4_11_the_chosen_provider_is_the_way_to_sign_in(stage: Stage) -> None:
    person, org, ada = desk(stage, S4, "admin")
    for name, kind, domain in (("Okta", "okta", f"{org.slug}.example"), ("Entra", "entra", f"{org.slug}.other")):
        issuer = ("--issuer", f"http://127.0.0.1:{free_port()}", "--client-id", "doorward", "--domain", domain)
        org.connection(name, kind, *issuer)
    sam = org.sso("devops", "Sam")
    person.open(f"/console/users/{sam.id}/edit")
    person.choose("Identity provider", "Okta")
    person.go("button", "Update")
    person.told("The user was updated.")
    stage.fresh().open("/sign-in")
    person.fill("User name", sam.user_name)
    person.go("button", "Continue")
    person.see("Okta cannot be reached at the moment.")
    person = stage.as_(ada)
    person.open(f"/console/users/{sam.id}/edit")
    person.choose("Identity provider", "Entra")
    person.go("button", "Update")
    person.told("The user was updated.")
    # The name is of the domain of Okta; the first page offers the provider of the user all the same.
    stage.fresh().open(f"/sign-in?organisation={org.slug}")
    person.go("link", "Sign in with Entra")
    person.see("Entra cannot be reached at the moment.")
    stage.fresh().open("/sign-in")
    person.fill("User name", "sol@elsewhere.example")
    person.go("button", "Continue")
    person.go("link", "No password here? Name your organisation")
    person.fill("User name", "sol@elsewhere.example")
    person.fill("Organisation", org.slug)
    person.go("button", "Continue")
    person.go("link", "Sign in with Okta")
    person.see("Okta cannot be reached at the moment.")


def s4_11_a_provider_that_is_connected_in_the_console_can_be_chosen(stage: Stage) -> None:
    person, org, ada = desk(stage, S4, "admin")
    sam = org.sso("devops", "Sam")
    person.go("link", "Connections")
    person.see("There is no identity provider yet.")
    person.go("link", "New connection")
    person.tick("Okta")
    person.fill("Name", "Ping")
    person.fill("Issuer", f"http://127.0.0.1:{free_port()}")
    person.fill("Methods that prove two factors (amr)", "two words")
    person.go("button", "Make connection")
    person.warned("Enter the id that the identity provider knows this server by")
    equal(person.field("Name").value, "Ping", "the name that was typed")
    person.fill("Client id of this server there", "doorward")
    person.go("button", "Make connection")
    person.warned("Name at most 16 values")
    person.fill("Methods that prove two factors (amr)", "hwk")
    person.tick("The provider must say so")
    person.go("button", "Make connection")
    person.at("SCIM token of Ping")
    token = person.driver.find_element("id", "once").text
    check(token.startswith("dwscim_"), f"a token: {token}")
    person.go("link", "Done")
    person.see("/callback")
    person.see("hwk")
    person.miss(token)
    person.go("link", "Change")
    person.fill("Name", "Okta")
    person.go("button", "Save")
    person.told("The connection was changed.")
    person.press("link", "Pause")
    person.find("dialog", "Pause Okta?")
    person.go("button", "Pause")
    person.told("The connection is paused.")
    person.press("link", "Resume")
    person.go("button", "Resume")
    person.told("The connection works again.")
    person.open(f"/console/users/{sam.id}/edit")
    person.choose("Identity provider", "Okta")
    person.go("button", "Update")
    person.told("The user was updated.")
    stage.fresh().open(f"/sign-in?organisation={org.slug}")
    person.go("link", "Sign in with Okta")
    person.see("Okta cannot be reached at the moment.")
    person = stage.as_(ada)
    person.open("/console/provisioning")
    person.go("link", "Okta")
    person.press("link", "Delete")
    person.find("dialog", "Delete Okta?")
    person.see("One person comes from it and stays.")
    person.go("button", "Delete")
    person.told("The connection was deleted")
    person.see("There is no identity provider yet.")


if __name__ == "__main__":
    run("rows_sign_in", globals())
