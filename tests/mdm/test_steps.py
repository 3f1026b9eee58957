"""Steps of a record's history that left every value as it was."""

from typing import Any

from mdm import steps
from mdm.domains.supplier import SUPPLIER
from mdm.queries import steps as said
from tests import make
from tests.mdm import pair_of_records as pair


def test_a_merge_that_changes_no_value_and_its_end_are_steps(
    people: dict[str, Any], reference: None
) -> None:
    for code in ("erp", "crm"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    kept = pair.said(people, "erp", "E1", pair.A)
    lost = pair.said(people, "crm", "C1", {"legal_name": "Altes Kontor AG", "country": "DE"})
    merged = pair.merge(people, kept, lost)
    parted = pair.unmerge(people, kept, lost)
    assert pair.fresh(kept).version == kept.version

    every = steps.history_of(SUPPLIER, kept.pk)

    found = [one for one in every if isinstance(one, steps.Step)]
    others = said.names(SUPPLIER, found)
    name = f"Altes Kontor AG {lost.code}"
    assert [(said.title(SUPPLIER, one, others), one.change) for one in found] == [
        (f"merge of {name} taken back", parted.number),
        (f"{name} merged into it", merged.number),
    ]
    assert found[0].approved_by == ("approver",)
    assert [one.number for one in every] == [1, 1, 1]
    assert not [v for v in steps.history_of(SUPPLIER, lost.pk) if isinstance(v, steps.Step)]
