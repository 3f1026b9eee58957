"""Two suppliers to be merged, and what tests do with them."""

from typing import Any

from mdm import changes, facts, intake, rules
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.models import SourceRecord
from mdm.survivorship import consolidate
from mdm.vault import open_values
from tests import make

A = {"legal_name": "Nordwind GmbH", "trade_name": "Nord", "country": "DE"}
B = {"legal_name": "Altes Kontor AG", "industry": "Freight", "website": "https://kontor.example"}


def two(people: dict[str, Any]) -> tuple[Supplier, Supplier]:
    """Two suppliers, each known to a system of its own, with items that people gave them."""
    for code in ("erp", "crm"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    first = said(people, "erp", "E1", A)
    second = said(people, "crm", "C1", B)
    edit(people, first, {"addresses[A1]": {"street": "Hafen", "house_number": "1", "city": "Kiel"}})
    edit(people, second, {"addresses[A1]": {"street": "Markt", "city": "Ulm"},
                          "tags[G1]": {"tag": "strategic"}})  # fmt: skip
    return fresh(first), fresh(second)


def said(people: dict[str, Any], system: str, key: str, values: dict[str, Any]) -> Supplier:
    received = intake.receive(system, "supplier", key, values, by=people["integrator"])
    if received.change is not None:
        changes.decide(received.change, "approve", by=people["approver"], comment="Yes")
    source = SourceRecord.objects.get(system__code=system, key=key)
    return Supplier.objects.get(pk=source.golden_id)


def edit(people: dict[str, Any], row: Supplier, patch: dict[str, Any]) -> None:
    change = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["requester"], reason="Test"
    )
    done(people, change)


def done(people: dict[str, Any], change: Any) -> Any:
    change = make.approved(change, people["approver"], comment="Yes")
    problems = [p.problem for p in change.parts.all()]
    assert change.state == "applied", problems
    return change


def merge(people: dict[str, Any], survivor: Supplier, *others: Supplier, **picks: Any) -> Any:
    ids = [other.pk for other in others]
    change = changes.merge(SUPPLIER, survivor.pk, ids, picks.get("picks"), by=people["steward"])
    return done(people, change)


def unmerge(people: dict[str, Any], survivor: Supplier, loser: Supplier, **choices: Any) -> Any:
    change = changes.unmerge(
        SUPPLIER, survivor.pk, loser.pk, choices.get("choices"), by=people["steward"]
    )
    return done(people, change)


def fresh(row: Supplier) -> Supplier:
    return Supplier.objects.get(pk=row.pk)


def holds(row: Supplier) -> dict[str, Any]:
    """What a record holds, its empty fields left out."""
    values = open_values(SUPPLIER, read(SUPPLIER, fresh(row)))
    return {
        code: sorted(({k: v for k, v in i.items() if v} for i in v), key=lambda i: i["id"])
        if isinstance(v, list)
        else v
        for code, v in values.items()
    }


def rests_on_its_facts(*rows: Supplier) -> bool:
    in_force = rules.in_force("supplier")
    for row in rows:
        known = facts.of(SUPPLIER, [row.pk])[row.pk]
        golden, held = consolidate(SUPPLIER, known, in_force).values, holds(row)
        for code in [one.code for one in (*SUPPLIER.attributes, *SUPPLIER.collections)]:
            said = golden[code]
            if isinstance(said, list):
                said = sorted(said, key=lambda i: i["id"])
            if code != "code" and said != held[code]:
                raise AssertionError((code, said, held[code]))
    return True
