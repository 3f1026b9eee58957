"""The README says what holds: commands, addresses, accounts, what is missing."""

import re

from django.conf import settings

from mdm.demo import accounts
from mdm.demo.people import ROLES
from mdm.permissions import may
from tests.docs.reading import ROOT, examples, table

README = ROOT / "README.md"
TEXT = README.read_text()


def test_the_two_commands_stand_alone():
    shown = [one.text.strip() for one in examples("sh") if one.page == README]

    assert shown == ["./run up", "./run test"]


def test_addresses_are_those_that_are_served():
    assert "http://{}:{}".format(*settings.MDM_LISTEN) in TEXT
    assert "{}:{}".format(*settings.MDM_TWINS_LISTEN) in TEXT


def test_the_accounts_are_those_of_the_demo():
    told = {name for row in table(README, "user name") for name in _names(row["user name"])}

    assert told == {account.username for account in accounts.ACCOUNTS} == set(ROLES)
    assert f"`{accounts.PASSWORD}`" in TEXT


def test_who_is_said_to_import_or_approve_may(people):
    told = {row["user name"]: row["what they do"] for row in table(README, "user name")}
    importers = [names for names, words in told.items() if "import" in words]

    assert importers == ["`steward`"]
    assert may(people["steward"], "import")
    assert not may(people["requester"], "import")


def test_the_licence_is_there():
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]
    assert "(LICENSE)" in TEXT


def test_the_changelog_keeps_its_form():
    text = (ROOT / "CHANGELOG.md").read_text()

    assert re.search(r"^## Unreleased$", text, re.MULTILINE)
    kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)
