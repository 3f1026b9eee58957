"""Who calls: tokens with scopes that end, sessions with CSRF; nobody else."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from mdm import tokens
from mdm.api import throttle
from mdm.errors import Refused
from mdm.models import ApiToken, LedgerEntry
from tests.api.conftest import Caller, problem


def test_a_token_is_kept_as_a_hash_alone(people):
    token, text = tokens.issue(
        people["steward"], name="T", scopes=["read"], lifetime=timedelta(days=1), by="admin"
    )

    token_id, secret = text.split(".")
    assert token_id == token.id.hex
    assert len(secret) >= 40
    row = ApiToken.objects.values().get()
    assert secret not in str(row)
    assert LedgerEntry.objects.get(kind="token_issued").person == "admin"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "not provided"),
        ("Bearer", "id.secret"),
        ("Bearer nonsense", "not one of ours"),
        ("Bearer 0198f1c26c1e7b3a9d550e6f0d8f3b11.secret", "unknown"),
        ("Basic YTpi", "Bearer"),
        ("Token abc", "Bearer"),
    ],
)
def test_without_a_token_that_counts_there_is_401(db, header, words):
    headers = {"Authorization": header} if header else {}

    response = Client().get("/api/v1/suppliers", headers=headers)

    assert problem(response) == (401, "not-authenticated")
    assert words in response.json()["detail"]
    assert response["WWW-Authenticate"] == 'Bearer realm="touchstone"'


def test_the_secret_must_be_the_tokens_own(people):
    one, other = Caller(people["steward"]), Caller(people["auditor"])
    mixed = f"{one.text.split('.')[0]}.{other.text.split('.')[1]}"

    response = Client().get("/api/v1/suppliers", headers={"Authorization": f"Bearer {mixed}"})

    assert problem(response) == (401, "not-authenticated")


@pytest.mark.parametrize("how", ["expired", "revoked", "inactive"])
def test_a_token_ends(people, how):
    caller = Caller(people["integrator"], "read")
    assert caller.get("/suppliers").status_code == 200

    if how == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
        tokens.forget()
    elif how == "revoked":
        tokens.revoke(caller.token, by="admin")
    else:
        people["integrator"].is_active = False
        people["integrator"].save()
        tokens.forget()

    assert problem(caller.get("/suppliers")) == (401, "not-authenticated")


def test_what_is_remembered_of_a_token_is_read_again_after_seconds(people, monkeypatch):
    caller = Caller(people["integrator"], "read")
    assert caller.get("/suppliers").status_code == 200
    ApiToken.objects.update(revoked_at=timezone.now())
    assert caller.get("/suppliers").status_code == 200

    monkeypatch.setattr(tokens.time, "monotonic", lambda: 10**9)

    assert problem(caller.get("/suppliers")) == (401, "not-authenticated")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "missing"),
    [
        (("propose",), "GET", "/suppliers", "read"),
        (("read",), "POST", "/suppliers", "propose"),
        (("read", "propose"), "GET", "/events?reveal=true", "reveal"),
    ],
)
def test_a_scope_that_is_missing_is_named(people, scopes, method, path, missing):
    caller = Caller(people["steward"], *scopes)

    response = caller.send(
        method, path, {"values": {"legal_name": "N"}} if method == "POST" else None
    )

    assert problem(response) == (403, "scope-missing")
    assert f"needs {missing}" in response.json()["detail"]


def test_a_session_reads_and_its_writes_need_the_csrf_token(people, supplier):
    person = people["steward"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)

    read = strict.get("/api/v1/suppliers")
    forged = strict.post(
        "/api/v1/suppliers",
        {"values": {"legal_name": "N"}},
        "application/json",
        headers={"Idempotency-Key": "one"},
    )

    assert read.status_code == 200
    assert problem(forged) == (403, "not-allowed")
    assert "CSRF" in forged.json()["detail"]


@pytest.mark.parametrize(
    ("scopes", "days", "words"),
    [
        ([], 1, "at least one scope"),
        (["read", "fly"], 1, "no scope fly"),
        (["read"], 0, "lives"),
        (["read"], 400, "lives"),
    ],
)
def test_a_token_without_bounds_is_not_issued(people, scopes, days, words):
    with pytest.raises(Refused, match=words):
        tokens.issue(
            people["steward"], name="T", scopes=scopes, lifetime=timedelta(days=days), by="admin"
        )
    assert not ApiToken.objects.exists()


def test_the_command_prints_a_token_that_works(people):
    out, err = StringIO(), StringIO()

    call_command(
        "create_token", "integrator", "--scope", "read", "--scope", "source", stdout=out, stderr=err
    )
    as_json = StringIO()
    call_command("create_token", "integrator", "--json", stdout=as_json)

    text = out.getvalue().strip()
    assert tokens.find(text).scopes == {"read", "source"}
    assert "not shown again" in err.getvalue()
    shown = json.loads(as_json.getvalue())
    assert tokens.find(shown["token"]).scopes == {"read"}


def test_the_command_says_what_is_wrong(people):
    with pytest.raises(CommandError, match="no account 'nobody'"):
        call_command("create_token", "nobody")
    with pytest.raises(CommandError, match="lives"):
        call_command("create_token", "steward", "--days", "9999")


def test_too_many_requests_are_told_how_long_to_wait(people, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 2
    now = [1000.0]
    monkeypatch.setattr(throttle.time, "monotonic", lambda: now[0])
    caller, other = Caller(people["steward"], "read"), Caller(people["auditor"], "read")

    statuses = [caller.get("/suppliers").status_code for _ in range(2)]
    refused = caller.get("/suppliers")
    now[0] += int(refused["Retry-After"])

    assert statuses == [200, 200]
    assert problem(refused) == (429, "too-many-requests")
    assert refused["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert other.get("/suppliers").status_code == 200
    assert caller.get("/suppliers").status_code == 200
