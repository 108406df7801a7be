"""The list of users and its forms in a browser: filters, Add User, Edit User, and the deeds of the right click.

The rows S2-12, 13, S3-10..19, 22 and S4-7..14, each as the administrator does it.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from selenium.webdriver.common.keys import Keys

from cases import check, equal
from person import Person
from stage import Organisation, Stage, run, sign_in

S2 = "admin-developer-viewer"
S3 = "admin-standard-readonly"
S4 = "admin-platform-devops"
LEGEND = "Fields with an asterisk (*) are required."


def admin(stage: Stage, preset: str) -> tuple[Person, Organisation]:
    """The administrator of a fresh organisation, signed in, at the list of users."""
    org = stage.organisation(preset)
    person = stage.as_(org.user("admin", "Ada"))
    person.open("/console/users")
    return person, org


def people(person: Person) -> list[str]:
    """Who is on the list."""
    return sorted(it.name.removesuffix(" you") for it in person.all("rowheader"))


def filtered(person: Person, name: str, *values: str) -> None:
    """Adds a filter by its name."""
    person.ask("Add a Filter", name)
    for value in values:
        person.tick(value)
    person.go("button", "Apply")


def filled_in(person: Person, name: str, email: str) -> None:
    """Writes who the new user is."""
    person.fill("User name", name.lower())
    person.fill("Name", name)
    person.fill("Email", email)


def s2_12_a_team_is_created_with_a_name_and_a_description(stage: Stage) -> None:
    person, org = admin(stage, S2)
    for again in (False, True):
        person.go("link", "Teams")
        person.go("link", "Create Team")
        check(person.field("Name").is_required(), "the name is not required")
        person.fill("Name", "Research")
        person.fill("Description", "Reads what others wrote")
        person.go("button", "Save")
        if again:
            person.warned("Another team has this name already.")
            equal(person.field("Description").value, "Reads what others wrote", "what was typed")
        else:
            person.at("Research")
            person.see("Reads what others wrote")


def s2_13_members_are_chosen_among_active_users(stage: Stage) -> None:
    person, org = admin(stage, S2)
    vera = org.user("viewer", "Vera")
    org.pending("viewer", "Penny")
    org.cli("user", "deactivate", "--user-name", org.user("viewer", "Dirk").user_name)
    org.team("Research")
    person.go("link", "Teams")
    person.go("link", "Research")
    offered = [it.split()[0] for it in person.choices("Add members")]
    equal(sorted(offered), ["Ada", "Vera"], "who can be chosen")
    person.tick(f"Vera {vera.user_name}")
    person.go("button", "Add members")
    person.told("The members were changed.")
    equal(person.rows("Vera"), 1, "rows of the member")


def s3_10_the_toggle_chooses_between_sso_and_a_password(stage: Stage) -> None:
    person, org = admin(stage, S3)
    for name, on, kind in (("Sam", True, "SSO"), ("Pam", False, "Password")):
        person.open("/console/users/new")
        person.tick("SSO On", on)
        filled_in(person, name, f"{name.lower()}@{org.slug}.example")
        person.tick("Standard")
        person.go("button", "Save")
        person.told("The user was created, and cannot sign in yet" if on else "The user was created.")
        person.see(kind)
        person.open("/console/users")
        check(kind in person.row(name).cells(), f"the row of {name}: {person.row(name).cells()}")


def s3_11_the_toggle_is_on_at_first(stage: Stage) -> None:
    person, _ = admin(stage, S3)
    person.go("link", "Add User")
    toggle = person.box("SSO On")
    equal((toggle.role, toggle.is_on()), ("switch", True), "the toggle of a new user")


def s3_11_without_a_word_of_the_role_model_the_toggle_follows_the_providers(stage: Stage) -> None:
    person, org = admin(stage, S4)
    person.open("/console/users/new")
    equal(person.box("SSO On").is_on(), False, "the toggle without a provider")
    person.see("so nobody can sign in with SSO")
    org.connection("Okta", "okta", "--issuer", "https://id.example", "--client-id", "doorward")
    person.reload()
    equal(person.box("SSO On").is_on(), True, "the toggle with a provider")
    person.miss("so nobody can sign in with SSO")


def s3_10_a_provider_without_sso_is_refused_at_its_field(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.connection("Okta")
    person.open("/console/users/new")
    filled_in(person, "Sam", f"sam@{org.slug}.example")
    person.tick("SSO On", False)
    person.choose("Identity provider", "Okta")
    person.go("button", "Save")
    said = "Switch SSO on, or choose no provider."
    person.warned(said)
    check(said in person.find("combobox", "Identity provider").description, "the field does not say what is wrong")


def s3_12_the_toggle_is_closed_when_a_user_is_edited(stage: Stage) -> None:
    person, org = admin(stage, S3)
    org.user("standard", "Pam")
    org.sso("standard", "Sam")
    for name, on in (("Pam", False), ("Sam", True)):
        person.open("/console/users")
        person.ask(f"Actions for {name}", "Edit User")
        toggle = person.box("SSO On")
        why = "Fixed when the user was created"
        equal((toggle.is_on(), toggle.is_closed(), toggle.description), (on, True, why), f"the toggle of {name}")


def s3_13_add_user_has_a_name_and_opens_create_user(stage: Stage) -> None:
    person, _ = admin(stage, S3)
    person.go("link", "Add User")
    person.at("Create User")


def s3_14_required_fields_have_an_asterisk_that_is_explained(stage: Stage) -> None:
    person, _ = admin(stage, S3)
    person.go("link", "Add User")
    person.see(LEGEND)
    for name in ("User name", "Name", "Email"):
        label = next(it.text() for it in person.all("LabelText") if it.text().rstrip(" *") == name)
        equal(label.endswith("*"), person.field(name).is_required(), f"asterisk and demand of {name!r}")
    check(person.field("User name").is_required(), "the user name is not required")
    person.find("button", "Save")


def s3_15_edit_user_is_in_the_menu_and_behind_the_right_click(stage: Stage) -> None:
    person, org = admin(stage, S3)
    org.user("standard", "Stan")
    person.reload()
    person.ask("Actions for Stan", "Edit User")
    person.at("EDIT USER: Stan")
    person.press("link", "Cancel")
    person.gone("dialog")
    person.right_click("Stan")
    check("Edit User" in person.menu(), f"the menu of the right click: {person.menu()}")
    person.press("link", "Edit User")
    person.at("EDIT USER: Stan")


def s3_16_the_user_name_is_shown_and_cannot_be_edited(stage: Stage) -> None:
    person, org = admin(stage, S3)
    stan = org.user("standard", "Stan")
    person.reload()
    person.ask("Actions for Stan", "Edit User")
    name = person.field("User name")
    equal((name.value, name.is_fixed(), name.description), (stan.user_name, True, "Cannot be changed"), "the user name")


def s3_17_a_right_click_activates_a_user(stage: Stage) -> None:
    person, org = admin(stage, S3)
    stan = org.user("standard", "Stan")
    org.cli("user", "deactivate", "--user-name", stan.user_name)
    person.open("/console/users")
    person.go("link", "Show deactivated Users")
    person.right_click("Stan")
    check("Deactivate User" not in person.menu(), "a deactivated user can be deactivated")
    person.press("link", "Activate User")
    person.go("button", "Activate")
    person.told("The user may sign in again.")
    equal(org.state_of(stan)["status"], "active", "status")


def s3_18_deactivated_users_are_shown_on_demand(stage: Stage) -> None:
    person, org = admin(stage, S3)
    org.cli("user", "deactivate", "--user-name", org.user("standard", "Stan").user_name)
    person.reload()
    equal(people(person), ["Ada"], "who is on the list")
    person.go("link", "Show deactivated Users")
    equal((people(person), person.query()), (["Ada", "Stan"], "deactivated=1"), "who is on the list, and its address")
    person.reload()
    equal(people(person), ["Ada", "Stan"], "who is on the list after a reload")
    person.go("link", "Hide deactivated Users")
    equal(people(person), ["Ada"], "who is on the list again")


def s3_19_a_right_click_deactivates_a_user_who_is_out_at_once(stage: Stage) -> None:
    person, org = admin(stage, S3)
    ada, stan = org.user("admin", "Alma"), org.user("standard", "Stan")
    stage.as_(stan).open("/account")
    stage.as_(ada).open("/console/users")
    person.right_click("Stan")
    person.press("link", "Deactivate User")
    person.go("button", "Deactivate")
    person.told("The user was deactivated, and all access ended.")
    stage.as_(stan).open("/account")
    check(person.path().startswith("/sign-in"), f"the account is still open: {person.path()}")
    sign_in(stage.fresh(), stan)
    person.warned("This user name and password do not belong together, or there were too many tries")


def s3_22_only_a_pending_user_with_a_password_can_be_deleted(stage: Stage) -> None:
    person, org = admin(stage, S3)
    org.user("standard", "Stan")
    org.sso("standard", "Sam")
    penny = org.pending("standard", "Penny")
    for name, offered in (("Stan", False), ("Sam", False), ("Penny", True)):
        person.open("/console/users")
        person.press("button", f"Actions for {name}")
        equal("Delete User" in person.menu(), offered, f"whether {name} can be deleted")
        check("Remove Access" not in person.menu(), f"removing {name} is offered, and would be refused")
    person.press("link", "Delete User")
    person.at("Delete Penny?")
    person.go("button", "Delete")
    person.told("The user was deleted.")
    equal(person.rows(penny.name), 0, "rows of the deleted user")


def s4_7_a_filter_is_added_by_name_value_and_apply_with_keys_alone(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.user("devops", "Dora")
    person.reload()
    person.tab_to("button", "Add a Filter")
    person.keys(Keys.ENTER)
    listed = person.menu()
    check({"Role", "Name", "Email", "Status"} <= set(listed), f"the filters are {listed}")
    person.tab_to("link", "Name")
    person.keys(Keys.ENTER)
    person.at("Name")
    person.keys("dor")
    person.tab_to("button", "Apply")
    person.enter()
    equal(people(person), ["Dora"], "who is on the list")


def s4_8_the_role_filter_offers_the_roles_and_shows_exactly_its_holders(stage: Stage) -> None:
    person, org = admin(stage, S4)
    for role, name in (("admin", "Alma"), ("platform", "Paul"), ("devops", "Dora")):
        org.user(role, name)
    person.reload()
    person.ask("Add a Filter", "Role")
    equal([it.name for it in person.all("checkbox")], ["Admin", "Platform", "DevOps"], "roles in the window")
    person.tick("Admin")
    person.go("button", "Apply")
    equal(people(person), ["Ada", "Alma"], "who is on the list")
    asked = stage.api("GET", f"/users?organisation={org.slug}&role=admin")["users"]
    equal(sorted(it["display_name"] for it in asked), people(person), "whom the API lists")


def s4_9_filters_combine_survive_a_reload_and_are_taken_away_one_by_one(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.user("devops", "Dora")
    org.sso("devops", "Dirk")
    org.user("platform", "Paul")
    person.reload()
    filtered(person, "Role", "DevOps")
    filtered(person, "Sign-in", "SSO")
    equal(people(person), ["Dirk"], "who is on the list")
    equal(sorted(parse_qs(person.query())), ["role", "type"], "filters in the address")
    person.reload()
    equal(people(person), ["Dirk"], "who is on the list after a reload")
    person.go("link", "Remove the filter Sign-in: SSO")
    equal(people(person), ["Dirk", "Dora"], "who is on the list with one filter")
    person.go("link", "Remove the filter Role: DevOps")
    equal(len(people(person)), 4, "how many are on the list without a filter")


def s4_10_a_user_is_added_with_role_name_address_provider_and_teams(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.connection("Okta")
    org.team("Core")
    person.open("/console")
    person.go("link", "Users")
    person.go("link", "Add User")
    person.tick("SSO On")
    filled_in(person, "Sam", f"sam@{org.slug}.example")
    person.tick("Platform")
    person.choose("Identity provider", "Okta")
    person.tick("Core")
    person.go("button", "Save")
    person.told("The user was created, and cannot sign in yet")
    for words in ("Sam", f"sam@{org.slug}.example", "Platform", "Core"):
        person.see(words)
    person.go("link", "Provisioning")
    person.see("Okta")


def s4_10_what_is_wrong_with_a_new_user_is_said_at_its_field_and_nothing_typed_is_lost(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.connection("Okta", "okta", "--issuer", "https://id.example", "--client-id", "doorward")
    org.team("Core")
    taken, address = org.user("devops", "Dora").user_name, f"sam@{org.slug}.example"
    person.go("link", "Add User")
    equal(person.box("SSO On").is_on(), True, "the toggle at first")
    filled_in(person, "Sam", address)
    person.fill("User name", taken)
    person.tick("Platform")
    person.choose("Identity provider", "Okta")
    person.tick("Core")
    person.tick("Second factor required")
    person.go("button", "Save")
    said = "Another user of this organisation has this user name already."
    person.warned(said)
    name = person.field("User name")
    equal((name.said("invalid"), name.description), ("true", said), "what the field says")
    equal([person.field(it).said("invalid") for it in ("Name", "Email")], ["false", "false"], "the other fields")
    equal([person.field(it).value for it in ("User name", "Name", "Email")], [taken, "Sam", address], "what was typed")
    for box in ("SSO On", "Platform", "Core", "Second factor required"):
        equal(person.box(box).is_on(), True, f"whether {box!r} is still chosen")
    equal(person.find("combobox", "Identity provider").chosen(), "Okta", "the provider that was chosen")
    person.fill("User name", address)
    person.go("button", "Save")
    person.told("The user was created.")
    for words in (address, "SSO", "Platform", "Core"):
        person.see(words)
    person.ask("Actions for Sam", "Edit User")
    equal(person.box("Second factor required").is_on(), True, "whether the second factor is required")
    equal(person.find("combobox", "Identity provider").chosen(), "Okta", "the provider of the new user")


def s4_11_the_provider_is_one_of_those_that_are_configured(stage: Stage) -> None:
    person, org = admin(stage, S4)
    person.open("/console/users/new")
    person.lacks("Identity provider")
    org.connection("Okta")
    org.connection("Entra")
    person.reload()
    offered = person.find("combobox", "Identity provider").options()
    equal(offered, ["None yet", "Entra", "Okta"], "providers to choose from")


def s4_12_a_second_factor_is_required_of_one_user_by_a_toggle(stage: Stage) -> None:
    person, org = admin(stage, S4)
    dora = org.user("devops", "Dora")
    person.reload()
    person.ask("Actions for Dora", "Edit User")
    toggle = person.box("Second factor required")
    equal((toggle.role, toggle.is_on()), ("switch", False), "the toggle at first")
    person.tick("Second factor required")
    person.go("button", "Update")
    person.told("The user was updated.")
    sign_in(stage.fresh(), dora)
    person.at("Set up your second factor")


def s4_13_role_name_address_provider_and_teams_are_edited_together(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.connection("Okta")
    org.team("Old", sam := org.sso("devops", "Sam"))
    org.team("New")
    person.reload()
    person.ask("Actions for Sam", "Edit User")
    person.fill("Name", "Samuel")
    person.fill("Email", f"samuel@{org.slug}.example")
    person.choose("Role", "Platform")
    person.choose("Identity provider", "Okta")
    person.tick("Old", on=False)
    person.tick("New")
    person.go("button", "Update")
    person.told("The user was updated.")
    state = org.state_of(sam)
    equal((state["display_name"], state["role"]), ("Samuel", "platform"), "name and role")
    equal(state["email"], f"samuel@{org.slug}.example", "address")
    person.open(f"/console/users/{sam.id}")
    person.see("New")
    person.miss("Old")
    person.go("link", "Provisioning")
    person.see("Okta")


def s4_14_delete_asks_and_cancel_changes_nothing(stage: Stage) -> None:
    person, org = admin(stage, S4)
    org.user("devops", "Dora")
    org.pending("devops", "Penny")
    person.reload()
    for name, left in (("Dora", ["Ada", "Penny"]), ("Penny", ["Ada"])):
        before = people(person)
        person.ask(f"Actions for {name}", "Delete User")
        person.at(f"Delete {name}?")
        equal({*person.names("link"), *person.names("button")}, {"Cancel", "Delete"}, "answers of the dialog")
        person.press("link", "Cancel")
        person.gone("dialog")
        person.reload()
        equal(people(person), before, "who is on the list after Cancel")
        person.ask(f"Actions for {name}", "Delete User")
        person.go("button", "Delete")
        person.told("The user was deleted.")
        equal(people(person), left, "who is on the list after Delete")


if __name__ == "__main__":
    run("rows_forms", globals())
