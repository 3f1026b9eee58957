"""What an answer means: every case of the contract, and cases of our own."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from publishing.connectors import CONNECTORS
from publishing.connectors.answers import MAX_MESSAGE, placed
from publishing.connectors.base import Error, Trace

HERE = Path(__file__).with_name("error_cases.json")
SHARED = Path(settings.BASE_DIR).parent / "shared" / "contracts" / "error-cases.json"
MEANS = {"refresh_token_and_repeat": "auth", "our_bug": "defect"}


def cases(path: Path) -> list[Any]:
    if not path.exists():
        return []
    every = json.loads(path.read_text())["cases"]
    return [each for each in every if each["system"] in CONNECTORS]


@pytest.mark.parametrize("case", cases(HERE) + cases(SHARED))
def test_an_answer_means_what_the_contract_says(case: Any) -> None:
    body = case.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)

    outcome, errors = CONNECTORS[case["system"]].classify(
        case["http_status"], case.get("headers", {}), text
    )

    assert outcome.value == MEANS.get(case["expect"], case["expect"])
    assert bool(errors) is (case["http_status"] >= 300)


def test_the_contracts_cases_are_among_ours() -> None:
    if not SHARED.exists():
        pytest.skip("the contracts are not beside the project")
    ours = [(c["system"], c["http_status"], c.get("body")) for c in cases(HERE)]

    assert [
        case
        for case in cases(SHARED)
        if (case["system"], case["http_status"], case.get("body")) not in ours
    ] == []


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (Error("400", "is invalid", field="BPTaxNumber"), "tax_ids[T1].number"),
        (Error("400", "Enter a valid value for Country"), "addresses[A1].country"),
        (Error("400", "Unable to find valid PaymentTerm record"), "payment_terms"),
        (Error("400", "Entry 0004 does not exist in T052"), "payment_terms"),
        (Error("400", "Something else entirely"), ""),
        (Error("400", "Country", canonical_path="country"), "country"),
    ],
)
def test_a_complaint_is_placed_at_the_attribute_it_is_about(error: Error, path: str) -> None:
    trace = [
        Trace("tax_ids[T1].number", "to_BusinessPartnerTax[T1].BPTaxNumber", "DE1", ""),
        Trace("addresses[A1].country", "to_BusinessPartnerAddress[A1].Country", "DE", ""),
        Trace("payment_terms", "payment-term.code", "0004", ""),
    ]

    assert [each.canonical_path for each in placed([error], trace)] == [path]


@pytest.mark.parametrize("system", CONNECTORS)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[1, 2]",
        "null",
        '{"error": 5}',
        '{"errors": 5}',
        "x" * 100_000,
        "[" * 5000,
        b"\xff",
    ],
)
def test_no_body_is_too_odd_to_be_judged(system: str, body: Any) -> None:
    outcome, errors = CONNECTORS[system].classify(400, {}, body)

    assert outcome.value == "business_reject"
    assert all(0 < len(each.message) <= MAX_MESSAGE for each in errors)
