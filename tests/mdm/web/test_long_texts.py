"""A text that is too long is refused with a sentence, and what was written is still there."""

from typing import Any

from django.test import Client

from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests.mdm.web.forms import sent_with
from tests.mdm.web.reviewing import browser, submitted, words


def test_a_reason_that_is_too_long_is_refused_and_never_cut(
    as_steward: Client, address: str
) -> None:
    page = as_steward.get(address).content.decode()
    long = {"payment_terms": "NET60", "about_reason": "w" * 2001, "_do": "submit"}

    answer = as_steward.post(address, sent_with(page) | long)

    assert "maxlength" not in page
    assert (
        "It has 2001 characters, and at most 2000 are kept. Shorten it." in answer.content.decode()
    )
    assert not Change.objects.filter(state="submitted").exists()


def test_a_comment_that_is_too_long_is_refused_and_still_there(
    people: dict[str, Any], acme: Supplier
) -> None:
    change = submitted(people, acme, {"trade_name": "Nordwind"})
    said = "Look at this. " * 300

    answer = browser(people["approver"]).post(
        f"/changes/{change.number}/comment/", {"comment": said}
    )

    assert answer.status_code == 422
    assert "The comment has 4,199 characters, and at most 4,000 are kept." in words(answer)
    assert said.strip() in answer.content.decode()
    assert not change.reviews.exists()


def test_what_cannot_be_right_is_counted_beside_the_form(as_steward: Client, address: str) -> None:
    page = as_steward.get(address).content.decode()
    wrong = {"country": "XX", "parent": "Nobody AG", "_do": "check"}

    answer = as_steward.post(address, sent_with(page) | wrong)

    assert "2 values cannot be right." in words(answer)
    assert "Nothing changes yet" not in words(answer)
