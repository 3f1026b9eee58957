"""Publishing at a glance: did it arrive, what is stuck, how targets fare."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.test import Client
from django.urls import reverse

from mdm.models import LedgerEntry
from publishing import delivery, targets
from publishing.models import Replica, Target
from tests.seen import cost, links, words


def test_it_counts_and_every_count_opens_its_rows(dead: Replica, auditor: Client) -> None:
    page = auditor.get(reverse("publishing"))

    counted = {
        unquote_plus(address.partition("?")[2]): words(auditor.get(address)).count(
            "Nordwind Logistik GmbH Supplier"
        )
        for address in links(page, reverse("delivery-list"))
    }
    cause = dead.cause
    assert "1 cause holds 1 delivery" in words(page)
    assert counted == {
        "": 1,
        f"cause={cause}&target=coupa": 1,
        "state=blocked": 0,
        "state=dead": 1,
        "state=manual": 0,
        "target=coupa&domain=supplier": 1,
        "target=coupa&state=dead": 1,
        "target=coupa&state=manual": 0,
        "target=coupa&state=pending": 0,
    }


@pytest.mark.parametrize("asked", ["code", "label", "change", "correlation id"])
def test_did_it_arrive_is_answered_in_a_sentence(
    dead: Replica, auditor: Client, asked: str
) -> None:
    change = dead.wanted_event.change  # type: ignore[union-attr]
    asked_for = {
        "code": dead.code,
        "label": "nordwind",
        "change": change.number,
        "correlation id": str(change.correlation_id),
    }[asked]

    page = words(auditor.get(reverse("publishing"), {"arrive": asked_for}))

    said = f"No. Nordwind Logistik GmbH {dead.code} : It is not ready for Coupa:"
    assert f"{said} Payment terms NET30 not defined. Show it in Coupa" in page


def test_several_records_are_told_apart_and_nothing_is_said_to_be_unknown(
    dead: Replica, more: Callable[[int], None], auditor: Client
) -> None:
    more(2)

    many = words(auditor.get(reverse("publishing"), {"arrive": "supplier"}))
    none = words(auditor.get(reverse("publishing"), {"arrive": "\x00%'; --"}))

    assert "“supplier” may mean 2 records: No. Supplier 0" in many
    assert "Nothing is known as" in none


def test_a_target_is_paused_with_a_reason_and_resumed(
    dead: Replica, target: Target, integrator: Client, people: dict[str, Any]
) -> None:
    pause, resume = (reverse(f"target-{n}", args=[target.code]) for n in ("pause", "resume"))

    refused = words(integrator.post(pause, {"comment": " "}, follow=True))
    paused = words(integrator.post(pause, {"comment": "Maintenance"}, follow=True))
    stopped = targets.state(target).stopped_because
    resumed = words(integrator.post(resume, follow=True))

    assert "Say why the target is paused" in refused
    assert "Coupa is paused." in paused
    assert stopped == "Paused by integrator: Maintenance"
    assert "Coupa is resumed; 0 deliveries are queued." in resumed
    kinds = LedgerEntry.objects.filter(subject="coupa").values_list("kind", flat=True)
    assert [k for k in kinds if k.startswith("target_")] == ["target_paused", "target_resumed"]


def test_an_empty_monitor_says_so(people: dict[str, Any], auditor: Client) -> None:
    pages = [words(auditor.get(reverse(n))) for n in ("publishing", "delivery-list", "cause-list")]

    assert "Nothing is stuck" in pages[0]
    assert "No target yet" in pages[0]
    assert "Nothing was published yet" in pages[1]
    assert "Nothing is stuck" in pages[2]


@pytest.mark.parametrize("name", ["publishing", "delivery-list", "cause-list"])
def test_a_page_costs_the_same_for_one_row_and_for_four(
    dead: Replica, more: Callable[[int], None], auditor: Client, name: str
) -> None:
    few = cost(auditor, reverse(name))
    more(3)

    assert (Replica.objects.count(), cost(auditor, reverse(name))) == (4, few)


def test_the_home_panel_shows_how_targets_fare(
    dead: Replica, target: Target, auditor: Client
) -> None:
    part = auditor.get(reverse("home-targets"), headers={"HX-Request": "true"})
    plain = auditor.get(reverse("home-targets"))

    assert words(part).startswith("Publishing, last 24 hours Open monitor Targets with health")
    counts = "1 dead letters of Coupa 0 tasks by hand in Coupa"
    assert f"Coupa Degraded 0.0 % 0 queued for Coupa {counts}" in words(part)
    assert plain.headers["Location"] == reverse("publishing")


def test_a_paused_target_shows_why_beside_its_deliveries(
    dead: Replica, target: Target, integrator: Client
) -> None:
    Replica.objects.update(state="ready")
    integrator.post(reverse("target-pause", args=[target.code]), {"comment": "Audit"})

    page = words(integrator.get(reverse("delivery-list")))

    assert "Held back for Coupa. Paused by integrator: Audit" in page
    assert delivery.drain(target) == 0
