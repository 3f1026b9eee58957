"""Where a record is, as a panel of its page and as a page of its own."""

from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from mdm.domains.supplier import Supplier
from publishing import relay
from publishing.models import Replica
from tests import make
from tests.publishing.web.conftest import IBAN, World
from tests.seen import cost, words

PART = {"HX-Request": "true"}


def _at(record: Any) -> str:
    return reverse("record-where", args=[record.pk])


def test_both_targets_are_told_with_their_keys(
    world: World, published: Any, auditor: Client
) -> None:
    part = auditor.get(_at(published), headers=PART)
    page = auditor.get(_at(published))

    keys = {r.target.code: r.parts.get(kind=k).key for r, k in _main_parts(world, published)}
    text = words(part)
    assert "Where it is Version 1 is wanted everywhere" in text
    assert f"Coupa Landed Has v1, as supplier {keys['coupa']}" in text
    assert f"S4 Landed Has v1, as business partner {keys['s4']}" in text
    assert b"<html" not in part.content
    assert "Keys in S4" in words(page)
    assert IBAN not in page.content.decode()


def _main_parts(world: World, record: Any) -> list[tuple[Replica, str]]:
    at = world.at
    return [(at(world.coupa, record), "supplier"), (at(world.s4, record), "business_partner")]


def test_a_name_alone_is_ready_for_no_target_and_says_why(world: World, auditor: Client) -> None:
    record = world.make("supplier", {"legal_name": "Only A Name Ltd"})
    world.publish()

    text = words(auditor.get(_at(record), headers=PART))

    assert "Ready for no target. It is a record all the same" in text
    assert "Coupa: Addresses are missing, and needed there." in text
    assert "S4: Kind is empty, and it is needed there." in text


def test_a_record_that_is_not_relayed_yet_is_about_to_be_queued(
    world: World, auditor: Client
) -> None:
    record = world.make("supplier", {"legal_name": "Only A Name Ltd"})

    text = words(auditor.get(_at(record), headers=PART))

    assert "Version 1 is approved and about to be queued." in text


def test_what_a_target_does_not_take_is_said_quietly(
    dead: Replica, people: dict[str, Any], auditor: Client
) -> None:
    patch = {"code": "V1", "name": "Input tax", "country": "DE"}
    record = make.record("tax_code", patch, by=people["requester"], approvers=people["approver"])
    relay.run()

    part, page = (words(auditor.get(_at(record), headers=h)) for h in (PART, {}))

    assert "It is wanted nowhere yet No target takes this kind of record." in part
    assert "Coupa takes no tax codes." in page


def test_an_unknown_record_is_not_found(dead: Replica, auditor: Client) -> None:
    assert auditor.get(reverse("record-where", args=[uuid4()])).status_code == 404


def test_it_is_on_the_page_of_the_record(dead: Replica, auditor: Client) -> None:
    record = Supplier.objects.get()

    page = auditor.get(reverse("record", args=["suppliers", record.pk])).content.decode()

    assert f'hx-get="{_at(record)}"' in page


def test_the_panel_costs_the_same_for_a_record_with_many_versions(
    dead: Replica, people: dict[str, Any], auditor: Client
) -> None:
    from tests.publishing.makers import update

    record = Supplier.objects.get()
    few = cost(auditor, _at(record))
    for name in ("A", "B", "C"):
        update(people, record, {"trade_name": name})

    assert cost(auditor, _at(record)) == few


def test_the_page_stands_below_its_record_in_the_navigation(
    published: Any, auditor: Client
) -> None:
    source = auditor.get(f"/publishing/where/{published.pk}/").content.decode()

    here = source[: source.index('aria-current="page"')].rsplit("<a ", 1)[-1]
    assert 'href="/suppliers/"' in here
