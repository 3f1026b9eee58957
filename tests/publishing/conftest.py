"""A target whose connector says what the test wants, and people who may work with it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from publishing import targets
from publishing.connectors import CONNECTORS
from publishing.models import Target
from tests.publishing.fake import Fake
from tests.publishing.making import make_target


@pytest.fixture(autouse=True)
def _closed_connections() -> Iterator[None]:
    """No connection to a target outlives its test."""
    yield
    targets.close_channels()


@pytest.fixture(autouse=True)
def _longest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is tried again waits its longest, so that no test meets it by chance."""
    monkeypatch.setattr("publishing.delivery.random.random", lambda: 0.999)


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
