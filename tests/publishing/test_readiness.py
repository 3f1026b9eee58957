"""Is a record ready for its targets? Said while the change is still being edited."""

from typing import Any

import pytest

from mdm import changes
from mdm.models import Change, CheckResult
from publishing import codemaps, preview, readiness
from publishing.models import Target
from tests import make
from tests.publishing.fake import Fake
from tests.publishing.makers import supplier

pytestmark = pytest.mark.usefixtures("reference", "target")


def proposed(people: dict[str, Any], **patch: Any) -> Change:
    change = changes.draft(
        subject="supplier",
        action="create",
        patch=make.SUPPLIER | patch,
        by=people["requester"],
        reason="For a test",
    )
    return changes.submit(change, by=people["requester"])


def said(change: Change) -> list[tuple[str, str, str]]:
    rows = CheckResult.objects.filter(change=change, code="readiness")
    return [(r.outcome, r.sentence, r.path) for r in rows]


def test_a_record_that_lacks_nothing_is_ready(people: dict[str, Any]) -> None:
    assert said(proposed(people)) == [("pass", "Ready for Coupa.", "")]


def test_a_code_without_an_entry_is_said_with_what_to_do(people: dict[str, Any]) -> None:
    found = said(proposed(people, payment_terms="NET60"))

    assert found == [
        (
            "warn",
            (
                "Not ready for Coupa: Payment terms “NET60”, expected an entry in the code map "
                "payment_terms. Add NET60 to the code map payment_terms of this target."
            ),
            "payment_terms",
        )
    ]


def test_a_value_that_is_too_long_is_said(people: dict[str, Any]) -> None:
    ((outcome, sentence, path),) = said(proposed(people, legal_name="N" * 41))

    assert (outcome, path) == ("warn", "legal_name")
    assert "at most 40 characters" in sentence


def test_an_unready_record_may_still_be_approved(people: dict[str, Any]) -> None:
    change = proposed(people, payment_terms="NET60")

    applied = changes.decide(change, "approve", by=people["approver"])

    assert applied.state == "applied"


def test_a_new_entry_of_the_code_map_makes_it_ready(people: dict[str, Any], target: Target) -> None:
    patch = codemaps.patch("coupa", "payment_terms", "NET60", "N60")
    make.record("code_map", patch, by=people["steward"], approvers=people["approver"])

    assert said(proposed(people, payment_terms="NET60")) == [("pass", "Ready for Coupa.", "")]
    assert codemaps.lookup(target, "payment_terms", "NET60") == "N60"


def test_a_file_of_many_is_told_by_cause(people: dict[str, Any]) -> None:
    specs = [
        changes.PartSpec(
            "supplier",
            "create",
            {"legal_name": f"Supplier {n}", "payment_terms": "NET60" if n % 3 else "NET30"},
        )
        for n in range(30)
    ]
    change = changes.draft_many(specs, by=people["steward"], title="A file", is_atomic=False)
    changes.submit(change, by=people["steward"])

    ((outcome, sentence, _),) = said(change)
    assert outcome == "warn"
    assert sentence.startswith("20 records are not ready for Coupa, such as Supplier 1: ")


def test_what_the_filter_leaves_out_is_said(
    people: dict[str, Any], fake: Fake, new_target: Any
) -> None:
    new_target("sap", countries="US")

    words = [sentence for _, sentence, _ in said(proposed(people))]

    assert "Not sent to Sap: Sap takes US; this one is in DE." in words


def test_a_preview_shows_each_targets_fields_before_and_after(people: dict[str, Any]) -> None:
    acme = supplier(people)
    change = changes.draft(
        subject="supplier",
        golden_id=acme.pk,
        patch={"legal_name": "Nordwind AG"},
        by=people["requester"],
    )

    (found,) = preview.of_part(change.parts.get())

    assert [(line.target_path, line.before, line.after) for line in found.changed] == [
        ("name", "Nordwind Logistik GmbH", "Nordwind AG")
    ]
    assert found.readiness.is_ready


def test_readiness_can_be_asked_of_plain_values(people: dict[str, Any], target: Target) -> None:
    from mdm.domains import get_domain  # values as a form has them
    from mdm.domains import patch as patches

    values = patches.blank(get_domain("supplier")) | {"status": "active"}

    (found,) = readiness.readiness("supplier", values)

    assert (found.target, found.is_ready) == (target, False)
    assert [(p.canonical_path, p.code) for p in found.problems] == [("legal_name", "required")]
