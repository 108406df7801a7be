"""The directory in a browser: what is done to people who are there, each as the person does it who is meant.

The rows S0-5, 8, 17..20, S1-3, 6, 16..20, 22..27, S2-31, 33, 37 and S3-2, 3; those of the forms are in rows_forms.py.
"""

from __future__ import annotations

from cases import check, equal
from person import Person
from stage import Organisation, Someone, Stage, run, sign_in

S0 = "root-admin-developer"
S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
S3 = "admin-standard-readonly"
LAST_OWNER = "Last active holder of the role Owner. Give the role to somebody else first."
REFUSED = "You cannot do this"


def users(person: Person) -> None:
    """The list of users."""
    person.open("/console/users")
    person.at("Users")


def menu_of(person: Person, name: str) -> list[str]:
    """What the menu of a row offers."""
    users(person)
    person.press("button", f"Actions for {name}")
    return person.menu()


def role_of(stage: Stage, org: Organisation, someone: Someone) -> str:
    """The role that counts."""
    return str(org.state_of(someone)["role"])


def s0_5_an_admin_sees_others_and_is_offered_nothing_to_do_to_them(stage: Stage) -> None:
    org = stage.organisation(S0)
    adam, dora = org.user("admin", "Adam"), org.user("developer", "Dora")
    person = stage.as_(adam)
    users(person)
    person.lacks("Actions for Dora")
    if person.offers("Select Dora"):  # for groups, which are another matter
        person.tick("Select Dora")
    person.lacks("Change Role", "Reset MFA", "Activate User", "Deactivate User")
    person.go("link", "Dora")
    person.see(dora.user_name)
    person.lacks("Actions for Dora", "Update Role", "Edit User")
    for deed in ("deeds/deactivate", "deeds/role", "deeds/reset-password", "edit"):
        person.open(f"/console/users/{dora.id}/{deed}")
        person.at(REFUSED)


def s0_8_a_developer_finds_no_users(stage: Stage) -> None:
    org = stage.organisation(S0)
    root, dora = org.user("root", "Rita"), org.user("developer", "Dora")
    person = stage.as_(dora)
    person.open("/account")
    person.lacks("Console", "Users")
    for path in ("/console/users", f"/console/users/{root.id}"):
        person.open(path)
        person.miss("Rita")
        check(person.heading() in (REFUSED, "There is nothing here"), f"{path} shows {person.heading()!r}")


def s0_17_root_and_admin_add_users_from_the_page_of_the_users(stage: Stage) -> None:
    org = stage.organisation(S0)
    for role, name in (("root", "Rita"), ("admin", "Adam")):
        person = stage.as_(org.user(role, name))
        users(person)
        person.go("link", "Add User")
        person.at("Create User")
    person = stage.as_(org.user("developer", "Dora"))
    person.open("/console/users/new")
    person.at(REFUSED)
    person.lacks("Save", "Add User")


def s0_18_root_is_offered_admin_and_developer_and_not_root(stage: Stage) -> None:
    org = stage.organisation(S0)
    person = stage.as_(org.user("root", "Rita"))
    person.open("/console/users/new")
    equal(person.choices("Role"), ["Admin", "Developer"], "roles that root may give")
    person.open("/console/users/invite")
    equal(person.find("combobox", "Role for everybody").options(), ["Admin", "Developer"], "roles of an invitation")


def s0_19_an_admin_is_offered_developer_alone(stage: Stage) -> None:
    org = stage.organisation(S0)
    org.user("root", "Rita")
    person = stage.as_(org.user("admin", "Adam"))
    person.open("/console/users/new")
    equal(person.choices("Role"), ["Developer"], "roles that an admin may give")


def s0_20_add_opens_a_form_that_says_what_it_requires(stage: Stage) -> None:
    person = stage.as_(stage.organisation(S0).user("root", "Rita"))
    users(person)
    person.go("link", "Add User")
    required = [it for it in ("User name", "Name", "Email") if person.field(it).is_required()]
    equal(required, ["User name", "Name"], "required fields")
    person.press("button", "Save")
    person.at("Create User")
    check(person.path().endswith("/new"), "an empty form was taken")


def s1_3_one_owner_is_a_warning_that_two_end(stage: Stage) -> None:
    org = stage.organisation(S1)
    owner = org.user("owner", "Olga")
    warning = "Only one person holds the role Owner. Keep at least 2"
    for path in ("/console", "/console/users"):
        person = stage.as_(owner)
        person.open(path)
        check(any(warning in it.text() for it in person.all("note")), f"no warning on {path}")
    org.user("owner", "Otto")
    for path in ("/console", "/console/users"):
        person.open(path)
        person.miss(warning)


def s1_6_users_is_under_access_control_and_reached_by_keys(stage: Stage) -> None:
    person = stage.as_(stage.organisation(S1).user("owner", "Olga"))
    person.open("/console")
    navigation = person.find("navigation", "Navigation").inside()
    names = [it.name for it in navigation if it.role in ("heading", "link")]
    check(names.index("Access control") + 1 == names.index("Users"), f"the navigation is {names}")
    person.tab_to("link", "Users")
    person.enter()
    person.at("Users")
    equal(person.path(), "/console/users", "where the link leads")


def s1_6_the_palette_finds_pages_and_people_while_one_types(stage: Stage) -> None:
    org = stage.organisation(S1)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    person.open("/console")
    person.press("link", "Go to")
    with person.within("dialog", "Go to"):
        person.fill("Search pages and people", "ver")
        person.find("link", f"Vera {vera.user_name}")
        person.lacks("Users", "Roles")
        for word, place in (
            ("policy", "Security Policies"),
            ("2fa", "Security Policies"),
            ("passwords", "Security"),
            ("tokens", "Tokens"),
            ("sso", "Refused sign-ins"),
            ("okta", "Refused sign-ins"),
        ):
            person.fill("Search pages and people", word)
            person.find("link", place)
            person.lacks(f"Vera {vera.user_name}", "Overview")
        person.fill("Search pages and people", "nothing of that name")
        person.find("link", "Show all pages")
        person.fill("Search pages and people", "users page")
        person.find("link", "Users")
    equal(person.path(), "/console", "where one is until Enter")
    person.enter()
    equal(person.path(), "/console/users", "where Enter leads")


def s1_16_change_role_opens_a_dialog_with_a_name(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    users(person)
    person.ask("Actions for Vera", "Change Role")
    dialog = person.find("dialog")
    person.see("Vera is Viewer now.")
    equal((dialog.name, dialog.said("modal")), ("EDIT USER: Vera", True), "name of the dialog, and whether it is modal")
    equal(person.choices("Role"), ["Owner", "Admin", "Contributor", "VIEWERNOSECRETS"], "other roles to choose")
    person.lacks("Add User", "Actions for Vera")


def s1_17_nothing_changes_until_update(stage: Stage) -> None:
    org = stage.organisation(S1)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    users(person)
    for leave in (person.escape, lambda: person.press("link", "Cancel")):
        person.ask("Actions for Vera", "Change Role")
        person.tick("Admin")
        leave()
        person.gone("dialog")
        equal(role_of(stage, org, vera), "viewer", "role without Update")
    person.ask("Actions for Vera", "Change Role")
    person.tick("Admin")
    person.go("button", "Update")
    person.told("The role was changed.")
    equal(role_of(stage, org, vera), "admin", "role after Update")


def s1_18_an_admin_changes_roles_only_in_the_matrix_reading(stage: Stage) -> None:
    org = stage.organisation(S1)
    owner, vera, adam = org.user("owner", "Olga"), org.user("viewer", "Vera"), org.user("admin", "Adam")
    person = stage.as_(adam)
    check("Change Role" not in menu_of(person, "Vera"), "Change Role is offered to an admin")
    person.open(f"/console/users/{vera.id}/deeds/role")
    person.at(REFUSED)
    org.cli("org", "reading", "--set", "matrix")
    check("Change Role" in menu_of(person, "Vera"), "Change Role is not offered in the matrix reading")
    person.press("link", "Change Role")
    person.tick("Contributor")
    person.go("button", "Update")
    person.told("The role was changed.")
    equal(role_of(stage, org, vera), "contributor", "role")
    person.open(f"/console/users/{owner.id}/deeds/role")
    person.at(REFUSED)


def s1_19_the_sole_owner_cannot_be_downgraded(stage: Stage) -> None:
    org = stage.organisation(S1)
    owner = org.user("owner", "Olga")
    person = stage.as_(owner)
    users(person)
    person.press("button", "Actions for Olga")
    equal(person.closed("Change Role"), LAST_OWNER, "why Change Role is closed")
    person.open(f"/console/users/{owner.id}/edit")
    role = person.find("combobox", "Role")
    equal((role.is_closed(), role.description), (True, LAST_OWNER), "the list of roles in the form")
    org.user("owner", "Otto")
    check("Change Role" in menu_of(person, "Olga"), "Change Role is closed though there are two owners")


def s1_20_remove_access_is_confirmed_by_yes_remove(stage: Stage) -> None:
    org = stage.organisation(S1)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    users(person)
    person.ask("Actions for Vera", "Remove Access")
    person.at("Remove the access of Vera?")
    person.press("link", "Cancel")
    person.gone("dialog")
    equal(org.state_of(vera)["status"], "active", "status without an answer")
    person.ask("Actions for Vera", "Remove Access")
    person.go("button", "Yes, remove")
    person.told("The access was removed.")
    equal(person.rows("Vera"), 0, "rows of the one who was removed")


def s1_22_an_admin_is_not_offered_to_remove(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Olga")
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("admin", "Adam"))
    check("Remove Access" not in menu_of(person, "Vera"), "Remove Access is offered to an admin")
    person.open(f"/console/users/{vera.id}/deeds/remove")
    person.at(REFUSED)
    person.lacks("Yes, remove")


def s1_23_the_sole_owner_cannot_be_removed(stage: Stage) -> None:
    org = stage.organisation(S1)
    owner = org.user("owner", "Olga")
    person = stage.as_(owner)
    users(person)
    person.press("button", "Actions for Olga")
    for deed in ("Leave Organization", "Deactivate User", "Erase Personal Data"):
        check(deed not in person.menu(), f"{deed} is offered")
    person.lacks("Remove Access")
    person.open(f"/console/users/{owner.id}/deeds/leave")
    person.see(LAST_OWNER)
    person.lacks("Yes, leave", "Yes, remove")


def s1_24_only_admins_and_owners_may_leave(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Olga")
    for role, name in (("owner", "Otto"), ("admin", "Adam")):
        person = stage.as_(org.user(role, name))
        check("Leave Organization" in menu_of(person, name), f"an {role} is not offered to leave")
    for role, name in (("contributor", "Conny"), ("viewer", "Vera")):
        someone = org.user(role, name)
        person = stage.as_(someone)
        users(person)
        person.lacks(f"Actions for {name}", "Leave Organization")
        person.open(f"/console/users/{someone.id}/deeds/leave")
        person.at(REFUSED)


def s1_25_the_own_row_says_leave_and_the_others_remove(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Otto")
    org.user("viewer", "Vera")
    person = stage.as_(org.user("owner", "Olga"))
    for name, there, absent in (
        ("Olga", "Leave Organization", "Remove Access"),
        ("Vera", "Remove Access", "Leave Organization"),
    ):
        offered = menu_of(person, name)
        equal((there in offered, absent in offered), (True, False), f"{there} and {absent} in the menu of {name}")


def s1_26_yes_leave_ends_the_membership_and_says_so(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("owner", "Olga")
    otto = org.user("owner", "Otto")
    person = stage.as_(otto)
    users(person)
    person.ask("Actions for Otto", "Leave Organization")
    person.go("button", "Yes, leave")
    person.at("You have left the organisation")
    person.see("You can come back only when somebody there invites you or adds you again.")
    person.open("/account")
    check(person.path().startswith("/sign-in"), f"the account still opens: {person.path()}")


def s1_27_the_sole_owner_cannot_leave(stage: Stage) -> None:
    org = stage.organisation(S1)
    org.user("admin", "Adam")
    person = stage.as_(org.user("owner", "Olga"))
    users(person)
    person.press("button", "Actions for Olga")
    equal(person.closed("Leave Organization"), LAST_OWNER, "why Leave Organization is closed")


def s2_31_the_name_leads_to_a_list_of_roles_and_update_role(stage: Stage) -> None:
    org = stage.organisation(S2)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("admin", "Ada"))
    users(person)
    person.go("link", "Vera")
    equal(person.find("combobox", "Role").chosen(), "Viewer", "role in the list")
    person.choose("Role", "Developer")
    person.go("button", "Update Role")
    person.told("The role was changed.")
    equal(role_of(stage, org, vera), "developer", "role")


def s2_33_deactivate_is_in_the_actions_of_the_list(stage: Stage) -> None:
    org = stage.organisation(S2)
    vera = org.user("viewer", "Vera")
    person = stage.as_(org.user("admin", "Ada"))
    users(person)
    person.ask("Actions for Vera", "Deactivate User")
    person.at("Deactivate Vera?")
    person.go("button", "Deactivate")
    person.told("The user was deactivated, and all access ended.")
    equal(org.state_of(vera)["status"], "deactivated", "status")
    sign_in(stage.fresh(), vera)
    person.warned("This user name and password do not belong together, or there were too many tries")


def s2_37_the_history_of_sign_ins_and_the_last_activity_are_shown(stage: Stage) -> None:
    org = stage.organisation(S2)
    vera, admin = org.user("viewer", "Vera"), org.user("admin", "Ada")
    sign_in(stage.fresh(), Someone(vera.user_name, "Vera", vera.id, "not this one, by far"))
    stage.as_(vera)
    person = stage.as_(admin)
    users(person)
    check("Last active" in person.names("columnheader"), "there is no column for it")
    check("Never" not in person.row("Vera").cells(), "Vera was here and the list says never")
    person.go("link", "Vera")
    person.go("link", "Activity")
    heads = ["When", "Result", "How", "Second factor", "Address", "Browser", "Application"]
    equal(person.names("columnheader")[:7], heads, "columns of the history")
    for result in ("Signed in", "Failed"):
        cells = person.row(result).cells()
        equal((cells[2], cells[4], cells[6]), ("Password", "127.0.0.1", "Doorward"), f"how, from where and for what: {result}")
        check("Chrom" in cells[5], f"browser of the row {result}: {cells[5]!r}")
    here = person.row("Signed in").cells()[0]
    person.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Kolkata"})
    try:
        person.reload()
        there = person.row("Signed in").cells()[0]
    finally:
        person.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})
    zones = (here.rsplit(" ", 1)[-1], there.rsplit(" ", 1)[-1])
    equal(zones, ("UTC", "GMT+5:30"), "zones in which the moment is told, here and in Kolkata")


def s3_2_the_panel_that_slides_out_has_a_link_to_the_users(stage: Stage) -> None:
    person = stage.as_(stage.organisation(S3).user("admin", "Ada"))
    with person.narrow():
        person.open("/account")
        person.go("link", "Console")
        person.lacks("Users")
        person.press("button", "Menu")
        person.go("link", "Users")
        person.at("Users")


def s3_3_only_an_account_administrator_manages_accounts(stage: Stage) -> None:
    org = stage.organisation(S3)
    ada = org.user("admin", "Ada")
    for role, name in (("standard", "Stan"), ("read_only", "Rea")):
        person = stage.as_(org.user(role, name))
        person.open("/account")
        person.lacks("Console", "Users")
        for path in ("", "/new", f"/{ada.id}", f"/{ada.id}/edit", f"/{ada.id}/deeds/deactivate"):
            person.open(f"/console/users{path}")
            person.at(REFUSED)
            person.lacks("Users", "Add User", "Save", "Update")


if __name__ == "__main__":
    run("rows_people", globals())
