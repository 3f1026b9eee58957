"""What a change would do in the targets: said before it is approved, and nothing of it in clear."""

from typing import Any

import pytest

from mdm import changes
from mdm.models import Change
from publishing import codemaps
from publishing.models import Target
from tests import make
from tests.mdm.web.reviewing import BANK, NEW_IBAN, OLD_IBAN, browser, submitted, words
from tests.publishing.making import make_target

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def coupa(people: dict[str, Any], reference: None) -> Target:
    return make_target(people, "coupa")


def supplier(people: dict[str, Any]) -> Any:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def test_each_field_that_moves_is_named_in_the_targets_words_and_ours(
    people: dict[str, Any], coupa: Target
) -> None:
    change = submitted(people, supplier(people), {"legal_name": "Nordwind Spedition GmbH"})
    client = browser(people["approver"])

    short = words(client.get(f"/publishing/impact/{change.number}/", **HTMX))
    whole = words(client.get(f"/publishing/impact/{change.number}/?whole=1", **HTMX))

    assert "Coupa" in short
    assert "Legal name" in whole
    assert "Spedition" in whole
    assert "<html" in client.get(f"/publishing/impact/{change.number}/").content.decode()


def test_no_account_number_leaves_in_clear(people: dict[str, Any], coupa: Target) -> None:
    patch = {"bank_accounts[B1]": BANK | {"iban": NEW_IBAN}}
    change = submitted(people, supplier(people), patch)

    source = (
        browser(people["payer"])
        .get(f"/publishing/impact/{change.number}/?whole=1", **HTMX)
        .content.decode()
    )

    assert [iban for iban in (OLD_IBAN, NEW_IBAN) if iban in source] == []


def test_what_is_no_record_goes_nowhere(people: dict[str, Any], coupa: Target) -> None:
    change = changes.draft(
        subject="payment_terms",
        action="create",
        patch={"code": "NET45", "name": "45 days net"},
        by=people["steward"],
    )

    text = words(browser(people["steward"]).get(f"/publishing/impact/{change.number}/", **HTMX))

    assert "Nothing is sent" in text


def test_once_it_is_written_the_panel_leads_to_where_it_is(
    people: dict[str, Any], coupa: Target
) -> None:
    record = supplier(people)
    change = Change.objects.get(parts__golden_id=record.pk)
    rejected = submitted(people, record, {"trade_name": "No"})
    changes.decide(rejected, "reject", by=people["approver"], comment="No")
    client = browser(people["approver"])

    assert (
        f"/publishing/where/{record.pk}/"
        in client.get(f"/publishing/impact/{change.number}/", **HTMX).content.decode()
    )
    assert "nothing was sent" in words(client.get(f"/publishing/impact/{rejected.number}/", **HTMX))


def test_a_merge_and_a_large_change_have_their_sentence(
    people: dict[str, Any], coupa: Target
) -> None:
    record = supplier(people)
    other = make.record(
        "supplier", {"legal_name": "Altes Kontor AG"}, by=people["requester"],
        approvers=people["approver"],
    )  # fmt: skip
    merge = changes.draft(
        subject="supplier", golden_id=record.pk, action="merge", other_id=other.pk,
        by=people["steward"],
    )  # fmt: skip
    specs = [
        changes.PartSpec("supplier", "create", {"legal_name": f"Haus {n} AG"}) for n in range(6)
    ]
    large = changes.submit(
        changes.draft_many(specs, by=people["steward"], is_atomic=False, channel="import"),
        by=people["steward"],
    )
    client = browser(people["approver"])

    assert "the other one as merged" in words(
        client.get(f"/publishing/impact/{merge.number}/", **HTMX)
    )
    assert "Coupa" in words(client.get(f"/publishing/impact/{large.number}/", **HTMX))


def test_who_may_not_see_the_change_learns_nothing_of_it(
    people: dict[str, Any], coupa: Target
) -> None:
    change = submitted(people, supplier(people), {"trade_name": "No"})

    stranger = browser(make.person("stranger"))

    assert stranger.get(f"/publishing/impact/{change.number}/", **HTMX).status_code == 404
    assert stranger.get("/publishing/impact/CR-9/", **HTMX).status_code == 404


def test_a_code_map_says_who_uses_the_code_and_what_waits_for_it(
    people: dict[str, Any], coupa: Target
) -> None:
    supplier(people)
    patch = codemaps.patch("coupa", "payment_terms", "NET30", "N31")
    change = changes.draft(subject="code_map", action="create", patch=patch, by=people["steward"])

    text = words(browser(people["steward"]).get(f"/publishing/impact/{change.number}/", **HTMX))

    assert change.parts.get().label == "Coupa payment terms NET30"
    assert "Payment terms in Coupa: 1 record uses NET30, and 0 deliveries wait for it." in text
    assert "Nothing is sent" not in text


def test_changing_an_entry_is_no_less_risky_than_adding_it(
    people: dict[str, Any], coupa: Target
) -> None:
    by = people["steward"]
    patch = codemaps.patch("coupa", "payment_terms", "NET30", "N31")
    added = changes.draft(subject="code_map", action="create", patch=patch, by=by)
    entry = make.approved(added, people["approver"]).parts.get().golden_id

    changed = changes.draft(subject="code_map", golden_id=entry, patch={"theirs": "X"}, by=by)

    assert (added.risk, changed.risk) == ("medium", "medium")
