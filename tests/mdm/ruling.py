"""Suppliers that two systems speak of, and rules and trust, through the use cases."""

from typing import Any

from mdm import changes, facts, intake, rules
from mdm.domains import patch as patches
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.models import Change, SourceRecord
from mdm.survivorship import consolidate
from tests import make

NAMES = {1: "Nordwind GmbH", 2: "Keramik Bauer AG", 3: "Ostsee Reederei SE"}
ERP = {"legal_name": "Nordwind GmbH", "trade_name": "Nord", "country": "DE"}
BUYING = {"legal_name": "Nordwind GmbH", "trade_name": "Nordwind", "country": "DE"}


def systems(people: dict[str, Any]) -> None:
    """An ERP and a procurement system, trusted alike."""
    for code, name in (("erp", "ERP"), ("buying", "Procurement")):
        row = {"code": code, "name": name}
        make.record("system", row, by=people["integrator"], approvers=people["approver"])


def says(people: dict[str, Any], system: str, key: str, values: dict[str, Any]) -> Any:
    """A message, taken in and approved where it changes something."""
    received = intake.receive(system, "supplier", key, values, by=people["integrator"])
    if received.change is not None:
        done = changes.decide(received.change, "approve", by=people["approver"])
        assert done.state == Change.State.APPLIED, (done.state, done.parts.get().problem)
    return received


def supplier(people: dict[str, Any], n: int = 1, **said: Any) -> Supplier:
    """A supplier that the ERP, and then procurement, speaks of; procurement says another name."""
    called = NAMES[n].split()[0]
    first = ERP | {"legal_name": NAMES[n], "trade_name": called[:4]}
    says(people, "erp", f"E{n}", first)
    row = Supplier.objects.get(legal_name=NAMES[n])
    second = BUYING | {"legal_name": NAMES[n], "trade_name": called} | said
    received = intake.receive("buying", "supplier", f"P{n}", second, by=people["integrator"])
    change = received.change
    if change is None:
        source = SourceRecord.objects.get(key=f"P{n}")
        change = intake.resolve(source, golden_id=row.pk, by=people["steward"])
    changes.decide(change, "approve", by=people["approver"], comment="It is")
    row.refresh_from_db()
    assert SourceRecord.objects.filter(golden_id=row.pk).count() == 2
    return row


def rule(people: dict[str, Any], **values: Any) -> Change:
    """A draft of a survivorship rule for trading names."""
    named = {"code": "names", "name": "Names", "domain": "supplier", "about": "trade_name"}
    patch = named | {"first": "longest"} | values
    return changes.draft(
        subject="survivorship_rule", action="create", patch=patch, by=people["steward"]
    )


def trust(people: dict[str, Any], **values: Any) -> Change:
    """A draft of trust in procurement about trading names."""
    named = {"code": "buying-names", "name": "Procurement's names", "system": "buying"}
    patch = named | {"domain": "supplier", "about": "trade_name", "score": "80"} | values
    return changes.draft(subject="system_trust", action="create", patch=patch, by=people["steward"])


def approve(people: dict[str, Any], change: Change) -> Change:
    """The change submitted, and approved by somebody else."""
    change = changes.submit(change, by=change.requested_by)
    return changes.decide(change, "approve", by=people["approver"])


def by_rules(row: Supplier) -> dict[str, Any]:
    """What of a record is not what the rules make of its facts."""
    heard = facts.of(SUPPLIER, [row.pk])[row.pk]
    golden = consolidate(SUPPLIER, heard, rules.in_force("supplier"))
    found = patches.diff(SUPPLIER, read(SUPPLIER, row), golden.values)
    return {path: value for path, value in found.items() if path != "code"}
