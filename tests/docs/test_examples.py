"""The examples of the documentation: shell commands are known, calls of the API are answered."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import Template
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client

from mdm import keys, tokens
from mdm.api import throttle
from mdm.demo import clock
from publishing import relay
from publishing.models import Replica
from tests import make
from tests.docs import reading
from tests.docs.reading import ROOT
from tests.mdm import ruling
from tests.publishing.making import make_target

VERBS = {"up", "test", "check", "bench", "faults", "manage", "lock", "help"}
SHELL = list(reading.examples("sh"))
JSON = list(reading.examples("json"))
COMMANDS = [
    pytest.param(command, id=f"{example.page.stem}: {command[:50]}")
    for example in SHELL
    for command in reading.commands(example)
]
CALLS = [case for case in COMMANDS if case.values[0].startswith("curl ")]


@dataclass
class Call:
    """What a curl command asks for."""

    method: str = ""
    address: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def read_curl(command: str, known: dict[str, str]) -> Call:
    """The request of a curl command. Fails on an option that no example needs."""
    call = Call()
    words = iter([Template(word).substitute(known) for word in shlex.split(command)[1:]])
    for word in words:
        match word:
            case "-X":
                call.method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                call.headers[name] = value
            case "-d":
                call.body = next(words)
            case "-i":
                pass
            case _:
                assert not word.startswith("-"), word
                call.address = word
    call.method = call.method or "GET"
    return call


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_an_example_is_known(command: str) -> None:
    words = shlex.split(command)
    while "=" in words[0]:  # a variable set for one command
        words = words[1:]
    if words[0] == "curl":
        return
    if words[0] == "./run":
        assert words[1] in VERBS
        if words[1] == "manage":
            _parse(words[2], words[3:])
        return
    assert words[0] in (".venv/bin/python", "git", "cd"), words[0]
    if words[1:2] == ["-m"] and words[2] == "pytest":
        assert (ROOT / words[3]).exists(), words[3]


def _parse(name: str, arguments: list[str]) -> None:
    """The command exists and takes these arguments."""
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    parser.parse_args(arguments)
    if name == "shell":
        compile(arguments[arguments.index("-c") + 1], "example", "exec")


@pytest.mark.parametrize("example", JSON, ids=str)
def test_every_json_example_is_json(example: reading.Example) -> None:
    orjson.loads(example.text)


@pytest.fixture
def known(people: dict[str, Any], reference: None) -> dict[str, str]:
    """What the variables of the examples stand for."""
    throttle.forget()
    tokens.forget()
    make_target(people, "coupa")
    with clock.at(datetime(2025, 1, 1, tzinfo=UTC)):
        supplier = make.record(
            "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
        )
    relay.run()
    system = make.record(
        "system", {"code": "crm", "name": "CRM"}, by=people["steward"], approvers=people["approver"]
    )
    _, token = tokens.issue(
        people["integrator"], name="Examples", scopes=tokens.SCOPES, lifetime=timedelta(days=1),
        by="test",
    )  # fmt: skip
    answer = Client().get(
        f"/api/v1/suppliers/{supplier.pk}", headers={"Authorization": f"Bearer {token}"}
    )
    return {
        "URL": "http://testserver",
        "TOKEN": token,
        "GOLDEN_ID": str(supplier.pk),
        "ETAG": answer["ETag"],
        "NEXT": "1",
        "KEY": keys.assign(system, "supplier", "C-1", supplier.pk).key,
        "RULE_CHANGE": ruling.rule(people).number,
        "DELIVERY": str(Replica.objects.get().pk),
    }


@pytest.mark.parametrize("command", CALLS)
def test_every_call_of_the_api_is_answered(
    command: str, known: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = read_curl(command, known)
    if "declare-crm" in command:  # it is declared already; the example declares the first one
        call.body = call.body.replace("crm", "crm2")
    parts = urlsplit(call.address)
    ask: Callable[..., Any] = Client().generic

    answer = ask(
        call.method,
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        call.body.encode(),
        call.headers.pop("Content-Type", "application/json"),
        headers=call.headers,
    )

    assert answer.status_code < 300, answer.content
    for one in answer.json().get("data", []) if answer.status_code == 207 else []:
        assert one["status"] < 300, one
