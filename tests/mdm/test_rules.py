"""What every domain demands of its values."""

import pytest

from mdm.domains import DOMAINS, cleaning
from mdm.domains import patch as patches
from mdm.domains.spec import PERIOD, Collection, Domain, MatchRules

TURNED_ROUND = {"valid_from": "2026-12-31", "valid_to": "2026-01-01"}
WITH_PERIOD = [
    (domain, collection)
    for domain in DOMAINS.values()
    for collection in domain.collections
    if set(PERIOD) <= {field.code for field in collection.fields}
]


@pytest.mark.parametrize(("domain", "collection"), WITH_PERIOD, ids=lambda kind: kind.code)
def test_no_item_of_any_collection_ends_before_it_begins(
    domain: Domain, collection: Collection
) -> None:
    path = f"{collection.code}[X1]"
    values = patches.blank(domain) | {collection.code: [{"id": "X1"} | TURNED_ROUND]}

    whole = [str(p) for p in cleaning.problems(domain, values) if p.path == f"{path}.valid_to"]
    typed = [str(p) for p in cleaning.clean_patch(domain, {path: TURNED_ROUND})[1]]

    said = (
        f"{path}.valid_to: found '2026-01-01', expected a day from 2026-12-31 on. "
        "It ends before it begins: correct one of the two dates."
    )
    assert (whole, typed) == ([said], [said])


@pytest.mark.parametrize("valid_from", ["", "2026-01-01"])
@pytest.mark.parametrize("valid_to", ["", "2026-01-01"])
def test_a_period_of_one_day_or_with_an_open_end_is_fine(valid_from: str, valid_to: str) -> None:
    item = {"type": "tin", "number": "1", "valid_from": valid_from, "valid_to": valid_to}

    assert cleaning.clean_patch(DOMAINS["supplier"], {"tax_ids[T1]": item})[1] == []


@pytest.mark.parametrize(
    ("probability", "said"),
    [(0.5, "0.50"), (0.99, "0.99"), (0.9896, "0.9896"), (0.986, "0.986"), (0.1987, "0.199")],
)
def test_a_probability_is_never_rounded_over_a_limit(probability: float, said: str) -> None:
    assert MatchRules("supplier").said(probability) == said
