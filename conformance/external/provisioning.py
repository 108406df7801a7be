"""Provisioning in a browser: the journal of what identity providers asked, the members that groups wait for, and whom an identity
provider lets go beyond the limit of its connection."""

from __future__ import annotations

import re

from cases import check, equal
from person import Person
from scim import Refused, Scim, deactivation
from stage import Organisation, Stage, run

CASES = re.compile(r"(the_journal|a_request|a_group|an_owner|setting_up|mappings|a_schema)_\w+")
PASSWORD = "Nine kettles beside 47 quiet rivers!"


def owner(stage: Stage) -> tuple[Person, Organisation, Scim]:
    """Who manages connections, signed in, and an identity provider."""
    org = stage.organisation()
    person = stage.as_(org.user("owner", "Olga"))
    made = org.cli("connection", "create", "--kind", "entra", "--name", "Entra")
    return person, org, Scim(made["scim_base_url"], made["token"])


def the_journal_says_what_became_of_each_request_and_why(stage: Stage) -> None:
    person, org, entra = owner(stage)
    ada = entra.create_user(f"ada@{org.slug}.example", displayName="Ada", externalId="1", password=PASSWORD)
    entra.call("GET", "Users", filter='userName eq "nobody"')
    try:
        entra.create_user(f"ada@{org.slug}.example")
        check(False, "the same name was taken twice")
    except Refused as refused:
        equal(refused.status, 409, "status of the second")
    person.open("/console")
    person.go("link", "Connections")
    person.go("link", "Journal")
    person.see("another user of this organisation has this user name already")
    person.see("Nothing was found.")
    person.see("Created the user")
    person.choose("Result", "Refused")
    person.go("button", "Show")
    person.miss("Created the user")
    person.open(f"/console/users/{ada['id']}")
    person.go("link", "Provisioning")
    person.go("link", "Requests about this user")
    person.go("link", "POST /Users")
    person.see('"userName"')
    person.see("(withheld)")
    person.miss(PASSWORD)


def a_request_is_tried_again_without_being_done(stage: Stage) -> None:
    person, org, entra = owner(stage)
    ada = entra.create_user(f"ada@{org.slug}.example", displayName="Ada", externalId="1")
    at = f"Users/{ada['id']}"
    entra.patch(at, {"op": "replace", "path": "displayName", "value": "Countess"})
    entra.patch(at, {"op": "replace", "path": "displayName", "value": "Ada"})
    entra.call("DELETE", at)
    bob = entra.create_user(f"bob@{org.slug}.example", displayName="Bob", externalId="2")
    entra.patch(f"Users/{bob['id']}", deactivation())
    entra.patch(f"Users/{bob['id']}", {"op": "replace", "path": "active", "value": True})
    person.open(f"/console/provisioning/journal?user={bob['id']}")
    person.see("Deactivated the user")
    calls = [it for it in person.all("link") if it.name.startswith("PATCH")]
    equal(len(calls), 2, "changes of Bob in the journal")
    person.open(str(calls[1].element().get_attribute("href")).removeprefix(stage.server.url))
    person.go("link", "What would it do now?")
    person.see("What it would do now")
    person.see("Deactivated the user")
    equal(entra.call("GET", f"Users/{bob['id']}")["active"], True, "active after the trial")
    person.open(f"/console/provisioning/journal?user={ada['id']}")
    equal([it.name for it in person.all("link") if it.name.startswith("PATCH")], [], "what is left about one who is gone")


def a_group_shows_whom_it_waits_for(stage: Stage) -> None:
    person, org, entra = owner(stage)
    entra.create_group("Crew", ["not-pushed-yet"])
    person.open("/console/provisioning")
    person.go("link", "Waiting members")
    person.see("One member is waited for.")
    person.see("not-pushed-yet")
    entra.create_user(f"ada@{org.slug}.example", externalId="not-pushed-yet")
    person.reload()
    person.see("No group waits for anybody.")


def setting_up_is_followed_as_it_happens(stage: Stage) -> None:
    person, org, entra = owner(stage)
    person.open("/console/provisioning")
    person.go("link", "Entra")
    person.go("link", "Set up")
    person.see("Waiting for the first request of the identity provider.")
    entra.call("GET", "Users", filter='displayName eq "Ada"')
    person.told("Waiting for the first user.")
    person.see("It looks users up by")
    entra.create_user(f"ada@{org.slug}.example", externalId="1")
    person.told("Waiting for the first group.")
    entra.create_group("Crew", [])
    person.told("Everything works.")


def mappings_say_what_leads_to_a_role_and_what_to_none(stage: Stage) -> None:
    person, org, entra = owner(stage)
    ada = entra.create_user(f"ada@{org.slug}.example", externalId="1", displayName="Ada", roles=[{"value": "Night Shift"}])
    entra.create_group("Crew", [ada["id"]])
    person.open("/console/provisioning")
    person.go("link", "Mappings")
    person.go("link", "Entra")
    person.see("Night Shift")
    person.see("One group gives no role")
    person.fill("Name of the group, or its id there", "Crew")
    person.choose("Role", "Viewer")
    person.go("button", "Let it give the role")
    person.see("One group gives a role")
    person.see("There is no group of this connection that gives no role.")
    person.go("link", "Health")
    person.see("What matters most")


def a_schema_is_defined_changed_and_retired(stage: Stage) -> None:
    person, _, entra = owner(stage)
    urn = "urn:example:acme:2.0:User"
    person.open("/console/provisioning/mappings")
    person.go("link", "Schemas of your own")
    person.go("link", "New schema")
    person.fill("URN", "urn:okta:acme")
    person.fill("Name", "Acme")
    person.fill("Name of the attribute", "badge")
    person.go("button", "Save")
    person.see("This URN begins with the name of somebody else.")
    person.fill("URN", urn)
    person.go("button", "Save")
    person.see("The schema was saved.")
    equal(entra.call("GET", f"Schemas/{urn}")["attributes"][0]["name"], "badge", "the published attribute")
    person.go("link", "New attribute")
    person.fill("Name of the attribute", "site")
    person.choose("When it is given back", "Only when it is asked for")
    person.go("button", "Save")
    person.see("Only when it is asked for")
    person.go("link", "Retire badge")
    person.go("button", "Retire")
    person.miss("badge")
    equal([it["name"] for it in entra.call("GET", f"Schemas/{urn}")["attributes"]], ["site"], "what is published")


def an_owner_decides_about_those_who_are_held(stage: Stage) -> None:
    person, org, entra = owner(stage)
    person.open("/console/provisioning")
    person.go("link", "Entra")
    here = person.path()
    person.go("link", "Change")
    person.fill("Number of users", "1")
    person.fill("And share of the users of the connection, in percent", "0")
    person.go("button", "Save")
    person.see("More than 1 within 60 minutes are held until somebody has decided.")
    person.go("link", "0")
    person.see("Nobody is held.")
    users = [entra.create_user(f"{name}@{org.slug}.example", displayName=name.title()) for name in ("ada", "bob", "cai")]
    entra.patch(f"Users/{users[0]['id']}", deactivation())
    for user in users[1:]:
        try:
            entra.patch(f"Users/{user['id']}", deactivation())
            check(False, "one more than the limit was let go")
        except Refused as refused:
            equal(refused.status, 503, "status beyond the limit")
    person.open(here)
    person.see("so 2 users are held.")
    person.go("link", "Look and decide")
    person.see("2 users would be deactivated.")
    person.see("Bob")
    person.miss("Ada")
    person.go("button", "Carry out now")
    person.see("2 users were let go.")
    person.miss("Look and decide")
    for user in users:
        equal(entra.call("GET", f"Users/{user['id']}")["active"], False, "active after the release")


if __name__ == "__main__":
    run("provisioning", globals(), CASES)
