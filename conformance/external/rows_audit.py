"""The audit log in a browser: the rows S1-32, S2-40 and S3-27, each as the person does it who is meant."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from urllib.parse import parse_qs

from cases import check, equal
from files import received
from person import Person
from stage import Organisation, Stage, run

S1 = "owner-admin-contributor-viewer"
S2 = "admin-developer-viewer"
LOG = "Audit log"
FORMATS = {"CSV, for spreadsheets": "csv", "JSON, one list": "json", "NDJSON, one line each": "ndjson"}


def to_log(person: Person) -> None:
    """From the overview to the log."""
    person.open("/console")
    person.go("link", LOG)
    person.at(LOG)


def events(person: Person) -> list[list[str]]:
    """What, who, whom and outcome of the deeds on the page, newest first."""
    with person.within("table", LOG):
        return [it.cells()[1:5] for it in person.all("row") if it.has_cells()]


def downloaded(person: Person, name: str) -> Path:
    """Chooses in which form the log is downloaded."""
    person.press("button", "Download")
    return received(person, lambda: person.press("link", name))


def actions(file: Path) -> list[str]:
    """The deeds in a file, by their name for programs."""
    text = file.read_text()
    if file.suffix == ".csv":
        return [it["action"] for it in csv.DictReader(text.splitlines())]
    if file.suffix == ".ndjson":
        return [json.loads(it)["action"] for it in text.splitlines()]
    return [it["action"] for it in json.loads(text)]


def made(stage: Stage, preset: str, role: str) -> tuple[Person, Organisation]:
    """The highest of a fresh organisation in which two people and a group were made, signed in."""
    org = stage.organisation(preset)
    person = stage.as_(org.user(role, "Olga"))
    person.open("/console/groups/new")
    person.fill("Name", "Builders")
    person.go("button", "Save")
    return person, org


def s1_32_owners_and_admins_view_and_download_the_log_and_others_do_not(stage: Stage) -> None:
    person, org = made(stage, S1, "owner")
    for role, name in (("admin", "Adam"), ("owner", "Otto")):
        person = stage.as_(org.user(role, name))
        to_log(person)
        check("Created a group" in [it[0] for it in events(person)], f"the {role} does not see what was done")
        check("group.created" in actions(downloaded(person, "CSV, for spreadsheets")), f"what the {role} has downloaded")
    for role, name in (("contributor", "Conny"), ("viewer", "Vera")):
        person = stage.as_(org.user(role, name))
        person.open("/console/users")
        person.lacks(LOG, "Download")
        person.open("/console/audit")
        person.at("You cannot do this")
        person.lacks("Download", *FORMATS)
        person.open("/console/audit/export?format=csv")
        person.at("You cannot do this")


def s2_40_what_is_filtered_is_downloaded_in_three_formats(stage: Stage) -> None:
    person, _ = made(stage, S2, "admin")
    to_log(person)
    check(len({it[0] for it in events(person)}) > 1, "there is one kind of deed only")
    person.choose("What", "Created a group")
    person.go("button", "Show")
    equal({it[0] for it in events(person)}, {"Created a group"}, "deeds on the page with the filter")
    equal(parse_qs(person.query())["action"], ["group.created"], "the filter in the address")
    for name, ending in FORMATS.items():
        file = downloaded(person, name)
        equal((file.suffix, actions(file)), (f".{ending}", ["group.created"]), f"the file of {name}")
        person.reload()
    to_log(person)
    equal([it[0] for it in events(person)].count("Exported the audit log"), 3, "downloads on record")


def s3_27_a_renamed_group_has_its_new_name_in_the_log(stage: Stage) -> None:
    person, _ = made(stage, S1, "owner")
    person.press("link", "Rename Group")
    person.fill("Name", "Makers")
    person.go("button", "Save")
    to_log(person)
    shown = {it[0]: it[2] for it in events(person)}
    equal(shown.get("Created a group"), "Makers then Builders", "how the group is called in what was done before")


if __name__ == "__main__":
    run("rows_audit", globals())
