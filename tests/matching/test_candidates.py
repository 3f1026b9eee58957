"""Who looks like whom, what a steward says of it, and what follows."""

from typing import Any
from uuid import uuid4

import pytest

from matching import candidates, index, verdicts
from matching.models import Candidate, Entry, MatchKey
from mdm import changes, intake, seams
from mdm.domains import patch as patches
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.errors import NotAllowed, Refused
from mdm.models import Key, Review, SourceRecord, Status, System
from tests import make

pytestmark = pytest.mark.usefixtures("reference")

State = Candidate.State
BANK = {"holder": "Nordwind", "country": "DE", "iban": "DE89370400440532013000"}


def supplier(people: dict[str, Any], name: str, **facts: Any) -> Supplier:
    patch = make.SUPPLIER | {"legal_name": name} | facts
    change = changes.draft(subject="supplier", action="create", patch=patch, by=people["requester"])
    make.approved(change, people["approver"], comment="Whatever it looks like")
    return Supplier.objects.get(legal_name=name)


def values(name: str, **facts: Any) -> dict[str, Any]:
    return patches.blank(SUPPLIER) | {"legal_name": name, "country": "DE"} | facts


@pytest.fixture
def erp(people: dict[str, Any]) -> System:
    return make.record(
        "system", {"code": "erp", "name": "ERP"}, by=people["steward"], approvers=people["approver"]
    )


def wait(people: dict[str, Any], erp: System, key: str, name: str) -> SourceRecord:
    intake.receive("erp", "supplier", key, {"legal_name": name}, by=people["integrator"])
    return SourceRecord.objects.get(system=erp, key=key)


def test_a_written_record_is_found_by_a_name_like_its_own(people: dict[str, Any]) -> None:
    acme = supplier(people, "Nordwind Logistik GmbH")

    found = seams.find_candidates("supplier", values("NORDWIND Logistik Gesellschaft mbH"))

    assert [(f.owner_kind, f.owner_id) for f in found] == [("record", str(acme.pk))]
    assert found[0].evidence
    assert seams.find_candidates("supplier", values("Südstern Chemie AG")) == []


def test_a_retired_record_leaves_the_index_and_comes_back(people: dict[str, Any]) -> None:
    acme = supplier(people, "Nordwind Logistik GmbH")
    for action, count in (("retire", 0), ("reactivate", 1)):
        change = changes.draft(
            subject="supplier", golden_id=acme.pk, action=action, by=people["requester"]
        )
        make.approved(change, people["approver"])
        assert Entry.objects.filter(pk=acme.pk).count() == count
        assert MatchKey.objects.filter(owner=acme.pk).exists() == bool(count)


def test_what_an_open_change_would_create_is_found_until_it_is_rejected(
    people: dict[str, Any],
) -> None:
    change = changes.draft(
        subject="supplier", action="create", patch=make.SUPPLIER, by=people["requester"]
    )
    changes.submit(change, by=people["requester"])
    asked = values("Nordwind Logistik GmbH")

    assert [f.owner_kind for f in seams.find_candidates("supplier", asked)] == ["part"]

    changes.decide(change, Review.Verdict.REJECT, by=people["approver"], comment="No")
    assert seams.find_candidates("supplier", asked) == []


def test_no_secret_enters_the_index(people: dict[str, Any]) -> None:
    contact = {"email": "ida@nordwind.example", "phone": "+49 40 5550100", "last_name": "Brandt"}
    plain = values(
        "Nordwind", bank_accounts=[{"id": "B1"} | BANK], contacts=[{"id": "C1"} | contact]
    )

    index.record_written(
        SUPPLIER, [(uuid4(), "Nordwind", plain | {"status": "active"})], stage="record"
    )

    stored = str(Entry.objects.get().features)
    for secret in ("DE89370400440532013000", "5550100", "Brandt"):
        assert secret not in stored


def test_a_file_and_a_look_up_give_the_same_answer(people: dict[str, Any]) -> None:
    supplier(people, "Nordwind Logistik GmbH")
    index.count_words("supplier", always=True)
    asked = values("Nordwind Logistics GmbH")
    many = [(str(uuid4()), values(f"Haus Nummer {n}")) for n in range(candidates.A_FILE)]

    one = candidates.find("supplier", [("x", asked)])["x"]
    owner = str(uuid4())
    of_file = candidates.find("supplier", [(owner, asked), *many])[owner]

    assert [f.owner_id for f in one] == [f.owner_id for f in of_file]
    assert one[0].probability == pytest.approx(of_file[0].probability, abs=0.05)


def test_same_links_the_source_record_to_the_golden_record_once_approved(
    people: dict[str, Any], erp: System
) -> None:
    acme = supplier(people, "Nordwind Logistik GmbH")
    source = wait(people, erp, "V1", "Nordwind Logistik Gmbh & Co KG")
    candidate = candidates.pending(people["steward"]).get()

    change = verdicts.decide(candidate, State.SAME, by=people["steward"], reason="Same house")
    assert change is not None
    changes.decide(change, Review.Verdict.APPROVE, by=people["approver"])

    source.refresh_from_db()
    assert (source.state, source.golden_id) == (SourceRecord.State.LINKED, acme.pk)
    assert Key.objects.get(system=erp, key="V1").golden_id == acme.pk
    assert not candidates.pending(people["steward"]).exists()


def test_different_is_remembered_and_the_source_record_becomes_a_record_of_its_own(
    people: dict[str, Any], erp: System
) -> None:
    supplier(people, "Nordwind Logistik GmbH")
    wait(people, erp, "V1", "Nordwind Logistik")
    candidate = candidates.pending(people["steward"]).get()

    change = verdicts.decide(
        candidate, State.DIFFERENT, by=people["steward"], reason="Another city"
    )

    assert change is not None
    assert change.parts.get().action == "create"
    with pytest.raises(Refused, match="judged different"):
        verdicts.decide(candidate, State.SAME, by=people["steward"])


def test_two_records_judged_the_same_are_merged_by_somebody_else(people: dict[str, Any]) -> None:
    acme = supplier(people, "Nordwind Logistik GmbH")
    other = supplier(people, "Nordwind Logistik Gmbh.", website="nordwind.example")
    assert candidates.sweep("supplier") == 1
    candidate = candidates.pending(people["steward"]).get()

    change = verdicts.decide(candidate, State.SAME, by=people["steward"], survivor=acme.pk)
    assert change is not None
    with pytest.raises(NotAllowed):
        changes.decide(change, Review.Verdict.APPROVE, by=people["steward"])
    changes.decide(change, Review.Verdict.APPROVE, by=people["approver"], comment="Yes")

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.MERGED, acme.pk)


def test_only_a_steward_decides_and_a_verdict_can_be_taken_back(people: dict[str, Any]) -> None:
    supplier(people, "Nordwind Logistik GmbH")
    supplier(people, "Nordwind Logistik Gmbh.")
    candidates.sweep("supplier")
    candidate = Candidate.objects.get()

    with pytest.raises(NotAllowed, match="Data steward"):
        verdicts.decide(candidate, State.DIFFERENT, by=people["requester"])
    verdicts.decide(candidate, State.DIFFERENT, by=people["steward"])
    assert not candidates.pending(people["steward"]).exists()

    verdicts.undo(candidate, by=people["steward"])

    assert candidates.pending(people["steward"]).get() == candidate
