"""Pairs that may be the same: listed, read, judged by a signed-in steward."""

import pytest

from matching import candidates
from mdm.models import Change
from tests import make
from tests.api.conftest import Caller, problem

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"


@pytest.fixture
def pair(new_supplier):
    left, right = new_supplier(), new_supplier()
    return candidates.file("supplier", left.golden_id, right.golden_id)


@pytest.fixture
def steward(people):
    return Caller(people["steward"], session=True)


def test_pairs_are_listed_with_their_evidence(reader, pair):
    (row,) = reader.get("/candidates?domain=supplier").json()["data"]

    assert (row["id"], row["state"]) == (str(pair.pk), "open")
    assert {row["left"]["kind"], row["right"]["kind"]} == {"record"}
    assert {row["left"]["id"], row["right"]["id"]} == {str(pair.left), str(pair.right)}
    assert len(reader.get(f"/candidates?golden_id={pair.left}").json()["data"]) == 1
    assert reader.get("/candidates?state=different").json()["data"] == []
    assert reader.get("/candidates?domain=project").json()["data"] == []


def test_different_is_remembered(steward, pair):
    response = steward.post(
        f"/candidates/{pair.pk}/verdict", {"verdict": "different", "reason": "Another company"}
    )

    shape = response.json()
    assert (response.status_code, shape["state"]) == (200, "different")
    assert [(v["by"], v["reason"]) for v in shape["verdicts"]] == [("steward", "Another company")]
    again = steward.post(f"/candidates/{pair.pk}/verdict", {"verdict": "same"})
    assert problem(again) == (422, "refused")


def test_the_same_files_a_change_for_somebody_else(steward, pair):
    body = {"verdict": "same", "survivor": str(pair.left)}

    response = steward.post(f"/candidates/{pair.pk}/verdict", body)

    (verdict,) = response.json()["verdicts"]
    change = Change.objects.get(number=verdict["change"])
    assert change.parts.get().action == "merge"
    assert change.state != "applied"


def test_a_token_never_judges_and_others_may_not(people, pair):
    path = f"/candidates/{pair.pk}/verdict"
    token = Caller(people["steward"], "read", "propose")
    auditor = Caller(people["auditor"], session=True)

    assert problem(token.post(path, {"verdict": "same"})) == (403, "token-may-not-decide")
    assert problem(auditor.post(path, {"verdict": "same"})) == (403, "not-allowed")


def test_a_pair_of_what_may_not_be_seen_does_not_exist(pair):
    other = Caller(make.person("other", "steward", domain="project"), session=True)

    assert other.get("/candidates").json()["data"] == []
    assert problem(other.get(f"/candidates/{pair.pk}")) == (404, "not-found")
    response = other.post(f"/candidates/{pair.pk}/verdict", {"verdict": "different"})
    assert problem(response) == (404, "not-found")


@pytest.mark.parametrize("pk", [UNKNOWN, "nonsense"])
def test_an_unknown_pair_is_not_found(reader, db, pk):
    assert problem(reader.get(f"/candidates/{pk}")) == (404, "not-found")


@pytest.mark.parametrize(
    "body", [{}, {"verdict": "open"}, {"verdict": "same", "survivor": "x"}, {"colour": 1}]
)
def test_a_verdict_that_is_none_is_refused(steward, pair, body):
    response = steward.post(f"/candidates/{pair.pk}/verdict", body)

    assert response.status_code == 422
