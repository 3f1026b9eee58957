"""Who may open which page of publishing, and what of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from publishing.models import Replica, Target
from tests.seen import words

PAGES = (
    "publishing",
    "delivery-list",
    "cause-list",
    "simulator-list",
    "code-map-list",
    "target-list",
)


def _addresses(dead: Replica, target: Target) -> list[str]:
    return [
        *(reverse(name) for name in PAGES),
        reverse("replay"),
        reverse("delivery", args=[dead.pk]),
        reverse("record-where", args=[dead.golden_id]),
        reverse("simulator", args=["coupa", "supplier"]),
        reverse("code-maps", args=[target.code]),
        reverse("code-map-new", args=[target.code]),
        reverse("target", args=[target.code]),
        reverse("home-targets"),
    ]


def test_nobody_sees_a_page_before_signing_in(dead: Replica, target: Target) -> None:
    found = {
        address: Client().get(address).headers.get("Location", "").partition("?")[0]
        for address in _addresses(dead, target)
    }

    assert set(found.values()) == {reverse("sign-in")}


def test_somebody_without_a_role_sees_no_page(
    dead: Replica, target: Target, stranger: Client
) -> None:
    found = {a: stranger.get(a).status_code for a in _addresses(dead, target)}

    one = reverse("delivery", args=[dead.pk])
    assert found.pop(one) == 404
    assert set(found.values()) == {403}


def test_deliveries_of_another_company_code_are_neither_listed_nor_counted(
    dead: Replica, target: Target, outsider: Client
) -> None:
    seen = [words(outsider.get(reverse(name))) for name in PAGES[:3]]
    one = outsider.get(reverse("delivery", args=[dead.pk]))
    where = outsider.get(reverse("record-where", args=[dead.golden_id]))
    asked = words(outsider.get(reverse("publishing"), {"arrive": dead.code}))

    assert not [text for text in seen if dead.label in text or "NET30" in text]
    assert "Dead letters 0" in seen[0]
    assert (one.status_code, where.status_code) == (404, 404)
    assert f"Nothing is known as “{dead.code}”." in asked


def test_a_simulator_is_shown_to_those_who_see_every_company_code(
    dead: Replica, outsider: Client, auditor: Client, settings: Any
) -> None:
    settings.MDM_TWINS_LISTEN = ("127.0.0.1", 9)
    addresses = (reverse("simulator-list"), reverse("simulator", args=["coupa", "supplier"]))

    barred = [outsider.get(address) for address in addresses]
    off = [words(auditor.get(address)) for address in addresses]

    assert [r.status_code for r in barred] == [403, 403]
    assert all("The simulators are not running." in text for text in off)


@pytest.mark.parametrize(
    "name", ["delivery-replay", "delivery-discard", "delivery-done"], ids=lambda n: n
)
def test_who_only_looks_may_not_act_on_a_delivery(
    dead: Replica, auditor: Client, outsider: Client, name: str
) -> None:
    address = reverse(name, args=[dead.pk])

    found = [c.post(address, {"comment": "Mine"}).status_code for c in (auditor, outsider)]

    dead.refresh_from_db()
    assert (found, dead.state) == ([403, 404], "dead")


@pytest.mark.parametrize(
    "name",
    ["target-pause", "target-resume", "target-test", "target-credentials", "code-map-retire"],
)
def test_who_only_looks_may_not_act_on_a_target(target: Target, auditor: Client, name: str) -> None:
    found = auditor.post(reverse(name, args=[target.code]), {"comment": "Mine"})

    assert found.status_code == 403


def test_what_acts_is_not_done_by_following_a_link(
    dead: Replica, target: Target, integrator: Client
) -> None:
    acts = [reverse(n, args=[dead.pk]) for n in ("delivery-replay", "delivery-discard")]
    acts += [reverse(n, args=[target.code]) for n in ("target-pause", "target-test")]

    assert {integrator.get(address).status_code for address in acts} == {405}
