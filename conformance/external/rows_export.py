"""The export for Microsoft Excel: the row S3-36 in a browser, and the file as LibreOffice opens it."""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
from pathlib import Path

from cases import check, equal
from doorward import WORK
from files import received
from stage import Organisation, Someone, Stage, run

S3 = "admin-standard-readonly"
CONVERT_SECONDS = 90
# Commas, double quotes, UTF-8, every cell as it is shown, each sheet as a file of its own.
AS_CSV = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1'
# What a spreadsheet would take for a formula, or for something else than text.
NAMES = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://evil.example")', "\uff1d2+2", "1/2", "TRUE"]


def sheets(file: Path) -> dict[str, list[list[str]]]:
    """The sheets of a workbook as LibreOffice shows them, each a list of rows."""
    into = Path(tempfile.mkdtemp(prefix="sheets-", dir=WORK / "data"))
    home = {**os.environ, "HOME": str(into)}  # a profile of its own: nothing else of this machine counts
    command = ["soffice", "--headless", "--norestore", "--convert-to", AS_CSV, "--outdir", str(into), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CONVERT_SECONDS, env=home, check=False)
    found = {it.stem.rsplit("-", 1)[1]: it for it in into.glob(f"{file.stem}-*.csv")}
    check(bool(found), f"LibreOffice made nothing of it: {done.stdout} {done.stderr}")
    return {name: list(csv.reader(it.open(encoding="utf-8"))) for name, it in found.items()}


def project(stage: Stage, org: Organisation, name: str) -> str:
    """A project with nobody on it."""
    return str(stage.api("POST", f"/projects?organisation={org.slug}", {"name": name})["id"])


def named(stage: Stage, org: Organisation, name: str, user_name: str) -> Someone:
    """Somebody of this name, which a command line would take for an option."""
    new = {"user_name": user_name, "display_name": name, "role": "standard", "activation": "none"}
    made = stage.api("POST", f"/users?organisation={org.slug}", new)
    return Someone(user_name, name, made.get("id") or made["user"]["id"])


def put_on(stage: Stage, which: str, kind: str, subject: str, **said: object) -> None:
    """Puts a user, a group or a team on a project."""
    stage.api("POST", f"/projects/{which}/assignments", {"subject": {"kind": kind, "id": subject}, **said})


def s3_36_export_downloads_users_and_their_projects_for_excel(stage: Stage) -> None:
    org = stage.organisation(S3)
    ada, stan, rita = org.user("admin", "Ada"), org.user("standard", "Stan"), org.user("read_only", "Rita")
    strange = [named(stage, org, name, f"s{nth}@{org.slug}.example") for nth, name in enumerate(NAMES)]
    group = stage.api("POST", f"/groups?organisation={org.slug}", {"name": "Crew"})["id"]
    stage.api("POST", f"/groups/{group}/members", {"add": [stan.id, rita.id]})
    bridge, tower = project(stage, org, "=Bridge"), project(stage, org, "Tower")
    put_on(stage, bridge, "group", group, as_team=True)
    put_on(stage, tower, "user", stan.id, access="read")
    person = stage.as_(ada)
    person.open("/console/users")
    file = received(person, lambda: person.press("link", "Export"))
    equal(file.suffix, ".xlsx", "what is downloaded")

    opened = sheets(file)

    equal(sorted(opened), ["Assignments", "Users"], "the sheets")
    users = opened["Users"]
    equal(len(users) - 1, 3 + len(NAMES), "users in the file")
    names = {row[0]: row[1] for row in users[1:]}
    for someone in [ada, stan, rita, *strange]:
        equal(names.get(someone.user_name), someone.name, f"the name of {someone.user_name}")
    ways = sorted((row[0], row[2], row[3], row[4], row[5], row[6]) for row in opened["Assignments"][1:])
    expected = sorted([
        (stan.user_name, "=Bridge", "write", "yes", "group", "Crew"),
        (rita.user_name, "=Bridge", "write", "yes", "group", "Crew"),
        (stan.user_name, "Tower", "read", "", "user", "Stan"),
    ])
    equal(ways, expected, "who is on which project")
    events = stage.api("GET", f"/audit?organisation={org.slug}&action=user.exported")["events"]
    equal(len(events), 1, "exports on record")
    person = stage.as_(stan)
    person.open("/console")
    person.lacks("Export", "Users")


def s3_36_what_is_filtered_is_exported_and_csv_is_there_as_well(stage: Stage) -> None:
    org = stage.organisation(S3)
    ada = org.user("admin", "Ada")
    org.user("standard", "Stan")
    person = stage.as_(ada)
    person.open("/console/users?role=standard")
    book = received(person, lambda: person.press("link", "Export"))
    plain = received(person, lambda: person.press("link", "Export as CSV"))
    equal([row[1] for row in sheets(book)["Users"][1:]], ["Stan"], "users in the workbook")
    equal([row[1] for row in list(csv.reader(plain.open(encoding="utf-8")))[1:]], ["Stan"], "users in the CSV")


if __name__ == "__main__":
    run("rows_export", globals())
