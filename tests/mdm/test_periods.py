"""Rates follow day on day, cost centers stay inside their parents; repairs are offered."""

from typing import Any

import pytest
from django.test import Client

from mdm import changes
from mdm.checks.repairs import repaired, repairs
from mdm.domains import DOMAINS
from mdm.errors import Refused
from mdm.models import Change, TaxCode
from tests import make

pytestmark = pytest.mark.usefixtures("reference")
TAX, CENTER = DOMAINS["tax_code"], DOMAINS["cost_center"]
RATE = {"rate_percent": "19", "valid_from": "2024-01-01"}


def tax(people: dict[str, Any], **rates: dict[str, str]) -> TaxCode:
    patch = {"code": "V1", "name": "Input", "country": "DE"}
    patch |= {f"rates[{i}]": rate for i, rate in (rates or {"R1": RATE}).items()}  # type: ignore[misc]
    return make.record("tax_code", patch, by=people["requester"], approvers=people["approver"])


def offered(kind: Any, row: Any, patch: dict[str, Any]) -> dict[str, str]:
    return repaired(repairs(kind, row.pk, patch, action="update"))


@pytest.mark.parametrize(
    ("first", "second", "repair"),
    [
        ({}, {"valid_from": "2026-07-01"}, {"rates[R1].valid_to": "2026-06-30"}),
        ({"valid_to": "2026-12-31"}, {"valid_from": "2026-07-01"},
         {"rates[R1].valid_to": "2026-06-30"}),
        ({"valid_to": "2026-03-31"}, {"valid_from": "2026-07-01"},
         {"rates[R1].valid_to": "2026-06-30"}),
        ({"valid_to": "2026-06-30"}, {"valid_from": "2026-07-01"}, {}),
        ({}, {"valid_from": "2023-01-01"}, {"rates[R2].valid_to": "2023-12-31"}),
        ({}, {"valid_from": "2024-01-01"}, {}),
    ],
)  # fmt: skip
def test_a_rate_that_overlaps_or_leaves_a_gap_cuts_or_stretches_its_neighbour(
    people: dict[str, Any], first: dict[str, str], second: dict[str, str], repair: dict[str, str]
) -> None:
    row = tax(people, R1=RATE | first)

    assert offered(TAX, row, {"rates[R2]": {"rate_percent": "16", **second}}) == repair


def test_without_the_repair_it_is_refused_and_with_it_it_is_taken(people: dict[str, Any]) -> None:
    row = tax(people)
    patch: dict[str, Any] = {"rates[R2]": {"rate_percent": "16", "valid_from": "2026-07-01"}}

    def submit(patch: dict[str, Any]) -> Change:
        draft = changes.draft(
            subject="tax_code", golden_id=row.pk, patch=patch, by=people["requester"], reason="Law"
        )
        return changes.submit(draft, by=people["requester"])

    with pytest.raises(Refused, match="Cut it to 2026-06-30"):
        submit(patch)
    assert submit({**patch, **offered(TAX, row, patch)}).state == Change.State.SUBMITTED


def test_two_rates_of_the_same_day_have_no_repair(people: dict[str, Any]) -> None:
    row = tax(people)
    patch = {"rates[R2]": {"rate_percent": "16", "valid_from": "2024-01-01"}}

    with pytest.raises(Refused, match="Two rates begin on the same day"):
        changes.submit(
            changes.draft(subject="tax_code", golden_id=row.pk, patch=patch,
                          by=people["requester"], reason="Law"),
            by=people["requester"],
        )  # fmt: skip


def center(people: dict[str, Any], code: str, **values: str) -> Any:
    patch = {"code": code, "name": f"Center {code}", "controlling_area": "A000"} | values
    draft = changes.draft(subject="cost_center", action="create", patch=patch,
                          by=people["requester"], reason="New")  # fmt: skip
    done = make.approved(draft, people["approver"], comment="Agreed")
    return CENTER.model.objects.get(pk=done.parts.get().golden_id)


def test_dates_outside_the_parents_are_offered_to_be_cut(people: dict[str, Any]) -> None:
    above = center(people, "100", valid_from="2025-01-01", valid_to="2026-12-31")
    below = center(people, "110", valid_from="2025-01-01", parent=str(above.pk))

    assert offered(CENTER, below, {"valid_from": "2024-01-01", "valid_to": "2027-06-30"}) == {
        "valid_from": "2025-01-01", "valid_to": "2026-12-31",
    }  # fmt: skip


def test_dates_that_leave_a_child_outside_are_offered_to_be_stretched(
    people: dict[str, Any],
) -> None:
    above = center(people, "100", valid_from="2025-01-01", valid_to="2026-12-31")
    center(people, "110", valid_from="2025-03-01", valid_to="2026-11-30", parent=str(above.pk))

    cut = {"valid_from": "2025-06-01", "valid_to": "2026-06-30"}
    assert offered(CENTER, above, cut) == {"valid_from": "2025-03-01", "valid_to": "2026-11-30"}
    assert offered(CENTER, above, {"valid_to": "2026-11-30"}) == {}
    with pytest.raises(Refused, match="as 110 is below it"):
        changes.submit(
            changes.draft(subject="cost_center", golden_id=above.pk, patch=cut,
                          by=people["requester"], reason="Cut"),
            by=people["requester"],
        )  # fmt: skip


def test_the_form_offers_the_repair_and_takes_it_with_one_button(
    people: dict[str, Any], client: Client
) -> None:
    row = tax(people)
    client.force_login(people["requester"])
    address = f"/tax-codes/{row.pk}/propose/"
    form = client.get(address).context["form"]
    entered = {name: str(form[name].value() or "") for name in form.fields if form[name].value()}
    entered |= {"_seen_version": "1", "_items": ["rates[R1]", "rates[R2]"], "_do": "check"}  # type: ignore[dict-item]
    entered |= {"rates[R2].rate_percent": "16", "rates[R2].valid_from": "2026-07-01"}

    shown = client.post(address, entered)
    taken = client.post(address, entered | {"_do": "mend"})

    assert shown.context["repairs"] == ["Rate from 1 Jan 2024: valid to becomes 30 Jun 2026."]
    assert 'value="mend"' in shown.content.decode()
    assert taken.context["form"]["rates[R1].valid_to"].value() == "2026-06-30"
    assert taken.context["repairs"] == []
