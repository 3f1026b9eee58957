"""Callers of the API: with a token, or with a session; and records to read and change."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from django.test import Client

from mdm import tokens
from mdm.api import throttle
from tests import make

_keys = count(1)
NAMES = ("Nordwind Logistik GmbH", "Alpenmilch AG", "Hansa Kabel KG", "Meridian Textil SE")


class Caller:
    """A program that calls the API with a token, or a person with a session."""

    def __init__(self, user: Any, *scopes: str, session: bool = False) -> None:
        self.user = user
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if session:
            self.client.force_login(user)
            return
        token, text = tokens.issue(
            user, name="Test", scopes=scopes or ("read",), lifetime=timedelta(days=1), by="test"
        )
        self.token, self.text = token, text
        self.headers = {"Authorization": f"Bearer {text}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers=self.headers | _named(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A write; a POST gets an Idempotency-Key of its own unless one is given."""
        named = _named(headers)
        if method == "POST":
            named.setdefault("Idempotency-Key", f"key-{next(_keys)}")
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data,
            named.pop("Content-Type", "application/json"),
            headers=self.headers | {k: v for k, v in named.items() if v},
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def problem(response: Any) -> tuple[int, str]:
    """Status and slug of a problem, after a look at its form."""
    body = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == response.status_code
    assert {"type", "title", "status", "detail", "instance", "trace_id"} <= body.keys()
    assert body["detail"]
    return response.status_code, body["type"].removeprefix("/api/problems/")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """No test sees the tokens and allowances of another."""
    tokens.forget()
    throttle.forget()


@pytest.fixture
def reader(people: dict[str, Any]) -> Caller:
    """Reads, masked."""
    return Caller(people["integrator"], "read")


@pytest.fixture
def proposer(people: dict[str, Any]) -> Caller:
    """Reads and proposes."""
    return Caller(people["requester"], "read", "propose")


@pytest.fixture
def approver(people: dict[str, Any]) -> Caller:
    """A person who may approve, signed in."""
    return Caller(people["approver"], session=True)


@pytest.fixture
def new_supplier(people: dict[str, Any], reference: None) -> Callable[..., Any]:
    """Makes live suppliers that are not alike."""
    names = iter(NAMES)

    def make_one(**values: Any) -> Any:
        patch = make.SUPPLIER | {"legal_name": next(names)} | values
        return make.record("supplier", patch, by=people["steward"], approvers=people["approver"])

    return make_one


@pytest.fixture
def supplier(new_supplier: Callable[..., Any]) -> Any:
    """A live supplier without bank accounts."""
    return new_supplier()


@pytest.fixture
def sealed_supplier(people: dict[str, Any], reference: None, settings: Any) -> Any:
    """A live supplier with a contact and a bank account, both sealed."""
    settings.COOLING_HOURS = 0
    patch = make.SUPPLIER | {
        "contacts[C1]": {"last_name": "Brandt", "email": "ida.brandt@nordwind.example"},
        "bank_accounts[B1]": {
            "holder": "Nordwind Logistik GmbH",
            "country": "DE",
            "iban": "DE89370400440532013000",
        },
    }
    return make.record(
        "supplier", patch, by=people["steward"], approvers=[people["payer"], people["payer_too"]]
    )
