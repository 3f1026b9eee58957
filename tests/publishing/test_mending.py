"""A code that is missing or refused: grouped by the code, mended by a map, and then replayable."""

from typing import Any

import pytest
from django.utils import timezone

from mdm import changes
from publishing import codemaps, delivery, mending, relay
from publishing.connectors import answers
from publishing.connectors.base import Error, Exchange, Outcome, Result, Trace
from publishing.models import Replica, Target
from tests.make import approved
from tests.publishing.fake import Fake
from tests.publishing.makers import supplier

pytestmark = pytest.mark.usefixtures("reference")
TRACE = Trace("payment_terms", "payment-term.code", "NOSUCH999", "", "payment_terms", "IMMEDIATE")


def _refused(*errors: Error, sent: bool = True) -> Result:
    one = Exchange("POST", "/x", {}, "", 400, {}, "", timezone.now(), 0.1)
    return Result(Outcome.BUSINESS_REJECT, exchanges=(one,) if sent else (), errors=errors)


def _stopped(people: dict[str, Any], target: Target, fake: Fake, *ended: Result) -> list[Replica]:
    for n in range(len(ended)):
        supplier(people, legal_name=f"Supplier {n}")
    fake.script = list(ended)
    relay.run()
    delivery.drain(target)
    return list(Replica.objects.order_by("code"))


def _mapped(people: dict[str, Any], ours: str, theirs: str) -> str:
    patch = codemaps.patch("coupa", "payment_terms", ours, theirs)
    change = changes.draft(subject="code_map", action="create", patch=patch, by=people["steward"])
    return approved(change, people["approver"]).number


def test_a_complaint_about_a_code_names_the_code_that_was_sent() -> None:
    (placed,) = answers.placed([Error("400", "Payment term code is invalid")], [TRACE])

    assert (placed.codes, placed.ours, placed.theirs) == ("payment_terms", "IMMEDIATE", "NOSUCH999")


def test_refusals_of_different_codes_are_different_causes(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    said = answers.placed([Error("400", "Payment term code is invalid")], [TRACE])
    other = Trace("payment_terms", "payment-term.code", "N30", "", "payment_terms", "NET30")
    also = answers.placed([Error("400", "Payment term code is invalid")], [other])

    first, second = _stopped(people, target, fake, _refused(*said), _refused(*also))

    assert first.cause == (
        "refused_code · payment_terms · IMMEDIATE · NOSUCH999 · Payment term code is invalid"
    )
    assert second.cause.startswith("refused_code · payment_terms · NET30 · N30")
    assert "It was sent NOSUCH999 (from IMMEDIATE)." in first.last_sentence


def test_what_a_code_map_lacked_is_said_to_be_mapped_since(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    words = "payment_terms: NET61; expected an entry in the code map payment_terms. Add NET61."
    lacks = _refused(Error("missing_code", words, "", "payment_terms"), sent=False)
    (replica,) = _stopped(people, target, fake, lacks)
    before = mending.helps(replica.cause, target), mending.sentence(replica)

    number = _mapped(people, "NET61", "N61")

    assert before[0] is False
    assert "has no code for payment terms NET61" in before[1]
    assert mending.helps(replica.cause, target) is True
    assert mending.sentence(replica) == f"Mapped since ({number}); ready to replay."


@pytest.mark.parametrize(
    ("cause", "helps"),
    [
        ("business_reject · category · required · category: nothing", False),
        ("business_reject · name · too_long · name: 60 characters", False),
        ("business_reject · name · 400 · Name is taken", True),
        ("erased", False),
        ("transient · not_sent · the address could not be reached", True),
    ],
)
def test_sending_again_is_offered_only_where_it_can_help(
    people: dict[str, Any], target: Target, cause: str, helps: bool
) -> None:
    assert mending.helps(cause, target) is helps


def test_a_set_leaves_out_what_would_only_stop_again(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    empty = Error("required", "category: nothing; expected a value. Fill category.", "", "category")
    busy = Error("400", "Try later")
    _stopped(people, target, fake, _refused(empty, sent=False), _refused(busy))

    left = mending.without_hopeless(Replica.objects.all())

    assert [r.cause.split(" · ")[-1] for r in left] == ["Try later"]


def test_a_missing_value_is_said_in_one_wording(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    empty = Error("required", "category: nothing; expected a value. Fill category.", "", "category")

    (replica,) = _stopped(people, target, fake, _refused(empty, sent=False))

    assert replica.last_sentence == (
        "It is not ready for Coupa: Kind is empty, and it is needed there."
    )


def test_an_address_that_cannot_be_reached_is_said_without_the_words_of_the_network(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    raw = Error("not_sent", "no connection: [Errno 111] Connection refused")

    (replica,) = _stopped(people, target, fake, Result(Outcome.TRANSIENT, errors=(raw,)))

    assert replica.last_sentence == (
        "Coupa could not take it now: the address could not be reached."
    )
    assert "Errno" not in replica.cause


def test_an_answer_that_was_lost_is_said_once(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    lost = Result(Outcome.UNKNOWN, errors=(Error("no_answer", "no answer: the time is up"),))

    (replica,) = _stopped(people, target, fake, lost)

    assert replica.last_sentence == (
        "We cannot tell whether Coupa has it: no answer: the time is up. The next try looks first."
    )
