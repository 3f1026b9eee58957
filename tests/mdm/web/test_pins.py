"""Pins in the propose form and on the page of a change."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from tests import make
from tests.mdm import ruling
from tests.mdm.web.forms import newest, opened, part


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier that its ERP speaks of."""
    ruling.systems(people)
    ruling.says(people, "erp", "E1", ruling.ERP | {"tags": [{"tag": "wood"}]})
    return Supplier.objects.get()


@pytest.fixture
def form_url(nord: Supplier) -> str:
    return f"/suppliers/{nord.pk}/propose/"


def _send(client: Client, url: str, **values: str) -> Any:
    return client.post(url, opened(client, url) | {"_do": "submit"} | values)


def _approve(people: dict[str, Any]) -> None:
    done = changes.decide(newest(), "approve", by=people["approver"])
    assert done.state == "applied", part().problem


def test_what_is_changed_holds_as_long_as_was_chosen(as_steward: Client, form_url: str) -> None:
    values = {"trade_name": "Wind", "_hold:trade_name": "ever"}
    _send(as_steward, form_url, **values)

    assert part().patch == {"trade_name": "Wind"}
    assert part().pins == {"trade_name": {"hold": "ever"}}
    page = as_steward.get(f"/changes/{newest().number}/").content.decode()
    assert "pinned for ever" in page


def test_nothing_is_pinned_unless_it_was_chosen(as_steward: Client, form_url: str) -> None:
    _send(as_steward, form_url, trade_name="Wind")

    assert part().pins == {}


def test_a_value_is_pinned_without_being_changed(
    as_steward: Client, form_url: str, people: dict[str, Any]
) -> None:
    values = {"_hold:trade_name": "date", "_until:trade_name": "2999-12-31"}
    _send(as_steward, form_url, **values)

    assert part().patch == {}
    assert newest().title == "Pin of Trading name of Nordwind GmbH"
    page = as_steward.get(f"/changes/{newest().number}/").content.decode()
    assert "pinned until 31 Dec 2999" in page
    _approve(people)


def test_a_pin_that_is_taken_back_proposes_what_the_rules_give(
    as_steward: Client, form_url: str, people: dict[str, Any]
) -> None:
    _send(as_steward, form_url, **{"trade_name": "Wind", "_hold:trade_name": "ever"})
    _approve(people)
    assert opened(as_steward, form_url)["_hold:trade_name"] == ["ever"]

    _send(as_steward, form_url, **{"_hold:trade_name": ""})

    assert part().pins == {"trade_name": {"hold": "none"}}
    assert part().patch == {"trade_name": "Nord"}
    _approve(people)
    assert Supplier.objects.get().trade_name == "Nord"


def test_an_item_is_pinned_as_a_whole(
    as_steward: Client, form_url: str, nord: Supplier, people: dict[str, Any]
) -> None:
    path = f"tags[{nord.tags[0]['id']}]"
    _send(as_steward, form_url, **{f"_hold:{path}": "ever"})

    assert part().pins == {path: {"hold": "ever"}}
    _approve(people)
    assert opened(as_steward, form_url)[f"_hold:{path}"] == ["ever"]


def test_a_pin_until_no_day_is_refused_beside_its_value(as_steward: Client, form_url: str) -> None:
    answer = _send(as_steward, form_url, **{"_hold:trade_name": "date"})

    assert answer.status_code == 422
    assert re.search(r"expected a day such as", answer.content.decode())


def test_a_draft_keeps_its_pins_when_it_is_edited(as_steward: Client, form_url: str) -> None:
    _send(as_steward, form_url, **{"trade_name": "Wind", "_hold:trade_name": "speaks"})
    url = f"/changes/{newest().number}/edit/"

    assert opened(as_steward, url)["_hold:trade_name"] == ["speaks"]
    as_steward.post(url, opened(as_steward, url) | {"_do": "draft", "trade_name": "Winds"})

    assert part().patch == {"trade_name": "Winds"}
    assert part().pins == {"trade_name": {"hold": "speaks"}}


def test_a_reference_row_has_nothing_to_pin(as_steward: Client, reference: None) -> None:
    page = as_steward.get("/reference/currencies/new/").content.decode()

    assert "_hold:" not in page


def test_the_popover_says_who_pinned_it_why_and_until_when(
    as_steward: Client, form_url: str, people: dict[str, Any]
) -> None:
    values = {"trade_name": "Wind", "_hold:trade_name": "date", "_until:trade_name": "2999-12-31"}
    _send(as_steward, form_url, about_reason="As its letterhead says", **values)
    number = newest().number
    _approve(people)

    page = as_steward.get(form_url.removesuffix("propose/")).content.decode()

    assert "Pinned until 31 Dec 2999." in page
    assert "“As its letterhead says”" in page
    assert f"with {number}" in page
    assert "Change or take back the pin" in page
    assert "?pin=trade_name#id_trade_name-field" in page


def test_the_popover_of_a_source_says_how_far_it_is_believed(
    as_steward: Client, form_url: str
) -> None:
    page = as_steward.get(form_url.removesuffix("propose/")).content.decode()

    assert "The source says so, and gives no date of its own. Trust 50." in page
    assert "In force since" in page
    assert "Trust 50." in page
    shown = as_steward.get(f"{form_url}?pin=trade_name").content.decode()
    assert 'ts-hold ts-shown"><label class="ts-small ts-quiet" for="hold-trade_name"' in shown


def test_who_may_not_propose_is_led_to_no_pin(
    client: Client, form_url: str, people: dict[str, Any]
) -> None:
    client.force_login(people["auditor"])

    page = client.get(form_url.removesuffix("propose/")).content.decode()

    assert "?pin=" not in page


def test_a_pin_and_its_end_are_steps_of_the_history(
    as_steward: Client, form_url: str, people: dict[str, Any]
) -> None:
    row_url = form_url.removesuffix("propose/")
    pinned = {"_hold:trade_name": "date", "_until:trade_name": "2999-12-31"}
    _send(as_steward, form_url, about_reason="By contract", **pinned)
    first = newest().number
    _approve(people)
    _send(as_steward, form_url, about_reason="It ended", **{"_hold:trade_name": ""})
    second = newest().number
    _approve(people)

    for query in ("", "?path=trade_name"):
        page = as_steward.get(f"{row_url}history/{query}").content.decode()
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        assert f"Trading name pinned {first}" in text
        assert "pinned until 31 Dec 2999" in text
        assert f"Trading name no longer pinned {second}" in text
        assert "By contract" in text
        assert "It ended" in text
        assert text.index("no longer pinned") < text.index("By contract")
    lines = as_steward.post(f"{row_url}history/export/", {"format": "csv"}).content.decode()
    told = [line for line in lines.splitlines() if "no longer pinned" in line]
    assert [line.split(",")[5:10] for line in told] == [
        ["approver", second, "It ended", "trade_name", "Trading name"]
    ]
    assert as_steward.post(f"{row_url}history/export/", {"format": "pdf"}).status_code == 200


def test_the_popover_dates_a_pin_by_its_own_change_and_approver(
    as_steward: Client, form_url: str, people: dict[str, Any]
) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        pinned = changes.draft(
            subject="supplier",
            golden_id=Supplier.objects.get().pk,
            pins={"trade_name": {"hold": "ever"}},
            by=people["steward"],
            reason="By contract",
        )
        make.approved(pinned, make.person("second", "approver"))
        day = f"{timezone.now():%-d %b %Y}"

    page = as_steward.get(form_url.removesuffix("propose/")).content.decode()

    assert f"on {day} with {pinned.number}, approved by second" in page
    assert f"{day}</time></td>" in page
