"""Changes over the API: filed, listed, read, submitted, decided. A token never decides."""

import pytest

from mdm.models import Change
from tests import make
from tests.api.conftest import Caller, problem


@pytest.fixture
def proposed(proposer, supplier):
    tag = proposer.get(f"/suppliers/{supplier.golden_id}")["ETag"]
    body = {"patch": {"payment_terms": "NET60"}, "reason": "Agreed"}
    return proposer.patch(f"/suppliers/{supplier.golden_id}", body, If_Match=tag)


def test_a_change_is_read_with_what_machines_and_people_say(reader, proposed):
    number = proposed.json()["number"]

    response = reader.get(f"/changes/{number}")

    shape = response.json()
    assert shape == proposed.json()
    assert shape["requirement"]["missing_approvals"] == 1
    assert {check["outcome"] for check in shape["checks"]} <= {"pass", "warn", "fail"}
    assert shape["authors"] == ["requester"]
    assert reader.get(f"/changes/{number}", If_None_Match=response["ETag"]).status_code == 304


def test_a_signed_in_person_approves_and_the_version_exists(
    proposer, approver, people, supplier, proposed
):
    number = proposed.json()["number"]

    approver.client.raise_request_exception = True
    response = approver.post(
        f"/changes/{number}/approve", {"comment": "Fine"}, If_Match=proposed["ETag"]
    )

    assert response.status_code == 200
    assert response.json()["state"] == "applied"
    assert response.json()["reviews"][0]["by"] == "approver"
    assert proposer.get(f"/suppliers/{supplier.golden_id}").json()["payment_terms"] == "NET60"


@pytest.mark.parametrize("verdict", ["approve", "reject", "ask"])
def test_a_token_never_decides_even_an_approvers(people, proposed, verdict):
    number = proposed.json()["number"]
    caller = Caller(people["approver"], "read", "propose", "source", "publish", "reveal")

    response = caller.post(
        f"/changes/{number}/{verdict}", {"comment": "Fine"}, If_Match=proposed["ETag"]
    )

    assert problem(response) == (403, "token-may-not-decide")
    assert Change.objects.get(number=number).state == "submitted"


def test_a_token_beside_a_session_is_still_a_token(people, proposed):
    caller = Caller(people["approver"], "read")
    caller.client.force_login(people["approver"])
    number = proposed.json()["number"]

    response = caller.post(f"/changes/{number}/approve", {}, If_Match=proposed["ETag"])

    assert problem(response) == (403, "token-may-not-decide")


def test_nobody_approves_their_own(people, supplier):
    both = make.person("both", "steward", "approver")
    caller = Caller(both, session=True)
    tag = caller.get(f"/suppliers/{supplier.golden_id}")["ETag"]
    filed = caller.patch(
        f"/suppliers/{supplier.golden_id}",
        {"patch": {"duns": "315369934"}, "reason": "As agreed"},
        If_Match=tag,
    )

    response = caller.post(f"/changes/{filed.json()['number']}/approve", {}, If_Match=filed["ETag"])

    assert problem(response) == (403, "not-allowed")
    assert "somebody else" in response.json()["detail"]


def test_a_decision_is_about_what_was_read(approver, proposed):
    number = proposed.json()["number"]
    comment = {"comment": "Which contract?"}
    assert approver.post(f"/changes/{number}/comment", comment).status_code == 200

    stale = approver.post(f"/changes/{number}/approve", {}, If_Match=proposed["ETag"])
    blind = approver.post(f"/changes/{number}/approve", {})

    assert problem(stale) == (412, "stale-version")
    assert problem(blind) == (428, "precondition-required")


def test_the_requester_is_asked_and_submits_again(proposer, approver, proposed):
    number = proposed.json()["number"]
    asked = approver.post(
        f"/changes/{number}/ask", {"comment": "Which contract?"}, If_Match=proposed["ETag"]
    )

    again = proposer.post(f"/changes/{number}/submit", None, If_Match=asked["ETag"])
    gone = proposer.post(f"/changes/{number}/withdraw", None, If_Match=again["ETag"])
    late = approver.post(f"/changes/{number}/approve", {}, If_Match=gone["ETag"])

    assert [asked.json()["state"], again.json()["state"], gone.json()["state"]] == [
        "asked",
        "submitted",
        "withdrawn",
    ]
    assert problem(late) == (422, "refused")


def test_a_rejection_says_why(approver, proposed):
    path = f"/changes/{proposed.json()['number']}/reject"

    silent = approver.post(path, {}, If_Match=proposed["ETag"])
    said = approver.post(path, {"comment": "No contract"}, If_Match=proposed["ETag"])

    assert problem(silent) == (422, "invalid")
    assert silent.json()["errors"][0] == {
        "pointer": "/comment",
        "code": "missing",
        "detail": "“comment” is required.",
    }
    assert (said.status_code, said.json()["state"]) == (200, "rejected")


def test_only_its_authors_submit_or_withdraw(people, proposed):
    other = Caller(people["steward"], "propose")

    response = other.post(
        f"/changes/{proposed.json()['number']}/withdraw", None, If_Match=proposed["ETag"]
    )

    assert problem(response) == (403, "not-allowed")


def test_many_parts_are_filed_as_one_change(people, reference, supplier):
    caller = Caller(people["steward"], "read", "propose")
    parts = [
        {
            "subject": "payment_terms",
            "action": "create",
            "values": {"code": "NET75", "name": "75 days net", "net_days": 75},
        },
        {
            "subject": "supplier",
            "action": "update",
            "golden_id": str(supplier.golden_id),
            "patch": {"payment_terms": "NET60"},
        },
    ]

    response = caller.post("/changes", {"parts": parts, "title": "Terms"})

    shape = response.json()
    assert (response.status_code, shape["state"], shape["part_count"]) == (201, "draft", 2)
    assert [p["subject"] for p in shape["parts"]] == ["payment_terms", "supplier"]
    assert shape["parts"][0]["patch"]["net_days"] == 75
    page = caller.get(f"/changes/{shape['number']}/parts?limit=1").json()
    assert page["data"] == shape["parts"][:1]
    rest = caller.get(f"/changes/{shape['number']}/parts?cursor={page['next']}").json()
    assert rest["data"] == shape["parts"][1:]


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"subject": "planet", "action": "create"}, "/parts/0/subject"),
        ({"subject": "unit", "action": "invent"}, "/parts/0/action"),
        ({"subject": "unit"}, "/parts/0/action"),
        ({"subject": "unit", "action": "create", "values": {"mass": "1"}}, "/parts/0/values/mass"),
        ({"subject": "unit", "action": "update", "golden_id": "7"}, "/parts/0/golden_id"),
        (
            {
                "subject": "unit",
                "action": "create",
                "values": {"code": "KG"},
                "patch": {"name": "x"},
            },
            "/parts/0/patch",
        ),
    ],
)
def test_what_is_wrong_with_a_part_is_named_by_pointer(people, part, pointer):
    response = Caller(people["steward"], "propose").post("/changes", {"parts": [part]})

    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer


def test_changes_are_listed_newest_first_and_filtered(proposer, approver, proposed, supplier):
    filed = proposer.post("/suppliers", {"values": {"legal_name": "N"}, "submit": False})

    def numbers(query):
        return [row["number"] for row in proposer.get(f"/changes{query}").json()["data"]]

    newest, older = filed.json()["number"], proposed.json()["number"]
    assert numbers("?requested_by=requester") == [newest, older]
    assert numbers("?state=draft") == [newest]
    assert numbers("?state=submitted&state=draft&domain=supplier") == [newest, older]
    assert older in numbers(f"?golden_id={supplier.golden_id}")
    assert newest not in numbers(f"?golden_id={supplier.golden_id}")
    assert problem(proposer.get("/changes?state=asleep")) == (400, "invalid-parameter")


@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_of_changes_costs_one_query(proposer, reference, django_assert_num_queries, rows):
    Change.objects.all()
    for n in range(rows):
        proposer.post("/suppliers", {"values": {"legal_name": f"N{n}"}, "submit": False})
    proposer.get("/changes")

    with django_assert_num_queries(1):
        proposer.get("/changes?state=draft")


def test_a_change_of_what_may_not_be_seen_does_not_exist(people, reference):
    caller = Caller(people["steward"], "propose")
    values = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    number = caller.post("/cost-centers", {"values": values}).json()["number"]
    here = Caller(make.person("here", "auditor", company_code="1010"))
    elsewhere = Caller(make.person("elsewhere", "auditor", company_code="2020"))
    other = Caller(make.person("other", "auditor", domain="supplier"))

    for caller in (elsewhere, other):
        for path in (f"/changes/{number}", f"/changes/{number}/parts"):
            assert problem(caller.get(path)) == (404, "not-found")
        assert number not in [row["number"] for row in caller.get("/changes").json()["data"]]
    assert here.get(f"/changes/{number}").status_code == 200
    assert number in [row["number"] for row in here.get("/changes").json()["data"]]


@pytest.mark.parametrize("number", ["CR-999999", "nonsense", "x" * 200])
def test_an_unknown_change_is_not_found(reader, db, number):
    assert problem(reader.get(f"/changes/{number}")) == (404, "not-found")
