"""The home page and search: what waits, what is found and why."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mdm import changes, keys
from mdm.domains.supplier import Supplier
from mdm.models import Change, System
from mdm.queries import home, inbox
from mdm.web.lead_plot import lead_plot
from tests import make
from tests.mdm.web.conftest import IBAN, SSN


def _text(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _in_review(people: dict[str, Any], acme: Supplier, count: int = 1) -> list[Change]:
    return [
        changes.submit(
            changes.draft(
                subject="supplier", golden_id=acme.pk, patch={"trade_name": f"N{n}"},
                by=people["requester"], title=f"Trading name {n}",
            ),
            by=people["requester"],
        )
        for n in range(count)
    ]  # fmt: skip


def test_home_tells_an_approver_what_awaits_a_decision_and_what_is_overdue(
    client: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    change = _in_review(people, acme)[0]
    three_days = timezone.now() - timedelta(days=3)
    Change.objects.filter(pk=change.pk).update(submitted_at=three_days)
    client.force_login(people["approver"])

    text = _text(client, "/")

    assert "1 thing waits for you, 1 for longer than two days" in text
    assert "1 overdue, oldest 3 d" in text
    assert f"{change.number} by requester · Awaits your decision" in text


def test_home_never_shows_authors_their_own_changes_to_decide(
    client: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    both = make.person("both", "requester", "approver")
    own = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"trade_name": "Own"}, by=both, title="My own"
    )
    changes.submit(own, by=both)

    assert inbox.awaiting(both) == []


def test_a_payment_change_awaits_payment_approvers_alone_and_each_once(
    acme: Supplier, people: dict[str, Any]
) -> None:
    bank = {"holder": "Nordwind", "country": "DE", "iban": IBAN}
    change = changes.draft(
        subject="supplier", golden_id=acme.pk, by=people["requester"],
        patch={"bank_accounts[B1]": bank},
    )  # fmt: skip
    changes.submit(change, by=people["requester"])

    waiting = {name: bool(inbox.awaiting(people[name])) for name in ("approver", "payer")}
    changes.decide(change, "approve", by=people["payer"])

    assert waiting == {"approver": False, "payer": True}
    assert (inbox.awaiting(people["payer"]), len(inbox.awaiting(people["payer_too"]))) == ([], 1)


def test_home_takes_no_more_queries_for_more_work(
    client: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    client.force_login(people["approver"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    _in_review(people, acme)
    one = queries()
    _in_review(people, acme, 3)

    assert (len(inbox.awaiting(people["approver"])), queries()) == (4, one)


def test_each_count_of_records_opens_exactly_those_records(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    gone = make.record(
        "supplier", {"legal_name": "Gone AG"}, by=people["requester"], approvers=people["approver"]
    )
    retire = changes.draft(
        subject="supplier", golden_id=gone.pk, action="retire", by=people["requester"]
    )
    make.approved(retire, people["approver"])
    page = as_steward.get("/").content.decode()

    address, count = re.findall(r'href="(/suppliers/\?[^"]+)">(\d+)<', page)[0]
    opened = as_steward.get(address.replace("&amp;", "&")).content.decode()

    assert count == "1"
    assert opened.count('class="ts-name"') == 1


def test_an_empty_installation_shows_the_first_steps(as_steward: Client) -> None:
    text = _text(as_steward, "/")

    assert "First steps" in text
    assert "Nothing is applied without a second person." in text


def test_lead_times_are_told_by_week_and_drawn(acme: Supplier, people: dict[str, Any]) -> None:
    weeks = home.lead_times_by_week()

    assert [week.count for week in weeks] == [0] * 11 + [2]
    assert (weeks[-1].p50 or timedelta(1)) < timedelta(minutes=1)
    plot = lead_plot(weeks)
    assert plot is not None
    assert plot.sentence.startswith(f"Approval lead time since {weeks[0].start}")
    assert lead_plot([home.Week(weeks[0].start, 0)]) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nordwind", "Its name."),
        ("S-100001", "Its number."),
        ("DE 136 695 976", "Its tax id."),
        (IBAN, "Its bank account."),
        ("de89 3704 0044 0532 0130 00", "Its bank account."),
        ("0000102337", "Its key in another system."),
    ],
)
def test_whatever_a_colleague_sends_finds_the_record_and_says_why(
    as_steward: Client, rich: Supplier, text: str, why: str
) -> None:
    system = make.record(
        "system",
        {"code": "s4", "name": "S/4HANA"},
        by=make.person("governor", "steward"),
        approvers=make.person("second", "approver"),
    )
    assert isinstance(system, System)
    keys.assign(system, "supplier", "0000102337", rich.pk)

    page = as_steward.get("/search/", {"q": text}).content.decode()

    assert f'href="/suppliers/{rich.pk}/"' in page
    assert why in page


def test_a_change_is_found_by_its_number(as_steward: Client, acme: Supplier) -> None:
    page = as_steward.get("/search/", {"q": "cr-1002"}).content.decode()

    assert 'href="/changes/CR-1002/"' in page


def test_what_is_not_found_can_be_created_with_its_name(as_steward: Client, acme: Supplier) -> None:
    page = as_steward.get("/search/", {"q": "Zweifel & Söhne"}).content.decode()

    assert "Nothing has this name, number or key" in page
    address = "/suppliers/new/?legal_name=Zweifel+%26+S%C3%B6hne"
    assert f'href="{address}"' in page
    assert 'value="Zweifel &amp; Söhne"' in as_steward.get(address).content.decode()


def test_the_top_bar_finds_while_one_types(as_steward: Client, acme: Supplier) -> None:
    part = as_steward.get("/search/hits/", {"q": "nordw"}).content.decode()

    assert f'href="/suppliers/{acme.pk}/"' in part
    assert "<html" not in part


@pytest.mark.parametrize("sought", ["muller", "MUELLER", "Müller"])
def test_a_name_is_found_without_its_accents(
    as_steward: Client, rich: Supplier, people: dict[str, Any], sought: str
) -> None:
    patch = {"legal_name": "Kräne Müller KG", "country": "DE"}
    muller = make.record("supplier", patch, by=people["requester"], approvers=people["approver"])

    page = as_steward.get("/search/", {"q": sought}).content.decode()
    listed = as_steward.get("/suppliers/", {"q": sought}).content.decode()

    assert re.search(rf'href="/suppliers/{muller.pk}/".*?Its name\.', page, re.S)
    assert [f"/suppliers/{one.pk}/" in listed for one in (muller, rich)] == [True, False]


@pytest.mark.parametrize("sought", ["elsewhere", IBAN, SSN])
def test_what_is_sealed_is_searched_only_by_those_who_may_reveal_it(
    rich: Supplier, people: dict[str, Any], sought: str
) -> None:
    found = {}
    mail = {"contacts[C2]": {"last_name": "Lind", "email": "lind@elsewhere.example"}}
    submitted = changes.draft(
        subject="supplier", golden_id=rich.pk, patch=mail, by=people["requester"], reason="New"
    )
    make.approved(submitted, people["approver"])
    for name in ("steward", "auditor"):
        client = Client()
        client.force_login(people[name])
        page = client.get("/search/", {"q": sought}).content.decode()
        listed = client.get("/suppliers/", {"q": sought}).content.decode()
        address = f'href="/suppliers/{rich.pk}/"'
        found[name] = (address in page.partition("Names like it")[0], address in listed)

    assert found == {"steward": (True, False), "auditor": (False, False)}
