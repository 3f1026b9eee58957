"""Values in words, and patches as rows: labels for codes, names for ids, masks for secrets."""

from typing import Any
from uuid import uuid4

import pytest

from mdm import vault
from mdm.domains.cost_center import COST_CENTER
from mdm.domains.spec import Attribute, Kind
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.queries import differences
from mdm.queries import words as say
from mdm.queries.words import Words
from tests import make

CHOICES = (("a", "Alpha"), ("b", "Beta"))


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.TEXT, "as it is", "as it is"),
        (Kind.CHOICE, "a", "Alpha"),
        (Kind.CHOICE, "gone", "gone"),
        (Kind.SET, "a,b", "Alpha, Beta"),
        (Kind.FLAG, "true", "Yes"),
        (Kind.FLAG, "", "No"),
        (Kind.DATE, "2026-12-01", "1 Dec 2026"),
        (Kind.DATE, "soon", "soon"),
        (Kind.DECIMAL, "182400.5", "182,400.5"),
        (Kind.DECIMAL, "many", "many"),
    ],
)
def test_a_value_is_said_as_its_kind_is(kind: Kind, value: str, said: str) -> None:
    assert say.said(Attribute("x", "X", kind=kind, choices=CHOICES), value) == said


def test_a_share_is_said_with_its_sign() -> None:
    assert say.said(Attribute("x", "Rate (%)", kind=Kind.DECIMAL), "19") == "19 %"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
    ],
)
def test_some_words_are_listed_and_many_are_counted(words: list[str], sentence: str) -> None:
    assert say.listing(words) == sentence


def test_codes_and_ids_are_said_with_the_names_they_stand_for(
    people: dict[str, Any], reference: None
) -> None:
    patch = {"code": "CC-1", "name": "Fleet", "company_code": "1010", "controlling_area": "A000"}
    fleet = make.record("cost_center", patch, by=people["steward"], approvers=people["approver"])
    values = {"company_code": "1010", "parent": str(fleet.pk), "successor": str(uuid4())}
    words = Words(COST_CENTER).learn(values)

    said = {
        code: words.say(attribute, value)
        for code, value in values.items()
        if (attribute := COST_CENTER.attribute(code))
    }

    assert said == {
        "company_code": "1010, Germany",
        "parent": "Fleet (CC-1)",
        "successor": "a record that is gone",
    }


def test_a_patch_is_shown_by_label_and_words_with_secrets_masked(
    people: dict[str, Any], reference: None
) -> None:
    acme: Supplier = make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )
    patch = vault.seal_patch(
        SUPPLIER,
        acme.pk,
        {
            "payment_terms": "NET60",
            "posting_block": "true",
            "trade_name": "Nordwind",
            "addresses[A1].city": "Bremen",
            "addresses[A1]": None,
            "bank_accounts[B1]": {
                "id": "B1", "holder": "Nordwind", "iban": "DE89370400440532013000",
            },
        },
    )  # fmt: skip
    before = {
        "payment_terms": "NET30",
        "posting_block": "",
        "trade_name": "",
        "addresses[A1].city": "Hamburg",
        "addresses[A1]": {"id": "A1", "city": "Hamburg"},
        "bank_accounts[B1]": None,
    }

    rows = differences.rows(SUPPLIER, patch, before)

    assert [(r.label, r.kind, r.old, r.new) for r in rows] == [
        ("Payment terms", "changed", "NET30, 30 days net", "NET60, 60 days net"),
        ("Posting block", "changed", "No", "Yes"),
        ("Trading name", "added", "", "Nordwind"),
        ("Address / City", "changed", "Hamburg", "Bremen"),
        ("Address", "removed", "Hamburg", ""),
        ("Bank account", "added", "", "Nordwind, •••• 3000"),
    ]
    assert rows[-1].lines == [("Account holder", "Nordwind"), ("IBAN", "•••• 3000")]


def test_people_are_called_by_their_names_and_machines_by_their_own(db: None) -> None:
    make.person("rita", first_name="Rita", last_name="Requester")
    make.person("nameless")

    assert say.people(["rita", "nameless", "importer", ""]) == {
        "rita": "Rita Requester",
        "nameless": "nameless",
        "importer": "importer",
    }
