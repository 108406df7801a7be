"""Roles in a browser: the rows S0-1..4, 6, 7, S1-31, S1-38, S2-4 and S2-7."""

from __future__ import annotations

from cases import check, equal
from person import Person
from stage import Stage, run

S0 = "root-admin-developer"
S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
S1_ROLES = ["Owner", "Admin", "Contributor", "Viewer", "VIEWERNOSECRETS"]
ROOT_ALONE = {
    "org.billing:manage",
    "users:update",
    "users:activate",
    "users:deactivate",
    "users:remove",
    "users:delete_pending",
    "users:erase",
    "users.password:reset",
    "users.password:set_temp",
    "users.mfa:reset",
    "users.mfa:require",
    "users.sessions:revoke",
    "users.idp:change",
    "roles:assign",
    "roles:define",
    "impersonate:use",
}
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


def matrix(person: Person) -> dict[str, str]:
    """Which role has which permission, one letter a role, as the role matrix shows it."""
    person.go("link", "Role matrix")
    letter = {"Yes": "y", "No": "n"}
    rows = [it.cells() for it in person.all("row") if it.has_cells()]
    return {cells[0]: "".join(letter.get(it, "?") for it in cells[1:]) for cells in rows}


def having(shown: dict[str, str], which: str) -> set[str]:
    """The permissions that exactly these roles have."""
    return {permission for permission, who in shown.items() if who == which}


def s0_1_there_are_root_admin_and_developer(stage: Stage) -> None:
    person = at_roles(stage, S0, "root")
    equal(roles(person), ["Root", "Admin", "Developer"], "roles")
    person.go("link", "Role matrix")
    equal(person.names("columnheader"), ["Permission", "Root", "Admin", "Developer"], "columns of the matrix")


def s0_2_s0_3_s0_4_what_root_may_and_an_admin_may_not(stage: Stage) -> None:
    shown = matrix(at_roles(stage, S0, "root"))
    equal({who[0] for who in shown.values()}, {"y"}, "what the matrix says of root")
    equal(having(shown, "ynn"), ROOT_ALONE, "what root has and an admin has not")
    equal((shown["org.billing.invoices:read"], shown["org.billing:manage"]), ("yyn", "ynn"), "who sees and who pays invoices")
    equal((shown["users:read"], shown["users:list"]), ("yyn", "yyn"), "who views other users")


def s0_6_s0_7_a_developer_has_all_of_the_pipelines_and_nothing_of_billing(stage: Stage) -> None:
    shown = matrix(at_roles(stage, S0, "root"))
    pipelines = {f"app.pipeline:{verb}" for verb in ("read", "create", "update", "delete", "run")}
    equal(having(shown, "yyy"), pipelines, "what a developer has")
    equal([who[2] for it, who in shown.items() if "billing" in it], ["n", "n"], "what a developer has of billing")


def s1_31_owners_and_admins_have_the_integrations(stage: Stage) -> None:
    shown = matrix(at_roles(stage, S1, "owner"))
    equal(shown["org.integrations:manage"], "yynnn", "who has the integrations")


def s1_38_the_matrix_shows_what_each_role_may(stage: Stage) -> None:
    person = at_roles(stage, S1, "owner")
    shown = matrix(person)
    equal(person.names("columnheader"), ["Permission", *S1_ROLES], "columns of the matrix")
    for permission, expected in BREAKDOWN.items():
        equal(shown.get(permission), expected, f"who of {', '.join(S1_ROLES)} has {permission}")


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
