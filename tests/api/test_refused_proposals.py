"""Proposals that are refused say where, what was found, and leave nothing behind."""

import pytest

from mdm.models import Change
from tests.api.conftest import Caller, problem


def path(record):
    return f"/suppliers/{record.golden_id}"


def test_a_masked_value_that_comes_back_is_refused(people, sealed_supplier):
    caller = Caller(people["steward"], "read", "propose")
    tag = caller.get(path(sealed_supplier))["ETag"]

    response = caller.patch(
        path(sealed_supplier), {"patch": {"bank_accounts[B1].iban": "•••• 3000"}}, If_Match=tag
    )

    assert problem(response) == (422, "invalid")
    assert response.json()["errors"] == [
        {
            "pointer": "/patch/bank_accounts[B1].iban",
            "code": "masked",
            "detail": "A masked value cannot be written. Leave it out, or send the whole value.",
        }
    ]


@pytest.mark.parametrize(
    ("values", "pointer", "code", "slug"),
    [
        ({"legal_name": "N", "colour": "red"}, "/values/colour", "unknown_field", "unknown-field"),
        (
            {"legal_name": "N", "addresses": [{"planet": "Mars"}]},
            "/values/addresses/0/planet",
            "unknown_field",
            "unknown-field",
        ),
        ({"legal_name": 7}, "/values/legal_name", "wrong_type", "invalid"),
        (
            {"legal_name": "N", "payment_block": "yes"},
            "/values/payment_block",
            "wrong_type",
            "invalid",
        ),
        ({"legal_name": "N", "category": "robot"}, "/values/category", "not_a_choice", "invalid"),
        (
            {"legal_name": "N", "parent": {"golden_id": "7"}},
            "/values/parent/golden_id",
            "wrong_form",
            "invalid",
        ),
        ({"legal_name": "N", "duns": "1" * 60}, "/values/duns", "too_long", "invalid"),
        (
            {"legal_name": "N", "bank_accounts": [{}]},
            "/values/bank_accounts/0/holder",
            "missing",
            "invalid",
        ),
        ({"legal_name": "N", "country": "Atlantis"}, "/values/country", "invalid", "invalid"),
        (
            {
                "legal_name": "N",
                "tax_ids": [
                    {"type": "tin", "country": "DE", "number": "1"}
                    | {"valid_from": "2026-12-31", "valid_to": "2026-01-01"}
                ],
            },
            "/values/tax_ids/0/valid_to",
            "invalid",
            "invalid",
        ),
        (
            {"legal_name": "N", "tags": [{"tag": "a"}, {"tag": "a"}]},
            "/values/tags/1",
            "duplicate",
            "invalid",
        ),
        ({"legal_name": "N\u0000"}, None, None, "invalid"),
    ],
)
def test_what_is_wrong_with_values_is_named_by_pointer(
    proposer, reference, values, pointer, code, slug
):
    response = proposer.post("/suppliers", {"values": values})

    assert problem(response) == (422, slug)
    if pointer:
        first = response.json()["errors"][0]
        assert (first["pointer"], first["code"]) == (pointer, code)
    assert not Change.objects.filter(channel="api").exists()


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"colour": "red"}, "/patch/colour"),
        ({"addresses[A1].planet": "Mars"}, "/patch/addresses[A1].planet"),
        ({"addresses[": "x"}, "/patch/addresses["),
        ({"a/b~c": "x"}, "/patch/a~1b~0c"),
        ({"addresses[A1]": "Hamburg"}, "/patch/addresses[A1]"),
        ({"legal_name": {"a": 1}}, "/patch/legal_name"),
        ({"payment_block": "perhaps"}, "/patch/payment_block"),
    ],
)
def test_what_is_wrong_with_a_patch_is_named_by_pointer(proposer, supplier, patch, pointer):
    tag = proposer.get(path(supplier))["ETag"]

    response = proposer.patch(path(supplier), {"patch": patch}, If_Match=tag)

    assert problem(response) == (422, "invalid")
    assert response.json()["errors"][0]["pointer"] == pointer


def test_blocking_checks_refuse_the_submission_and_leave_nothing(proposer, reference):
    response = proposer.post("/suppliers", {"values": {"country": "DE"}})

    assert problem(response) == (422, "refused")
    assert not Change.objects.filter(channel="api").exists()


def test_who_may_not_propose_there_is_refused(people, supplier):
    auditor = Caller(people["auditor"], "read", "propose")
    tag = auditor.get(path(supplier))["ETag"]

    created = auditor.post("/suppliers", {"values": {"legal_name": "N"}})
    updated = auditor.patch(path(supplier), {"patch": {"duns": ""}}, If_Match=tag)

    for response in (created, updated):
        assert problem(response) == (403, "not-allowed")
        assert "Requester" in response.json()["detail"]


def test_a_day_that_is_none_is_refused(proposer, reference):
    body = {"values": {"legal_name": "N"}, "effective_from": "soon"}

    response = proposer.post("/suppliers", body)

    assert problem(response) == (422, "invalid")
    assert response.json()["errors"] == [
        {
            "pointer": "/effective_from",
            "code": "wrong_form",
            "detail": 'effective_from: found "soon", expected a date.',
        }
    ]


def test_what_exists_is_changed_only_with_a_reason(proposer, supplier):
    tag = proposer.get(path(supplier))["ETag"]
    patch = {"patch": {"payment_terms": "NET60"}}
    part = patch | {"subject": "supplier", "action": "update", "golden_id": str(supplier.pk)}

    draft = proposer.patch(path(supplier), patch | {"submit": False}, If_Match=tag)
    submit = f"/changes/{draft.json()['number']}/submit"
    answers = [
        proposer.patch(path(supplier), patch, If_Match=tag),
        proposer.post(f"{path(supplier)}/block", {"reason": " "}, If_Match=tag),
        proposer.post("/changes", {"parts": [part], "submit": True}),
        proposer.post(submit, None, If_Match=draft["ETag"]),
    ]

    for response in answers:
        assert problem(response) == (422, "invalid")
        assert response.json()["errors"] == [
            {
                "pointer": "/reason",
                "code": "missing",
                "detail": "Give a reason: the reviewer has nothing else to go by.",
            }
        ]
    assert Change.objects.filter(channel="api").count() == 1
