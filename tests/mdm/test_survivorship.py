"""Accepted facts in, golden values out, each with its reason."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mdm.domains import get_domain
from mdm.domains import patch as patches
from mdm.survivorship import Fact, Reason, Said, consolidate, news, proposal

SUPPLIER = get_domain("supplier")
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def fact(source: str, version: int, patch: dict[str, Any], since: date = MAY) -> Fact:
    return Fact(source, patch, version, since)


def test_the_latest_accepted_value_wins_and_the_others_are_named() -> None:
    golden = consolidate(
        [
            fact("steward", 3, {"payment_terms": "NET60"}),
            fact("erp", 1, {"legal_name": "Acme", "payment_terms": "NET30"}),
            fact("procurement", 2, {"payment_terms": "NET45"}),
        ]
    )

    assert golden.values == {"legal_name": "Acme", "payment_terms": "NET60"}
    assert golden.reasons["payment_terms"] == Reason(
        "NET60",
        "steward",
        3,
        losing=(Said("NET45", "procurement", 2), Said("NET30", "erp", 1)),
    )


def test_a_fact_effective_later_wins_although_it_was_accepted_earlier() -> None:
    golden = consolidate(
        [fact("erp", 1, {"currency": "EUR"}, JUNE), fact("steward", 2, {"currency": "USD"}, MAY)]
    )

    assert (golden.values["currency"], golden.reasons["currency"].source) == ("EUR", "erp")


def test_items_have_reasons_by_field_and_lose_them_when_they_go() -> None:
    added = fact("erp", 1, {"addresses[A1]": {"id": "A1", "city": "Bonn", "street": "Ring"}})
    moved = fact("steward", 2, {"addresses[A1].city": "Ulm"})
    gone = fact("erp", 3, {"addresses[A1]": None})

    before, after = consolidate([added, moved]), consolidate([added, moved, gone])

    assert before.values == {"addresses": [{"id": "A1", "city": "Ulm", "street": "Ring"}]}
    assert {path: r.source for path, r in before.reasons.items()} == {
        "addresses[A1].city": "steward",
        "addresses[A1].street": "erp",
    }
    assert (after.values, after.reasons) == ({"addresses": []}, {})


@st.composite
def _facts(draw: st.DrawFn) -> list[Fact]:
    scalars = st.dictionaries(st.sampled_from(["legal_name", "duns"]), st.sampled_from("abc"))
    item = st.sampled_from(["A1", "A2"])
    whole = st.fixed_dictionaries({"city": st.sampled_from("xyz")})
    days = st.sampled_from([MAY, JUNE])
    facts = []
    for version in range(1, draw(st.integers(1, 6)) + 1):
        patch: dict[str, Any] = dict(draw(scalars))
        at = f"addresses[{draw(item)}]"
        kind = draw(st.sampled_from(["none", "whole", "field", "gone"]))
        if kind == "whole":
            patch[at] = draw(whole)
        elif kind == "field":
            patch[f"{at}.city"] = draw(st.sampled_from("xyz"))
        elif kind == "gone":
            patch[at] = None
        facts.append(fact(draw(st.sampled_from("pq")), version, patch, draw(days)))
    return facts


@given(_facts())
def test_the_values_are_the_fold_of_the_patches_and_every_value_has_its_reason(
    facts: list[Fact],
) -> None:
    folded = patches.blank(SUPPLIER)
    for one in sorted(facts, key=lambda f: (f.effective_from, f.version)):
        folded = patches.apply(folded, one.patch)

    golden = consolidate(facts, blank=patches.blank(SUPPLIER))

    assert golden.values == folded
    for path, _, value in patches.walk(SUPPLIER, folded):
        assert golden.reasons[path].value == value


@given(_facts(), st.randoms())
def test_the_order_in_which_facts_are_given_does_not_matter(facts: list[Fact], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)

    assert consolidate(shuffled).values == consolidate(facts).values


def test_news_is_what_a_source_says_differently_of_what_it_speaks_of() -> None:
    before = {"legal_name": "Acme", "currency": "EUR", "addresses": [{"id": "A", "city": "Bonn"}]}
    now = {"legal_name": "Acme AG", "addresses": [{"id": "A", "city": "Ulm"}]}

    assert news(SUPPLIER, before, now) == {"legal_name": "Acme AG", "addresses[A].city": "Ulm"}


def test_a_proposal_leaves_out_what_the_record_has_already() -> None:
    record = {"legal_name": "Acme AG", "currency": "EUR", "addresses": [{"id": "A", "city": "Ulm"}]}
    fresh = {"legal_name": "Acme AG", "currency": "USD", "addresses[A].city": "Ulm"}

    assert proposal(SUPPLIER, record, fresh, {}) == {"currency": "USD"}


def test_a_field_of_an_item_the_record_lacks_proposes_the_whole_item_once() -> None:
    source = {"addresses": [{"id": "A", "city": "Bonn", "street": "Ring", "country": "DE"}]}
    fresh = {"addresses[A].city": "Bonn"}
    same = {"addresses": [{"id": "Z", "city": "BONN", "street": "Ring", "country": "DE"}]}

    assert proposal(SUPPLIER, {"addresses": []}, fresh, source) == {
        "addresses[A]": source["addresses"][0]
    }
    assert proposal(SUPPLIER, same, fresh, source) == {}
    assert proposal(SUPPLIER, {"addresses": []}, {"addresses[A]": None}, {}) == {}
