"""What the organisation demands of its people, in a browser: the rows S2-24..30 and the passwords of S2-11, for administrators
and for those they mean."""

from __future__ import annotations

from cases import check, equal
from person import Person
from phone import enrol
from stage import PASSWORD, Organisation, Someone, Stage, run, sign_in

S2 = "admin-developer-viewer"
ALL = "Require MFA for All Users"
SET_UP = "Set up your second factor"
REGRACE = "Begin the days of grace anew for a user who is activated again"


def admin(stage: Stage) -> tuple[Person, Organisation, Someone]:
    """The administrator of a fresh organisation, signed in, at the policies."""
    org = stage.organisation(S2)
    ada = org.user("admin", "Ada")
    person = stage.as_(ada)
    to_policies(person)
    return person, org, ada


def to_policies(person: Person) -> None:
    """From the overview to the policies."""
    person.open("/console")
    person.go("link", "Security Policies")


def saved(person: Person) -> None:
    """Saves the policy, which first says what it comes to."""
    person.go("button", "Save Policy")
    person.at("What this changes")
    person.miss("The policy was saved.")
    equal(person.names("button").count("Save Policy"), 1, "buttons of that name")
    person.go("button", "Save Policy")
    person.told("The policy was saved.")


def page_after_password(stage: Stage, someone: Someone) -> str:
    """The heading of what follows the password."""
    person = stage.fresh()
    sign_in(person, someone)
    return person.heading()


def s2_24_security_policies_are_for_admins(stage: Stage) -> None:
    person, org, _ = admin(stage)
    person.find("button", "Save Policy")
    for role, name in (("developer", "Dora"), ("data_scientist", "Dan"), ("viewer", "Vera")):
        person = stage.as_(org.user(role, name))
        for path in ("/account", "/console"):
            person.open(path)
            person.lacks("Security Policies")
        person.open("/console/security/policies")
        person.at("You cannot do this")
        person.lacks("Save Policy", ALL)


def s2_25_a_second_factor_is_required_of_all_at_the_next_sign_in(stage: Stage) -> None:
    person, org, _ = admin(stage)
    vera = org.user("viewer", "Vera")
    equal(page_after_password(stage, vera), "Vera", "the page after the password at first")
    person = stage.as_(org.user("admin", "Alma"))
    to_policies(person)
    equal((person.box(ALL).role, person.box(ALL).is_on()), ("switch", False), "the toggle at first")
    person.tick(ALL)
    person.fill("Days of grace", "0")
    saved(person)
    to_policies(person)
    check(person.box(ALL).is_on(), "the toggle is off again")
    equal(page_after_password(stage, vera), SET_UP, "the page after the password")


def s2_26_it_is_put_off_until_the_grace_ends_and_no_longer(stage: Stage) -> None:
    person, org, _ = admin(stage)
    vera = org.user("viewer", "Vera")
    equal(person.field("Days of grace").value, "7", "days of grace at first")
    person.tick(ALL)
    saved(person)
    equal(page_after_password(stage, vera), SET_UP, "the page after the password")
    person.see("You can put this off for 7 more days.")
    person.go("button", "Not now")
    equal((person.path(), person.heading()), ("/account", "Vera"), "where Not now leads")
    stage.let_pass(days=4)
    equal(page_after_password(stage, vera), SET_UP, "the page after the password, four days later")
    person.see("You can put this off for 3 more days.")
    stage.let_pass(days=3, minutes=1)
    equal(page_after_password(stage, vera), SET_UP, "the page after the password, when the grace has ended")
    person.lacks("Not now")
    person.open("/account")
    check(person.path().startswith("/sign-in"), f"there is a way around it to {person.path()}")


def s2_27_it_is_required_of_the_holders_of_a_role_only(stage: Stage) -> None:
    person, org, ada = admin(stage)
    dora, vera = org.user("developer", "Dora"), org.user("viewer", "Vera")
    person.tick("Developer")
    person.fill("Days of grace", "0")
    saved(person)
    equal(page_after_password(stage, dora), SET_UP, "the page after the password of a developer")
    equal(page_after_password(stage, vera), "Vera", "the page after the password of a viewer")
    stage.as_(ada).open(f"/console/users/{vera.id}")
    person.choose("Role", "Developer")
    person.go("button", "Update Role")
    equal(page_after_password(stage, vera), SET_UP, "the page after the password with the role")


def s2_28_save_policy_prompts_all_who_are_meant_at_the_next_sign_in(stage: Stage) -> None:
    person, org, ada = admin(stage)
    people = [org.user(role, name) for role, name in (("developer", "Dora"), ("viewer", "Vera"))]
    person.tick(ALL)
    person.fill("Days of grace", "0")
    person.go("button", "Show what this changes")
    person.see("A second factor is required of 3 people.")
    person.see("3 people cannot put it off")
    equal(page_after_password(stage, people[0]), "Dora", "the page after the password before Save Policy")
    stage.as_(ada)
    to_policies(person)
    person.tick(ALL)
    person.fill("Days of grace", "0")
    saved(person)
    equal([page_after_password(stage, it) for it in people], [SET_UP, SET_UP], "the pages after the passwords")


def s2_45_administrators_without_mfa_are_counted_and_listed(stage: Stage) -> None:
    person, org, ada = admin(stage)
    bea = org.user("admin", "Bea")
    org.user("viewer", "Vera")
    for violators in (["Ada", "Bea"], ["Ada"]):
        stage.as_(ada).open("/console")
        card = next(it for it in person.names("link") if "Admins without MFA" in it)
        check(card.startswith(str(len(violators))), f"{card!r} is not about {violators}")
        person.go("link", card)
        equal([it for it in ("Ada", "Bea", "Vera") if person.rows(it)], violators, "who is listed")
        if "Bea" in violators:
            stage.as_(bea).open("/account/security")
            person.go("link", "Enable MFA")
            enrol(person)


def s2_29_an_admin_resets_the_factor_from_the_users(stage: Stage) -> None:
    person, org, ada = admin(stage)
    vera = org.user("viewer", "Vera")
    stage.as_(vera).open("/account/security")
    person.go("link", "Enable MFA")
    enrol(person)
    person.open("/account")
    hers = stage.keep()
    before = len(stage.mail(vera.user_name))
    stage.as_(ada).open("/console/users")
    person.ask("Actions for Vera", "Reset MFA")
    person.at("Reset the second factor of Vera?")
    person.go("button", "Reset MFA")
    person.told("The second factor was reset.")
    person.open("/console/users")
    person.press("button", "Actions for Vera")
    equal(person.closed("Reset MFA"), "No second factor is set up here.", "why Reset MFA is closed")
    stage.back_to(hers).open("/account")
    check(person.path().startswith("/sign-in"), "the session is still alive")
    equal(page_after_password(stage, vera), "Vera", "the page after the password")
    subjects = [it.subject for it in stage.letters(vera, before + 1)]
    check(any("reset" in it for it in subjects), f"letters: {subjects}")


def s2_30_after_a_reset_it_is_set_up_again_at_the_next_sign_in(stage: Stage) -> None:
    person, org, ada = admin(stage)
    vera = org.user("viewer", "Vera")
    person.tick(ALL)
    saved(person)
    equal(page_after_password(stage, vera), SET_UP, "the page after the password")
    person.find("button", "Not now")
    enrol(person)
    stage.as_(ada).open("/console/users")
    person.ask("Actions for Vera", "Reset MFA")
    person.go("button", "Reset MFA")
    person.told("The second factor was reset.")
    equal(page_after_password(stage, vera), SET_UP, "the page after the password, after the reset")
    person.lacks("Not now")


def s2_11_the_rules_for_passwords_are_chosen_and_the_pages_say_those(stage: Stage) -> None:
    person, org, ada = admin(stage)
    vera = org.user("viewer", "Vera")
    check(person.box("Classic").is_on(), "the rule of the role model is not chosen")
    check(person.box("Common passwords").is_on() and person.box("Passwords made of names").is_on(), "a list is off")
    person.see("This policy does not meet OWASP ASVS 5.0 6.2.5.")
    check("6.2.4" in person.box("Common passwords").description, "nothing says which standard the list meets")
    person.tick("Modern")
    person.fill("Fewest characters", "16")
    person.tick("A digit")
    person.tick("Common passwords", False)
    person.fill("Earlier passwords that may not come again", "3")
    person.go("button", "Show what this changes")
    person.at("What this changes")
    person.see("This policy does not meet OWASP ASVS 5.0 6.2.4, 6.2.5.")
    person.see("Nothing is saved yet.")
    person.go("button", "Save Policy")
    person.told("The policy was saved.")
    equal(person.field("Earlier passwords that may not come again").value, "3", "how many earlier passwords")
    person = stage.as_(vera)
    person.open("/account/security/password")
    for rule in ("At least 16 characters.", "With 1 digit.", "None of the last 3 passwords you had before."):
        person.see(rule)
    person.miss("Not a common password.")
    common = "password password 1"
    for current, new, said in ((PASSWORD, common, ""), (common, PASSWORD, "none of the last 3 you had before")):
        person.open("/account/security/password")
        person.fill("Current password", current)
        person.fill("New password", new)
        person.fill("The new password again", new)
        person.go("button", "Change password")
        person.warned(said) if said else person.told("Your password is changed.")


def s2_26_the_grace_begins_anew_with_a_reactivation_only_where_the_policy_says_so(stage: Stage) -> None:
    person, org, ada = admin(stage)
    vera = org.user("viewer", "Vera")
    person.tick("Viewer")
    check(not person.box(REGRACE).is_on(), "the grace begins anew although nobody has said so")
    saved(person)
    stage.let_pass(days=8)

    def off_and_on() -> None:
        person = stage.as_(ada)
        for deed in ("Deactivate", "Activate"):
            person.open(f"/console/users/{vera.id}")
            person.ask("Actions for Vera", f"{deed} User")
            person.go("button", deed)

    off_and_on()
    equal(page_after_password(stage, vera), SET_UP, "the page after the password, when the grace has ended")
    person.lacks("Not now")
    person = stage.as_(ada)
    to_policies(person)
    person.tick(REGRACE)
    person.go("button", "Save Policy")
    person.told("The policy was saved.")
    off_and_on()
    equal(page_after_password(stage, vera), SET_UP, "the page after the password, with another grace")
    person.see("You can put this off for 7 more days.")


if __name__ == "__main__":
    run("rows_policies", globals())
