"""Test data, built through the real use cases."""

from typing import Any

from django.contrib.auth import get_user_model

from mdm import changes
from mdm.models import Change, Grant, Review
from mdm.seams import subject


def person(name: str, *roles: str, domain: str = "", company_code: str = "", **facts: Any) -> Any:
    """A user with these roles."""
    user = get_user_model().objects.create_user(name, password="a-long-test-password", **facts)
    for role in roles:
        Grant.objects.create(user=user, role=role, domain=domain, company_code=company_code)
    return user


def people() -> dict[str, Any]:
    """One person for each part in the play."""
    return {
        "requester": person("requester", "requester"),
        "steward": person("steward", "steward"),
        "approver": person("approver", "approver"),
        "payer": person("payer", "payment_approver"),
        "payer_too": person("payer_too", "payment_approver"),
        "integrator": person("integrator", "integrator"),
        "auditor": person("auditor", "auditor"),
    }


def approved(change: Change, *approvers: Any, comment: str = "") -> Change:
    """The change submitted by its requester and approved by each of these."""
    change = changes.submit(change, by=change.requested_by)
    for approver in approvers:
        change = changes.decide(change, Review.Verdict.APPROVE, by=approver, comment=comment)
    return change


def record(code: str, patch: dict[str, Any], *, by: Any, approvers: Any) -> Any:
    """A live record of a domain (or row of a reference list), proposed and approved."""
    kind = subject(code)
    change = changes.draft(subject=code, action="create", patch=patch, by=by, reason="For a test")
    change = approved(change, *(approvers if isinstance(approvers, list | tuple) else [approvers]))
    part = change.parts.get()
    assert part.state == "applied", (change.state, part.state, part.problem)
    return kind.model.objects.get(pk=part.golden_id)


def reference(people: dict[str, Any]) -> None:
    """The reference rows that the test data draws on."""
    rows = {
        "country": [{"code": "DE", "name": "Germany"}, {"code": "US", "name": "United States"}],
        "currency": [{"code": "EUR", "name": "Euro"}, {"code": "USD", "name": "US dollar"}],
        "controlling_area": [{"code": "A000", "name": "Europe"}],
        "payment_terms": [
            {"code": "NET30", "name": "30 days net", "net_days": "30"},
            {"code": "NET60", "name": "60 days net", "net_days": "60"},
        ],
        "company_code": [{"code": "1010", "name": "Germany", "country": "DE"}],
    }
    specs = [changes.PartSpec(code, "create", row) for code, many in rows.items() for row in many]
    change = changes.draft_many(specs, by=people["steward"], title="Reference data")
    approved(change, people["approver"])


SUPPLIER: dict[str, Any] = {
    "legal_name": "Nordwind Logistik GmbH",
    "country": "DE",
    "payment_terms": "NET30",
    "addresses[A1]": {"street": "Hafenstrasse", "house_number": "12", "city": "Hamburg"},
}
