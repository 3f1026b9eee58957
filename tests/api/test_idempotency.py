"""Idempotency-Key: a repeat gets the first answer, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from mdm.api import idempotency
from mdm.models import Change, IdempotentRequest
from tests import make
from tests.api.conftest import Caller, problem

BODY = {"values": {"legal_name": "Nordwind"}, "submit": False}


def filed():
    return Change.objects.filter(channel="api").count()


def test_a_repeat_gets_the_first_answer_and_files_nothing(proposer, reference):
    first = proposer.post("/suppliers", BODY, Idempotency_Key="one")
    again = proposer.post("/suppliers", BODY, Idempotency_Key="one")

    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert filed() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("/suppliers", BODY | {"reason": "Other"}), ("/projects", {"values": {"name": "P"}})],
)
def test_another_request_under_the_same_key_is_refused(proposer, reference, path, body):
    proposer.post("/suppliers", BODY, Idempotency_Key="one")

    response = proposer.post(path, body, Idempotency_Key="one")

    assert problem(response) == (422, "idempotency-key-reused")
    assert filed() == 1


def test_a_key_belongs_to_its_person(people, proposer, reference):
    other = Caller(people["steward"], "propose")
    proposer.post("/suppliers", BODY, Idempotency_Key="one")

    response = other.post("/suppliers", BODY, Idempotency_Key="one")

    assert response.status_code == 201
    assert filed() == 2


@pytest.mark.parametrize("path", ["/suppliers", "/cost-centers", "/changes"])
def test_a_post_that_makes_something_needs_a_key(people, reference, path):
    caller = Caller(people["steward"], "propose")
    part = {"subject": "unit", "action": "create", "values": {"code": "KG", "name": "kg"}}
    body = {"parts": [part]} if path == "/changes" else {"values": {"code": "1"}}

    response = caller.post(path, body, Idempotency_Key="")

    assert problem(response) == (400, "idempotency-key-missing")
    assert filed() == 0


def test_a_key_has_its_length(proposer, reference):
    response = proposer.post("/suppliers", BODY, Idempotency_Key="k" * 256)

    assert problem(response) == (400, "invalid-parameter")


def test_the_first_still_runs(proposer, people, reference):
    first = proposer.post("/suppliers", BODY, Idempotency_Key="one")
    IdempotentRequest.objects.update(status=None, body=None)

    response = proposer.post("/suppliers", BODY, Idempotency_Key="one")

    assert first.status_code == 201
    assert problem(response) == (409, "in-progress")
    assert response["Retry-After"] == "1"


def test_one_that_died_is_taken_over_after_its_lease(proposer, reference):
    proposer.post("/suppliers", BODY, Idempotency_Key="one")
    Change.objects.filter(channel="api").update(channel="page")
    long_ago = timezone.now() - idempotency.LEASE - timedelta(seconds=1)
    IdempotentRequest.objects.update(status=None, body=None, created_at=long_ago)

    response = proposer.post("/suppliers", BODY, Idempotency_Key="one")

    assert response.status_code == 201
    assert filed() == 1


def test_a_refusal_did_nothing_and_is_not_kept(proposer, reference):
    wrong = BODY | {"values": {"legal_name": "N", "parent": {"code": "nobody"}}}

    refused = proposer.post("/suppliers", wrong, Idempotency_Key="one")
    mended = proposer.post("/suppliers", BODY, Idempotency_Key="one")

    assert problem(refused) == (422, "invalid")
    assert mended.status_code == 201


def test_keys_are_forgotten_after_a_day(proposer, reference):
    proposer.post("/suppliers", BODY, Idempotency_Key="new")
    proposer.post("/suppliers", BODY, Idempotency_Key="old")
    IdempotentRequest.objects.filter(key="old").update(
        created_at=timezone.now() - timedelta(hours=25)
    )

    assert idempotency.forget_old() == 1
    assert IdempotentRequest.objects.get().key == "new"


def test_of_many_at_once_one_does_the_work(committed_db):
    people = make.people()
    make.reference(people)
    callers = [Caller(people["requester"], "propose") for _ in range(4)]
    together = Barrier(len(callers))

    def call(caller):
        together.wait()
        try:
            return caller.post("/suppliers", BODY, Idempotency_Key="one").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(callers)) as pool:
        statuses = sorted(pool.map(call, callers))

    assert set(statuses) <= {201, 409}
    assert statuses[0] == 201
    assert filed() == 1
