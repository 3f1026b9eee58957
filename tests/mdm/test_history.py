"""Versions, the two clocks, and where each value comes from."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import changes, history, intake, lineage
from mdm.clocks import Clocks
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import Fact
from tests import make

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def change(
    people: dict[str, Any], acme: Supplier, patch: dict[str, Any], on: date | None = None
) -> None:
    draft = changes.draft(
        subject="supplier", golden_id=acme.pk, patch=patch, by=people["requester"],
        effective_from=on, reason="Moved",
    )  # fmt: skip
    make.approved(draft, people["approver"])


def test_each_version_says_who_when_why_and_who_approved(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change(people, acme, {"addresses[A1].city": "Bremen"})

    newest, first = history.versions(SUPPLIER, acme.pk)

    assert (newest.number, newest.person, newest.reason, newest.approved_by) == (
        2, "requester", "Moved", ("approver",),
    )  # fmt: skip
    assert newest.patch == {"addresses[A1].city": "Bremen"}
    assert newest.before == {"addresses[A1].city": "Hamburg"}
    assert first.number == 1


def test_a_version_that_only_moves_the_status_says_so(
    acme: Supplier, people: dict[str, Any]
) -> None:
    for action in ("block", "unblock", "retire", "reactivate"):
        draft = changes.draft(
            subject="supplier", golden_id=acme.pk, action=action, by=people["requester"],
            reason="As told",
        )  # fmt: skip
        make.approved(draft, people["approver"])

    *moved, first = history.versions(SUPPLIER, acme.pk)

    assert "status" not in first.patch
    assert [(v.before, v.patch) for v in reversed(moved)] == [
        ({"status": was}, {"status": now})
        for was, now in (
            ("active", "blocked"), ("blocked", "active"), ("active", "retired"),
            ("retired", "active"),
        )
    ]  # fmt: skip


def test_the_facts_of_each_version_consolidate_to_its_row(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change(people, acme, {"trade_name": "Nord", "addresses[A1].city": "Bremen"})
    change(people, acme, {"addresses[A1]": None})

    for row in acme.history.order_by("version"):
        facts = list(Fact.objects.filter(golden_id=acme.pk, version__lte=row.version))
        assert history.fold(SUPPLIER, acme.pk, facts) == read(SUPPLIER, row)


def test_as_of_folds_what_was_known_by_then_and_effective_by_then(
    acme: Supplier, people: dict[str, Any]
) -> None:
    today = timezone.now().date()
    before_july = timezone.now()
    change(people, acme, {"trade_name": "Back"}, on=today)

    assert history.as_of(SUPPLIER, acme.pk)["trade_name"] == "Back"
    assert history.as_of(SUPPLIER, acme.pk, known=before_july)["trade_name"] == ""
    with pytest.raises(NotFound):
        history.as_of(SUPPLIER, acme.pk, effective=today - timedelta(days=1))


def test_provenance_names_source_rule_change_and_losing_values(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change(people, acme, {"legal_name": "Nordwind GmbH"})

    found = lineage.provenance(SUPPLIER, acme.pk)["legal_name"]

    assert (found.value, found.source, found.change, found.version) == (
        "Nordwind GmbH", "requester", "CR-1003", 2,
    )  # fmt: skip
    assert found.approved_by == ("approver",)


def test_provenance_is_told_of_then_as_well(acme: Supplier, people: dict[str, Any]) -> None:
    before = timezone.now()
    change(people, acme, {"legal_name": "Nordwind GmbH", "trade_name": "Nord"})

    then = lineage.provenance(SUPPLIER, acme.pk, Clocks.at(known=before))

    assert (then["legal_name"].value, then["legal_name"].version) == (acme.legal_name, 1)
    assert "Nord" not in {one.value for one in then.values()}
    assert lineage.provenance(SUPPLIER, acme.pk, Clocks.at()) == lineage.provenance(
        SUPPLIER, acme.pk
    )


def test_a_number_comes_from_touchstone_whoever_is_linked_later(
    acme: Supplier, people: dict[str, Any]
) -> None:
    for code in ("erp", "procurement"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    said = {"legal_name": "Elbe AG", "country": "DE"}
    new = intake.receive("erp", "supplier", "7", said, by=people["integrator"]).change
    changes.decide(new, "approve", by=people["approver"], comment="New")
    elbe = Supplier.objects.get(legal_name="Elbe AG")

    before = lineage.provenance(SUPPLIER, elbe.pk)
    source = intake.receive("procurement", "supplier", "P1", said, by=people["integrator"])
    link = changes.draft(
        subject="supplier", action="link", golden_id=elbe.pk, revision=source.revision,
        by=people["steward"],
    )  # fmt: skip
    make.approved(link, people["approver"])
    elbe.refresh_from_db()
    after = lineage.provenance(SUPPLIER, elbe.pk)

    assert elbe.version == 1
    assert (before["code"].source, before["legal_name"].source) == ("Touchstone", "ERP")
    assert {path: (one.source, one.change) for path, one in after.items()} == {
        path: (one.source, one.change) for path, one in before.items()
    }
