"""Reviews of what people hold, and people who leave, in a browser: the rows S2-39, 41..44, 46 and 47."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cases import check, equal
from person import Person
from stage import Organisation, Someone, Stage, run, sign_in

S2 = "admin-developer-viewer"
LIST = "/console/reviews"


def admin(stage: Stage) -> tuple[Person, Organisation, Someone]:
    """The administrator of a fresh organisation, signed in at the console."""
    org = stage.organisation(S2)
    ada = org.user("admin", "Ada")
    person = stage.as_(ada)
    person.open("/console")
    return person, org, ada


def staged(person: Person, scope: str, *asked: Someone, fallback: Someone, name: str = "Autumn") -> None:
    """Fills the form of a review in, and stages it."""
    person.open(LIST)
    person.go("link", "New access review")
    person.fill("Name", name)
    person.tick(scope)
    # Whoever stages a review is among those who decide, unless they say otherwise.
    person.tick(fallback.name, fallback in asked)
    for one in asked:
        person.tick(one.name)
    person.choose("Who decides where none of them may", fallback.name)
    person.go("button", "Find the places")
    person.told("These are the places.")


def done(person: Person, deed: str, said: str) -> None:
    """Does what has to be asked first."""
    person.press("link", deed)
    person.go("button", deed)
    person.told(said)


def decide(person: Person, **verdicts: str) -> None:
    """Decides about people by their names, and submits it."""
    for name, verdict in verdicts.items():
        place = next(it for it in person.names("group") if it.endswith(f"· {name}"))
        with person.within("group", place):
            person.tick(verdict)
            if verdict == "Keep":
                person.fill("Why it stays (asked for)", "Runs the platform")
    person.go("button", "Submit")
    person.told("Your decisions are kept.")


def outcome(person: Person, name: str, words: str) -> None:
    """Waits until this became of what somebody held."""
    path = person.path()
    for _ in range(40):
        person.open(path)
        if person.row(name).holds(words):
            return
    check(person.row(name).holds(words), f"{words} is not in {person.row(name).text()}")


def s2_41_a_review_begins_each_quarter_and_those_who_decide_are_written_to(stage: Stage) -> None:
    person, org, ada = admin(stage)
    bea = org.user("admin", "Bea")
    person.go("link", "Access reviews")
    person.see("None has been carried through yet")
    person.go("link", "New schedule")
    person.fill("Name", "Quarterly")
    person.tick("Administrators")
    person.tick("Bea")
    person.choose("Who decides where none of them may", "Ada")
    person.choose("How often", "Each quarter")
    person.go("button", "Save")
    person.told("The schedule was saved.")
    check(person.row("Quarterly").holds("Each quarter"), person.row("Quarterly").text())
    staged(person, "Administrators", bea, fallback=ada)
    done(person, "Open the review", "The review is open, and those who decide are written to.")
    letter = stage.letters(bea)[0]
    equal(letter.subject, f"Your decision is asked for at {org.slug.replace('org', 'Org ')}: Autumn", "subject")
    person = stage.as_(bea)
    person.open(letter.link())
    person.at("One place to decide")


def s2_42_administrators_are_reviewed(stage: Stage) -> None:
    person, org, ada = admin(stage)
    bea, cem, dan = (org.user("admin", name) for name in ("Bea", "Cem", "Dan"))
    org.user("viewer", "Vera")
    staged(person, "Administrators", bea, fallback=ada)
    place = person.path()
    equal([it for it in ("Ada", "Bea", "Cem", "Dan", "Vera") if person.rows(it)], ["Ada", "Bea", "Cem", "Dan"], "who is in it")
    done(person, "Open the review", "The review is open")
    person = stage.as_(bea)
    person.open(LIST)
    person.go("link", "3 places to decide")
    check(not any(it.endswith("· Bea") for it in person.names("group")), "Bea decides about herself")
    decide(person, Ada="Keep", Cem="Take away", Dan="Keep")
    person = stage.as_(ada)
    person.open(place)
    done(person, "Close the review", "The review is closed.")
    outcome(person, "Cem", "Taken away")
    check(person.row("Dan").holds("Runs the platform"), "the reason is not there")
    equal(org.state_of(cem)["role"], "viewer", "what is left to Cem")
    equal(org.state_of(dan)["role"], "admin", "what Dan keeps")


def s2_43_inactive_users_are_found_and_deactivated(stage: Stage) -> None:
    org = stage.organisation(S2)
    ada, ina = org.user("admin", "Ada"), org.user("viewer", "Ina")
    stage.as_(ina).open("/account")
    stage.let_pass(days=91)
    org.user("viewer", "Nina")
    person = stage.as_(ada)
    person.open("/console/users")
    person.go("link", "Inactive 90 days")
    equal([it for it in ("Ada", "Ina", "Nina") if person.rows(it)], ["Ina"], "who is listed")
    bea = org.user("admin", "Bea")
    staged(person, "Inactive people", bea, fallback=ada)
    equal([it for it in ("Ada", "Ina", "Nina") if person.rows(it)], ["Ina"], "who is in it")
    place = person.path()
    done(person, "Open the review", "The review is open")
    person = stage.as_(bea)
    person.open(f"{place}/decide")
    person.see("Advice: take it away.")
    decide(person, Ina="Take away")
    person = stage.as_(ada)
    person.open(place)
    done(person, "Close the review", "The review is closed.")
    outcome(person, "Ina", "Deactivated")
    equal(org.state_of(ina)["status"], "deactivated", "status")


def s2_44_places_on_teams_are_reviewed(stage: Stage) -> None:
    person, org, ada = admin(stage)
    dora, vera = org.user("developer", "Dora"), org.user("viewer", "Vera")
    org.team("Research", dora, vera)
    staged(person, "Teams", ada, fallback=ada)
    place = person.path()
    for one in (dora, vera):
        check(person.row(one.name).holds("Team Research"), person.row(one.name).text())
    done(person, "Open the review", "The review is open")
    person.go("link", "2 places to decide")
    decide(person, Dora="Take away", Vera="Take away")
    person.open(place)
    done(person, "Close the review", "The review is closed.")
    outcome(person, "Dora", "Taken away")
    person.open("/console/teams")
    person.go("link", "Research")
    person.lacks("Select Dora", "Select Vera")


def s2_46_the_overview_tells_when_the_last_review_was(stage: Stage) -> None:
    person, org, ada = admin(stage)
    org.team("Research", org.user("developer", "Dora"))
    for days, is_decided in (("–", False), ("–", True), ("0", None)):
        person.open("/console")
        card = next(it for it in person.names("link") if "Days since the last access review" in it)
        check(card.startswith(days), f"{card!r} does not begin with {days}")
        person.go("link", card)
        person.at("Access reviews")
        if is_decided is None:
            return
        staged(person, "Teams", ada, fallback=ada)
        place = person.path()
        done(person, "Open the review", "The review is open")
        if is_decided:
            person.go("link", "One place to decide")
            decide(person, Dora="Take away")
            person.open(place)
        done(person, "Close the review", "The review is closed.")
        # One that is closed at once, without a decision, is none that was carried through.
        outcome(person, "Dora", "Taken away" if is_decided else "Kept, nobody decided")


def s2_47_when_somebody_leaves_is_said_beforehand(stage: Stage) -> None:
    person, org, _ = admin(stage)
    vera = org.user("viewer", "Vera")
    person.open(f"/console/users/{vera.id}")
    person.press("link", "Set the end date")
    person.see("At the beginning of this day (UTC) the person is deactivated")
    end = datetime.now(UTC) + timedelta(days=100)
    person.find("Date", "End date").element().send_keys(end.strftime("%m%d%Y"))
    person.go("button", "Save")
    person.told("The end date was saved.")
    person.see(end.strftime("%-d %b %Y"))
    person.open("/console/users?leaving=known")
    equal([it for it in ("Ada", "Vera") if person.rows(it)], ["Vera"], "whose end is known")
    person.open("/console")
    check(any("Late departures" in it for it in person.names("link")), "there is no figure of late departures")


def s2_39_failed_sign_ins_are_counted_and_told_of(stage: Stage) -> None:
    person, org, ada = admin(stage)
    vera = org.user("viewer", "Vera")
    person.open("/console/security/failed-sign-ins")
    person.fill("Of one user", "2")
    person.go("button", "Save")
    person.told("The alerts were saved.")
    for _ in range(2):
        sign_in(stage.fresh(), Someone(vera.user_name, "Vera", vera.id, "not this one, by far"))
    letter = stage.letters(ada)[0]
    check(letter.subject.startswith("Many sign-ins fail at "), letter.subject)
    check(vera.user_name in letter.text, letter.text)
    person = stage.as_(ada)
    person.open("/console/security/failed-sign-ins")
    check(person.row("Vera").holds("2"), person.row("Vera").text())
    check(person.row("127.0.0.1").holds("2"), person.row("127.0.0.1").text())


if __name__ == "__main__":
    run("rows_reviews", globals())
