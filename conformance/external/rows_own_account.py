"""The own account in a browser: the rows S0-9..16, S1-30 and S2-22, 23, each as the person does it."""

from __future__ import annotations

import requests

from cases import check, equal
from person import Person
from phone import Phone, enrol, enter_code, shown_codes
from stage import PASSWORD, Organisation, Someone, Stage, run, sign_in

S0 = "root-admin-developer"
S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
OTHER_PASSWORD = "Eleven green kettles under 5 loud bridges?"
ON = "MFA is active. From now on signing in takes a code from your phone."


def somebody(stage: Stage, role: str = "developer", preset: str = S0) -> tuple[Person, Someone, Organisation]:
    """Somebody with a role, signed in."""
    org = stage.organisation(preset)
    someone = org.user(role, "Dora")
    return stage.as_(someone), someone, org


def to_enable(person: Person) -> None:
    """From the own settings to the page that sets the app up."""
    person.open("/account/security")
    person.go("link", "Enable MFA")


def switched_on(person: Person) -> tuple[Phone, list[str]]:
    """Switches two-factor authentication on."""
    to_enable(person)
    done = enrol(person)
    person.told(ON)
    return done


def signed_in_with(stage: Stage, someone: Someone, label: str, code: str) -> Person:
    """The page after password and a code; the code of the app, or a recovery code."""
    person = stage.fresh()
    sign_in(person, someone)
    person.at("Enter your code")
    if label == "Recovery code":
        person.go("link", "Use a recovery code")
    person.fill(label, code)
    person.go("button", "Check code and continue")
    return person


def is_in(stage: Stage, someone: Someone, label: str, code: str) -> bool:
    """Whether the password and a code let somebody in."""
    person = signed_in_with(stage, someone, label, code)
    if person.path() == "/account":
        return True
    person.warned("is not right, or it was used before")
    return False


def s0_9_account_is_in_the_menu_at_the_top_right(stage: Stage) -> None:
    org = stage.organisation(S0)
    root = org.user("root", "Rita")
    person = stage.as_(root)
    person.open("/console")
    button = person.find("button", f"Menu of {root.user_name}").element()
    width = person.driver.execute_script("return innerWidth")
    check(button.rect["x"] > width / 2 and button.rect["y"] < 80, f"the menu is not at the top right: {button.rect}")
    person.go_by_menu(f"Menu of {root.user_name}", "Account")
    equal((person.path(), person.heading()), ("/account", "Rita"), "where Account leads")


def s0_10_the_own_name_is_changed_and_shown_at_the_next_visit(stage: Stage) -> None:
    person, dora, _ = somebody(stage)
    person.open("/account")
    person.fill("Name", "Dora Dean")
    person.go("button", "Save name")
    person.told("Your name is saved.")
    person.open("/account")
    equal((person.heading(), person.field("Name").value), ("Dora Dean", "Dora Dean"), "the name at the next visit")


def s0_11_the_own_password_is_changed_with_the_current_one(stage: Stage) -> None:
    person, dora, org = somebody(stage)
    stage.fresh()
    sign_in(person, dora)
    person.open("/account/security")
    person.go("link", "Change password")
    check(person.box("Sign me out everywhere else").is_on(), "ending the other sessions is not offered")
    for current, said in (("not this one", "This is not your current password."), (PASSWORD, "")):
        person.fill("Current password", current)
        person.fill("New password", OTHER_PASSWORD)
        person.fill("The new password again", OTHER_PASSWORD)
        person.go("button", "Change password")
        person.warned(said) if said else person.told("Your password is changed.")
    stage.as_(dora).open("/account")
    check(person.path().startswith("/sign-in"), "the other session is still alive")
    sign_in(stage.fresh(), dora)
    person.warned("This user name and password do not belong together, or there were too many tries")
    sign_in(stage.fresh(), Someone(dora.user_name, dora.name, dora.id, OTHER_PASSWORD))
    equal(person.path(), "/account", "where the new password leads")


def s0_12_the_second_factor_is_switched_on_and_stays_on(stage: Stage) -> None:
    person, dora, _ = somebody(stage)
    switched_on(person)
    person.reload()
    person.find("link", "Disable MFA")
    person.lacks("Enable MFA")
    person.go("link", "Disable MFA")
    person.go("button", "Disable MFA")
    person.told("MFA is switched off.")
    person.open("/account/security")
    person.find("link", "Enable MFA")
    person.lacks("Disable MFA")


def s0_13_switching_on_shows_a_qr_code_and_the_key_in_letters(stage: Stage) -> None:
    person, dora, _ = somebody(stage)
    to_enable(person)
    phone = Phone()
    phone.scan(person)
    check(phone.address.startswith("otpauth://totp/"), f"the QR code holds {phone.address}")
    person.see("Cannot scan it? Type this key into the app:")


def s0_14_the_code_works_in_any_authenticator_app(stage: Stage) -> None:
    person, dora, org = somebody(stage)
    to_enable(person)
    phone = Phone()
    phone.scan(person)
    asked = (phone.asked.get("algorithm", "SHA1"), phone.asked.get("digits", "6"), phone.asked.get("period", "30"))
    equal(asked, ("SHA1", "6", "30"), "algorithm, digits and period")
    equal(phone.label(), f"{phone.asked['issuer']}:{dora.user_name}", "label of the account")
    enter_code(person, phone.code())
    person.at("Save your recovery codes")


def s0_15_it_is_on_only_after_a_correct_code_which_counts_once(stage: Stage) -> None:
    person, dora, _ = somebody(stage)
    to_enable(person)
    phone = Phone()
    phone.scan(person)
    enter_code(person, "000000" if phone.code() != "000000" else "111111")
    person.warned("This code is not right.")
    stage.as_(dora).open("/account/security")
    person.find("link", "Enable MFA")
    phone, _ = switched_on(person)
    used = phone.same_code()
    check(not is_in(stage, dora, "Six-digit code", used), "a code was taken twice")
    check(is_in(stage, dora, "Six-digit code", phone.code()), "a new code was refused")


def s0_16_it_is_switched_off_after_the_proof_and_no_code_is_asked_for(stage: Stage) -> None:
    person, dora, _ = somebody(stage)
    phone, _ = switched_on(person)
    stage.let_pass(minutes=11)
    person.open("/account/security")
    person.go("link", "Disable MFA")
    person.fill("Password", dora.password)
    person.go("button", "Sign in")
    person.fill("Six-digit code", phone.code())
    person.go("button", "Check code and continue")
    person.at("Disable MFA?")
    person.go("button", "Disable MFA")
    person.told("MFA is switched off.")
    sign_in(stage.fresh(), dora)
    equal(person.path(), "/account", "where the password alone leads")


def s1_30_tokens_are_made_by_owner_admin_and_contributor_and_not_by_a_viewer(stage: Stage) -> None:
    org = stage.organisation(S1)
    for role, name in (("owner", "Olga"), ("admin", "Adam"), ("contributor", "Conny")):
        person = stage.as_(org.user(role, name))
        person.open("/account")
        person.go("link", "Tokens")
        person.go("link", "New token")
        person.fill("Name", "nightly")
        person.go("button", "Make token")
        token = person.find("code").text()
        answer = requests.get(f"{person.url}/api/v1/me/tokens", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        equal(answer.status_code, 200, f"what the API answers the token of the {role}")
        person.go("link", "I have copied it")
        equal(person.rows("nightly"), 1, "rows of the token")
        person.miss(token)
    person = stage.as_(org.user("viewer", "Vera"))
    person.open("/account")
    person.lacks("Tokens", "New token")
    person.open("/account/tokens/new")
    person.lacks("Make token")
    equal(person.heading(), "You cannot do this", "heading of the page")


def s2_22_the_way_from_the_profile_icon_to_enable_mfa(stage: Stage) -> None:
    org = stage.organisation(S2)
    for role, name in (("admin", "Ada"), ("viewer", "Vera")):
        someone = org.user(role, name)
        person = stage.as_(someone)
        if role == "admin":
            person.open("/console")
            person.go_by_menu(f"Menu of {someone.user_name}", "Account Settings")
        else:
            person.open("/account/activity")
            person.go("link", f"Account Settings of {someone.user_name}")
        person.go("link", "Security")
        person.go("link", "Enable MFA")
        person.at("Set up your second factor")


def s2_23_mfa_is_off_until_activate_and_the_codes_work_once(stage: Stage) -> None:
    person, vera, _ = somebody(stage, "viewer", S2)
    to_enable(person)
    phone = Phone()
    phone.scan(person)
    enter_code(person, phone.code())
    abandoned = shown_codes(person)
    for role, name in (("link", "Download"), ("button", "Copy"), ("button", "Print")):
        person.find(role, name)
    sign_in(stage.fresh(), vera)
    equal(person.path(), "/account", "where the password leads before Activate MFA")
    phone, codes = switched_on(person)
    person.miss(codes[0])
    check(not is_in(stage, vera, "Recovery code", abandoned[0]), "a code that was never activated lets in")
    check(is_in(stage, vera, "Recovery code", codes[0]), "a recovery code was refused")
    check(not is_in(stage, vera, "Recovery code", codes[0]), "a recovery code was taken twice")
    check(is_in(stage, vera, "Recovery code", codes[1]), "another recovery code was refused")
    person.open("/account/security")
    person.see("8 of 10 codes left")
    person.go("link", "Get new codes")
    person.go("button", "Get new codes")
    new = shown_codes(person)
    person.go("link", "I have saved them")
    check(not is_in(stage, vera, "Recovery code", codes[2]), "a code of the old set lets in")
    check(is_in(stage, vera, "Recovery code", new[0]), "a code of the new set was refused")


if __name__ == "__main__":
    run("rows_own_account", globals())
