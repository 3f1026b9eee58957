"""Deliveries, causes and targets as their pages say them: titles, tones, links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import strip_tags

from mdm import links
from mdm.domains import DOMAINS
from mdm.templatetags.formats import moment, span
from publishing import codemaps, mending, monitor, sentences, targets
from publishing.causes import Cause
from publishing.codemaps import SEPARATOR
from publishing.models import Replica, Target
from publishing.models.replica import Outcomes

State = Replica.State
PAINTS = {
    "ok": (Outcomes.OK, Outcomes.OK_UNCHANGED),
    "info": (Outcomes.ACCEPTED_ASYNC, Outcomes.MANUAL),
    "warn": (Outcomes.TRANSIENT, Outcomes.CONFLICT, Outcomes.UNKNOWN, Outcomes.DUPLICATE),
    "bad": (
        Outcomes.BUSINESS_REJECT,
        Outcomes.AUTH,
        Outcomes.CONFIGURATION,
        Outcomes.DEFECT,
        Outcomes.NOT_SUPPORTED,
    ),
}
SERIES = (
    ("ok", "landed"),
    ("info", "accepted or for a person"),
    ("warn", "retried"),
    ("bad", "refused"),
)
HEALTH = {"well": "healthy", "failing": "degraded", "broken": "failing"}
MISSING = "missing_code"
FEW = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """One delivery as a row of a list."""

    replica: Replica
    domain: str
    record_url: str
    url: str
    sentence: str
    key: str

    @property
    def versions(self) -> str:
        """What is wanted and what is there, in a few letters."""
        row = self.replica
        if not row.wanted_version:
            return ""
        if row.landed_version == row.wanted_version:
            return f"has v{row.landed_version}"
        there = f"has v{row.landed_version}" if row.landed_version else "has none"
        return f"wants v{row.wanted_version}, {there}"


def clock(at: datetime) -> str:
    """A point in time as the rest of a page says it, without its markup."""
    return strip_tags(moment(at))


def shown(rows: Iterable[Replica]) -> list[Shown]:
    """Deliveries as rows; their parts must have been fetched along."""
    return [
        Shown(
            row,
            DOMAINS[row.domain].label,
            links.record(DOMAINS[row.domain], row.golden_id),
            reverse("delivery", args=[row.pk]),
            mending.sentence(row, clock=clock),
            monitor.main_key(row),
        )
        for row in rows
    ]


def cause_title(cause: str, domain: str, target: Target | None = None) -> str:
    """A reason in a few words: a missing code, an attribute at fault, their complaint."""
    pieces = cause.split(SEPARATOR)
    where = f" has no code in {target.name}" if target else " has no code there"
    match pieces:
        case ["missing_code", name, code, *_]:
            return f"{codemaps.words(name).capitalize()} {code}{where}"
        case ["refused_code", name, ours, theirs, *said]:
            refused = f"{codemaps.words(name).capitalize()} {theirs} (from {ours})"
            return f"{refused} refused: {said[0]}" if said else f"{refused} refused"
        case ["waits", other, code, *_]:
            label = DOMAINS[other].label if other in DOMAINS else other
            return f"Waits for {label.lower()} {code}"
        case ["erased", *_]:
            return "Personal data was erased"
        case [_, path, "required", *_]:
            return sentences.needed(domain, path).rstrip(".")
        case ["unknown" | "duplicate" as outcome, *_]:
            return Outcomes(outcome).label
        case [outcome]:
            return Outcomes(outcome).label if outcome in Outcomes.values else outcome
        case _:
            return pieces[-1][:1].upper() + pieces[-1][1:]


def advice(cause: Cause) -> str:
    """What to do about a cause, where its title has said already what is wrong."""
    name = cause.target.name
    if since := mending.mended(cause.cause, cause.target):
        return since
    match cause.cause.split(SEPARATOR):
        case ["missing_code", _, code, *_]:
            return f"Map {code} in {name}, or change the records that use it; then replay."
        case [_, _, "required", *_]:
            return "Fill it in the record; its next version is sent by itself."
        case ["refused_code", name_of, *_]:
            what = codemaps.words(name_of)
            return f"Mend the code map of {what}, or the records that use the code; then replay."
    return cause.sentence


def fix(cause: Cause) -> tuple[str, str]:
    """Where to mend a cause: the words of a button and its address, or nothing."""
    if mending.mended(cause.cause, cause.target):
        return "", ""
    match cause.cause.split(SEPARATOR):
        case ["missing_code" | "refused_code", name, code, *_]:
            asked = urlencode({"list": name, "ours": code})
            return f"Map {code}", f"{reverse('code-map-new', args=[cause.target.code])}?{asked}"
    if cause.kind == "configuration":
        return "Open target", reverse("target", args=[cause.target.code])
    return "", ""


def target_state(word: str, target: Target) -> str:
    """The code of a target's state, as the table of states has it."""
    return "shadow" if target.mode == Target.Mode.SHADOW else HEALTH.get(word, word)


def lag(value: timedelta | None) -> str:
    """A length of time that may be under a second."""
    if value is None:
        return ""
    seconds = value.total_seconds()
    if seconds < 0.05:
        return "under 0.1 s"
    return f"{seconds:.1f} s" if seconds < 10 else span(value)


def keys_of(replica: Replica) -> list[dict[str, str]]:
    """Each part of the record in the target with their key: the record itself first."""
    main = targets.main_kind(replica.target, replica.domain)
    parts = [p for p in replica.parts.all() if p.key]
    parts.sort(key=lambda p: (p.kind != main or bool(p.part_id), p.kind, p.part_id))
    return [
        {
            "what": p.kind.replace("_", " "),
            "ours": p.part_id,
            "key": p.key,
            "legal_entity": p.legal_entity,
        }
        for p in parts
    ]


def paint(outcomes: dict[str, int]) -> dict[str, int]:
    """Counts per outcome as counts per colour of the plot."""
    return {
        colour: sum(outcomes.get(one.value, 0) for one in many) for colour, many in PAINTS.items()
    }


def list_url(**narrowed: Any) -> str:
    """The list of deliveries, narrowed."""
    asked = {name: value for name, value in narrowed.items() if value}
    return reverse("delivery-list") + (f"?{urlencode(asked)}" if asked else "")
