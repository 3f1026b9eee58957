"""One pair side by side: what is shown, what is picked, what a verdict does, every refusal."""

from typing import Any

import pytest

from matching import candidates, verdicts
from matching.models import Candidate
from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, SourceRecord
from tests import make
from tests.matching.web.conftest import SECRETS, browser, sealed, supplier
from tests.mdm.web.reviewing import words

State = Candidate.State


def post(user: Any, pair: Candidate, verb: str, **sent: str) -> Any:
    """Press a button on the page as it was read."""
    sent.setdefault("evidence_hash", pair.evidence_hash)
    return browser(user).post(f"/duplicates/{pair.pk}/{verb}/", sent)


def state(pair: Candidate) -> str:
    pair.refresh_from_db()
    return str(pair.state)


def test_both_sides_stand_beside_their_result_with_the_evidence(
    people: dict[str, Any], records: Candidate
) -> None:
    page = browser(people["steward"]).get(f"/duplicates/{records.pk}/")

    text = words(page)
    rows = {row.label: row for row in page.context["rows"]}
    assert (rows["Payment terms"].value, rows["Payment terms"].how) == (
        "NET30, 30 days net", "the survivor's",
    )  # fmt: skip
    assert rows["Website"].how == "only B has it"
    for said in (
        "Why A and B score",
        "review from 0.20",
        "survives",
        "Nothing is deleted",
        "1 of 1",
    ):
        assert said in text


@pytest.mark.parametrize("where", ["", "preview/", "?show=kept", "?show=equal"])
def test_no_secret_is_in_the_source_of_a_page(
    people: dict[str, Any], acme: Supplier, records: Candidate, where: str
) -> None:
    sealed(people, acme)

    page = browser(people["steward"]).get(
        f"/duplicates/{records.pk}/{where}", HTTP_HX_REQUEST="true"
    )

    assert page.status_code == 200
    assert [s for s in SECRETS if s in page.content.decode()] == []
    assert "sealed:" not in page.content.decode()


def test_a_blind_number_of_an_account_is_never_evidence_to_be_read(
    people: dict[str, Any], acme: Supplier, records: Candidate
) -> None:
    sealed(people, acme)
    sealed(people, Supplier.objects.get(pk=records.right))
    candidates.sweep("supplier")

    records.refresh_from_db()

    shown = {e["attribute"]: (e["left"], e["right"]) for e in records.evidence}
    assert (shown["iban"], shown["phone"]) == (("••••", "••••"), ("••••", "••••"))


def test_a_pick_by_hand_is_in_the_result_and_in_the_change(
    people: dict[str, Any], acme: Supplier, records: Candidate
) -> None:
    client = browser(people["steward"])

    page = client.get(f"/duplicates/{records.pk}/?pick:payment_terms=B&pick:website=A")
    rows = {row.label: row for row in page.context["rows"]}
    assert [(rows[n].value, rows[n].how) for n in ("Payment terms", "Website")] == [
        ("NET60, 60 days net", "your pick"), ("", "your pick"),
    ]  # fmt: skip
    answer = post(
        people["steward"], records, "same", **{"pick:payment_terms": "B", "pick:website": "A"}
    )

    assert answer.status_code == 302
    change = Change.objects.get(channel="match")
    make_it = changes.decide(change, "approve", by=people["approver"], comment="Yes")
    assert make_it.state == Change.State.APPLIED
    acme.refresh_from_db()
    assert (acme.payment_terms, acme.website) == ("NET60", "")


def test_the_other_one_may_survive(
    people: dict[str, Any], acme: Supplier, records: Candidate
) -> None:
    post(people["steward"], records, "same", survivor="B")

    part = Change.objects.get(channel="match").parts.get()
    assert (part.golden_id, part.other_id) == (records.right, acme.pk)


def test_a_source_is_linked_with_what_was_picked(
    people: dict[str, Any], acme: Supplier, source: Candidate
) -> None:
    text = words(browser(people["steward"]).get(f"/duplicates/{source.pk}/"))
    assert "ERP V1 becomes a source of S-100001" in text

    post(people["steward"], source, "same", reason="Same street", **{"pick:payment_terms": "B"})
    change = Change.objects.get(channel="match")
    changes.decide(change, "approve", by=people["approver"])

    acme.refresh_from_db()
    assert acme.payment_terms == "NET60"
    assert SourceRecord.objects.get(key="V1").golden_id == acme.pk
    assert source.verdicts.get().reason == "Same street"
    similar = words(browser(people["steward"]).get(f"/duplicates/of/{acme.pk}/"))
    assert "Waiting source record" not in similar
    assert "Nothing known looks like it." in similar


@pytest.mark.parametrize(
    ("verb", "wanted"),
    [("different", State.DIFFERENT), ("related", State.RELATED), ("unsure", State.UNSURE)],
)
def test_a_verdict_is_remembered_and_the_next_pair_opens(
    people: dict[str, Any], acme: Supplier, records: Candidate, verb: str, wanted: str
) -> None:
    supplier(people, "Nordwind Logistics GmbH")
    candidates.sweep("supplier")
    page = browser(people["steward"]).get(f"/duplicates/{records.pk}/")
    following = page.context["place"].following

    answer = post(people["steward"], records, verb, reason="Seen both", next=following)

    assert (state(records), answer["Location"]) == (wanted, following)
    assert str(records.pk) not in following
    assert "You said" in words(browser(people["steward"]).get(f"/duplicates/{records.pk}/"))


@pytest.mark.parametrize("name", ["requester", "approver", "integrator", "auditor"])
def test_only_a_steward_is_offered_a_verdict_and_may_give_one(
    people: dict[str, Any], records: Candidate, name: str
) -> None:
    page = browser(people[name]).get(f"/duplicates/{records.pk}/")
    assert "Deciding takes the role Data steward" in words(page)
    assert "duplicate-different" not in page.content.decode()

    for verb in ("same", "different", "related", "unsure", "undo"):
        assert post(people[name], records, verb).status_code == 403
    assert state(records) == State.OPEN


def test_who_may_not_see_a_side_finds_no_pair(people: dict[str, Any], records: Candidate) -> None:
    for user in (
        make.person("stranger"),
        make.person("elsewhere", "steward", domain="cost_center"),
    ):
        client = browser(user)
        for where in ("", "preview/"):
            assert client.get(f"/duplicates/{records.pk}/{where}").status_code == 404
        for verb in ("same", "different", "undo"):
            assert post(user, records, verb).status_code == 404


def test_a_verdict_on_evidence_that_changed_since_is_refused(
    people: dict[str, Any], records: Candidate
) -> None:
    for stale in ("0" * 64, ""):
        answer = post(people["steward"], records, "same", evidence_hash=stale, reason="As seen")
        assert answer.status_code == 409
        assert "evidence changed since you looked" in words(answer)
        assert "As seen" in answer.content.decode()
    assert post(people["steward"], records, "same", reason="x" * 1001).status_code == 409
    assert (state(records), Change.objects.filter(channel="match").count()) == (State.OPEN, 0)


def test_the_second_steward_is_told_that_it_is_decided(
    people: dict[str, Any], records: Candidate
) -> None:
    verdicts.decide(records, State.DIFFERENT, by=people["steward"])
    second = make.person("second", "steward")

    answer = post(second, records, "same")

    assert answer.status_code == 409
    assert "judged different in the meantime" in words(answer)


def test_a_verdict_is_taken_back_with_its_change_and_not_before(
    people: dict[str, Any], acme: Supplier, source: Candidate
) -> None:
    change = verdicts.decide(source, State.SAME, by=people["steward"])
    assert change is not None
    client = browser(people["steward"])

    open_still = post(people["steward"], source, "undo")
    assert (open_still.status_code, "Withdraw that first" in words(open_still)) == (409, True)
    changes.decide(change, "reject", by=people["approver"], comment="They are two")

    assert state(source) == State.OPEN
    assert candidates.pending(people["steward"]).get() == source
    assert "Same, link" in words(client.get(f"/duplicates/{source.pk}/"))


def test_a_pair_of_which_one_side_is_gone_says_so(
    people: dict[str, Any], acme: Supplier, records: Candidate
) -> None:
    retire = changes.draft(
        subject="supplier", golden_id=acme.pk, action="retire", by=people["requester"]
    )
    make.approved(retire, people["approver"])

    page = browser(people["steward"]).get(f"/duplicates/{records.pk}/")
    answer = post(people["steward"], records, "same")

    assert "Nothing is left to decide" in words(page)
    assert "duplicate-same" not in page.content.decode()
    assert answer.status_code == 409
