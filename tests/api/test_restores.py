"""Restore and undo over the API: each files a change, and says what it leaves out."""

from typing import Any

from mdm import changes
from mdm.models import Change, Supplier
from tests import make
from tests.api.conftest import problem


def tag(caller: Any, path: str) -> str:
    return caller.get(path)["ETag"]


def edit(people: dict[str, Any], supplier: Any, patch: dict[str, Any]) -> Change:
    draft = changes.draft(
        subject="supplier", golden_id=supplier.pk, patch=patch, by=people["steward"], reason="Moved"
    )
    return make.approved(draft, people["approver"], comment="Agreed")


def test_a_version_is_proposed_anew(proposer, people, supplier):
    edit(people, supplier, {"legal_name": "Other", "trade_name": "Nord"})
    path = f"/suppliers/{supplier.pk}"

    made = proposer.post(f"{path}/restore", {"version": 1}, If_Match=tag(proposer, path))
    one = proposer.post(
        f"{path}/restore",
        {"version": 1, "paths": ["trade_name"], "submit": False, "reason": "A slip"},
        If_Match=tag(proposer, path),
    )

    assert (made.status_code, made.json()["state"]) == (201, "submitted")
    assert made.json()["parts"][0]["patch"] == {
        "legal_name": "Nordwind Logistik GmbH", "trade_name": None,
    }  # fmt: skip
    assert made["Location"] == f"/api/v1/changes/{made.json()['number']}"
    assert (one.json()["state"], one.json()["reason"]) == ("draft", "A slip")
    assert one.json()["parts"][0]["patch"] == {"trade_name": None}
    assert Supplier.objects.get(pk=supplier.pk).legal_name == "Other"


def test_what_cannot_be_restored_is_a_problem(proposer, reader, people, supplier):
    path = f"/suppliers/{supplier.pk}"
    now = tag(proposer, path)

    def ask(body: Any, caller: Any = proposer, **headers: str) -> tuple[int, str]:
        return problem(caller.post(f"{path}/restore", body, **{"If_Match": now} | headers))

    assert ask({"version": 1}) == (422, "refused")
    assert ask({"version": 9}) == (404, "not-found")
    assert ask({"version": 0}) == (422, "invalid")
    assert ask({}) == (422, "invalid")
    assert ask({"version": 1, "paths": ["colour"]}) == (422, "invalid")
    assert ask({"version": 1, "colour": 1}) == (422, "unknown-field")
    assert ask({"version": 1}, If_Match="") == (428, "precondition-required")
    assert ask({"version": 1}, If_Match='"9-abc"') == (412, "stale-version")
    assert ask({"version": 1}, caller=reader) == (403, "scope-missing")


def test_an_undo_says_what_it_leaves_out(proposer, people, supplier):
    done = edit(people, supplier, {"legal_name": "Other", "trade_name": "Nord"})
    edit(people, supplier, {"legal_name": "Third name"})
    path = f"/changes/{done.number}"

    made = proposer.post(f"{path}/undo", If_Match=tag(proposer, path))
    again = proposer.post(f"{path}/undo", If_Match=tag(proposer, path))
    undo = Change.objects.get(number=made.json()["change"]["number"])
    changes.withdraw(undo, by=undo.requested_by)
    whole = proposer.post(
        f"{path}/undo", {"include": ["0:legal_name"], "submit": False}, If_Match=tag(proposer, path)
    )

    assert (made.status_code, problem(again)) == (201, (422, "refused"))
    assert "already undoes" in again.json()["detail"]
    assert made.json()["change"]["parts"][0]["patch"] == {"trade_name": None}
    assert made.json()["left_out"] == [
        {
            "part": 0,
            "label": "Other S-100001",
            "path": "legal_name",
            "why": "It was edited since.",
            "may_choose": True,
        }
    ]
    assert (whole.json()["left_out"], whole.json()["change"]["state"]) == ([], "draft")
    assert whole.json()["change"]["parts"][0]["patch"] == {
        "legal_name": "Nordwind Logistik GmbH", "trade_name": None,
    }  # fmt: skip


def test_what_cannot_be_undone_is_a_problem(proposer, people, supplier):
    done = edit(people, supplier, {"legal_name": "Other"})
    edit(people, supplier, {"legal_name": "Third name"})
    path = f"/changes/{done.number}"

    refused = proposer.post(f"{path}/undo", If_Match=tag(proposer, path))

    assert problem(refused) == (422, "refused")
    assert "It was edited since" in refused.json()["detail"]
    assert problem(proposer.post("/changes/CR-9/undo", If_Match='"x"')) == (404, "not-found")
    assert problem(proposer.post(f"{path}/undo")) == (428, "precondition-required")


def test_an_undo_includes_only_what_it_leaves_out(proposer, people, supplier):
    done = edit(people, supplier, {"legal_name": "Other", "trade_name": "Nord"})
    edit(people, supplier, {"legal_name": "Third name"})
    path, count = f"/changes/{done.number}", Change.objects.count()

    def ask(*include: str) -> Any:
        body = {"include": list(include)}
        return proposer.post(f"{path}/undo", body, If_Match=tag(proposer, path))

    answers = [ask(bad) for bad in ("zzz", "0:nonsense", "99:legal_name", "0:tax_id")]
    both = ask("0:legal_name", "zzz")

    assert [problem(answer) for answer in (*answers, both)] == [(422, "invalid")] * 5
    assert answers[1].json()["detail"] == (
        f"Found “0:nonsense”, expected values of {done.number} that were edited since. "
        "It may include: 0:legal_name."
    )
    assert "“zzz”" in both.json()["detail"]
    assert Change.objects.count() == count


def test_a_refused_period_carries_the_repair_and_one_field_takes_it(proposer, people, reference):
    row = make.record(
        "tax_code",
        {
            "code": "V1", "name": "Input", "country": "DE",
            "rates[R1]": {"rate_percent": "19", "valid_from": "2024-01-01"},
        },
        by=people["steward"], approvers=people["approver"],
    )  # fmt: skip
    path = f"/tax-codes/{row.pk}"
    patch = {"rates[R2]": {"rate_percent": "16", "valid_from": "2026-07-01"}}

    body = {"patch": patch, "reason": "The rate changes"}

    refused = proposer.patch(path, body, If_Match=tag(proposer, path))
    taken = proposer.patch(path, body | {"adjust_neighbours": True}, If_Match=tag(proposer, path))

    assert problem(refused) == (422, "refused")
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"], error["value"]) == (
        "/patch/rates[R1].valid_to", "adjust", "2026-06-30",
    )  # fmt: skip
    assert taken.json()["state"] == "submitted"
    assert taken.json()["parts"][0]["patch"]["rates[R1].valid_to"] == "2026-06-30"
