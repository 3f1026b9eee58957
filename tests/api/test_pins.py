"""Pins through the API: proposed, shown, taken back."""

import pytest

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests.api.conftest import Caller
from tests.mdm import ruling


@pytest.fixture
def nord(people, reference):
    ruling.systems(people)
    ruling.says(people, "erp", "E1", ruling.ERP)
    return Supplier.objects.get()


@pytest.fixture
def caller(people):
    return Caller(people["requester"], "read", "propose")


def _patch(caller, row, body):
    path = f"/suppliers/{row.pk}"
    tag = caller.get(path)["ETag"]
    return caller.send("PATCH", path, {"reason": "As its letterhead says"} | body, if_match=tag)


def _approve(people, answer):
    change = Change.objects.get(number=answer.json()["number"])
    return changes.decide(change, "approve", by=people["approver"])


def test_a_value_is_pinned_while_it_is_changed_and_the_change_says_so(caller, people, nord):
    body = {"patch": {"trade_name": "Wind"}, "pins": {"trade_name": {"hold": "ever"}}}
    answer = _patch(caller, nord, body)

    assert answer.status_code == 201, answer.content
    assert answer.json()["parts"][0]["pins"] == {"trade_name": {"hold": "ever"}}
    _approve(people, answer)
    found = caller.get(f"/suppliers/{nord.pk}/provenance").json()
    assert found["data"]["trade_name"]["hold"] == "ever"


def test_what_is_there_is_pinned_until_a_day_without_a_patch(caller, people, nord):
    pins = {"trade_name": {"hold": "date", "until": "2999-12-31"}}
    answer = _patch(caller, nord, {"pins": pins, "reason": "By contract"})

    assert answer.status_code == 201, answer.content
    assert answer.json()["parts"][0] | {"patch": {}, "pins": pins} == answer.json()["parts"][0]
    assert _approve(people, answer).state == Change.State.APPLIED


def test_taking_a_pin_back_proposes_what_the_rules_give(caller, people, nord):
    pinned = {"patch": {"trade_name": "Wind"}, "pins": {"trade_name": {"hold": "ever"}}}
    _approve(people, _patch(caller, nord, pinned))

    answer = _patch(caller, nord, {"pins": {"trade_name": {"hold": "none"}}})

    assert answer.json()["parts"][0]["patch"] == {"trade_name": "Nord"}
    _approve(people, answer)
    nord.refresh_from_db()
    assert nord.trade_name == "Nord"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "Nothing is proposed"),
        ({"pins": {"trade_name": {"hold": "long"}}}, "expected one of"),
        ({"pins": {"trade_name": {"hold": "date"}}}, "a day such as"),
        ({"pins": {"shoe_size": {"hold": "none"}}}, "an attribute of a supplier"),
        ({"pins": {"trade_name": {}}}, "hold"),
    ],
)
def test_a_pin_that_cannot_be_right_is_refused(caller, nord, body, says):
    answer = _patch(caller, nord, body)

    assert answer.status_code in (400, 422), answer.content
    assert says in answer.content.decode()


def test_a_change_of_parts_takes_pins_too(caller, people, nord):
    part = {
        "subject": "supplier",
        "action": "update",
        "golden_id": str(nord.pk),
        "patch": {"trade_name": "Wind"},
        "pins": {"trade_name": {"hold": "speaks"}},
    }

    answer = caller.send("POST", "/changes", {"parts": [part], "title": "One name"})

    assert answer.status_code == 201, answer.content
    assert answer.json()["parts"][0]["pins"] == {"trade_name": {"hold": "speaks"}}


def test_the_number_of_a_record_is_among_its_provenance(caller, nord):
    found = caller.get(f"/suppliers/{nord.pk}/provenance").json()["data"]

    assert (found["code"]["value"], found["code"]["source"]) == (nord.code, "Touchstone")
    assert [path for path, one in found.items() if not one["value"]] == []


def _titled(answer):
    return answer.json()["title"]


def test_a_change_of_pins_alone_is_named_after_them(caller, people, nord):
    pinned = _patch(caller, nord, {"pins": {"trade_name": {"hold": "ever"}}})
    _approve(people, pinned)

    taken = _patch(caller, nord, {"pins": {"trade_name": {"hold": "none"}}})

    name = f"{nord.legal_name} {nord.code}"
    assert _titled(pinned) == f"Pin of Trading name of {name}"
    assert _titled(taken) == f"Pin taken off Trading name of {name}"


@pytest.mark.parametrize(
    ("body", "pointer", "says"),
    [
        ({"pins": {"trade_name": {"hold": "none"}}}, "/pins/trade_name/hold", "Nothing is pinned"),
        (
            {"pins": {"trade_name": {"hold": "date", "until": "2020-01-01"}}},
            "/pins/trade_name/until",
            "today or a later day",
        ),
        (
            {
                "pins": {"trade_name": {"hold": "date", "until": "2999-01-31"}},
                "effective_from": "2999-02-01",
            },
            "/pins/trade_name/until",
            "only after its pin has ended",
        ),
    ],
)
def test_a_pin_without_effect_is_refused_where_it_stands(caller, nord, body, pointer, says):
    answer = _patch(caller, nord, body)

    assert answer.status_code == 422, answer.content
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert says in error["detail"]
    assert not Change.objects.filter(title__contains="Pin").exists()
