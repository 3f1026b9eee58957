import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import engine

FULL = {
    "legal_name": "Nordwind Logistik GmbH",
    "country": "DE",
    "tax_ids": [{"type": "vat", "country": "DE", "number": "DE136695976"}],
    "addresses": [
        {"street": "Hafenstraße", "house_number": "12", "postal_code": "20457", "city": "Hamburg"}
    ],
    "contacts": [{"email": "orders@nordwind.example", "phone": "+49 40 5550100"}],
    "bank_accounts": [{"iban_index": "b2f1"}],
    "duns": "150483782",
    "lei": "213800KUD8LAJWSQ9D15",
}


def test_keys_are_the_same_in_every_process():
    code = f"from matching import engine; print(engine.keys(engine.features({FULL!r}, 'supplier')))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }

    assert printed == {f"{engine.keys(engine.features(FULL, 'supplier'))}\n"}


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.text(max_size=40)))
def test_any_record_has_few_keys_that_fit_a_database_column(values):
    keys = engine.keys(engine.features(values, "supplier"))

    assert len(keys) == len(set(keys)) <= 16
    assert all(-(2**63) <= key < 2**63 for key in keys)


@pytest.mark.parametrize(
    "other",
    [
        {"legal_name": "Nordwind"},
        {"legal_name": "NORDWND LOGISTIK GMBH"},
        {"legal_name": "Logistik Nordwind AG"},
        {"legal_name": "Other", "tax_id": "DE 136 695 976", "country": "DE"},
        {"legal_name": "Other", "duns": "15-048-3782"},
        {"legal_name": "Other", "email": "someone@nordwind.example"},
        {"legal_name": "Other", "phone": "(040) 5550100"},
        {"legal_name": "Other", "street": "Hafenstr. 12", "postal_code": "20457"},
        {"legal_name": "Other", "bank_accounts": [{"iban_index": "b2f1"}]},
    ],
)
def test_whoever_may_be_the_same_shares_a_key(other):
    mine = engine.keys(engine.features(FULL, "supplier"))
    theirs = engine.keys(engine.features(other, "supplier"))

    assert set(mine) & set(theirs)


@pytest.mark.parametrize("other", ["Südwind Handel AG", "Contoso", ""])
def test_whoever_has_nothing_in_common_shares_no_key(other):
    mine = engine.keys(engine.features({"legal_name": "Nordwind Logistik GmbH"}, "supplier"))

    assert not set(mine) & set(engine.keys(engine.features({"legal_name": other}, "supplier")))


def test_keys_of_two_kinds_of_record_never_meet():
    values = {"code": "4711", "name": "Nordwind", "company_code": "1010"}

    cost_center = engine.keys(engine.features(values, "cost_center"))
    project = engine.keys(engine.features(values, "project"))

    assert cost_center
    assert project
    assert not set(cost_center) & set(project)
