"""What the simulators hold and have been told, as pages show it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests.publishing.web.conftest import EMAIL, IBAN, SURNAME, World
from tests.seen import links, words

FAULTS = {"coupa-rate": "15", "coupa-kinds": ["too_many", "error_500"], "coupa-per_second": "0"}


def test_they_show_what_they_hold_and_what_was_sent(
    world: World, published: Any, auditor: Client
) -> None:
    page = auditor.get("/simulators/")
    objects = auditor.get("/simulators/s4/supplier/")

    assert "SAP S/4HANA Nothing is there twice" in words(page)
    assert f"create A_BusinessPartner {published.code}" in words(page)
    assert f"Nordwind Logistik GmbH 1000000001 {published.code} 1" in words(objects)
    assert links(objects, "object/") == ["object/?key=1000000001"]


@pytest.mark.parametrize("twin", ["coupa", "s4"])
def test_an_object_hides_bank_and_personal_data(
    world: World, published: Any, auditor: Client, twin: str
) -> None:
    (held,) = world.control.objects(twin, "supplier").objects

    page = auditor.get(f"/simulators/{twin}/supplier/object/", {"key": held.key}).content.decode()

    assert [secret for secret in (IBAN, EMAIL, SURNAME) if secret in page] == []
    assert "Hamburg" in page
    assert "••••" in page
    assert f"Our number is {published.code}" in page


def test_they_are_searched_and_paged(world: World, auditor: Client) -> None:
    for n in range(27):
        world.make("cost_center", {"code": f"CC-{n:02}", "name": f"Center {n:02}"})
    world.publish()

    first = auditor.get("/simulators/coupa/cost_center/")
    second = words(auditor.get("/simulators/coupa/cost_center/", {"page": "2"}))
    found = words(auditor.get("/simulators/coupa/cost_center/", {"q": "Center 07"}))
    none = words(auditor.get("/simulators/coupa/cost_center/", {"q": "%_"}))
    beyond = words(auditor.get("/simulators/coupa/cost_center/", {"page": "99"}))

    assert b'type="text"' not in first.content  # both of its fields are for searching
    assert "1 to 25 of 27 objects" in words(first)
    assert "26 to 27 of 27 objects" in second
    assert "1 to 1 of 1 objects" in found
    assert "Nothing is like that" in none
    assert "26 to 27 of 27 objects" in beyond


@pytest.mark.parametrize(
    "address",
    [
        "/simulators/mars/supplier/",
        "/simulators/coupa/planet/",
        "/simulators/coupa/supplier/object/",
        "/simulators/coupa/supplier/object/?key=none",
        "/simulators/?twin=mars",
    ],
)
def test_what_is_not_there_is_not_found(world: World, auditor: Client, address: str) -> None:
    assert auditor.get(address).status_code == 404


def test_a_demo_lets_them_fail_and_calm_down(world: World, integrator: Client) -> None:
    address = reverse("simulator-faults", args=["coupa"])

    set_ = words(integrator.post(address, FAULTS, follow=True))
    wrong = words(integrator.post(address, FAULTS | {"coupa-rate": "120"}, follow=True))
    none = words(
        integrator.post(address, {"coupa-rate": "5", "coupa-per_second": "0"}, follow=True)
    )

    plan = world.control.faults()["coupa"]
    assert "15% of its requests go wrong: too many, error 500." in set_
    assert "Nothing was changed. Requests that go wrong (%)" in wrong
    assert "Choose at least one way in which they go wrong." in none
    assert (plan["rate"], plan["kinds"]) == (0.15, ["too_many", "error_500"])
    calm = {"coupa-rate": "0", "coupa-per_second": "0"}
    assert "go wrong:" not in words(integrator.post(address, calm, follow=True))


def test_a_tax_code_is_entered_as_a_person_there_would(world: World, integrator: Client) -> None:
    said = {"procedure": "TAXD", "code": "V9", "name": "Input tax 9 %"}

    done = words(integrator.post(reverse("simulator-tax-code"), said, follow=True))
    wrong = words(integrator.post(reverse("simulator-tax-code"), said | {"code": "V999"}))
    held = words(integrator.get("/simulators/s4/tax_code/", {"q": "V9"}))

    assert "S/4HANA has" in done
    assert "S/4HANA has" not in wrong
    assert "Input tax 9 %" in held


def test_nobody_changes_them_outside_a_demo_or_without_the_right(
    world: World, browse: Callable[..., Client], settings: LazySettings
) -> None:
    address = reverse("simulator-faults", args=["coupa"])
    looking = browse("auditor").post(address, FAULTS).status_code
    settings.MDM_DEMO = False
    outside = browse("integrator").post(address, FAULTS).status_code
    page = words(browse("integrator").get("/simulators/"))

    assert (looking, outside) == (403, 403)
    assert "Let it fail" not in page
    assert world.control.faults()["coupa"]["rate"] == 0
