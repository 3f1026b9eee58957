"""What the merge page keeps, asks and says: picks, another survivor, clashes, typing errors."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from mdm import changes
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import Change
from tests import make
from tests.mdm.web.reviewing import browser, words

URL = "/suppliers/merge/"


@pytest.fixture
def pair(people: dict[str, Any], reference: None) -> list[Supplier]:
    """Two suppliers; the second is the older one."""
    values: list[dict[str, Any]] = [
        {"legal_name": "Altes Kontor AG", "trade_name": "Kontor", "industry": "Freight"},
        {"legal_name": "Nordwind GmbH", "trade_name": "Nord", "industry": "Shipping"},
    ]
    made = [
        make.record("supplier", one, by=people["steward"], approvers=people["approver"])
        for one in values
    ]
    return made[::-1]


@pytest.fixture
def client(people: dict[str, Any]) -> Client:
    """The browser of somebody who may merge."""
    return browser(people["steward"])


def sent_by(page: HttpResponse) -> dict[str, Any]:
    """What the form of the page would send as it is: its hidden fields and what is ticked."""
    html = page.content.decode()
    form = html[html.index('<form id="merge"') : html.index("</form>", html.index("<form id="))]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if said.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if said.get("name") == "ids":
            found.setdefault("ids", []).append(said["value"])
        elif "name" in said:
            found[said["name"]] = said.get("value", "")
    return found


def opened(client: Client, rows: list[Supplier]) -> dict[str, Any]:
    return sent_by(client.get(f"{URL}?ids={','.join(str(row.pk) for row in rows)}"))


def with_parent(people: dict[str, Any], row: Supplier, parent: Supplier) -> None:
    change = changes.draft(
        subject="supplier", golden_id=row.pk, patch={"parent": str(parent.pk)},
        by=people["requester"], reason="Test",
    )  # fmt: skip
    make.approved(change, people["approver"], comment="Yes")


def test_what_was_ticked_by_itself_is_nobodys_pick_when_another_survives(
    client: Client, pair: list[Supplier]
) -> None:
    sent = opened(client, pair) | {"survivor": str(pair[1].pk), "do": "look"}

    page = client.post(URL, sent)

    assert "your pick" not in words(page)
    assert {v for n, v in sent_by(page).items() if n.startswith("pick:")} == {"B"}


def test_a_pick_stays_when_another_survives(client: Client, pair: list[Supplier]) -> None:
    picked = opened(client, pair) | {"pick:trade_name": "B", "do": "look"}
    shown = sent_by(client.post(URL, picked))
    assert (shown["pick:trade_name"], shown["pick:industry"]) == ("B", "A")

    page = client.post(URL, shown | {"pick:industry": "B", "do": "look"})
    page = client.post(URL, sent_by(page) | {"survivor": str(pair[1].pk), "do": "look"})

    shown = sent_by(page)
    assert (shown["pick:trade_name"], shown["pick:legal_name"]) == ("B", "B")


def test_another_merge_than_the_one_that_was_shown_is_not_filed(
    client: Client, pair: list[Supplier]
) -> None:
    sent = opened(client, pair) | {"do": "file", "reason": "One"}

    refused = client.post(URL, sent | {"survivor": str(pair[1].pk)})

    assert refused.status_code == 422
    assert "another merge than the one that was shown" in words(refused)
    assert client.post(URL, sent_by(refused) | {"do": "file", "reason": "One"}).status_code == 302


def test_a_merge_needs_a_reason(client: Client, pair: list[Supplier]) -> None:
    page = client.get(f"{URL}?ids={pair[0].pk},{pair[1].pk}")
    assert "Reason needed" in words(page)
    before = Change.objects.count()

    refused = client.post(URL, sent_by(page) | {"do": "file", "pick:trade_name": "B"})

    assert (refused.status_code, Change.objects.count()) == (422, before)
    assert "Give a reason" in words(refused)
    assert sent_by(refused)["pick:trade_name"] == "B"


def test_a_clash_about_a_record_is_asked_with_names_until_it_is_answered(
    people: dict[str, Any], client: Client, pair: list[Supplier]
) -> None:
    with_parent(people, pair[0], pair[1])
    third = make.record(
        "supplier", {"legal_name": "Meerblick"}, by=people["steward"], approvers=people["approver"]
    )
    page = client.get(f"{URL}?ids={pair[0].pk},{pair[1].pk}")
    assert "once they are one. It would be Altes Kontor AG" in words(page)
    sent = sent_by(page) | {"do": "look", "reason": "One"}

    nonsense = client.post(URL, sent | {"hand:parent": "nonsense"})
    assert "To be picked first" in words(nonsense)
    assert "the code or name of a supplier" in words(nonsense)
    refused = client.post(URL, sent | {"hand:parent": "nonsense", "do": "file"})
    assert (refused.status_code, ".." in words(refused)) == (422, False)
    assert "To be picked first" in words(client.post(URL, sent | {"hand:parent": pair[1].code}))
    answered = client.post(URL, sent | {"hand:parent": third.code})
    assert "To be picked first" not in words(answered)
    filed = client.post(URL, sent_by(answered) | {"do": "file", "reason": "One"})

    assert filed.status_code == 302
    patch = Change.objects.latest("created_at").parts.get().patch
    assert patch["parent"] == str(third.pk)


def test_what_is_unknown_or_there_already_is_said_beside_the_field(
    client: Client, pair: list[Supplier]
) -> None:
    sent = opened(client, pair) | {"do": "look", "reason": "Kept"}

    typo = client.post(URL, sent | {"add": "S-9"})
    twice = client.post(URL, sent | {"add": pair[0].code})

    assert "expected the number of one supplier" in words(typo)
    assert (sent_by(typo)["add"], sent_by(typo)["reason"]) == ("S-9", "Kept")
    assert "is one of them already" in words(twice)
    page = client.get(f"{URL}?ids=abc")
    assert "Found “abc”, expected the number of one supplier." in words(page)


def test_a_record_in_another_open_merge_is_told(
    people: dict[str, Any], client: Client, pair: list[Supplier]
) -> None:
    change = changes.merge(SUPPLIER, pair[0].pk, [pair[1].pk], by=people["steward"], reason="One")
    changes.submit(change, by=people["steward"])

    page = client.get(f"{URL}?ids={pair[0].pk}")

    assert f"In another merge already. {change.number}: Merge" in words(page)


def test_unmerge_and_unlink_say_what_is_missing(client: Client, pair: list[Supplier]) -> None:
    for way in ("unlink/", "unlink/?source=abc", "unmerge/"):
        page = client.get(f"/suppliers/{pair[0].pk}/{way}")
        assert "Come here from the record" in words(page)
        assert page.status_code == 422


def test_who_reviews_sees_what_was_picked_by_whom(
    people: dict[str, Any], client: Client, pair: list[Supplier]
) -> None:
    sent = opened(client, pair) | {"pick:trade_name": "B", "do": "file", "reason": "One"}

    filed = client.post(URL, sent)

    shown = words(browser(people["approver"]).get(filed["Location"]))
    assert "Trading name picked by steward" in shown
    assert shown.count("picked by") == 1
    assert "by rule" not in shown


def test_a_merge_is_not_edited(
    people: dict[str, Any], client: Client, pair: list[Supplier]
) -> None:
    change = changes.merge(SUPPLIER, pair[0].pk, [pair[1].pk], by=people["steward"], reason="One")
    changes.submit(change, by=people["steward"])

    page = client.get(f"/changes/{change.number}/").content.decode()

    assert (f"/changes/{change.number}/withdraw/" in page, "edit/" in page) == (True, False)


def test_no_panel_of_targets_is_shown_where_none_takes_it(
    client: Client, pair: list[Supplier]
) -> None:
    way = f"/publishing/merge/suppliers/?ids={pair[0].pk},{pair[1].pk}"

    assert "No target takes" in words(client.get(way))
    assert client.get(way, headers={"HX-Request": "true"}).content.strip() == b""
