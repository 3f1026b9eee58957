"""Refused deliveries in the inbox of whoever manages publishing, equal reasons together."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from publishing.models import Replica
from tests import make
from tests.mdm.web.reviewing import browser


def what(client: Client, query: str = "") -> list[str]:
    return [row["what"] for row in client.get(f"/inbox/{query}").context["rows"]]


def test_a_refused_delivery_waits_in_the_inbox_and_opens_what_it_counts(
    integrator: Client, dead: Replica, more: Callable[[int], None]
) -> None:
    more(2)

    page = integrator.get("/inbox/?kind=delivery")

    titles = [row["what"] for row in page.context["rows"]]
    assert titles == ["1 delivery refused by Coupa"] * 3
    listed = integrator.get(page.context["rows"][0]["url"])
    assert listed.status_code == 200
    assert dead.code in listed.content.decode()
    preview = page.context["rows"][0]["preview_url"]
    assert "refused by Coupa" in integrator.get(preview, HTTP_HX_REQUEST="true").content.decode()
    assert integrator.get(preview)["Location"] == page.context["rows"][0]["url"]
    assert integrator.get("/inbox/preview/?item=gone").status_code == 404


def test_it_is_for_those_alone_who_may_do_something_about_it(
    people: dict[str, Any], dead: Replica, auditor: Client, stranger: Client
) -> None:
    local = make.person("local", "integrator", domain="supplier", company_code="9999")

    assert what(auditor) == []
    assert what(browser(people["approver"])) == []
    assert what(browser(local)) == []
    assert stranger.get("/inbox/").status_code == 403
