from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import engine
from matching.engine import REVIEW_FROM, SAME_FROM, Level

WORDS = engine.WordCounts.from_names(
    ["nordwind logistics", *["acme steel", "contoso foods"] * 20, *["bank"] * 400]
)
FULL = {
    "legal_name": "Nordwind Logistik GmbH",
    "country": "DE",
    "tax_id": "DE136695976",
    "street": "Hafenstraße 12",
    "postal_code": "20457",
    "city": "Hamburg",
    "email": "orders@nordwind.example",
    "phone": "+49 40 5550100",
    "iban": "b2f1",
    "duns": "150483782",
}
NAME_AND_PLACE = {k: FULL[k] for k in ("legal_name", "country", "street", "postal_code", "city")}


def score(left, right, kind="supplier"):
    return engine.compare(engine.features(left, kind), engine.features(right, kind), WORDS)


def probability(left, right, kind="supplier"):
    return score(left, right, kind).probability


@pytest.mark.parametrize(
    "right",
    [
        FULL,
        {"legal_name": "NORDWIND LOGISTIK", "tax_id": "DE 136 695 976"},
        {"legal_name": "Nordwind Logistik Ges.m.b.H.", "duns": "15-048-3782", "city": "Hamburg"},
        NAME_AND_PLACE | {"street": "Hafenstr. 12"},
        NAME_AND_PLACE | {"legal_name": "Nordwnd Logistik GmbH"},
        {"legal_name": "Nordwind Logistics GmbH", "email": "a@nordwind.example", "city": "Hamburg"},
    ],
)
def test_the_same_company_written_in_another_way_is_the_same(right):
    assert probability(FULL, right) >= SAME_FROM


@pytest.mark.parametrize(
    "right",
    [
        {"legal_name": "Nordwind Logistik"},
        {"legal_name": "Nordwind"},
        {"legal_name": "Nordwind Logistik AG", "country": "DE", "city": "Bremen"},
        {"legal_name": "Other", "tax_id": "DE136695976"},
        NAME_AND_PLACE | {"tax_id": "DE123456788"},
        {"legal_name": "Nordwind Transporte GmbH", "duns": "150483782"},
    ],
)
def test_what_speaks_for_it_but_not_for_sure_is_for_a_person(right):
    assert REVIEW_FROM <= probability(FULL, right) < SAME_FROM


@pytest.mark.parametrize(
    "right",
    [
        {"legal_name": "Südwind Logistik GmbH", "country": "DE"},
        {"legal_name": "Contoso", "street": "Hafenstraße 12", "postal_code": "20457"},
        {"legal_name": "Contoso", "phone": "+49 40 5550100"},
        {"legal_name": "Contoso", "iban": "b2f1"},
        {"legal_name": "Nordwind Foods Ltd", "country": "GB", "city": "Leeds"},
        {
            "legal_name": "Nordwind Foods GmbH",
            "email": "a@nordwind.example",
            "tax_id": "DE123456788",
        },
        {"legal_name": "Bank"},
        {},
    ],
)
def test_another_company_is_not_asked_about(right):
    assert probability(FULL, right) < REVIEW_FROM


def test_a_sister_company_at_the_same_address_is_at_most_for_a_person():
    sister = NAME_AND_PLACE | {"legal_name": "Nordwind Foods GmbH", "email": FULL["email"]}

    assert probability(FULL, sister) < 0.5


def test_a_namesake_abroad_is_less_likely_than_one_at_home():
    abroad = {"legal_name": "Nordwind Logistik", "country": "AT"}
    at_home = {"legal_name": "Nordwind Logistik", "country": "DE"}

    assert probability(FULL, abroad) < probability(FULL, at_home) - 0.2


def test_names_alone_never_link_by_themselves():
    assert probability({"legal_name": "Zyxwv Qponml"}, {"legal_name": "Zyxwv Qponml"}) < SAME_FROM


def test_a_shared_rare_word_says_more_than_a_shared_common_one():
    rare = probability({"legal_name": "Nordwind"}, {"legal_name": "Nordwind Systems"})
    common = probability({"legal_name": "Bank"}, {"legal_name": "Bank Systems"})

    assert rare > 0.5 > REVIEW_FROM > common


def test_a_trade_name_is_compared_with_the_other_ones_legal_name():
    left = {"legal_name": "Zeta Beteiligungs GmbH", "trade_name": "Nordwind"}

    assert probability(left, {"legal_name": "Nordwind"}) > 0.5


def test_more_evidence_is_always_more_probable_and_never_certain():
    known: dict[str, str] = {}
    likely = []
    for attribute, value in FULL.items():
        known[attribute] = value
        likely.append(probability(FULL, known))

    assert likely == sorted(set(likely))
    assert likely[-1] < 1.0


def test_each_attribute_says_what_it_found_in_a_sentence():
    right = NAME_AND_PLACE | {"legal_name": "Nordwind GmbH", "city": "Bremen", "duns": "150483783"}

    found = {item.attribute: item for item in score(FULL, right).evidence}

    assert found["name"].level is Level.CLOSE
    assert found["name"].sentence == (
        "The names agree in “nordwind”; only one of them has “logistics”."
    )
    assert (found["name"].left, found["name"].right) == ("Nordwind Logistik GmbH", "Nordwind GmbH")
    assert found["duns"].sentence == (
        "The D-U-N-S numbers differ in one digit, as a typing error does."
    )
    assert found["city"].sentence == "They are in different cities."
    assert found["country"].sentence == "Both are in DE."


def test_the_weights_and_the_prior_add_up_to_the_score():
    found = score(FULL, NAME_AND_PLACE)

    assert found.log_odds == pytest.approx(
        found.prior + sum(e.weight for e in found.evidence), abs=0.01
    )


def test_what_is_masked_is_not_compared():
    masked = {"bank_accounts": [{"iban": "•••• 3000"}], "phone": "•••• 0100", "tax_id": "•••• 976"}

    assert engine.features(masked, "supplier") == engine.features({}, "supplier")


def test_a_change_of_order_of_addresses_changes_nothing():
    one = {"street": "Hafenstraße 12", "postal_code": "20457", "city": "Hamburg"}
    two = {"street": "Domplatz 1", "postal_code": "50667", "city": "Köln", "purposes": "registered"}
    left = {"legal_name": "Nordwind", "addresses": [one, two]}
    right = {"legal_name": "Nordwind", "addresses": [two, one]}

    assert probability(left, right) >= SAME_FROM
    assert (
        score(left, {"legal_name": "Nordwind", "addresses": [one]}).evidence[1].level is Level.SAME
    )


@pytest.mark.parametrize(
    ("left", "right", "low", "high"),
    [
        (
            {"code": "4711", "company_code": "1010"},
            {"code": "4711", "company_code": "1010"},
            0.9,
            1,
        ),
        (
            {"code": "4711", "company_code": "1010"},
            {"code": "4711", "company_code": "2020"},
            0,
            0.2,
        ),
        (
            {"code": "4711", "company_code": "1010"},
            {"code": "4712", "company_code": "1010"},
            0,
            0.2,
        ),
        ({"code": "K1", "name": "Zebra"}, {"code": "K2", "name": "Zebra"}, 0.2, 0.99),
        ({"name": "Fleet", "company_code": "1"}, {"name": "Fleet", "company_code": "2"}, 0, 0.2),
    ],
)
@pytest.mark.parametrize("kind", ["cost_center", "project"])
def test_codes_agree_exactly_and_within_their_company(kind, left, right, low, high):
    assert low <= probability(left, right, kind) <= high


def test_a_kind_without_a_profile_is_known_by_its_code_alone():
    asset = {"code": "A-1", "name": "Printer"}

    assert probability(asset, {"code": "a1", "name": "Plotter"}, "asset") >= 0.5
    assert probability(asset, {"code": "A-2", "name": "Printer"}, "asset") < REVIEW_FROM


@pytest.mark.parametrize(
    ("right", "low", "high"),
    [
        (
            {"code": "V1", "country": "DE", "tax_type": "vat", "rates": [{"rate_percent": "19"}]},
            0.9,
            1,
        ),
        (
            {"code": "A1", "country": "DE", "tax_type": "vat", "rates": [{"rate_percent": "19"}]},
            0.2,
            0.8,
        ),
        (
            {"code": "V1", "country": "AT", "tax_type": "vat", "rates": [{"rate_percent": "19"}]},
            0,
            0.2,
        ),
        (
            {"code": "V1", "country": "DE", "tax_type": "vat", "rates": [{"rate_percent": "7"}]},
            0,
            0.8,
        ),
        (
            {"code": "V2", "country": "DE", "tax_type": "vat", "rates": [{"rate_percent": "7"}]},
            0,
            0.01,
        ),
    ],
)
def test_tax_codes_are_the_same_by_code_country_and_rate_never_by_likeness(right, low, high):
    left = {"code": "V1", "country": "DE", "tax_type": "vat", "rates": [{"rate_percent": "19.0"}]}

    assert low <= probability(left, right, "tax_code") <= high


values = st.dictionaries(
    st.sampled_from([*FULL, "trade_name", "lei", "website"]),
    st.one_of(st.text(max_size=30), st.sampled_from(sorted(FULL.values()))),
)


@given(values, values)
def test_two_records_compare_the_same_in_both_directions(left, right):
    there, back = score(left, right), score(right, left)

    assert there.log_odds == pytest.approx(back.log_odds)
    assert 0 < there.probability < 1
    assert {(e.attribute, e.level) for e in there.evidence} == {
        (e.attribute, e.level) for e in back.evidence
    }


@given(values)
def test_features_survive_being_stored_as_text(record):
    found = engine.features(record, "supplier")
    stored = found.to_dict()

    assert engine.Features.from_dict(stored) == found
    assert all(isinstance(value, str) and value for value in stored.values())


def test_stored_features_keep_everything_that_is_compared():
    found = engine.features(FULL | {"trade_name": "NWL", "lei": "213800KUD8LAJWSQ9D15"}, "supplier")

    assert engine.Features.from_dict(found.to_dict()) == found
    assert {f.name for f in fields(found)} - set(found.to_dict()) == {"code", "scope", "rate"}
