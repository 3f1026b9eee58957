"""What the side navigation holds, and where each number beside an entry comes from.

An entry whose page does not exist is left out, and so is a number whose function does not exist:
an installation without an outer package simply shows less. So is an entry behind which a person
would only be told that they may not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from mdm import permissions
from mdm.domains import DOMAINS

COUNTS = {
    "inbox": "mdm.web.queue.count",
    "change-list": "mdm.queries.changes.in_review",
    "duplicate-list": "matching.candidates.open_count",
    "publishing": "publishing.monitor.dead_count",
}
"""Entry -> dotted name of a function that takes the user and returns how many wait there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go."""

    name: str
    label: str
    icon: str
    url: str = ""
    key: str = ""
    count: int = 0
    counted: str = "open"
    current: bool = False
    right: str = "see"  # without it there is nothing to see there
    domain: str = ""
    is_of_demo: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; the first section has none."""

    label: str
    entries: tuple[Entry, ...]


_FIRST = (
    Entry("home", "Home", "home", key="h", right=""),
    Entry("inbox", "Inbox", "inbox", key="i"),
)
_WORK = (
    Entry("change-list", "Changes", "change", key="r"),
    Entry("duplicate-list", "Duplicates", "merge", key="d"),
    Entry("import-list", "Imports", "import", key="m", right="import"),
)
_SYSTEMS = (
    Entry("publishing", "Publishing", "publish", key="u", counted="dead"),
    Entry("reconciliation-list", "Reconcile", "balance"),
    Entry("simulator-list", "Simulators", "bolt", is_of_demo=True),
    Entry("reference-list", "Reference data", "bookmark"),
    Entry("authority-first", "Authority", "rule"),
    Entry("code-map-list", "Code maps", "code"),
    Entry("target-list", "Targets", "settings"),
)


def sections(path: str, user: Any) -> tuple[Section, ...]:
    """The navigation for somebody who looks at `path`."""
    domains = tuple(_domains())
    found = [
        Section(label, tuple(_resolved(entries, user)))
        for label, entries in (
            ("", _FIRST),
            ("Records", domains),
            ("Work", _WORK),
            ("Systems", _SYSTEMS),
        )
    ]
    here = _current([e for s in found for e in s.entries], path)
    return tuple(
        Section(s.label, tuple(replace(e, current=e.url == here) for e in s.entries))
        for s in found
        if s.entries
    )


def url_or_none(name: str, *args: str) -> str | None:
    """The address of a page; None when this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def _domains() -> Iterator[Entry]:
    taken = {e.key for e in (*_FIRST, *_WORK, *_SYSTEMS)}
    for domain in DOMAINS.values():
        key = domain.path[0] if domain.path[0] not in taken else ""
        taken.add(key)
        url = url_or_none("record-list", domain.path)
        yield Entry(
            domain.code, domain.plural, domain.icon, url=url or "", key=key, domain=domain.code
        )


def _resolved(entries: tuple[Entry, ...], user: Any) -> Iterator[Entry]:
    for entry in entries:
        url = entry.url or (url_or_none(entry.name) if entry.name not in DOMAINS else "")
        if url and _is_open(entry, user):
            yield replace(entry, url=url, count=_count(entry.name, user))


def _is_open(entry: Entry, user: Any) -> bool:
    if entry.is_of_demo and not settings.MDM_DEMO:
        return False
    return not entry.right or user is None or permissions.may(user, entry.right, entry.domain)


def _count(name: str, user: Any) -> int:
    """What waits there for the person; nothing waits for somebody who is not signed in."""
    if name not in COUNTS or not getattr(user, "is_authenticated", False):
        return 0
    function = _function(COUNTS[name])
    return int(function(user)) if function else 0


@cache
def _function(dotted: str) -> Callable[[Any], int] | None:
    try:
        found: Callable[[Any], int] = import_string(dotted)
    except ImportError:
        return None
    return found


def _current(entries: list[Entry], path: str) -> str:
    """The entry whose address is the longest beginning of the path."""
    fits = [e.url for e in entries if path == e.url or (e.url != "/" and path.startswith(e.url))]
    return max(fits, key=len, default="")
