"""A target whose connector says what the test wants, and people who may work with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from publishing import targets
from publishing.connectors import CONNECTORS
from publishing.models import Target
from tests import make
from tests.publishing.fake import Fake


@pytest.fixture(autouse=True)
def _closed_connections() -> Iterator[None]:
    """No connection to a target outlives its test."""
    yield
    targets.close_channels()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """What stands in for the real Coupa: a connector that keeps what it was given."""
    connector = Fake()
    monkeypatch.setitem(CONNECTORS, "coupa", connector)
    return connector


@pytest.fixture
def new_target(people: dict[str, Any]) -> Callable[..., Target]:
    """Sets a target up, through a change that somebody else approves."""

    def new(code: str = "coupa", **facts: Any) -> Target:
        return make_target(people, code, **facts)

    return new


@pytest.fixture
def target(fake: Fake, new_target: Callable[..., Target]) -> Target:
    """A target with the fake connector."""
    return new_target()


def make_target(people: dict[str, Any], code: str = "coupa", **facts: Any) -> Target:
    """A live target; `options` are given as a mapping."""
    options = facts.pop("options", {})
    patch = {
        "code": code,
        "name": code.title(),
        "system": code,
        "connector": "coupa",
        "address": "https://coupa.example",
        "mode": "immediate",
        **facts,
        **{
            f"options[O{n}]": {"name": name, "value": value}
            for n, (name, value) in enumerate(options.items(), 1)
        },
    }
    system = {"code": code, "name": code.title()}
    who = {"by": people["steward"], "approvers": people["approver"]}
    make.record("system", system, **who)
    target: Target = make.record("target", patch, **who)
    return target
