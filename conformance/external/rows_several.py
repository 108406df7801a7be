"""What is done to several users at once in a browser: the bar above the list, and the import of a file.

The rows S0-17, 19, S3-23, 36 (the list as a file, not yet of that kind) and S4-10, 12, each as the administrator does it:
what would happen is shown before it does.
"""

from __future__ import annotations

import csv
from urllib.parse import parse_qs

from cases import check, equal
from files import choose_file, received
from person import Person
from stage import Organisation, Stage, run, sign_in

S0 = "root-admin-developer"
S3 = "admin-standard-readonly"
S4 = "admin-platform-devops"
BAR = "With the selected:"
SELECTED = "Selected"
READY = "Will be done to"
SKIPPED = "Skipped"
HEAD = "user_name,display_name,email,role,sign_in"
TOO_EARLY = "This would happen. Nothing is written yet."


def admin(stage: Stage, preset: str) -> tuple[Person, Organisation]:
    """The administrator of a fresh organisation, signed in, at the list of users."""
    org = stage.organisation(preset)
    person = stage.as_(org.user("admin", "Ada"))
    person.open("/console/users")
    return person, org


def narrowed(person: Person, filter_name: str, value: str) -> str:
    """Narrows the list by a filter and turns it round; returns its address."""
    person.open("/console/users")
    person.ask("Add a Filter", filter_name)
    person.tick(value)
    person.go("button", "Apply")
    person.go("link", "Name")
    return person.query()


def people(person: Person) -> list[str]:
    """Who is on the list, in its order."""
    return [it.name.removesuffix(" you") for it in person.all("rowheader")]


def select(person: Person, *names: str) -> None:
    """Ticks the boxes of these rows."""
    for name in names:
        person.tick(f"Select {name}")


def with_selected(person: Person, deed: str) -> None:
    """Presses what the bar above the list offers for those who are selected."""
    with person.within("form", BAR):
        person.go("button", deed)


def under(person: Person, heading: str) -> list[str]:
    """What the list below a heading says, line by line."""
    person.at(heading)
    things = person.find("main").inside()
    at = next(place for place, it in enumerate(things) if it.role == "heading" and it.name == heading)
    below = next((it for it in things[at:] if it.role == "list"), None)
    return [it.text() for it in below.inside() if it.role == "listitem"] if below else []


def came_back(person: Person, query: str, names: list[str]) -> None:
    """Fails unless the list is there as it was, besides what it says of the deed."""
    equal(person.path(), "/console/users", "where the deed leads")
    words = {name: values for name, values in parse_qs(person.query()).items() if name not in ("said", "done", "skipped")}
    equal(words, parse_qs(query), "filters and order of the list")
    equal(people(person), names, "who is on the list")


def is_sent(stage: Stage, link: str) -> str:
    """The heading of the page that a mailed link opens."""
    person = stage.fresh()
    person.open(link)
    return person.heading()


def s4_10_the_head_selects_every_row_and_the_bar_says_how_many(stage: Stage) -> None:
    person, org = admin(stage, S4)
    for name in ("Bob", "Cleo"):
        org.user("devops", name)
    org.team("Core")
    person.reload()
    person.tick("Select all on this page")
    equal([person.box(f"Select {name}").is_on() for name in ("Ada", "Bob", "Cleo")], [True] * 3, "the rows")
    person.told("3 selected:")
    person.tick("Select Ada", on=False)
    person.told("2 selected:")
    check(person.find("form", BAR).text().startswith("2 selected:"), "the bar does not say how many")
    equal(person.box("Select all on this page").said("checked"), "mixed", "the box in the head")
    person.keys("x")  # the focus is in the row
    person.told("3 selected:")
    check(person.box("Select all on this page").is_on(), "the box in the head is not on again")
    with person.narrow():
        person.tick("Select Bob", on=False)
        person.told("2 selected:")
        with person.within("form", BAR):
            person.press("button", "Select all on this page")
        person.told("3 selected:")
    person.tick("Select all on this page", on=False)
    check(not person.has("form", BAR), "the bar stays though nothing is selected")
    person.tick("Select all on this page")
    with_selected(person, "Add to Team")
    equal(under(person, SELECTED), ["Ada", "Bob", "Cleo"], "who is selected")


def s4_10_several_users_join_a_team_after_a_plan_and_the_list_comes_back(stage: Stage) -> None:
    person, org = admin(stage, S4)
    dirk, dora = org.user("devops", "Dirk"), org.user("devops", "Dora")
    org.pending("devops", "Penny")
    org.user("platform", "Paul")
    org.team("Old")
    team = org.team("Core", dirk)
    query, shown = narrowed(person, "Role", "DevOps"), ["Penny", "Dora", "Dirk"]
    equal(people(person), shown, "who is on the list before")
    select(person, *shown)
    with_selected(person, "Add to Team")
    person.at("Add to Team: several users")
    equal(under(person, SELECTED), shown, "who is selected")
    equal(person.choices("Team"), ["Core", "Old"], "the teams")
    person.tick("Core")
    person.go("button", "Next")
    person.see("2 of 3 skipped.")
    equal(under(person, READY), ["Dora"], "who would join")
    skipped = ["Penny Only somebody active is put on a team.", "Dirk On this team already."]
    equal(under(person, SKIPPED), skipped, "who is skipped, and why")
    equal(members(stage, team), {dirk.id}, "who is on the team before the plan is confirmed")
    person.go("button", "Add to Team (1)")
    person.told("1 done.")
    came_back(person, query, shown)
    equal(members(stage, team), {dirk.id, dora.id}, "who is on the team")


def members(stage: Stage, team: str) -> set[str]:
    """Who is on a team."""
    return {it["id"] for it in stage.api("GET", f"/teams/{team}")["members"]}


def s4_12_a_second_factor_is_required_of_several_users_and_who_is_left_out_is_named(stage: Stage) -> None:
    person, org = admin(stage, S4)
    dina, dora = org.user("devops", "Dina"), org.user("devops", "Dora")
    stage.api("PUT", f"/users/{dora.id}/mfa-required", {"required": True})
    query, shown = narrowed(person, "Sign-in", "Password"), ["Dora", "Dina", "Ada"]
    equal(people(person), shown, "who is on the list before")
    select(person, *shown)
    with_selected(person, "Require MFA")
    person.at("Require MFA: several users")
    person.see("2 of 3 skipped.")
    equal(under(person, READY), ["Dina"], "of whom it would be required")
    skipped = ["Dora A second factor is required of this user already.", "Ada This is you."]
    equal(under(person, SKIPPED), skipped, "who is skipped, and why")
    person.go("link", "Cancel")
    came_back(person, query, shown)
    equal(org.state_of(dina)["mfa_required"], False, "whether it is required after Cancel")
    select(person, *shown)
    with_selected(person, "Require MFA")
    person.go("button", "Require MFA (1)")
    person.told("1 done.")
    came_back(person, query, shown)
    sign_in(stage.fresh(), dina)
    person.at("Set up your second factor")


def s3_23_the_activation_mail_is_sent_again_to_several_users(stage: Stage) -> None:
    person, org = admin(stage, S3)
    penny, pia = org.pending("standard", "Penny"), org.pending("standard", "Pia")
    org.user("standard", "Stan")
    old = [stage.letters(it)[0].link() for it in (penny, pia)]
    query, shown = narrowed(person, "Role", "Standard"), ["Stan", "Pia", "Penny"]
    select(person, *shown)
    with_selected(person, "Resend Account Activation Email")
    person.see("1 of 3 skipped.")
    equal(under(person, READY), ["Pia", "Penny"], "to whom it would be sent")
    equal(under(person, SKIPPED), ["Stan Not possible for a user like this: Active."], "who is skipped, and why")
    equal([len(stage.mail(it.user_name)) for it in (penny, pia)], [1, 1], "letters before the plan is confirmed")
    person.go("button", "Resend Account Activation Email (2)")
    person.told("2 done.")
    came_back(person, query, shown)
    new = [stage.letters(it, 2)[1].link() for it in (penny, pia)]
    equal({is_sent(stage, it) for it in old}, {"This link no longer works"}, "what the old links open")
    equal({is_sent(stage, it) for it in new}, {"Choose your password"}, "what the new links open")


def s3_36_the_users_selected_are_a_file_of_those_alone(stage: Stage) -> None:
    person, org = admin(stage, S3)
    sara, stan = org.user("standard", "Sara"), org.user("standard", "Stan")
    org.user("standard", "Sven")
    person.reload()
    select(person, "Sara", "Stan")
    file = received(person, lambda: export(person))
    names = [it["user_name"] for it in csv.DictReader(file.read_text().splitlines())]
    equal((file.suffix, sorted(names)), (".csv", [sara.user_name, stan.user_name]), "the file and who is in it")
    equal((person.path(), people(person)), ("/console/users", ["Ada", "Sara", "Stan", "Sven"]), "the page afterwards")


def export(person: Person) -> None:
    """Presses the button that answers with a file and leads nowhere."""
    with person.within("form", BAR):
        person.press("button", "Export")


def check_file(person: Person, content: bytes) -> None:
    """Chooses a file with this content, and has it checked."""
    choose_file(person, "CSV file", "people.csv", content)
    person.go("button", "Check")


def to_import(person: Person) -> None:
    """From the list of users to the page that takes the file."""
    person.open("/console/users")
    person.go("link", "Add User")
    person.go("link", "Import users from CSV")
    person.at("Import users from CSV")


def listed(stage: Stage, org: Organisation) -> dict[str, str]:
    """The role of everybody in the organisation, by user name."""
    return {it["user_name"]: it["role"] for it in stage.api("GET", f"/users?organisation={org.slug}")["users"]}


def s0_17_users_are_imported_from_a_file_after_its_rows_were_shown(stage: Stage) -> None:
    org = stage.organisation(S0)
    root = org.user("root", "Rita")
    person = stage.as_(root)
    to_import(person)
    nina, sam = f"nina@{org.slug}.example", f"sam@{org.slug}.example"
    rows = [HEAD, f'{nina},"Nolan, Nina",{nina},developer,password', f"{sam},Sam,{sam},admin,sso"]
    check_file(person, "\r\n".join(rows).encode())
    person.told(TOO_EARLY)
    said = [f"Line 2 {nina} Developer", f"Line 3 {sam} Admin"]
    equal(under(person, "2 users would be created"), said, "what would become of the rows")
    equal(listed(stage, org), {root.user_name: "root"}, "who is there before the import")
    person.go("button", "Import 2 users")
    person.told("2 users were imported.")
    equal(people(person), ["Nolan, Nina", "Rita", "Sam"], "who is on the list")
    equal(listed(stage, org), {root.user_name: "root", nina: "developer", sam: "admin"}, "roles after the import")
    check(nina in stage.letters(nina)[0].text, "the letter to the new user does not name the user")
    equal(stage.mail(sam), [], "letters to the user who signs in elsewhere")


def s0_19_an_admin_imports_developers_and_every_other_row_is_flagged(stage: Stage) -> None:
    org = stage.organisation(S0)
    root, adam = org.user("root", "Rita"), org.user("admin", "Adam")
    person = stage.as_(adam)
    before = listed(stage, org)
    to_import(person)
    dora = f"dora@{org.slug}.example"
    rows = [HEAD, f"{dora},Dora,{dora},developer,sso", "anna,Anna,,admin,sso", "eve,Eve,eve,developer,sso", "kim,Kim"]
    rows.append(f"{root.user_name},Somebody else,,developer,sso")
    check_file(person, "\n".join(rows).encode())
    refused = [
        "Line 3 anna You may not give the role admin.",
        "Line 4 eve Write an address such as ada@example.com.",
        "Line 5 kim It has 2 cells, but the first line has 5. "
        "Put a cell that holds a comma or semicolon in double quotes.",
    ]
    equal(under(person, "3 rows are refused"), refused, "which rows are refused, and why")
    equal(under(person, "One user would be created"), [f"Line 2 {dora} Developer"], "who would be created")
    there = "One user is there already and stays as it is"
    equal(under(person, there), [f"Line 6 {root.user_name}"], "who is there already")
    equal(person.field("Or its text").value.split("\n"), rows, "the text of the file, to be mended")
    equal(listed(stage, org), before, "who is there before the import")
    person.go("button", "Import one user")
    person.told("The import is done.")
    equal(under(person, "3 rows are refused"), refused, "which rows were refused, and why")
    equal(under(person, "One user was created"), [f"Line 2 {dora} Developer"], "who was created")
    equal(listed(stage, org), before | {dora: "developer"}, "who is there after the import")


def s0_17_a_file_that_cannot_be_read_is_refused_at_its_field(stage: Stage) -> None:
    org = stage.organisation(S0)
    person = stage.as_(org.user("root", "Rita"))
    to_import(person)
    for content, said in (
        ("user_name,display_name\nanna,J\u00fcrgen\n".encode("latin-1"), "Save the file in the encoding UTF-8."),
        (b"user_name,telephone\nanna,1\n", "There is no column telephone."),
    ):
        check_file(person, content)
        person.warned(said)
        person.lacks("Import one user")
        described = person.find("button", "CSV file").description
        check(said in described, f"the field does not say what is wrong: {described!r}")
    check_file(person, b"user_name,display_name,sign_in\nanna,Anna,sso\n")
    person.go("button", "Import one user")
    person.told("One user was imported.")
    equal(people(person), ["Anna", "Rita"], "who is on the list")


if __name__ == "__main__":
    run("rows_several", globals())
