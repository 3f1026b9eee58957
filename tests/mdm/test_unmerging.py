"""Unmerge of merge through the database: collections, references of others, edits between.

Each example is rolled back; a few wrong implementations are caught by the same property.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from mdm import changes, facts, intake, rules, survivorship
from mdm.changes import moving, plans
from mdm.domains import DOMAINS, get_domain
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.domains.values import read
from mdm.errors import Refused
from mdm.models import Identifier, Key, SourceRecord
from mdm.survivorship import joining
from mdm.vault import open_values
from tests import make

QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
FEW = settings(max_examples=8, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate])
MORE = settings(
    max_examples=60, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate]
)
WRONG = settings(
    max_examples=15, deadline=None, suppress_health_check=QUIET, phases=[Phase.generate]
)

CENTER: Domain = get_domain("cost_center")
SUPPLIER: Domain = get_domain("supplier")
CITIES = st.sampled_from(["Kiel", "Ulm", "Bonn"])


class RolledBack(Exception):
    """The end of an example."""


@st.composite
def supplier_patch(draw: Any, name: str) -> dict[str, Any]:
    """What people or a source say of a supplier."""
    patch: dict[str, Any] = {"legal_name": name}
    for code in draw(st.sets(st.sampled_from(["trade_name", "industry", "website"]))):
        word = draw(st.sampled_from(["nord", "sued"]))
        patch[code] = f"https://{word}.example" if code == "website" else word
    for n in range(draw(st.integers(0, 2))):
        patch[f"addresses[A{n + 1}]"] = {"street": f"Weg {n}", "city": draw(CITIES)}
    for tag in draw(st.sets(st.sampled_from(["red", "blue"]))):
        patch[f"tags[G{tag}]"] = {"tag": tag}
    return patch


EDITS = st.dictionaries(
    st.sampled_from(["language", "legal_form", "search_name"]),
    st.sampled_from(["de", "en"]), max_size=2,
)  # fmt: skip
EXAMPLE = st.tuples(
    supplier_patch("Nordwind GmbH"),
    supplier_patch("Altes Kontor AG"),
    st.booleans(),
    st.booleans(),
    EDITS,
)


def holds(kind: Domain, row: Any) -> dict[str, Any]:
    values = open_values(kind, read(kind, kind.model.objects.get(pk=row.pk)))
    return {
        code: sorted(({k: v for k, v in i.items() if v} for i in value), key=lambda i: i["id"])
        if isinstance(value, list)
        else value
        for code, value in values.items()
    }


def ways() -> tuple[Any, ...]:
    """Where keys, sources and identifiers lead."""
    return (
        sorted(Key.objects.values_list("pk", "golden_id")),
        sorted(SourceRecord.objects.values_list("pk", "golden_id", "state")),
        sorted(Identifier.objects.values_list("golden_id", "kind", "value")),
    )


def rests_on_facts(kind: Domain, row: Any) -> None:
    known = facts.of(kind, [row.pk])[row.pk]
    golden = survivorship.consolidate(kind, known, rules.in_force(kind.code)).values
    held = open_values(kind, read(kind, kind.model.objects.get(pk=row.pk)))
    assert {c: v for c, v in patches.diff(kind, golden, held).items() if c != "code"} == {}


def known_by(people: dict[str, Any], system: str, patch: dict[str, Any]) -> Any:
    """A supplier that a system speaks of."""
    values = {c: v for c, v in patch.items() if "[" not in c}
    for code in ("addresses", "tags"):
        items = [{"id": p[:-1].split("[")[1], **v} for p, v in patch.items() if p.startswith(code)]
        values |= {code: items} if items else {}
    received = intake.receive(system, "supplier", f"K-{system}", values, by=people["integrator"])
    assume(received.change is not None)
    changes.decide(received.change, "approve", by=people["approver"], comment="Yes")
    source = SourceRecord.objects.get(system__code=system)
    return SUPPLIER.model.objects.get(pk=source.golden_id)


def done(people: dict[str, Any], change: Any) -> None:
    change = make.approved(change, people["approver"], comment="Yes")
    assert change.state == "applied", [p.problem for p in change.parts.all()]


def made(people: dict[str, Any], patch: dict[str, Any]) -> Any:
    """A supplier that people proposed, whatever it looks like."""
    change = changes.draft(subject="supplier", action="create", patch=patch, by=people["steward"])
    done(people, change)
    return SUPPLIER.model.objects.get(pk=change.parts.get().golden_id)


def there_and_back(
    people: dict[str, Any], mine: Any, theirs: Any, has_sources: bool, swaps: bool, edits: Any
) -> None:
    """The property: after merge, edits and unmerge everything is as it was, but for the edits."""
    try:
        with transaction.atomic():
            who = {"by": people["steward"], "approvers": people["approver"]}
            if has_sources:
                first, second = known_by(people, "erp", mine), known_by(people, "crm", theirs)
            else:
                first, second = (made(people, p) for p in (mine, theirs))
            child = make.record(
                "supplier", {"legal_name": "Meerblick Fisch", "parent": str(second.pk)}, **who
            )
            assume(first.pk != second.pk)  # the second was not taken for the first
            if swaps:
                first, second = second, first
            before, ways_before = (holds(SUPPLIER, first), holds(SUPPLIER, second)), ways()
            child_before = holds(SUPPLIER, child)
            done(people, changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"]))
            rests_on_facts(SUPPLIER, first)
            done_edits(people, first, edits)
            back = changes.unmerge(SUPPLIER, first.pk, second.pk, by=people["steward"])
            done(people, back)

            assert holds(SUPPLIER, first) == before[0] | edits
            assert holds(SUPPLIER, second) == before[1]
            assert holds(SUPPLIER, child) == child_before
            assert ways() == ways_before
            rests_on_facts(SUPPLIER, first)
            rests_on_facts(SUPPLIER, second)
            raise RolledBack
    except RolledBack:
        pass


def done_edits(people: dict[str, Any], row: Any, edits: dict[str, str]) -> None:
    if edits:
        change = changes.draft(
            subject="supplier", golden_id=row.pk, patch=edits, by=people["requester"]
        )
        done(people, change)


@pytest.fixture
def cast(people: dict[str, Any], reference: None) -> dict[str, Any]:
    """The people, and two systems."""
    for code in ("erp", "crm"):
        make.record("system", {"code": code, "name": code.upper()}, by=people["integrator"],
                    approvers=people["approver"])  # fmt: skip
    return people


def test_unmerge_of_merge_is_the_identity_in_the_database(cast: dict[str, Any]) -> None:
    @FEW
    @given(EXAMPLE)
    def holds_true(example: Any) -> None:
        there_and_back(cast, *example)

    holds_true()


@pytest.mark.long
def test_unmerge_of_many_merges_is_the_identity_in_the_database(cast: dict[str, Any]) -> None:
    @MORE
    @given(EXAMPLE)
    def holds_true(example: Any) -> None:
        there_and_back(cast, *example)

    holds_true()


def keeps_the_keys(*_: Any, **__: Any) -> None:
    """Nothing changes hands."""


def keeps_what_it_chose(known: Any, merged: Any, given: Any = ()) -> Any:
    """The merge's sources go, and its picks stay."""
    said = tuple(one for one in known.statements if one.source not in merged.sources)
    return survivorship.Facts(said, known.picks)


def returns_none(fact: Any) -> tuple[Any, ...]:
    return ()


@pytest.mark.parametrize(
    ("module", "name", "wrong"),
    [
        (moving, "_hand_over", keeps_the_keys),
        (joining, "without", keeps_what_it_chose),
        (plans, "returning", returns_none),
    ],
)
def test_a_wrong_implementation_is_caught_in_the_database(
    cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch, module: Any, name: str, wrong: Any
) -> None:
    monkeypatch.setattr(module, name, wrong)

    @WRONG
    @given(EXAMPLE)
    def holds_true(example: Any) -> None:
        there_and_back(cast, *example)

    with pytest.raises((AssertionError, Refused, ExceptionGroup)):
        holds_true()


def test_references_of_other_domains_resolve_and_come_back(
    people: dict[str, Any], reference: None
) -> None:
    who = {"by": people["steward"], "approvers": people["approver"]}
    kept = make.record("cost_center", {"name": "Marketing"}, **who)
    lost = make.record("cost_center", {"name": "Werbung", "owner": ""}, **who)
    project = make.record("project", {"name": "Messe", "cost_center": str(lost.pk)}, **who)
    before = holds(CENTER, kept), holds(CENTER, lost)
    done(people, changes.merge(CENTER, kept.pk, [lost.pk], by=people["steward"]))
    project.refresh_from_db()
    assert project.cost_center_id == lost.pk

    done(people, changes.unmerge(CENTER, kept.pk, lost.pk, by=people["steward"]))

    assert (holds(CENTER, kept), holds(CENTER, lost)) == before
    assert DOMAINS["project"].model.objects.get(pk=project.pk).cost_center_id == lost.pk
