"""An administrator invites somebody, who accepts, enrols a second factor and joins a group; then they are shut out.

The whole story is done twice with a real Chromium: with the keyboard alone, and without JavaScript. On the way the QR code
is read as a phone reads it, and the dialog that changes a role is looked at as assistive technology sees it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import zxingcpp
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import SCREENS, chromium
from cases import Cases, check, equal
from doorward import Server
from hands import Hand, Keyboard, Mouse, name_of
from organisation import Organisation

NEW_PASSWORD = "four copper kettles beside 12 sleepy rivers"


@dataclass
class Phone:
    """An authenticator app, which knows what it has read."""

    key: str = ""
    codes: list[str] = field(default_factory=list)

    def scan(self, hand: Hand) -> None:
        """Reads the QR code off the screen (S0-13), and holds it against the key in letters."""
        picture = Image.open(io.BytesIO(hand.driver.find_element(By.CLASS_NAME, "qr").screenshot_as_png))
        (read,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        address = urlsplit(read.text)
        equal((address.scheme, address.netloc), ("otpauth", "totp"), "what the QR code holds")
        query = parse_qs(address.query)
        equal(query["secret"][0], hand.driver.find_element(By.ID, "key").text.replace(" ", ""), "the key in letters")
        equal(unquote(address.path).lstrip("/").split(":")[0], query["issuer"][0], "issuer in front of the label")
        self.key = query["secret"][0]

    def code(self) -> str:
        """The six digits of now."""
        return pyotp.TOTP(self.key).now()


def enrol(hand: Hand, phone: Phone) -> None:
    """The pages that set up the second factor."""
    phone.scan(hand)
    hand.shoot("enrol")
    hand.fill("Enter the six-digit code the app shows", phone.code())
    hand.go("Check code and continue")
    phone.codes = [row.text for row in hand.driver.find_elements(By.CSS_SELECTOR, "#codes code")]
    equal(len(phone.codes), 10, "number of recovery codes")
    hand.shoot("codes")
    hand.go("Activate MFA")


def sign_in(hand: Hand, user_name: str, password: str) -> None:
    """User name and password; the page that follows depends on the person."""
    hand.open("/sign-in")
    hand.fill("User name", user_name)
    hand.go("Continue")
    hand.fill("Password", password)
    hand.go("Sign in")


def invite(hand: Hand, address: str) -> str:
    """Invites somebody as a viewer, and returns the link to pass on."""
    hand.go("Users")
    hand.go("+ Create Users")
    equal(hand.driver.find_element(By.TAG_NAME, "h1").text, "Invite team members", "title of the page")
    hand.fill("Email addresses", f"Grace Hopper <{address}>")
    hand.shoot("invite")
    hand.go("Set User Roles")
    hand.choose("Role of person 1", "Viewer")
    hand.switch("Send Invitation Email")
    hand.shoot("roles")
    hand.go("Send 1 invitation")
    hand.shoot("link")
    return hand.driver.find_element(By.ID, "link-0").text


def accept(hand: Hand, link: str, phone: Phone) -> None:
    """The invited person makes the account, with the second factor that the organisation asks for."""
    hand.open(link)
    hand.see("Acme")
    hand.shoot("accept")
    hand.fill("Password", NEW_PASSWORD)
    hand.fill("The same password again", NEW_PASSWORD)
    hand.go("Accept and continue")
    enrol(hand, phone)


def dialog_changes_nothing(hand: Keyboard) -> None:
    """`Change Role` opens a dialog with a name; Escape leaves it, and the focus is where it was (S1-16, S1-17)."""
    hand.press("Actions for Grace Hopper")
    hand.press("Change Role")
    hand.see("EDIT USER")
    (dialog,) = hand.driver.find_elements(By.CSS_SELECTOR, "dialog[open]")
    equal((dialog.aria_role, name_of(dialog)), ("dialog", "EDIT USER: Grace Hopper"), "role and name of the dialog")
    hand.shoot("dialog")
    hand.keys(Keys.ARROW_DOWN)
    hand.keys(Keys.ESCAPE)
    equal(hand.driver.find_elements(By.CSS_SELECTOR, "dialog[open]"), [], "dialogs after Escape")
    equal(hand.focused(), "Actions for Grace Hopper", "what has the focus after Escape")
    hand.driver.refresh()
    check("Viewer" in hand.text(), "the role changed without Update")


def find_by_filter(hand: Hand) -> None:
    """Looks for the person with a filter of the list, and takes the filter away again."""
    hand.open("/console/users")
    hand.press("Add a Filter")
    hand.press("Name")
    hand.see("Apply")
    hand.fill("Contains", "hopp")
    hand.shoot("filter")
    hand.go("Apply")
    equal(len(hand.driver.find_elements(By.CSS_SELECTOR, "tbody tr")), 1, "rows of the list")
    hand.see("Grace Hopper")
    check(urlsplit(hand.driver.current_url).query == "name=hopp", f"the filter in the address: {hand.driver.current_url}")
    hand.go("Remove the filter Name: hopp")
    equal(urlsplit(hand.driver.current_url).query, "", "the address without the filter")


def make_group(hand: Hand) -> None:
    """Makes a group and puts the person into it, from panel to panel."""
    hand.open("/console/groups")
    hand.press("Add Group")
    hand.see("A group is a set of people")
    hand.shoot("new-group")
    hand.fill("Name", "Builders")
    hand.go("Save")
    hand.see("The group was created.")
    hand.open("/console/groups")
    hand.switch("Select Grace Hopper")
    hand.switch("Select Builders")
    hand.go("Add")
    hand.see("Builders: added: Grace Hopper.")
    hand.shoot("panels")


def use_group(hand: Hand) -> None:
    """Gives the group another name, and a role to its members."""
    hand.press("Actions for Builders")
    hand.press("Rename Group")
    hand.see("The new name is shown everywhere")
    hand.fill("Name", "Makers")
    hand.go("Save")
    hand.see("then Builders")
    hand.choose("Give every member the role", "Contributor")
    hand.go("Give")
    hand.see("Every member has the role from now on.")
    hand.shoot("group")


def end_group(hand: Hand) -> None:
    """Takes the role away, and then the group."""
    hand.press("Take away the role Contributor")
    hand.see("loses it at once")
    hand.go("Take away")
    hand.see("The group no longer gives the role.")
    hand.open("/console/groups")
    hand.press("Actions for Makers")
    hand.press("Delete Group")
    hand.see("Delete the group Makers?")
    hand.shoot("delete-group")
    hand.go("Delete")
    hand.see("The group was deleted.")


def read_log(hand: Hand) -> None:
    """Looks for a deed in the audit log, and opens it (S1-32)."""
    hand.open("/console")
    hand.go("Audit log")
    hand.choose("What", "Deleted a group")
    hand.go("Show")
    hand.see("Makers")
    hand.shoot("log")
    hand.press("Deleted a group")
    hand.see("Name for programs")
    hand.see("group.deleted")
    hand.shoot("deed")


def shut_out(hand: Hand) -> None:
    """Deactivates the person from the menu of the row."""
    hand.open("/console/users")
    hand.press("Actions for Grace Hopper")
    hand.shoot("menu")
    hand.press("Deactivate User")
    hand.see("Deactivate Grace Hopper?")
    hand.shoot("question")
    hand.go("Deactivate")
    hand.see("The user was deactivated, and all access ended.")
    hand.shoot("done")


def story(cases: Cases, name: str, admin: Hand, guest: Hand, organisation: Organisation) -> None:
    """From the administrator's sign-in to the end of the other's session."""
    ada = organisation.local_person(f"ada@{name}.example", "owner")
    grace, phone = f"grace@{name}.example", Phone()
    with cases.case(f"{name}: the administrator signs in and enrols"):
        sign_in(admin, ada.user_name, ada.password)
        enrol(admin, Phone())
        admin.go("Console")
        equal(admin.path(), "/console", "where the link leads")
    with cases.case(f"{name}: somebody is invited, accepts by the link, enrols and is in"):
        accept(guest, invite(admin, grace), phone)
        guest.see(grace)
    if isinstance(admin, Keyboard):
        admin.open("/console/users")
        with cases.case(f"{name}: the dialog for the role has a role and a name, and Escape changes nothing"):
            dialog_changes_nothing(admin)
    with cases.case(f"{name}: the list is filtered (S4-7)"):
        find_by_filter(admin)
    with cases.case(f"{name}: a group is made, filled, renamed, given a role and deleted"):
        make_group(admin)
        use_group(admin)
        guest.open("/account")
        check("Tokens" in guest.text(), "the member of the group is not offered what its role may do")
        end_group(admin)
        guest.open("/account")
        check("Tokens" not in guest.text(), "who has lost the role is still offered what it may do")
    with cases.case(f"{name}: the deed is found in the audit log"):
        read_log(admin)
    with cases.case(f"{name}: the person is deactivated"):
        shut_out(admin)
    with cases.case(f"{name}: the person is out, and the next sign-in is refused"):
        guest.open("/account")
        equal(guest.path().split("/")[1], "sign-in", "where the account leads now")
        guest.shoot("out")
        sign_in(guest, grace, NEW_PASSWORD)
        guest.shoot("refused")
        equal(guest.path().split("/")[1], "sign-in", "where the old password leads")


def main() -> None:
    """Both passes, each with people of its own."""
    cases = Cases("console")
    SCREENS.mkdir(parents=True, exist_ok=True)
    with Server("console") as server:
        organisation = Organisation(server, "acme")
        server.cli("org", "policy", "--org", "acme", "--require-mfa", "all")
        for name, kind, javascript in (("keyboard", Keyboard, True), ("without-javascript", Mouse, False)):
            with chromium(javascript) as a, chromium(javascript) as b:
                hands = [kind(driver, server.url, SCREENS, f"{name}-{who}") for who, driver in (("ada", a), ("grace", b))]
                story(cases, name, *hands, organisation)
    cases.finish()


if __name__ == "__main__":
    main()
