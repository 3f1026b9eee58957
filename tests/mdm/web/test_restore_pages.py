"""Put back from pages: a version with a tick for each value, and a whole applied change."""

from typing import Any

import pytest
from django.test import Client

from mdm import changes
from mdm.models import Change, Supplier
from tests import make
from tests.mdm.web.conftest import SECRETS


def edit(people: dict[str, Any], row: Any, patch: dict[str, Any]) -> Change:
    draft = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["requester"], reason="Moved"
    )
    return make.approved(draft, people["approver"], comment="Agreed")


@pytest.fixture
def moved(acme: Supplier, people: dict[str, Any]) -> Change:
    return edit(people, acme, {"legal_name": "Other", "trade_name": "Nord"})


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_history_offers_to_put_a_version_back(
    as_steward: Client, acme: Supplier, moved: Change
):
    page = text(as_steward.get(f"/suppliers/{acme.pk}/history/"))
    compared = text(as_steward.get(f"/suppliers/{acme.pk}/history/?a=1&b=2"))
    turned = text(as_steward.get(f"/suppliers/{acme.pk}/history/?a=2&b=1"))
    wrong = text(as_steward.get(f"/suppliers/{acme.pk}/history/?a=x"))

    assert f'href="/suppliers/{acme.pk}/restore/?version=1"' in page
    assert f'href="/suppliers/{acme.pk}/restore/?version=2"' not in page
    assert "Put version 1 back" in compared
    assert "Put version 1 back" in turned
    assert "Put version 2 back" not in turned
    assert "Found “x”, expected the number of a version: 1 to 2." in wrong


def test_what_is_ticked_is_proposed(as_steward: Client, acme: Supplier, moved: Change):
    address = f"/suppliers/{acme.pk}/restore/"
    page = as_steward.get(f"{address}?version=1")

    sent = as_steward.post(
        address, {"version": "1", "path": ["legal_name"], "reason": "A slip", "_do": "submit"}
    )

    assert [row.path for row in page.context["rows"]] == ["legal_name", "trade_name"]
    change = Change.objects.first()
    assert change is not None
    assert (sent.status_code, sent["Location"]) == (302, f"/changes/{change.number}/")
    assert (change.state, change.reason) == ("submitted", "A slip")
    assert change.parts.get().patch == {"legal_name": acme.legal_name}


def test_nothing_ticked_and_versions_there_are_not(
    as_steward: Client, acme: Supplier, moved: Change
):
    address = f"/suppliers/{acme.pk}/restore/"

    none = as_steward.post(address, {"version": "1"})
    same = as_steward.get(f"{address}?version=2")

    assert (none.status_code, "Tick at least one of the values" in text(none)) == (422, True)
    assert "Nothing to put back" in text(same)


def test_a_version_there_is_not_is_said_with_a_way_back(
    as_steward: Client, acme: Supplier, moved: Change
):
    address = f"/suppliers/{acme.pk}/restore/"

    pages = [as_steward.get(f"{address}{query}") for query in ("?version=9", "?version=x", "")]

    assert [page.status_code for page in pages] == [404, 404, 404]
    assert "There is no version 9 of this supplier." in text(pages[0])
    assert "There is no version “x” of this supplier." in text(pages[1])
    assert "No version is named." in text(pages[2])
    assert f'href="/suppliers/{acme.pk}/">Go back' in text(pages[0])


def test_the_page_to_put_back_shows_nothing_secret(as_steward: Client, rich: Supplier):
    page = as_steward.get(f"/suppliers/{rich.pk}/restore/?version=1")

    assert "bank_accounts[B1]" in text(page)
    assert not [secret for secret in SECRETS if secret in page.content.decode()]


def test_who_may_not_propose_may_not_put_back(
    client: Client, people: dict[str, Any], acme: Supplier, moved: Change
):
    client.force_login(people["auditor"])

    assert client.get(f"/suppliers/{acme.pk}/restore/?version=1").status_code == 403
    assert "Put back" not in text(client.get(f"/suppliers/{acme.pk}/history/"))
    assert "/undo/" not in text(client.get(f"/changes/{moved.number}/"))


def test_an_applied_change_is_undone_from_its_page(
    as_steward: Client, acme: Supplier, moved: Change
):
    page = text(as_steward.get(f"/changes/{moved.number}/"))
    shown = as_steward.get(f"/changes/{moved.number}/undo/")

    sent = as_steward.post(f"/changes/{moved.number}/undo/", {"_do": "draft"})

    assert f'href="/changes/{moved.number}/undo/"' in page
    assert shown.context["count"] == 1
    change = Change.objects.first()
    assert change is not None
    assert (sent["Location"], change.state) == (f"/changes/{change.number}/", "draft")
    assert change.parts.get().patch == {"legal_name": acme.legal_name, "trade_name": ""}


def test_what_was_edited_since_is_listed_and_may_be_ticked(
    as_steward: Client, acme: Supplier, people: dict[str, Any], moved: Change
):
    edit(people, acme, {"legal_name": "Third name"})
    address = f"/changes/{moved.number}/undo/"

    page = text(as_steward.get(address))
    as_steward.post(address, {"include": ["0:legal_name"], "_do": "submit"})

    assert "Left out" in page
    assert 'value="0:legal_name"' in page
    change = Change.objects.first()
    assert change is not None
    assert change.parts.get().patch == {"legal_name": acme.legal_name, "trade_name": ""}
    assert change.state == "submitted"


def test_a_change_that_is_not_applied_has_nothing_to_undo(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
):
    draft = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"legal_name": "Other"},
        by=people["steward"], reason="Later",
    )  # fmt: skip

    page = as_steward.get(f"/changes/{draft.number}/undo/")
    sent = as_steward.post(f"/changes/{draft.number}/undo/", {})

    assert "nothing to undo" in text(page)
    assert sent.status_code == 422
    assert as_steward.get("/changes/CR-9/undo/").status_code == 404


def test_an_undo_page_says_one_true_thing_about_what_is_left(
    as_steward: Client, acme: Supplier, people: dict[str, Any], moved: Change
):
    edit(people, acme, {"legal_name": "Third name", "trade_name": "Third"})
    address = f"/changes/{moved.number}/undo/"

    choose = text(as_steward.get(address))
    unticked = text(as_steward.post(address, {}))
    edit(people, acme, {"legal_name": acme.legal_name, "trade_name": ""})
    so_again = text(as_steward.get(address))

    assert "tick what is to be taken back nevertheless" in choose
    assert "Nothing is left to take back" not in choose
    assert "Tick at least one of the values" in unticked
    assert "Nothing is left to take back" in so_again
    assert "tick what" not in so_again
    assert "Submit for review" not in so_again


def test_an_undo_page_without_anything_to_tick_does_not_ask_for_it(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
):
    done = Change.objects.get(parts__golden_id=acme.pk, parts__action="create")
    draft = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={}, action="retire",
        by=people["requester"], reason="Gone",
    )  # fmt: skip
    make.approved(draft, people["approver"], comment="Agreed")

    page = text(as_steward.get(f"/changes/{done.number}/undo/"))

    assert "It is retired already." in page
    assert "Nothing can be taken back" in page
    assert "tick what" not in page


def test_a_second_undo_leads_to_the_first(as_steward: Client, acme: Supplier, moved: Change):
    address = f"/changes/{moved.number}/undo/"
    as_steward.post(address, {"_do": "submit"})
    first = Change.objects.first()
    assert first is not None

    shown = text(as_steward.get(address))
    sent = as_steward.post(address, {"_do": "submit"})

    assert f"{first.number} already undoes it" in shown
    assert f'href="/changes/{first.number}/"' in shown
    assert (sent.status_code, Change.objects.first()) == (422, first)


def test_a_change_that_wrote_nothing_says_so(
    client: Client, as_steward: Client, acme: Supplier, people: dict[str, Any], moved: Change
):
    as_steward.post(f"/changes/{moved.number}/undo/", {"_do": "submit"})
    undo = Change.objects.first()
    assert undo is not None
    edit(people, acme, {"legal_name": acme.legal_name, "trade_name": ""})
    client.force_login(people["approver"])

    content = {"content_hash": undo.content_hash, "comment": "Agreed"}
    done = client.post(f"/changes/{undo.number}/approve/", content, follow=True)

    undo.refresh_from_db()
    assert undo.state == "applied"
    assert "Nothing was written: everything was so already." in text(done)
    assert "on its way to the targets" not in text(done)
    page = text(client.get(f"/changes/{undo.number}/"))
    assert "Nothing was written: everything was so already." in page
