"""The demo: deterministic, complete, and made of nothing that belongs to anybody."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mdm.demo import accounts, companies, disguises, house, lists, numbers, organisation, sources
from mdm.demo import seed as demo
from mdm.demo.taxes import tax_codes
from mdm.domains import get_domain
from mdm.imports import targets
from mdm.models import (
    Change,
    CostCenter,
    Fact,
    ImportRun,
    LiveVersion,
    Project,
    SourceRecord,
    Supplier,
    TaxCode,
)
from mdm.standardise import bank_accounts, contacts, tax_ids

SHIPPED = Path(__file__).parents[1] / "data"


def test_the_shipped_lists_are_those_that_are_generated() -> None:
    made = lists.generate()

    assert {name: (SHIPPED / name).read_bytes() for name in made} == made
    assert {name: content.count(b"\n") - 1 for name, content in made.items()} == {
        lists.PROCUREMENT: 120,
        lists.ERP: 400,
        lists.PAIRS: 110,
    }


def test_the_same_seed_makes_the_same_companies_and_another_seed_others() -> None:
    first, again, other = (companies.make(Random(n), 60) for n in (42, 42, 7))

    assert first == again != other
    assert len({company.name for company in first}) == 60


@pytest.mark.parametrize("country", ["DE", "GB", "FR", "NL", "IT"])
def test_made_up_numbers_pass_every_check(country: str) -> None:
    random = Random(1)

    vat, iban = numbers.vat(random, country), numbers.iban(random, country)

    assert tax_ids.problem("vat", country, vat) == ""
    assert bank_accounts.iban(iban) == iban
    assert bank_accounts.bic(numbers.bic(country)) == numbers.bic(country)


def test_people_can_be_reached_only_where_nobody_is() -> None:
    for company in companies.make(Random(3), 40):
        assert company.person.email == contacts.email(company.person.email)
        assert company.person.email.endswith(".example")
        assert contacts.phone(company.person.phone)


@pytest.mark.parametrize("kind", list(disguises.KINDS))
def test_each_kind_of_disguise_changes_some_names(kind: str) -> None:
    made = companies.make(Random(5), 60)

    changed = [c for c in made if disguises.disguise(c, Random(1), kind) != c.legal_name]

    assert len(changed) > 2


def test_there_are_120_cost_centers_in_five_levels_and_60_tax_codes_with_history() -> None:
    centers = organisation.cost_centers(Random(42))
    rows = {str(spec.golden_id): spec.patch for spec in centers}

    levels = Counter(_level(rows, spec.patch) for spec in centers)

    assert dict(levels) == {1: 6, 2: 6, 3: 18, 4: 30, 5: 60}
    assert len({row["code"] for row in rows.values()}) == 120
    codes = tax_codes()
    assert len(codes) == 60
    assert sum("rates[R2]" in spec.patch for spec in codes) > 20


def _level(rows: dict[str, Any], row: Any) -> int:
    return 1 + (_level(rows, rows[row["parent"]]) if row.get("parent") else 0)


@pytest.mark.parametrize(
    "columns", [sources.ERP_COLUMNS, sources.PROCUREMENT_COLUMNS, sources.EXPENSES_COLUMNS]
)
def test_the_columns_of_the_three_sources_have_meanings(columns: dict[str, str]) -> None:
    supplier = get_domain("supplier")

    named = [t for written in columns.values() for t in targets.parse(supplier, written)]

    assert len(named) == len(set(named))
    assert {"key", "legal_name"} <= {str(target) for target in named}


@pytest.mark.django_db
def test_outside_a_demo_nothing_is_made(settings: Any) -> None:
    settings.MDM_DEMO = False

    with pytest.raises(CommandError, match="only with MDM_DEMO=1"):
        call_command("seed_demo")

    assert not demo.is_seeded()


@pytest.mark.long
@pytest.mark.django_db
def test_the_story_fills_every_screen_once(settings: Any, tmp_path: Path) -> None:
    settings.MDM_DEMO, settings.MDM_DATA = True, tmp_path

    told, again = demo.seed(), demo.seed()

    assert (told, again) == (True, False)
    assert Supplier.objects.count() >= 200
    assert set(Supplier.objects.values_list("country", flat=True)) == {
        *("DE", "GB", "FR", "NL", "IT", "US")
    }
    counts = (CostCenter.objects.count(), Project.objects.count(), TaxCode.objects.count())
    assert counts == (120, 40, 60)
    assert SourceRecord.objects.filter(state="waiting").count() >= 10
    states = set(Change.objects.values_list("state", flat=True))
    assert {"draft", "submitted", "asked", "cooling", "scheduled", "conflicted"} <= states
    assert {"applied", "rejected", "withdrawn"} <= states
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"done", "failed", "previewed"}
    moments = Supplier.history.order_by("history_date").values_list("history_date", flat=True)
    assert (moments.last() - moments.first()).days > 400
    effect = Change.objects.get(channel="rules", state="submitted")
    assert effect.part_count > 3
    assert Fact.objects.exclude(pins={}).count() == 1
    assert not LiveVersion.objects.exclude(next_flip_on=None).exists()
    assert len(house.TERMS) == 12
    assert len(accounts.ACCOUNTS) == 7
