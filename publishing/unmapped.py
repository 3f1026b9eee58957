"""Codes that records use and a target's code maps lack: what will stop deliveries, or has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from mdm import permissions, seams
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Attribute, Domain, Kind
from mdm.errors import MdmError
from publishing import codemaps, monitor, sentences, targets
from publishing.codemaps import SEPARATOR
from publishing.connectors.base import CodeList
from publishing.models import Replica, Target

SCANNED = 20_000  # records whose items are looked through


@dataclass(frozen=True, slots=True)
class Missing:
    """One code of ours that a list has no entry for."""

    list: str
    ours: str
    name: str  # what it stands for
    used: int  # records that have it
    stopped: int  # deliveries that stand still for it


def of(target: Target, *, by: Any) -> list[Missing]:
    """The codes a target's maps lack, those that stop most first; counts are what one may see."""
    known = codemaps.maps(target).maps
    stopped = _stopped(target, by)
    used: Counter[tuple[str, str]] = Counter()
    lists: dict[str, str] = {}  # list of ours -> reference list its codes are in
    for domain in DOMAINS.values():
        if targets.takes_domain(target, domain.code):
            for one in targets.connector(target).code_lists(domain.code):
                if not one.optional:
                    used.update(_used(domain, one, by, lists))
    wanted = {key for key in [*used, *stopped] if key[1] not in known.get(key[0], {})}
    names = _names({lists[name] for name, _ in wanted if name in lists})
    found = [
        Missing(
            name,
            ours,
            names.get((lists.get(name, ""), ours), ""),
            used[name, ours],
            stopped[name, ours],
        )
        for name, ours in wanted
    ]
    return sorted(found, key=lambda m: (-m.stopped, -m.used, m.list, m.ours))


def use(target: Target, name: str, ours: str, *, by: Any) -> Missing:
    """How many records use a code of ours, and how many deliveries wait for its entry."""
    used: Counter[tuple[str, str]] = Counter()
    lists: dict[str, str] = {}
    for domain in DOMAINS.values():
        if targets.takes_domain(target, domain.code):
            for one in targets.connector(target).code_lists(domain.code):
                if one.name == name:
                    used.update(_used(domain, one, by, lists))
    names = _names({lists[name]} if name in lists else set())
    stopped = _stopped(target, by)[name, ours]
    return Missing(
        name, ours, names.get((lists.get(name, ""), ours), ""), used[name, ours], stopped
    )


def used_for(target: Target, name: str) -> list[str]:
    """The attributes whose codes go through a list, in the words of their pages."""
    found = []
    for domain in DOMAINS.values():
        if targets.takes_domain(target, domain.code):
            for one in targets.connector(target).code_lists(domain.code):
                if one.name == name:
                    labels = (sentences.label(domain.code, p) for p in one.canonical_paths)
                    found += [f"{domain.label}: {label}" for label in labels]
    return list(dict.fromkeys(found))


def longest(target: Target, name: str) -> int | None:
    """How long their codes of a list may be; None where nothing is said."""
    one = codemaps.lists(target).get(name)
    return one.max if one else None


def _used(
    domain: Domain, one: CodeList, by: Any, lists: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Each use of a code by a live record, for attributes that refer to a reference list."""
    listed = [a for a in (_listed(domain, path) for path in one.canonical_paths) if a]
    if not listed:
        return
    lists[one.name] = listed[0].refers_to
    rows = permissions.scoped(by, domain.code, domain.model.objects.filter(status__in=LIVE))
    for attribute in domain.attributes:
        if attribute.refers_to == lists[one.name] and attribute.kind is Kind.LISTED:
            counts = rows.exclude(**{attribute.code: ""}).values_list(attribute.code)
            for value, count in counts.annotate(n=Count("pk")).order_by():
                yield from [(one.name, value)] * count
    for collection in domain.collections:
        fields = [f.code for f in collection.fields if f.refers_to == lists[one.name]]
        if not fields:
            continue
        items = rows.exclude(**{collection.code: []}).order_by("-pk")
        for held in items.values_list(collection.code, flat=True)[:SCANNED]:
            yield from {(one.name, item[f]) for item in held for f in fields if item.get(f)}


def _listed(domain: Domain, path: str) -> Attribute | None:
    try:
        what = patches.declared(domain, path.replace("[]", "[x]"))
    except MdmError:
        return None
    return what if isinstance(what, Attribute) and what.kind is Kind.LISTED else None


def _stopped(target: Target, by: Any) -> Counter[tuple[str, str]]:
    rows = monitor.visible(Replica.objects.filter(target=target), by=by)
    rows = rows.filter(
        Q(cause__startswith=f"missing_code{SEPARATOR}")
        | Q(cause__startswith=f"refused_code{SEPARATOR}")
    )
    found: Counter[tuple[str, str]] = Counter()
    for cause, count in rows.values_list("cause").annotate(n=Count("pk")).order_by():
        _, name, ours = (*cause.split(SEPARATOR), "", "")[:3]
        found[name, ours] += count
    return found


def _names(lists: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for name in lists:
        kind = seams.subject(name)
        for code, words in kind.model.objects.values_list("code", kind.name):
            found[name, code] = words
    return found
