"""One delivery: its way, each try, and what a person does about it."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mdm import keys
from mdm.models import LedgerEntry
from publishing import delivery, relay
from publishing.connectors.base import Outcome
from publishing.models import Replica, Target
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import update
from tests.publishing.web.conftest import EMAIL, IBAN, SURNAME, World
from tests.seen import cost, words

TAX_CODE = {
    "code": "V1",
    "name": "Input tax",
    "country": "DE",
    "tax_type": "vat",
    "direction": "input",
    "procedure": "TAXD",
    "rates[R1]": {"rate_percent": "19", "valid_from": "2021-01-01"},
}
TABS = ("canonical", "sent", "answer", "trace")


def _at(name: str, replica: Replica) -> str:
    return reverse(name, args=[replica.pk])


def test_it_tells_the_way_from_approved_to_refused(dead: Replica, integrator: Client) -> None:
    page = words(integrator.get(_at("delivery", dead)))

    assert "It is not ready for Coupa: Payment terms NET30 not defined." in page
    number = dead.wanted_event.change.number  # type: ignore[union-attr]
    assert f"Timeline Approved Version 1, by {number}." in page
    assert "Sent Try 1, version 1." in page
    assert "Coupa does not have it yet. It is looked up by our number first, then created." in page


@pytest.mark.parametrize("at", ["coupa", "s4"])
def test_bank_data_and_personal_data_are_hidden_in_every_tab(
    world: World, published: Any, integrator: Client, at: str
) -> None:
    replica = world.at({"coupa": world.coupa, "s4": world.s4}[at], published)
    address = _at("delivery", replica)

    pages = {tab: integrator.get(f"{address}?show={tab}").content.decode() for tab in TABS}

    leaks = [(tab, s) for tab, p in pages.items() for s in (IBAN, EMAIL, SURNAME) if s in p]
    assert leaks == []
    assert "••••" in pages["canonical"]
    assert "••••" in pages["sent"]
    assert "••••" in pages["trace"]


def test_each_try_has_its_tabs_and_an_unknown_one_is_refused(
    dead: Replica, integrator: Client
) -> None:
    address = _at("delivery", dead)

    found = {tab: integrator.get(f"{address}?try=1&show={tab}").status_code for tab in TABS}

    assert set(found.values()) == {200}
    assert integrator.get(f"{address}?try=7").status_code == 404
    assert integrator.get(f"{address}?show=secrets").status_code == 400
    assert integrator.get(reverse("delivery", args=[uuid4()])).status_code == 404


def test_a_newer_version_is_shown_beside_the_one_that_was_tried(
    dead: Replica, integrator: Client, people: dict[str, Any]
) -> None:
    from mdm.domains.supplier import Supplier

    update(people, Supplier.objects.get(), {"trade_name": "Nordwind"})
    relay.run()
    Replica.objects.update(state="dead", due_at=None)

    page = words(integrator.get(_at("delivery", dead)))

    assert "Version 2 goes. Try 1 was for version 1, which cannot be sent any more" in page
    assert "1 value changed since version 1 Trading name" in page


def test_a_replay_queues_it_and_a_second_one_says_so(
    dead: Replica, target: Target, fake: Fake, integrator: Client
) -> None:
    again = {"which": "current", "comment": "Mended"}

    first = words(integrator.post(_at("delivery-replay", dead), again, follow=True))
    second = words(integrator.post(_at("delivery-replay", dead), again, follow=True))
    delivery.drain(target)
    landed = words(integrator.get(_at("delivery", dead)))

    assert "It is queued." in first
    assert "Nothing was sent: it is under way already" in second
    assert "Try 2 version 1" in landed
    assert "reached Coupa" in landed
    assert len(fake.sent) == 2


def test_a_replay_of_no_known_kind_is_refused(dead: Replica, integrator: Client) -> None:
    assert integrator.post(_at("delivery-replay", dead), {"which": "older"}).status_code == 400


def test_it_is_given_up_with_a_reason(dead: Replica, integrator: Client) -> None:
    refused = words(integrator.post(_at("delivery-discard", dead), {"comment": ""}, follow=True))
    done = words(integrator.post(_at("delivery-discard", dead), {"comment": "Old"}, follow=True))

    dead.refresh_from_db()
    assert "Say why it is given up" in refused
    assert "Coupa stays without this version" in done
    assert (dead.state, dead.skipped) == ("skipped", "Given up by integrator: Old")


def test_a_task_for_a_person_is_done_with_their_key(
    world: World, integrator: Client, people: dict[str, Any]
) -> None:
    code = world.make("tax_code", TAX_CODE)
    world.publish()
    task = world.at(world.s4, code)

    before = words(integrator.get(_at("delivery", task)))
    empty = integrator.post(_at("delivery-done", task), {"key": "TAXD V1", "note": ""})
    integrator.post(_at("delivery-done", task), {"key": "TAXD V1", "note": "Ticket 12"})

    task.refresh_from_db()
    after = words(integrator.get(_at("delivery", task)))
    assert "Maintain tax code V1 of DE in S/4HANA in procedure TAXD (transaction FTXP)" in before
    assert (empty.status_code, "This field is required." in words(empty)) == (400, True)
    assert (task.state, task.landed_version) == ("landed", 1)
    assert keys.find("s4", "tax_code", "TAXD V1") == code.pk
    assert "Tax code TAXD V1" in after
    assert LedgerEntry.objects.get(kind="delivery_done_by_hand").facts["reason"] == "Ticket 12"


def test_a_key_that_names_another_record_is_refused(
    world: World, integrator: Client, people: dict[str, Any]
) -> None:
    first, second = (
        world.make("tax_code", TAX_CODE | {"code": code, "name": f"Tax {code}"})
        for code in ("V1", "V2")
    )
    world.publish()
    tasks = [world.at(world.s4, record) for record in (first, second)]
    said = {"key": "TAXD V1", "note": "Done"}

    answers = [integrator.post(_at("delivery-done", task), said) for task in tasks]

    tasks[1].refresh_from_db()
    assert [a.status_code for a in answers] == [302, 400]
    assert "The key TAXD V1 of S4 already names another record." in words(answers[1])
    assert tasks[1].state == "manual"


def test_what_is_not_for_a_person_cannot_be_done_by_hand(dead: Replica, integrator: Client) -> None:
    answer = integrator.post(_at("delivery-done", dead), {"note": "Done"}, follow=True)

    assert "Only a delivery that needs a person can be marked as done." in words(answer)


def test_who_only_looks_sees_no_button(dead: Replica, auditor: Client) -> None:
    page = auditor.get(_at("delivery", dead)).content.decode()

    assert "<form" in page
    assert not [n for n in ("replay", "discard", "done") if _at(f"delivery-{n}", dead) in page]


def test_it_costs_the_same_for_one_try_and_for_four(
    dead: Replica, target: Target, fake: Fake, integrator: Client
) -> None:
    address = _at("delivery", dead)
    few = cost(integrator, address)
    for _ in range(3):
        fake.script = [ended(Outcome.BUSINESS_REJECT, "No", path="payment_terms")]
        integrator.post(_at("delivery-replay", dead), {"comment": "Again"})
        delivery.drain(target)

    assert (dead.attempts.count(), cost(integrator, address)) == (4, few)
