"""Code maps: what a target calls our codes. Governed: an entry changes only through a change."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Count, Max, Sum

from mdm.domains import DOMAINS
from mdm.domains.spec import Attribute, Problem, Sensitivity, Subject, Values
from mdm.errors import Refused
from publishing import targets
from publishing.connectors.base import CodeList
from publishing.models import CodeMap, Replica, Target

GUARDED = Sensitivity.IDENTITY
SEPARATOR = " · "
Maps = Mapping[str, Mapping[str, str]]


def _called(values: Values) -> str:
    """An entry in words: Coupa payment terms NET120."""
    target = Target.objects.filter(code=values["target"]).first()
    return f"{target.name if target else values['target']} {words(values['list'])} {values['ours']}"


def _rules(values: Values) -> Iterator[Problem]:
    wanted = code_of(values["target"], values["list"], values["ours"])
    if values["code"] != wanted:
        yield Problem("code", values["code"], wanted, "The code is target:list:ours.")


CODE_MAPS = Subject(
    "code_map",
    "Code map entry",
    "Code maps",
    "code-maps",
    CodeMap,
    (
        Attribute("code", "Entry", sensitivity=GUARDED, max_length=200, required=True),
        Attribute("target", "Target", sensitivity=GUARDED, max_length=40, required=True),
        Attribute("list", "List", sensitivity=GUARDED, max_length=40, required=True),
        Attribute("ours", "Our code", sensitivity=GUARDED, max_length=80, required=True),
        Attribute("theirs", "Their code", sensitivity=GUARDED, max_length=120, required=True),
        Attribute("note", "Note", max_length=200),
    ),
    name="ours",
    rules=_rules,
    called=_called,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a target's code map: an entry of ours, or the connector's default."""

    list: str
    ours: str
    theirs: str
    is_default: bool
    golden_id: Any = None  # of the governed entry; none for a default
    version: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """A code that deliveries stumbled over because a list has no entry for it."""

    list: str
    ours: str
    replicas: int


def code_of(target: str, name: str, ours: str) -> str:
    """The code of an entry."""
    return f"{target}:{name}:{ours}"


def words(name: str) -> str:
    """A list in words."""
    return name.replace("_", " ")


def patch(target: str, name: str, ours: str, theirs: str, note: str = "") -> dict[str, str]:
    """The patch of a change that adds an entry; submit it with subject `code_map`."""
    given = {"target": target, "list": name, "ours": ours, "theirs": theirs, "note": note}
    return {"code": code_of(target, name, ours)} | {k: v for k, v in given.items() if v}


def find(target: str, name: str, ours: str) -> CodeMap | None:
    """The governed entry for a code of ours, whatever its status."""
    return CodeMap.objects.filter(code=code_of(target, name, ours)).first()


def lists(target: Target) -> dict[str, CodeList]:
    """The code maps that the target's connector uses, over all the domains the target takes."""
    found: dict[str, CodeList] = {}
    speaks = targets.connector(target)
    for domain in DOMAINS:
        if targets.takes_domain(target, domain):
            for one in speaks.code_lists(domain):
                found.setdefault(one.name, one)
    return found


def entries(target: Target) -> list[Entry]:
    """What the target's code maps hold, list by list: governed entries, then defaults."""
    rows = CodeMap.objects.filter(target=target.code, status="active").order_by("list", "ours")
    own = [
        Entry(r.list, r.ours, r.theirs, is_default=False, golden_id=r.golden_id, version=r.version)
        for r in rows
    ]
    taken = {(e.list, e.ours) for e in own}
    defaults = [
        Entry(name, ours, theirs, is_default=True)
        for name, pairs in targets.connector(target).DEFAULT_MAPS.items()
        for ours, theirs in pairs.items()
        if (name, ours) not in taken
    ]
    return sorted([*own, *defaults], key=lambda e: (e.list, e.is_default, e.ours))


def lookup(target: Target, name: str, ours: str) -> str:
    """Their code for ours. Raises `Refused` when the map has none."""
    theirs = maps(target).maps.get(name, {}).get(ours)
    if theirs is None:
        raise Refused(f"{target.name} has no {name} for {ours}. Add it to the code map.")
    return theirs


def missing(target: Target) -> list[Missing]:
    """Codes that stopped deliveries because a list lacks them, the most wanted first."""
    stopped = Replica.objects.filter(target=target, cause__startswith=f"missing_code{SEPARATOR}")
    found = []
    for cause, count in stopped.values_list("cause").annotate(n=Count("id")).order_by("-n"):
        _, name, ours = (*cause.split(SEPARATOR), "", "")[:3]
        if lookup_or_empty(target, name, ours) == "":
            found.append(Missing(name, ours, count))
    return found


def lookup_or_empty(target: Target, name: str, ours: str) -> str:
    """Their code for ours, or nothing."""
    return maps(target).maps.get(name, {}).get(ours, "")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every map of a target at one moment, and the hash of what deliveries are rendered with."""

    maps: Maps
    digest: str


_held: dict[str, tuple[Any, Snapshot]] = {}


def maps(target: Target) -> Snapshot:
    """The target's maps as they are now; read again only when one of them changed."""
    rows = CodeMap.objects.filter(target=target.code)
    known = rows.aggregate(n=Count("pk"), at=Max("updated_at"), versions=Sum("version"))
    mark = (*known.values(), target.golden_id, target.version)
    held = _held.get(target.code)
    if held is None or held[0] != mark:
        held = (mark, _read(target))
        _held[target.code] = held
    return held[1]


def _read(target: Target) -> Snapshot:
    defaults = targets.connector(target).DEFAULT_MAPS
    found = {name: dict(pairs) for name, pairs in defaults.items()}
    for row in CodeMap.objects.filter(target=target.code, status="active"):
        found.setdefault(row.list, {})[row.ours] = row.theirs
    mapping = {"maps": found, "options": targets.options(target), "connector": target.connector}
    return Snapshot(
        found, hashlib.sha256(orjson.dumps(mapping, option=orjson.OPT_SORT_KEYS)).hexdigest()
    )
