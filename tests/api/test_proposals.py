"""Writes are proposals: creating, changing, blocking a record files a change, and nothing else."""

import pytest

from mdm.api import shapes
from mdm.domains import DOMAINS
from mdm.models import Change, ChangePart
from tests import make
from tests.api.conftest import Caller, problem

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"
VALUES = {
    "legal_name": "Südwind Spedition  GmbH",
    "country": "de",
    "payment_terms": "NET30",
    "payment_block": True,
    "addresses": [{"street": "Hafen 1", "city": "Bremen", "purposes": ["ordering", "remit_to"]}],
}


def path(record):
    return f"/suppliers/{record.golden_id}"


def test_post_files_a_submitted_change_and_says_where_it_is(proposer, reference):
    response = proposer.post("/suppliers", {"values": VALUES, "reason": "New contract"})

    shape = response.json()
    change = Change.objects.get(channel="api")
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/changes/{change.number}"
    assert response["ETag"]
    assert (shape["state"], shape["channel"], shape["requested_by"]) == (
        "submitted",
        "api",
        "requester",
    )
    (part,) = shape["parts"]
    (address,) = [path for path in part["patch"] if path.startswith("addresses[")]
    assert part["action"] == "create"
    assert part["patch"] | {address: None} == {
        "legal_name": "Südwind Spedition GmbH",
        "country": "DE",
        "payment_terms": "NET30",
        "payment_block": True,
        address: None,
    }
    assert part["patch"][address]["purposes"] == ["ordering", "remit_to"]
    assert not DOMAINS["supplier"].model.objects.exists()


def test_a_draft_is_not_submitted(proposer, reference):
    response = proposer.post("/suppliers", {"values": VALUES, "submit": False})

    assert response.json()["state"] == "draft"


@pytest.mark.parametrize("code", DOMAINS)
def test_every_domain_takes_its_own_example(people, reference, code):
    domain = DOMAINS[code]
    caller = Caller(people["steward"], "propose")
    values = {
        k: v
        for k, v in shapes.example_values(domain).items()
        if not (isinstance(v, dict) and "code" in v)
    }

    response = caller.post(f"/{domain.path}", {"values": values, "submit": False})

    assert response.status_code == 201, response.json()
    assert response.json()["parts"][0]["label"].startswith(values[domain.name])


def test_patch_proposes_only_what_it_names(proposer, supplier):
    tag = proposer.get(path(supplier))["ETag"]
    patch = {
        "payment_terms": "NET60",
        "addresses[A1].city": "Bremen",
        "addresses[A2]": {"city": "Kiel"},
    }

    response = proposer.patch(path(supplier), {"patch": patch, "reason": "Moved"}, If_Match=tag)

    (part,) = response.json()["parts"]
    assert response.status_code == 201
    assert part["patch"] == {
        "payment_terms": "NET60",
        "addresses[A1].city": "Bremen",
        "addresses[A2]": {"id": "A2", "city": "Kiel", "is_default": False},
    }
    assert part["seen"] == {
        "payment_terms": "NET30",
        "addresses[A1].city": "Hamburg",
        "addresses[A2]": None,
    }
    assert proposer.get(path(supplier)).json()["payment_terms"] == "NET30"


def test_null_empties_an_attribute_and_removes_an_item(proposer, supplier):
    tag = proposer.get(path(supplier))["ETag"]
    patch = {"payment_terms": None, "addresses[A1]": None}

    (part,) = proposer.patch(
        path(supplier), {"patch": patch, "reason": "As agreed"}, If_Match=tag
    ).json()["parts"]

    assert part["patch"] == {"payment_terms": None, "addresses[A1]": None}


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [
        ("", (428, "precondition-required")),
        ('"0-old"', (412, "stale-version")),
        ("W/current", (412, "stale-version")),
        ("current", 201),
        ('"0-old", current', 201),
        ("*", 201),
    ],
)
def test_a_write_is_against_what_was_read(proposer, supplier, if_match, expected):
    tag = proposer.get(path(supplier))["ETag"]
    header = if_match.replace("current", tag)

    response = proposer.patch(
        path(supplier), {"patch": {"duns": ""}, "reason": "As agreed"}, If_Match=header
    )

    if expected == 201:
        assert response.status_code == 201
    else:
        assert problem(response) == expected
        assert response["ETag"] == tag
        assert not Change.objects.filter(channel="api").exists()


def test_the_tag_of_the_full_form_counts_as_well(people, sealed_supplier):
    caller = Caller(people["steward"], "read", "propose", "reveal")
    tag = caller.get(f"{path(sealed_supplier)}?reveal=true")["ETag"]

    response = caller.patch(
        path(sealed_supplier), {"patch": {"duns": ""}, "reason": "As agreed"}, If_Match=tag
    )

    assert response.status_code == 201


def test_actions_propose_a_status(people, supplier):
    caller = Caller(people["steward"], "read", "propose")
    tag = caller.get(path(supplier))["ETag"]

    blocked = caller.post(f"{path(supplier)}/block", {"reason": "Fraud"}, If_Match=tag)
    again = caller.post(f"{path(supplier)}/unblock", {"reason": "Cleared"}, If_Match=tag)
    unread = caller.post(f"{path(supplier)}/retire")

    assert blocked.status_code == 201
    assert blocked.json()["parts"][0]["action"] == ChangePart.Action.BLOCK
    assert problem(again) == (422, "refused")
    assert problem(unread) == (428, "precondition-required")


def test_references_are_given_by_golden_id_or_by_code(people, reference, new_supplier):
    caller = Caller(people["steward"], "propose")
    parent = new_supplier()
    for given in (
        str(parent.golden_id),
        {"golden_id": str(parent.golden_id)},
        {"code": parent.code},
        {"golden_id": str(parent.golden_id), "code": parent.code},
    ):
        body = {"values": {"legal_name": "Child", "parent": given}}
        (part,) = caller.post("/suppliers", body).json()["parts"]
        assert part["patch"]["parent"] == {"golden_id": str(parent.golden_id)}


@pytest.mark.parametrize(
    "given",
    [
        {"code": "S-9"},
        {"golden_id": UNKNOWN},
        "nonsense",
        {"code": "S-100001", "golden_id": UNKNOWN},
    ],
)
def test_a_reference_to_nothing_is_refused_where_it_stands(people, supplier, given):
    caller = Caller(people["steward"], "propose")

    response = caller.post("/suppliers", {"values": {"legal_name": "Child", "parent": given}})

    assert problem(response) == (422, "invalid")
    assert response.json()["errors"][0]["pointer"] == "/values/parent"


def test_a_reference_by_code_does_not_tell_of_what_may_not_be_seen(people, reference):
    center = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    make.record("cost_center", center, by=people["steward"], approvers=people["approver"])
    caller = Caller(make.person("elsewhere", "steward", company_code="2020"), "propose")

    body = {"values": {"name": "P", "company_code": "2020", "cost_center": {"code": "CC-1"}}}
    response = caller.post("/projects", body)

    assert problem(response) == (422, "invalid")
    assert "there is none" in response.json()["detail"]


def test_bank_accounts_are_masked_in_the_answer(proposer, reference):
    account = {"holder": "N", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}

    response = proposer.post(
        "/suppliers", {"values": {"legal_name": "N", "bank_accounts": [account]}}
    )

    assert response.status_code == 201
    assert "•••• 3000" in response.content.decode()
    assert "DE8937" not in response.content.decode().replace(" ", "")
    assert response.json()["requirement"]["approvals"] == 2
