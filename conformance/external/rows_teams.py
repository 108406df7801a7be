"""Teams and sharing in a browser: the rows S2-14..17, 19, 20 and 38, each as the person does it who may."""

from __future__ import annotations

from typing import Any

import requests

from cases import check, equal
from person import Person
from stage import OPERATOR_TOKEN, Organisation, Someone, Stage, run

S2 = "admin-developer-viewer"


def admin(stage: Stage) -> tuple[Person, Organisation]:
    """The administrator of a fresh organisation, signed in at the console."""
    org = stage.organisation(S2)
    person = stage.as_(org.user("admin", "Ada"))
    person.open("/console")
    return person, org


def register(stage: Stage, org: Organisation, key: str, **said: Any) -> str:
    """Registers a resource, as its application would; its id."""
    name = key.split("/")[1].capitalize()
    return str(stage.api("PUT", f"/resources/{key}?organisation={org.slug}", {"name": name, **said})["id"])


def may(stage: Stage, org: Organisation, who: Someone, action: str, kind: str, key: str) -> bool:
    """What an application is told of somebody."""
    question = {"subject": {"type": "user", "id": who.id}, "action": {"name": action}, "resource": {"type": kind, "id": key}}
    url, head = f"{stage.server.url}/access/v1/evaluation?organisation={org.slug}", {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
    answer = requests.post(url, json=question, headers=head, timeout=10)
    check(answer.ok, f"{answer.status_code} {answer.text[:300]}")
    return bool(answer.json()["decision"])


def s2_14_the_lead_manages_the_own_team_and_no_other(stage: Stage) -> None:
    person, org = admin(stage)
    lena, bob = org.user("developer", "Lena"), org.user("viewer", "Bob")
    org.team("Research", lena)
    org.team("Sales")
    person.go("link", "Teams")
    person.go("link", "Research")
    equal(person.find("combobox", "Team lead").options(), ["Nobody", f"Lena ({lena.user_name})"], "who can lead")
    person.choose("Team lead", f"Lena ({lena.user_name})")
    person.go("button", "Save the lead")
    person.see("Team lead: Lena")
    person = stage.as_(lena)
    person.open("/console/teams")
    person.lacks("Sales", "Create Team")
    person.go("link", "Research")
    person.lacks("Delete team", "Quotas")
    person.fill("User name", bob.user_name)
    person.go("button", "Add members")
    person.told("The members were changed.")
    equal(person.rows("Bob"), 1, "rows of the new member")
    person.tick("Select Lena")
    person.go("button", "Remove from the team")
    person.open("/console/teams")
    person.lacks("Research")


def s2_15_six_quotas_are_set_and_shown_with_what_is_used(stage: Stage) -> None:
    person, org = admin(stage)
    org.team("Research")
    person.go("link", "Teams")
    person.go("link", "Research")
    person.see("An empty field does not limit.")
    six = ("Processor (thousandths of a core)", "Memory (MiB)", "Storage (GiB)", "Applications", "Workflows", "Workspaces")
    for name in six:
        equal(person.field(name).value, "", f"{name} at first")
    person.fill("Processor (thousandths of a core)", "4000")
    person.fill("Workflows", "0")
    person.go("button", "Save the quotas")
    person.told("The team was updated.")
    person.see("0 of 4000 used")
    person.see("0 of 0 used")
    equal(person.field("Memory (MiB)").value, "", "what was left empty")


def s2_16_an_application_is_shared_with_a_team(stage: Stage) -> None:
    person, org = admin(stage)
    dora = org.user("developer", "Dora")
    org.team("Research", dora)
    register(stage, org, "application/shop")
    for level, edits in (("View only", False), ("Edit", True)):
        person.open("/console/resources")
        person.go("link", "Shop")
        person.go("link", "Share")
        if edits:
            person.choose("Access of Research", level)
            person.go("button", "Save the share with Research")
        else:
            person.tick("Research")
            person.go("button", "Share")
        person.told("The sharing was changed.")
        check(may(stage, org, dora, "view", "application", "shop"), f"{level} lets nobody look")
        equal(may(stage, org, dora, "edit", "application", "shop"), edits, f"{level} lets somebody edit")
    person.go("button", "End the share with Research")
    check(not may(stage, org, dora, "view", "application", "shop"), "the share has not ended")


def s2_17_a_project_is_shared_on_its_access_control_tab(stage: Stage) -> None:
    person, org = admin(stage)
    dora = org.user("developer", "Dora")
    org.team("Research", dora)
    made = str(stage.api("POST", f"/projects?organisation={org.slug}", {"name": "Bridge"})["id"])
    person.go("link", "Projects")
    person.go("link", "Bridge")
    person.press("link", "Access Control")
    person.fill("Search groups, teams and people by name", "Research")
    person.enter()
    person.tick("Research Team")
    person.go("button", "Add")
    check(may(stage, org, dora, "edit", "project", made), "Write does not let edit")
    person.choose("Access of Research", "Read Only")
    person.tick("Select Research")
    person.go("button", "Save team and access")
    check(may(stage, org, dora, "view", "project", made), "Read Only does not let view")
    check(not may(stage, org, dora, "edit", "project", made), "Read Only lets edit")


def s2_19_viewers_of_a_workflow_see_its_logs_only(stage: Stage) -> None:
    person, org = admin(stage)
    vera = org.user("viewer", "Vera")
    which = register(stage, org, "workflow/nightly")
    person.open(f"/console/resources/{which}/share")
    person.tick(f"Vera {vera.user_name}")
    person.go("button", "Share")
    check(may(stage, org, vera, "logs:read", "workflow", "nightly"), "the logs are closed")
    check(not may(stage, org, vera, "definition:read", "workflow", "nightly"), "the definition is open")


def s2_20_a_data_source_is_private_or_for_all_or_for_some(stage: Stage) -> None:
    person, org = admin(stage)
    vera = org.user("viewer", "Vera")
    which = register(stage, org, "data_source/sales")
    for mode, sees in (("All users", True), ("Specific users and teams", False), ("Private", False)):
        person.open(f"/console/resources/{which}/share")
        person.tick(mode)
        person.go("button", "Save")
        check(person.box(mode).is_on(), f"{mode} is not chosen")
        equal(may(stage, org, vera, "query", "data_source", "sales"), sees, f"{mode} lets query")


def s2_38_what_happened_to_a_resource_is_on_its_page(stage: Stage) -> None:
    person, org = admin(stage)
    dora = org.user("developer", "Dora")
    which = register(stage, org, "workflow/nightly")
    told = {"deed": "definition.updated", "user": dora.id, "details": "Runs at four"}
    stage.api("POST", f"/resources/workflow/nightly/activity?organisation={org.slug}", told)
    person.open(f"/console/resources/{which}")
    equal(person.rows("Registered a resource"), 1, "rows of what was done here")
    row = person.row("definition.updated")
    for words in (dora.user_name, "Runs at four"):
        check(row.holds(words), f"{words} is not in {row.text()}")
    person.open("/console/audit?action=app.activity")
    equal(person.rows("Reported what was done in an application"), 1, "rows of the audit log")


if __name__ == "__main__":
    run("rows_teams", globals())
