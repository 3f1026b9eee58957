"""What stands in the way of sending: each problem at its place, with what would mend it."""

import pytest

from publishing.connectors.base import Problem
from tests.publishing.connectors.payloads import Payload, item, of, render


@pytest.mark.parametrize(
    ("system", "payload", "path", "code"),
    [
        ("coupa", of("supplier", legal_name="x" * 101), "legal_name", "too_long"),
        ("coupa", of("supplier", payment_terms="NET75"), "payment_terms", "missing_code"),
        ("coupa", of("supplier", addresses=[]), "addresses", "required"),
        ("coupa", of("project", name="x" * 256), "name", "too_long"),
        ("coupa", of("tax_code", country=None), "country", "required"),
        ("coupa", of("tax_code", rates=[]), "rates.rate_percent", "required"),
        ("sap-s4hana", of("supplier", code="S" * 21), "code", "too_long"),
        ("sap-s4hana", of("supplier", legal_name="x" * 161), "legal_name", "too_long"),
        ("sap-s4hana", of("supplier", legal_name="x " * 39 + "y" * 85), "legal_name", "too_long"),
        ("sap-s4hana", of("supplier", category=None), "category", "required"),
        ("sap-s4hana", of("supplier", category="group"), "category", "not_one_of"),
        ("sap-s4hana", of("supplier", search_name="x" * 41), "search_name", "too_long"),
        (
            "sap-s4hana",
            item(of("supplier"), "tax_ids", "T1", type="tin", country="AT"),
            "tax_ids[T1].type",
            "missing_code",
        ),
        (
            "sap-s4hana",
            item(of("supplier"), "addresses", "A2", city="x" * 41),
            "addresses[A2].city",
            "too_long",
        ),
        (
            "sap-s4hana",
            item(of("supplier"), "addresses", "A1", country=""),
            "addresses[A1].country",
            "required",
        ),
        (
            "sap-s4hana",
            item(of("supplier"), "company_views", "V1", company_code="9999"),
            "company_views[V1].company_code",
            "missing_code",
        ),
        (
            "sap-s4hana",
            item(of("supplier"), "company_views", "V1", reconciliation_account=""),
            "company_views[V1].reconciliation_account",
            "required",
        ),
        (
            "sap-s4hana",
            item(of("supplier"), "bank_accounts", "B1", holder=""),
            "bank_accounts[B1].holder",
            "required",
        ),
        ("sap-s4hana", of("cost_center", code="CC-4100-LONG"), "code", "too_long"),
        ("sap-s4hana", of("cost_center", name="x" * 41, short_name=None), "name", "too_long"),
        ("sap-s4hana", of("cost_center", controlling_area=None), "controlling_area", "required"),
        ("sap-s4hana", of("cost_center", category="Z"), "category", "missing_code"),
        ("sap-s4hana", of("project", start_date=None), "start_date", "required"),
        ("sap-s4hana", of("project", lifecycle="asleep"), "lifecycle", "missing_code"),
        ("sap-s4hana", of("project", profile="ZZ"), "profile", "missing_code"),
        (
            "sap-s4hana",
            item(of("project"), "tasks", "W1", name="x" * 61),
            "tasks[W1].name",
            "too_long",
        ),
    ],
)
def test_what_cannot_be_sent_is_a_problem_at_its_place(
    system: str, payload: Payload, path: str, code: str
) -> None:
    problems = render(system, payload).problems

    assert (path, code) in [(each.canonical_path, each.code) for each in problems]
    assert all(each.hint and each.expected for each in problems)


def test_a_missing_code_says_which_map_lacks_what() -> None:
    assert render("coupa", of("supplier", payment_terms="NET75")).problems == (
        Problem(
            "payment_terms",
            "NET75",
            "an entry in the code map payment_terms",
            "Add NET75 to the code map payment_terms of this target.",
            "missing_code",
        ),
    )


def test_two_numbers_of_one_tax_type_are_a_problem_in_s4() -> None:
    twice = of("supplier")
    twice["tax_ids"].append({"id": "T2", "type": "vat", "country": "DE", "number": "DE811907980"})

    problems = render("sap-s4hana", twice).problems

    assert [(each.canonical_path, each.code) for each in problems] == [
        ("tax_ids[T2]", "duplicate_key")
    ]
