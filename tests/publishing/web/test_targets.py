"""A target's page: how it is set up and fares, its test, its credentials."""

from typing import Any

from django.test import Client
from django.urls import reverse

from mdm.models import LedgerEntry
from publishing import targets
from publishing.models import Replica, Target
from tests.publishing.web.conftest import World
from tests.seen import cost, words


def test_it_shows_settings_and_what_it_takes(dead: Replica, auditor: Client) -> None:
    index = words(auditor.get("/targets/"))
    page = words(auditor.get("/targets/coupa/"))

    assert "Targets 1" in index
    assert "Address https://coupa.example" in page
    assert "Sends At once" in page
    assert "Suppliers written Cost centers written Projects written" in page
    assert "Tax codes it has no place for them" in page
    assert "v1 created" in page
    assert "Credentials Not set" in page
    assert "Propose a change" not in page


def test_good_credentials_open_the_door_and_are_never_shown(
    world: World, integrator: Client
) -> None:
    tested = integrator.post("/targets/coupa/test/")
    held = targets.credentials(targets.state(world.coupa))

    text = tested.content.decode()
    assert "Test Good Coupa lets us in." in words(tested)
    assert [v for v in held.values() if v in text] == []
    assert LedgerEntry.objects.get(kind="target_tested").facts == {"outcome": "ok"}


def test_wrong_credentials_are_kept_tried_and_told(world: World, integrator: Client) -> None:
    said = {"client_id": "nobody", "client_secret": "a-wrong-secret"}

    answer = integrator.post("/targets/coupa/credentials/", said)

    assert "Test Failed" in words(answer)
    assert "a-wrong-secret" not in answer.content.decode()
    assert targets.credentials(targets.state(world.coupa)) == said
    facts = list(LedgerEntry.objects.filter(kind="target_credentials").values_list("facts"))
    assert "a-wrong-secret" not in str(facts)


def test_credentials_that_are_missing_are_asked_for(target: Target, integrator: Client) -> None:
    answer = integrator.post("/targets/coupa/credentials/", {"client_id": "me"})

    assert (answer.status_code, "This field is required." in words(answer)) == (400, True)
    assert targets.credentials(targets.state(target)) == {}


def test_an_address_inside_the_house_is_refused_with_words(
    world: World, integrator: Client, settings: Any
) -> None:
    settings.MDM_PRIVATE_TARGETS = []
    targets.close_channels()

    answer = words(integrator.post(reverse("target-test", args=["coupa"])))

    assert "Test Failed" in answer
    assert "127.0.0.1" in answer
    assert "connector." not in answer


def test_an_unknown_target_is_not_found(target: Target, auditor: Client) -> None:
    assert auditor.get("/targets/mars/").status_code == 404


def test_it_costs_the_same_with_many_deliveries(dead: Replica, more: Any, auditor: Client) -> None:
    few = cost(auditor, "/targets/coupa/")
    more(3)

    assert cost(auditor, "/targets/coupa/") == few
