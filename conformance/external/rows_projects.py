"""Project Permissions in a browser: the rows S3-1, 4, 24, 26 and 28..35, each as the administrator does it."""

from __future__ import annotations

from cases import check, equal
from person import Person
from stage import Organisation, Someone, Stage, run

S3 = "admin-standard-readonly"
USERS_AND_GROUPS = "Users & Groups"
TAB = "Project Permissions"
BEST = "Best practice: add groups as teams rather than single users."
WRONG = "1 person is misconfigured: everybody on a project must be on one team there, and on no more."
WORKS = "may work in the project as far as the roles allow."
FOLDED = "DisclosureTriangle"  # what Chromium calls a <summary>


def admin(stage: Stage) -> tuple[Person, Organisation]:
    """The administrator of a fresh organisation, signed in."""
    org = stage.organisation(S3)
    return stage.as_(org.user("admin", "Ada")), org


def group(stage: Stage, org: Organisation, name: str, *members: Someone) -> str:
    """A group with these people in it."""
    made = stage.api("POST", f"/groups?organisation={org.slug}", {"name": name})["id"]
    stage.api("POST", f"/groups/{made}/members", {"add": [it.id for it in members]})
    return str(made)


def project(stage: Stage, org: Organisation, name: str) -> str:
    """A project with nobody on it."""
    return str(stage.api("POST", f"/projects?organisation={org.slug}", {"name": name})["id"])


def to_tab(person: Person) -> None:
    """By the menu and the second tab to who is on projects."""
    person.open("/console")
    person.go("link", USERS_AND_GROUPS)
    person.go("link", TAB)
    person.at(TAB)


def on(stage: Stage, which: str) -> list[tuple[str, str, bool]]:
    """Who or what is on a project: name, access, and whether it is a team."""
    found = stage.api("GET", f"/projects/{which}/assignments")["assignments"]
    return [(it["name"], it["access"], it["as_team"]) for it in found]


def may(stage: Stage, which: str, someone: Someone) -> str:
    """What the page of a project says of somebody's access."""
    person = stage.person
    person.open(f"/console/projects/{which}")
    person.fill("User name", someone.user_name)
    person.go("button", "Check")
    return next(it.text() for it in person.all("status"))


def put_on(person: Person, button: str, *names: str) -> None:
    """Selects these and presses a button between the trees."""
    for name in names:
        person.tick(f"Select {name}")
    person.go("button", button)


def s3_1_user_account_management_has_users_groups_and_project_access(stage: Stage) -> None:
    person, org = admin(stage)
    group(stage, org, "Crew", stan := org.user("standard", "Stan"))
    project(stage, org, "Bridge")
    person.open("/console")
    person.go("link", USERS_AND_GROUPS)
    person.find("navigation", "User Account Management")
    for panel, content in (("Users", "Stan"), ("Groups", "Crew")):
        with person.within("region", panel):
            person.find("rowheader", content)
    person.go("link", TAB)
    with person.within("region", "Projects"):
        person.box("Select Bridge")
    person = stage.as_(stan)
    person.open("/console/projects")
    person.lacks(TAB, USERS_AND_GROUPS)
    person.open("/console/projects/permissions")
    person.at("You cannot do this")


def s3_4_two_tabs_say_which_of_them_is_open(stage: Stage) -> None:
    person, _ = admin(stage)
    for path, here in (("/console/groups", USERS_AND_GROUPS), ("/console/projects/permissions", TAB)):
        person.open(path)
        with person.within("navigation", "User Account Management"):
            equal(person.names("link"), [USERS_AND_GROUPS, TAB], "tabs")
            open_now = [it.name for it in person.all("link") if it.element().get_attribute("aria-current") == "page"]
        equal(open_now, [here], f"the tab that is open at {path}")


def s3_24_a_group_on_a_project_grants_all_its_members(stage: Stage) -> None:
    person, org = admin(stage)
    stan, sue, sven = (org.user("standard", name) for name in ("Stan", "Sue", "Sven"))
    crew = group(stage, org, "Crew", stan, sue)
    bridge = project(stage, org, "Bridge")
    check("nothing puts the user on the project" in may(stage, bridge, stan), "somebody is on the project before")
    to_tab(person)
    put_on(person, "Add Groups As Team", "Crew", "Bridge")
    for someone, has in ((stan, True), (sue, True), (sven, False)):
        equal(WORKS in may(stage, bridge, someone), has, f"whether {someone.name} may work in the project")
    stage.api("POST", f"/groups/{crew}/members", {"add": [sven.id]})
    check(WORKS in may(stage, bridge, sven), "who joins the group later is not on the project")


def s3_26_a_group_on_a_project_is_not_deleted_and_says_which(stage: Stage) -> None:
    person, org = admin(stage)
    crew = group(stage, org, "Crew", org.user("standard", "Stan"))
    project(stage, org, "Bridge")
    to_tab(person)
    put_on(person, "Add Groups As Team", "Crew", "Bridge")
    person.open("/console/groups")
    person.press("button", "Actions for Crew")
    equal(person.closed("Delete Group"), "The group is on the projects Bridge. Take it off them first.", "why it stays")
    person.open(f"/console/groups/{crew}/delete")
    person.see("The group is on the projects Bridge.")
    person.lacks("Delete")
    to_tab(person)
    taken_off(person, "Crew")
    person.open("/console/groups")
    person.ask("Actions for Crew", "Delete Group")
    person.go("button", "Delete")
    person.told("The group was deleted.")


def taken_off(person: Person, name: str) -> None:
    """Takes something off the one project on the page."""
    with person.within("region", "Projects"):
        person.tick(f"Select {name}")
    person.go("button", "Remove")


def s3_28_groups_and_projects_are_trees_that_unfold(stage: Stage) -> None:
    person, org = admin(stage)
    group(stage, org, "Crew", stan := org.user("standard", "Stan"))
    bridge = project(stage, org, "Bridge")
    path = f"/projects/{bridge}/assignments"
    stage.api("POST", path, {"subject": {"kind": "user", "id": stan.id}, "as_team": True})
    to_tab(person)
    with person.within("region", "Groups"):
        check(not person.offers("Stan"), "the group is unfolded at first")
        person.unfold("Crew 1 member")
        person.box("Stan")
    with person.within("region", "Projects"):
        person.find(FOLDED, "Bridge 1 assigned")
        check("User" in person.row(stan.user_name).text(), "who is on the project is not in its branch")
        person.unfold("Bridge 1 assigned")
        check(not person.offers(f"Select {stan.user_name}"), "the project is not folded")


def s3_29_the_buttons_between_add_remove_and_add_groups_as_team(stage: Stage) -> None:
    person, org = admin(stage)
    group(stage, org, "Crew", org.user("standard", "Stan"))
    bridge, tunnel = project(stage, org, "Bridge"), project(stage, org, "Tunnel")
    to_tab(person)
    put_on(person, "Add", "Crew", "Bridge")
    person.told("Bridge: added: Crew.")
    equal(on(stage, bridge), [("Crew", "write", False)], "who is on the project after Add")
    to_tab(person)
    with person.within("region", "Groups"):
        person.tick("Select Crew")
    put_on(person, "Add Groups As Team", "Tunnel")
    person.told("Tunnel: added as team: Crew.")
    equal(on(stage, tunnel), [("Crew", "write", True)], "who is on the project after Add Groups As Team")
    person.open("/console/projects/permissions?projects=Bridge")
    taken_off(person, "Crew")
    person.told("Bridge: removed: Crew.")
    equal((on(stage, bridge), len(on(stage, tunnel))), ([], 1), "who is on the projects after Remove")


def s3_30_nobody_gets_onto_a_second_team_of_a_project(stage: Stage) -> None:
    person, org = admin(stage)
    stan = org.user("standard", "Stan")
    group(stage, org, "Crew", stan)
    group(stage, org, "Other", stan)
    bridge = project(stage, org, "Bridge")
    to_tab(person)
    put_on(person, "Add Groups As Team", "Crew", "Bridge")
    to_tab(person)
    put_on(person, "Add Groups As Team", "Other", "Bridge")
    person.see(f"{stan.user_name} is on the team Crew of the project Bridge already.")
    equal(on(stage, bridge), [("Crew", "write", True)], "who is on the project")


def s3_31_whoever_is_on_a_project_without_a_team_is_an_error_that_is_listed(stage: Stage) -> None:
    person, org = admin(stage)
    stan = org.user("standard", "Stan")
    group(stage, org, "Crew", stan)
    bridge = project(stage, org, "Bridge")
    to_tab(person)
    person.miss("misconfigured")
    put_on(person, "Add", "Crew", "Bridge")
    for path in ("/console/projects/permissions", f"/console/projects/{bridge}"):
        person.open(path)
        check(any(WRONG in it.text() for it in person.all("note")), f"no banner on {path}")
        person.unfold("Who is misconfigured")
        person.see("on no team, so without access.")
        person.find("link", "Stan")
    check("is on no team of the project." in may(stage, bridge, stan), "access without a team")
    person.open(f"/console/projects/{bridge}")
    person.tick("Crew is a team")
    person.go("button", "Save team and access")
    person.miss("misconfigured")
    check(WORKS in may(stage, bridge, stan), "no access with a team")


def s3_32_add_hints_at_groups_as_teams(stage: Stage) -> None:
    person, org = admin(stage)
    group(stage, org, "Crew", org.user("standard", "Stan"))
    bridge = project(stage, org, "Bridge")
    for path in ("/console/projects/permissions", f"/console/projects/{bridge}"):
        person.open(path)
        person.see(BEST)
        check(BEST in person.find("button", "Add").description, f"Add does not say it to those who hear the page {path}")


def s3_33_s3_34_access_is_write_at_first_and_read_only_changes_nothing(stage: Stage) -> None:
    person, org = admin(stage)
    stan = org.user("standard", "Stan")
    group(stage, org, "Crew", stan)
    bridge = project(stage, org, "Bridge")
    to_tab(person)
    put_on(person, "Add Groups As Team", "Crew", "Bridge")
    person.open(f"/console/projects/{bridge}")
    access = person.find("combobox", "Access of Crew")
    equal((access.options(), access.chosen()), (["Write", "Read Only"], "Write"), "the access at first")
    check(WORKS in may(stage, bridge, stan), "no work with Write")
    person.choose("Access of Crew", "Read Only")
    person.go("button", "Save team and access")
    said = "may only read, because an assignment is Read Only, whatever the roles allow."
    check(said in may(stage, bridge, stan), "Read Only is not told")
    equal(on(stage, bridge), [("Crew", "read", True)], "who is on the project")


def s3_35_what_was_added_becomes_a_team_by_its_box_in_the_column_team(stage: Stage) -> None:
    person, org = admin(stage)
    group(stage, org, "Crew", org.user("standard", "Stan"))
    bridge = project(stage, org, "Bridge")
    to_tab(person)
    put_on(person, "Add", "Crew", "Bridge")
    to_tab(person)
    with person.within("region", "Projects"):
        check("Team" in person.names("columnheader"), "there is no column Team")
        check(not person.box("Crew is a team").is_on(), "it is a team at first")
        person.tick("Crew is a team")
    person.go("button", "Save team and access")
    person.told("Bridge: changed: Crew.")
    equal(on(stage, bridge), [("Crew", "write", True)], "who is on the project")
    to_tab(person)
    check(person.box("Crew is a team").is_on(), "the box is empty again")


if __name__ == "__main__":
    run("rows_projects", globals())
