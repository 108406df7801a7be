"""Roles in a browser: the rows S0-1, S1-38, S2-4 and S2-7."""

from __future__ import annotations

from cases import check, equal
from person import Person
from stage import Stage, run

S0 = "root-admin-developer"
S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
S1_ROLES = ["Owner", "Admin", "Contributor", "Viewer", "VIEWERNOSECRETS"]
BREAKDOWN = {
    "users:list": "yyyyy",
    "tokens.personal:create": "yyynn",
    "org.integrations:manage": "yynnn",
    "org.audit:read": "yynnn",
    "org.audit:export": "yynnn",
    "users:invite": "yynnn",
    "org.account:manage": "ynnnn",
    "projects:switch": "yyyyy",
    "app.config.secrets:read": "yyyyn",
    "projects:create": "yyynn",
}


def at_roles(stage: Stage, preset: str, role: str) -> Person:
    """The highest in a fresh organisation, at the roles."""
    person = stage.as_(stage.organisation(preset).user(role, "Ada"))
    person.open("/console")
    person.go("link", "Roles")
    return person


def roles(person: Person) -> list[str]:
    """The roles on the page."""
    with person.within("main", ""):
        return [it.name for it in person.all("heading") if it.said("level") == 2]


def s0_1_there_are_root_admin_and_developer(stage: Stage) -> None:
    person = at_roles(stage, S0, "root")
    equal(roles(person), ["Root", "Admin", "Developer"], "roles")
    person.go("link", "Role matrix")
    equal(person.names("columnheader"), ["Permission", "Root", "Admin", "Developer"], "columns of the matrix")


def s1_38_the_matrix_shows_what_each_role_may(stage: Stage) -> None:
    person = at_roles(stage, S1, "owner")
    person.go("link", "Role matrix")
    equal(person.names("columnheader"), ["Permission", *S1_ROLES], "columns of the matrix")
    rows = {(cells := it.cells())[0]: cells[1:] for it in person.all("row") if it.has_cells()}
    for permission, expected in BREAKDOWN.items():
        shown = "".join({"Yes": "y", "No": "n"}.get(it, "?") for it in rows.get(permission, []))
        equal(shown, expected, f"who of {', '.join(S1_ROLES)} has {permission}")


def s2_4_a_role_has_a_name_permissions_and_whom_it_suits(stage: Stage) -> None:
    person = at_roles(stage, S2, "admin")
    person.see("Best for: ")
    person.go("link", "Developer")
    person.at("Permissions")
    person.see("app.apps:")
    person.open("/console/users/new")
    with person.within("group", "Role"):
        words = {name: person.box(name).description for name in ("Admin", "Developer", "Viewer")}
    for name, said in words.items():
        check("Best for: " in said, f"the picker does not say whom {name} suits: {said!r}")


def s2_7_the_picker_has_admin_developer_data_scientist_and_viewer(stage: Stage) -> None:
    person = at_roles(stage, S2, "admin")
    expected = ["Admin", "Developer", "Data Scientist", "Viewer"]
    person.open("/console/users/new")
    equal(person.choices("Role"), expected, "roles of a new user")
    person.open("/console/users/invite")
    equal(person.find("combobox", "Role for everybody").options(), expected, "roles of an invitation")


if __name__ == "__main__":
    run("rows_roles", globals())
