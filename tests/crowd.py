"""Acts of many people at once, in threads with connections of their own."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from mdm import changes
from mdm.models import Change, Review

Act = Callable[[], Any]


def at_once(acts: Sequence[Act]) -> list[Any]:
    """What each act returned or raised, all of them begun together."""
    start = Barrier(len(acts))

    def run(act: Act) -> Any:
        try:
            start.wait(20)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def kinds(outcomes: Sequence[Any]) -> Counter[str]:
    """How often each type is among the outcomes."""
    return Counter(type(outcome).__name__ for outcome in outcomes)


def approving(change: Change, by: Any, **facts: Any) -> Act:
    """An approval of the change by somebody who has read it."""
    read = change.content_hash
    return lambda: changes.decide(change, Review.Verdict.APPROVE, by=by, content_hash=read, **facts)
