"""Grants by role, domain and company code; denied unless a grant says otherwise."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from mdm import permissions
from mdm.domains.cost_center import COST_CENTER, CostCenter
from mdm.domains.supplier import SUPPLIER
from mdm.errors import NotAllowed
from tests import make

pytestmark = pytest.mark.django_db


def test_nobody_without_a_grant_may_do_anything() -> None:
    stranger = make.person("stranger")

    for action in permissions.ACTIONS:
        assert not permissions.may(stranger, action, "supplier")
        assert not permissions.may(AnonymousUser(), action, "supplier")


def test_a_grant_counts_only_in_its_domain_and_company_code() -> None:
    user = make.person("local", "requester", domain="cost_center", company_code="1010")

    assert permissions.may(user, "propose", "cost_center", ["1010"])
    assert not permissions.may(user, "propose", "cost_center", ["1710"])
    assert not permissions.may(user, "propose", "supplier", ["1010"])


def test_a_refusal_names_the_roles_that_may() -> None:
    user = make.person("reader", "auditor")

    with pytest.raises(NotAllowed, match="Requester or Data steward or Integrator"):
        permissions.require(user, "propose", "supplier")


def test_company_codes_come_from_the_attribute_or_the_views() -> None:
    views = {
        "company_views": [
            {"id": "V1", "company_code": "1710"},
            {"id": "V2", "company_code": "1010"},
        ]
    }

    assert permissions.company_codes_of(COST_CENTER, {"company_code": "1010"}) == ["1010"]
    assert permissions.company_codes_of(SUPPLIER, views) == ["1010", "1710"]


@pytest.mark.usefixtures("reference")
def test_a_person_sees_records_of_their_company_codes_and_those_of_none(
    people: dict[str, Any],
) -> None:
    def center(code: str, company: str) -> None:
        patch = {"code": code, "name": code, "company_code": company}
        make.record("cost_center", patch, by=people["requester"], approvers=people["approver"])

    make.record(
        "company_code",
        {"code": "1710", "name": "US"},
        by=people["steward"],
        approvers=people["approver"],
    )
    center("ONE", "1010")
    center("TWO", "1710")
    center("NONE", "")
    local = make.person("local", "requester", domain="cost_center", company_code="1010")

    seen = permissions.scoped(local, "cost_center", CostCenter.objects.order_by("code"))

    assert [c.code for c in seen] == ["NONE", "ONE"]
    assert not permissions.scoped(
        make.person("none"), "cost_center", CostCenter.objects.all()
    ).exists()
