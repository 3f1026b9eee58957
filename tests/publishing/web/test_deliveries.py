"""The list of deliveries, and what is replayed of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mdm.models import Grant, LedgerEntry
from publishing import delivery
from publishing.models import Attempt, Replica, Target
from tests import make
from tests.publishing.fake import Fake
from tests.seen import words

LIST, REPLAY = "/publishing/deliveries/", "/publishing/replay/"
HOW = {"which": "current", "limit": "10", "because": "Mapped it"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("state=dead", 3),
        ("state=needs_person", 3),
        ("state=landed", 0),
        ("q=supplier+1", 1),
        ("target=coupa&domain=supplier", 3),
        ("domain=project", 0),
    ],
)
def test_filters_are_in_the_address(
    dead: Replica, more: Callable[[int], None], auditor: Client, query: str, count: int
) -> None:
    more(2)

    page = auditor.get(f"{LIST}?{query}")

    assert page.context["page"].paginator.count == count
    assert (b"No delivery is like" in page.content) is (count == 0)


@pytest.mark.parametrize(
    "query", ["state=lost", "target=mars", "domain=planet", f"q={'x' * 300}", "q=%00"]
)
def test_an_address_that_asks_for_what_there_is_not_is_told_so(
    dead: Replica, auditor: Client, query: str
) -> None:
    page = auditor.get(f"{LIST}?{query}")

    assert page.status_code == 400
    assert "The address asks for something that is not there. Found “" in words(page)


def test_a_page_beyond_the_last_is_the_last(dead: Replica, auditor: Client) -> None:
    assert auditor.get(f"{LIST}?page=99").context["page"].number == 1
    assert auditor.get(f"{LIST}?page=x").context["page"].number == 1


def test_a_replay_is_counted_before_and_followed_after(
    dead: Replica,
    more: Callable[[int], None],
    target: Target,
    fake: Fake,
    integrator: Client,
) -> None:
    more(1)

    before = words(integrator.get(f"{REPLAY}?state=dead"))
    done = integrator.post(f"{REPLAY}?state=dead", HOW)
    on_its_way = words(integrator.get(done.headers["Location"]))
    delivery.drain(target)
    part = integrator.get(done.headers["Location"], headers={"HX-Request": "true"})

    assert "Replay 2 deliveries" in before
    assert "Coupa 2 sent again A newer version 0 than was tried last Left out 0" in before
    assert "2 replayed by integrator, just now : “Mapped it”" in on_its_way
    assert "Landed 0 of 2 On its way 2 this page looks again by itself" in on_its_way
    assert "Landed 2 of 2 On its way 0 none is left Not landed 0" in words(part)
    assert b"hx-trigger" not in part.content
    assert LedgerEntry.objects.get(kind="delivery_replayed").facts["reason"] == "Mapped it"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"because": ""}, "This field is required."),
        ({"limit": "0"}, "greater than or equal to 1"),
        ({"limit": "10001"}, "less than or equal to 10000"),
        ({"which": "older"}, "Select a valid choice"),
    ],
)
def test_a_replay_that_is_not_said_well_is_not_done(
    dead: Replica, integrator: Client, said: dict[str, str], wrong: str
) -> None:
    answer = integrator.post(f"{REPLAY}?state=dead", HOW | said)

    dead.refresh_from_db()
    assert wrong in words(answer) or answer.status_code == 400
    assert (dead.state, Attempt.objects.count()) == ("dead", 1)


def test_replaying_what_is_under_way_says_that_nothing_was_done(
    dead: Replica, integrator: Client
) -> None:
    Replica.objects.update(state="ready")

    answer = words(integrator.post(REPLAY, HOW, follow=True))

    assert "Nothing was replayed: all of it is under way already." in answer


def test_who_may_publish_one_domain_replays_no_other(
    dead: Replica, browse: Callable[..., Client], people: dict[str, Any]
) -> None:
    narrow = make.person("narrow", "integrator", domain="project")
    Grant.objects.create(user=narrow, role="requester", domain="supplier")

    page = words(browse(narrow).get(REPLAY))

    assert "Replay 0 deliveries" in page


def test_the_result_of_a_replay_shows_nothing_of_other_company_codes(
    dead: Replica, integrator: Client, outsider: Client
) -> None:
    done = integrator.post(f"{REPLAY}?state=dead", HOW)

    seen = words(outsider.get(done.headers["Location"]))

    assert "0 replayed" in seen
    assert "Nordwind" not in seen


def test_the_whole_list_is_not_one_press_away(dead: Replica, integrator: Client) -> None:
    whole, narrowed = (integrator.get(f"{LIST}{q}").content for q in ("", "?state=dead"))

    assert reverse("replay").encode() not in whole
    assert f"{REPLAY}?state=dead".encode() in narrowed
