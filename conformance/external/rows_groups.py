"""Users & Groups and resources in a browser: the rows S2-35 and S3-5, 6, 13, 15, 18, 25..27, as the administrator does it."""

from __future__ import annotations

from cases import check, equal
from person import Person
from stage import Organisation, Someone, Stage, run

S2 = "admin-developer-viewer"
S3 = "admin-standard-readonly"
PAGE = "Users & Groups"
NOT_EVEN_ONE = "No members"
STAYS = "1 resource stays as it is and has no active owner then."


def admin(stage: Stage, preset: str = S3) -> tuple[Person, Organisation]:
    """The administrator of a fresh organisation, signed in, at the overview."""
    org = stage.organisation(preset)
    person = stage.as_(org.user("admin", "Ada"))
    person.open("/console")
    return person, org


def to_groups(person: Person) -> None:
    """From wherever one is in the console to users and groups."""
    person.go("link", PAGE)
    person.at(PAGE)


def made(person: Person, name: str) -> None:
    """Makes a group by the icon of the panel, and comes to its page."""
    to_groups(person)
    with person.within("region", "Groups"):
        person.press("link", "Add Group")
    person.find("dialog")
    person.fill("Name", name)
    person.go("button", "Save")
    person.told("The group was created.")
    person.at(name)


def given(person: Person, role: str) -> None:
    """Lets the group whose page is open give a role."""
    person.choose("Give every member the role", role)
    person.go("button", "Give")
    person.told("Every member has the role from now on.")


def members(person: Person, group: str) -> str:
    """How many are in a group, as its panel says."""
    return person.row(group).cells()[2]


def did(person: Person) -> list[str]:
    """Whom the report of what was done names."""
    report = next(it.text() for it in person.all("status") if it.name == "What was done")
    return report.split(": ")[-1].rstrip(".").split(", ")


def spot(person: Person, panel: str) -> dict[str, float]:
    """Where a panel is on the page."""
    rect: dict[str, float] = person.find("region", panel).element().rect
    return rect


def history(person: Person) -> list[list[str]]:
    """What was done, of whom or what, and in detail, newest first."""
    with person.within("table", "What was done to this group"):
        rows = [it.cells() for it in person.all("row") if it.has_cells()]
    return [[*it[1:4]] for it in rows]


def registered(stage: Stage, org: Organisation, kind: str, name: str, owner: Someone) -> str:
    """Something that an application has made for somebody; returns its address in the API."""
    path = f"/resources/{kind}/{name.lower()}?organisation={org.slug}"
    stage.api("PUT", path, {"name": name, "owner": owner.id})
    return path


def owners(stage: Stage, *paths: str) -> list[str]:
    """Whose these are."""
    return [str(stage.api("GET", it)["owner"]) for it in paths]


def s3_5_users_and_groups_are_side_by_side_or_one_above_the_other(stage: Stage) -> None:
    person, org = admin(stage)
    org.user("standard", "Stan")
    made(person, "Builders")
    to_groups(person)
    for panel, heading, content in (("Users", "Users", "Stan"), ("Groups", "Groups", "Builders")):
        with person.within("region", panel):
            person.at(heading)
            person.find("rowheader", content)
    with person.wide():
        person.reload()
        left, right = spot(person, "Users"), spot(person, "Groups")
        check(left["x"] + left["width"] <= right["x"], f"the panels are not beside each other: {left} {right}")
        check(abs(left["y"] - right["y"]) < 2, f"the panels do not begin at one height: {left} {right}")
    with person.narrow():
        person.reload()
        above, below = spot(person, "Users"), spot(person, "Groups")
        check(above["y"] + above["height"] <= below["y"], f"the panels are not stacked: {above} {below}")
        check(below["x"] + below["width"] <= 360, f"the panel is wider than the window: {below}")
        person.find("link", "Builders").element().click()
        person.at("Builders")


def s3_6_three_users_are_added_to_a_group_and_removed_again(stage: Stage) -> None:
    person, org = admin(stage)
    names = [org.user("standard", name).name for name in ("Sue", "Stan", "Sven")]
    org.user("standard", "Selma")
    made(person, "Builders")
    to_groups(person)
    equal(members(person, "Builders"), NOT_EVEN_ONE, "members at first")
    person.go("button", "Add")
    person.warned("Select at least one user and one group.")
    for button, said, count in (("Add", "added", "3 members"), ("Remove", "removed", NOT_EVEN_ONE)):
        for name in (*names, "Builders"):
            person.tick(f"Select {name}")
        person.go("button", button)
        person.told(f"Builders: {said}: ")
        equal(did(person), names, f"whom the report names after {button}")
        equal(members(person, "Builders"), count, f"members after {button}")
        person.go("link", "Builders")
        shown = [it for it in (*names, "Selma") if person.has("checkbox", f"Select {it}")]
        equal(shown, names if button == "Add" else [], f"who is in the group after {button}")
        to_groups(person)


def s3_13_the_icon_of_the_users_panel_opens_create_user(stage: Stage) -> None:
    person, _ = admin(stage)
    to_groups(person)
    with person.within("region", "Users"):
        icon = person.find("link", "Add User")
        equal((icon.text(), icon.name), ("", "Add User"), "what is written on the icon, and how it is called")
        person.go("link", "Add User")
    person.at("Create User")


def s3_15_a_selected_user_is_edited_by_the_icon_of_the_panel_or_a_right_click(stage: Stage) -> None:
    person, org = admin(stage)
    for name in ("Stan", "Sue"):
        org.user("standard", name)
    to_groups(person)
    person.tick("Select Stan")
    person.tick("Select Sue")
    with person.within("region", "Users"):
        equal(person.find("button", "Edit User").text(), "", "what is written on the icon")
        person.go("button", "Edit User")
    person.warned("Select exactly one user to edit.")
    person.tick("Select Sue", on=False)
    check(person.box("Select Stan").is_on(), "what was selected is not any more")
    with person.within("region", "Users"):
        person.go("button", "Edit User")
    person.at("EDIT USER: Stan")
    to_groups(person)
    person.right_click("Sue")
    check("Edit User" in person.menu(), f"the menu of the right click: {person.menu()}")
    person.press("link", "Edit User")
    person.find("dialog")
    person.at("EDIT USER: Sue")


def s3_18_deactivated_users_are_shown_by_the_toggle_below_the_panels(stage: Stage) -> None:
    person, org = admin(stage)
    org.cli("user", "deactivate", "--user-name", org.user("standard", "Stan").user_name)
    to_groups(person)
    equal(person.rows("Stan"), 0, "rows of the deactivated user at first")
    toggle = person.find("link", "Show deactivated Users").element().rect
    below = spot(person, "Groups")
    check(toggle["y"] >= below["y"] + below["height"], f"the toggle is not below the panels: {toggle} {below}")
    person.go("link", "Show deactivated Users")
    equal((person.rows("Stan"), person.query()), (1, "deactivated=1"), "rows, and the address")
    person.reload()
    equal(person.rows("Stan"), 1, "rows after a reload")
    person.go("link", "Hide deactivated Users")
    equal(person.rows("Stan"), 0, "rows of the deactivated user again")


def s3_25_a_group_is_made_by_the_icon_a_name_and_save(stage: Stage) -> None:
    person, _ = admin(stage)
    to_groups(person)
    with person.within("region", "Groups"):
        icon = person.find("link", "Add Group")
    equal((icon.text(), icon.name), ("", "Add Group"), "what is written on the icon, and how it is called")
    person.press("link", "Add Group")
    equal(person.find("dialog").name, "Add Group", "name of the dialog")
    check(person.field("Name").is_required(), "the name is not required")
    person.press("link", "Cancel")
    person.gone("dialog")
    equal(person.rows("Builders"), 0, "rows of the group after Cancel")
    made(person, "Builders")
    to_groups(person)
    equal(person.rows("Builders"), 1, "rows of the group")
    with person.within("region", "Groups"):
        person.press("link", "Add Group")
    person.fill("Name", "BUILDERS")
    person.go("button", "Save")
    person.warned("Another group has this name already.")
    equal(person.field("Name").value, "BUILDERS", "what was typed")


def s3_26_a_group_that_is_assigned_stays_and_an_unassigned_one_goes(stage: Stage) -> None:
    person, org = admin(stage)
    stan = org.user("read_only", "Stan")
    made(person, "Builders")
    person.tick(f"Stan {stan.user_name}")
    person.go("button", "Add members")
    given(person, "Standard")
    address = person.path()
    to_groups(person)
    person.press("button", "Actions for Builders")
    why = "The group gives the role Standard. Take it away first."
    equal(person.closed("Delete Group"), why, "why Delete Group is closed")
    person.open(f"{address}/delete")
    person.see(why)
    person.lacks("Delete")
    person.open(address)
    person.press("link", "Take away the role Standard")
    person.go("button", "Take away")
    person.told("The group no longer gives the role.")
    for answer in ("Cancel", "Delete"):
        to_groups(person)
        equal(person.rows("Builders"), 1, f"rows of the group before {answer}")
        person.ask("Actions for Builders", "Delete Group")
        person.at("Delete the group Builders?")
        person.see("1 member: the people stay users.")
        if answer == "Cancel":
            person.press("link", answer)
            person.gone("dialog")
            person.reload()
    person.go("button", "Delete")
    person.told("The group was deleted.")
    equal((person.rows("Builders"), person.rows("Stan")), (0, 1), "rows of the group and of who was in it")
    equal(org.state_of(stan)["status"], "active", "status of who was in it")


def s3_27_the_new_name_of_a_group_stands_in_what_has_happened(stage: Stage) -> None:
    person, org = admin(stage)
    stan = org.user("read_only", "Stan")
    made(person, "Builders")
    person.tick(f"Stan {stan.user_name}")
    person.go("button", "Add members")
    given(person, "Standard")
    to_groups(person)
    person.ask("Actions for Builders", "Rename Group")
    equal(person.field("Name").value, "Builders", "the name in the dialog")
    person.fill("Name", "Makers")
    person.go("button", "Save")
    person.told("The group was renamed.")
    person.at("Makers")
    rows = history(person)
    equal([it[0] for it in rows], ["Renamed a group", "Gave a role to a group", "Added members to a group", "Created a group"], "deeds")
    equal({it[1] for it in rows}, {"Makers then Builders"}, "how the group is called in what was done")
    equal((rows[0][2], rows[2][2]), ("Builders → Makers", stan.name), "details of the new name and of the new member")
    person.go("link", "Stan")
    person.go("link", "Access")
    person.see("In the group")
    person.see("Makers")
    person.miss("Builders")


def s2_35_what_somebody_owns_stays_is_listed_as_orphaned_and_is_transferred(stage: Stage) -> None:
    person, org = admin(stage, S2)
    dora, dave, vic = org.user("developer", "Dora"), org.user("developer", "Dave"), org.user("viewer", "Vic")
    shop = registered(stage, org, "application", "Shop", dora)
    sales = registered(stage, org, "report", "Sales", dave)
    person.go("link", "Users")
    person.ask("Actions for Dora", "Deactivate User")
    person.see(STAYS)
    person.go("button", "Deactivate")
    equal(owners(stage, shop, sales), [dora.id, dave.id], "owners after the deactivation")
    person.go("link", "Resources")
    equal((person.rows("Shop"), person.rows("Sales")), (1, 1), "rows of the resources")
    person.go("link", "Orphaned 1")
    equal((person.rows("Shop"), person.rows("Sales")), (1, 0), "rows of those that nobody answers for")
    person.see("Nobody is left who answers for these")
    person.tick("Select Shop")
    person.go("button", "Transfer ownership")
    equal([it.split()[0] for it in person.choices("New owner")], ["Ada", "Dave", "Vic"], "who can become the owner")
    person.tick(f"Dave {dave.user_name}")
    person.go("button", "Show what would happen")
    person.see("They belong to Dave from then on.")
    person.see("1 chosen, none skipped.")
    equal(owners(stage, shop), [dora.id], "the owner before the plan is confirmed")
    person.go("button", "Transfer 1 resource")
    person.told("1 resource was transferred.")
    person.go("link", "Orphaned 0")
    person.see("Everything has an owner who is active.")
    equal(owners(stage, shop, sales), [dave.id, dave.id], "owners after the transfer")
    person = stage.as_(vic)
    person.open("/console/resources")
    person.at("You cannot do this")


if __name__ == "__main__":
    run("rows_groups", globals())
