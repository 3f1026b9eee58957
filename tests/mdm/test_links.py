"""Links lead to pages: those in sentences, and those beside every page, whoever follows them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve

from mdm import changes, links, seams
from mdm.models import Change, CheckResult, Grant
from tests import make

NAVIGATION = re.compile(r'class="ts-nav" href="([^"]+)"')
TAX_ID = {"tax_ids[T1]": {"type": "vat", "country": "DE", "number": "DE136695976"}}


@pytest.mark.parametrize("kind", seams.subjects().values(), ids=lambda k: k.code)
def test_every_governed_kind_has_a_page_to_lead_to(kind: Any) -> None:
    place = resolve(links.record(kind, uuid4()))

    assert place.url_name == ("record" if kind.is_domain else "reference-rows")


def test_a_change_is_led_to_by_its_number() -> None:
    place = resolve(links.change("CR-1042"))

    assert (place.url_name, place.kwargs) == ("change", {"number": "CR-1042"})


@pytest.mark.parametrize("role", ["", *Grant.Role.values])
def test_navigation_leads_nobody_to_a_closed_door(client: Client, db: None, role: str) -> None:
    client.force_login(make.person("somebody", *([role] if role else [])))
    entries = NAVIGATION.findall(client.get("/").content.decode())

    closed = [at for at in entries if client.get(at).status_code != 200]

    assert closed == []
    assert len(entries) > 10 if role else entries == ["/"]


def test_who_sees_one_domain_is_led_to_that_one(client: Client, db: None) -> None:
    client.force_login(make.person("buyer", "steward", domain="supplier"))

    entries = NAVIGATION.findall(client.get("/").content.decode())

    assert "/suppliers/" in entries
    assert "/projects/" not in entries
    assert [at for at in entries if client.get(at).status_code != 200] == []


def submitted(people: dict[str, Any], **facts: Any) -> Change:
    change = changes.draft(subject="supplier", by=people["requester"], **facts)
    return changes.submit(change, by=people["requester"])


def test_what_checks_point_at_can_be_opened(
    client: Client, people: dict[str, Any], reference: None
) -> None:
    known = make.SUPPLIER | TAX_ID
    acme = make.record("supplier", known, by=people["requester"], approvers=people["approver"])
    rival = submitted(people, golden_id=acme.pk, patch={"trade_name": "One"})
    second = submitted(people, golden_id=acme.pk, patch={"trade_name": "Two"})
    new = submitted(people, action="create", patch=known)
    client.force_login(people["steward"])

    linked = CheckResult.objects.filter(change__in=(second, new)).exclude(link="")
    found = {check.code: check.link for check in linked}
    answers = {code: client.get(link).status_code for code, link in found.items()}

    assert found == {
        "conflicts": f"/changes/{rival.number}/",
        "duplicates": f"/suppliers/{acme.pk}/",
        "identifiers": f"/suppliers/{acme.pk}/",
    }
    assert set(answers.values()) == {200}
