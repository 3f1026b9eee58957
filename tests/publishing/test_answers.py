"""What a refusal says: their words, ours, and never a secret."""

from typing import Any

import pytest
from django.utils import timezone

from mdm.domains.supplier import Supplier
from publishing.connectors.base import Error, Exchange, Outcome, Result
from publishing.models import Attempt, Target
from tests.publishing.fake import Fake
from tests.publishing.makers import publish, supplier

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people)


def test_a_refusal_stops_this_record_at_once_and_names_the_attribute(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    exchange = Exchange("POST", "/x", {}, "", 400, {}, "", timezone.now(), 0.1)
    error = Error("400", "Payment terms N061 not defined", "terms", "payment_terms")
    fake.script = [Result(Outcome.BUSINESS_REJECT, exchanges=(exchange,), errors=(error,))]

    replica = publish(target)

    assert (replica.state, replica.due_at) == ("dead", None)
    assert replica.last_sentence == (
        "Coupa refused it: Payment terms N061 not defined. "
        "Payment terms: mend the code map payment_terms, or the record; then replay."
    )
    assert replica.cause == "business_reject · payment_terms · 400 · Payment terms N061 not defined"


def test_a_code_that_no_map_has_is_said_with_what_to_do(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    words = (
        "payment_terms: NET61; expected an entry in the code map payment_terms. "
        "Add NET61 to the code map payment_terms of this target."
    )
    error = Error("missing_code", words, "", "payment_terms")
    fake.script = [Result(Outcome.BUSINESS_REJECT, errors=(error,))]

    replica = publish(target)

    assert replica.last_sentence == (
        "Coupa has no code for payment terms NET61. "
        "Add it to the code map payment_terms, then replay."
    )
    assert replica.cause == "missing_code · payment_terms · NET61"


def test_a_value_that_is_sealed_is_not_quoted(acme: Supplier, target: Target, fake: Fake) -> None:
    words = "bank_accounts[B1].account_number: 12345678901; expected at most 10 characters. Shorten"
    error = Error("too_long", words, "", "bank_accounts[B1].account_number")
    fake.script = [Result(Outcome.BUSINESS_REJECT, errors=(error,))]

    replica = publish(target)

    attempt = Attempt.objects.get()
    assert "12345678901" not in f"{replica.last_sentence}{replica.cause}{attempt.errors}"
    assert "at most 10 characters" in replica.last_sentence
