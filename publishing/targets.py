"""Targets: how each is declared, which records it takes, and how it is reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings

from mdm import permissions, vault
from mdm.domains import DOMAINS
from mdm.domains.spec import Attribute, Collection, Kind, Sensitivity, Subject
from mdm.errors import NotFound, Refused
from mdm.standardise import text
from publishing.addresses import Guard
from publishing.connectors import CONNECTORS
from publishing.connectors.auth import CredentialCache
from publishing.connectors.connector import Connector
from publishing.connectors.conversation import Channel
from publishing.limits import Limits
from publishing.models import Target, TargetState
from publishing.sessions import WatchedSession

DEFAULT_STATUSES = ("active", "blocked")
STATUSES = (("draft", "Draft"), ("active", "Active"), ("blocked", "Blocked"))
GUARDED = Sensitivity.IDENTITY


def words(text_of_set: str) -> tuple[str, ...]:
    """The members of a set written with commas."""
    return tuple(part.strip() for part in text_of_set.split(",") if part.strip())


def _codes(value: str) -> str:
    """A set of codes, in capitals and in order."""
    return ",".join(sorted(set(words(text.upper_code(value)))))


TARGETS = Subject(
    "target",
    "Target",
    "Targets",
    "targets",
    Target,
    (
        Attribute("code", "Code", sensitivity=GUARDED, max_length=40, required=True),
        Attribute("name", "Name", max_length=120, required=True),
        Attribute("system", "System", sensitivity=GUARDED, max_length=40, required=True),
        Attribute(
            "connector",
            "Connector",
            kind=Kind.CHOICE,
            choices=tuple((code, connector.label) for code, connector in CONNECTORS.items()),
            sensitivity=GUARDED,
            required=True,
        ),
        Attribute("address", "Address", sensitivity=GUARDED, max_length=255, required=True),
        Attribute(
            "mode",
            "Sends",
            kind=Kind.CHOICE,
            choices=tuple(Target.Mode.choices),
            group="What it takes",
            required=True,
        ),
        Attribute(
            "domains",
            "Domains",
            kind=Kind.SET,
            choices=tuple((code, domain.plural) for code, domain in DOMAINS.items()),
            group="What it takes",
            help="Empty takes every domain the connector can write.",
        ),
        Attribute(
            "company_codes",
            "Company codes",
            _codes,
            group="What it takes",
            max_length=400,
            help="Written with commas. Empty takes all.",
        ),
        Attribute(
            "countries",
            "Countries",
            _codes,
            group="What it takes",
            max_length=400,
            help="Written with commas. Empty takes all.",
        ),
        Attribute(
            "statuses",
            "Statuses",
            kind=Kind.SET,
            choices=STATUSES,
            group="What it takes",
            help="Of records it does not have yet. Empty takes active and blocked ones.",
        ),
        Attribute(
            "takes_bank_data",
            "Takes bank data",
            kind=Kind.FLAG,
            sensitivity=Sensitivity.PAYMENT,
            group="What it takes",
        ),
    ),
    collections=(
        Collection(
            "options",
            "Options",
            "Option",
            "O",
            (
                Attribute("name", "Name", max_length=60, required=True),
                Attribute("value", "Value", max_length=400),
            ),
            identity=("name",),
        ),
    ),
)
_channels: dict[str, Channel] = {}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a filter asks of a record's version."""

    domain: str
    status: str
    company_codes: tuple[str, ...] = ()
    country: str = ""


def live() -> list[Target]:
    """Every target that is in use."""
    return list(Target.objects.filter(status="active").order_by("code"))


def find(code: str) -> Target:
    """The target of that code. Raises `NotFound`."""
    target = Target.objects.filter(code=code).first()
    if target is None:
        raise NotFound(f"There is no target {code!r}.")
    return target


def connector(target: Target) -> Connector:
    """What speaks its language."""
    try:
        return CONNECTORS[target.connector]
    except KeyError:
        raise Refused(f"{target.name} uses {target.connector!r}, which is no connector.") from None


def takes_domain(target: Target, domain: str) -> bool:
    """Whether records of a domain are any of its business."""
    chosen = words(target.domains)
    return connector(target).supports(domain) is not None and (not chosen or domain in chosen)


def may_run(user: Any, target: Target) -> bool:
    """Whether somebody may stop, test or re-key the whole target: for every domain it takes."""
    return all(permissions.may(user, "publish", d) for d in _run_for(target))


def require_run(user: Any, target: Target) -> None:
    """Raise `NotAllowed` unless somebody may publish every domain that the target takes."""
    for domain in _run_for(target):
        permissions.require(user, "publish", domain)


def _run_for(target: Target) -> list[str]:
    return [code for code in DOMAINS if takes_domain(target, code)] or [""]


def refusal(target: Target, facts: Facts) -> str:
    """Why its filter leaves a record out, as a sentence; "" when it takes it."""
    codes, countries = words(target.company_codes), words(target.countries)
    statuses = words(target.statuses) or DEFAULT_STATUSES
    if codes and facts.company_codes and not set(codes) & set(facts.company_codes):
        theirs = ", ".join(facts.company_codes)
        return f"{target.name} takes company codes {', '.join(codes)}; this one is in {theirs}."
    if countries and facts.country and facts.country not in countries:
        return f"{target.name} takes {', '.join(countries)}; this one is in {facts.country}."
    if facts.status not in statuses:
        return f"It is {facts.status}, and {target.name} does not have it."
    return ""


def options(target: Target) -> dict[str, str]:
    """Its settings by name."""
    return {item["name"]: item.get("value", "") for item in target.options if item.get("name")}


def limits(target: Target) -> Limits:
    """How hard it may be driven: its connector's limits, unless its options say otherwise."""
    own = connector(target).limits
    per_second, parallel = _number(target, "per_second"), _number(target, "parallel")
    return Limits(
        per_second=per_second or own.per_second,
        parallel=parallel or own.parallel,
        burst=max(own.burst, per_second),
    )


def main_kind(target: Target, domain: str) -> str:
    """What its connector calls the part that is the record itself."""
    shape = connector(target).shapes.get(domain)
    return shape.kind if shape else domain


def lease(target: Target) -> timedelta:
    """How long one try may take."""
    given = _number(target, "lease_seconds")
    return timedelta(seconds=max(given, 2) if given else connector(target).lease_seconds)


def state(target: Target) -> TargetState:
    """How it fares."""
    return TargetState.objects.get_or_create(target=target)[0]


def credentials(row: TargetState) -> dict[str, str]:
    """Its credentials in clear, for the connector alone."""
    found: dict[str, str] = orjson.loads(vault.decrypt_secret(row.credentials) or b"{}")
    return found


def channel(target: Target) -> Channel:
    """The connections and tokens this process keeps towards the target's address.

    They are shared by threads and outlive a change of credentials, which tokens are kept under.
    """
    if target.address not in _channels:
        guard = Guard(settings.MDM_PRIVATE_TARGETS)
        session = WatchedSession(guard, origins=(target.address,))
        _channels.setdefault(target.address, Channel(session, CredentialCache()))
    return _channels[target.address]


def close_channels() -> None:
    """Close every connection; nothing may be under way."""
    while _channels:
        _, held = _channels.popitem()
        if isinstance(held.sender, WatchedSession):
            held.sender.close()


def next_slot(target: Target, now: datetime) -> datetime:
    """When what is wanted now may be sent: at once, or at the next of its set times (UTC)."""
    if target.mode != Target.Mode.SCHEDULED:
        return now
    slots = []
    for one in words(options(target).get("send_at", "")):
        hour, _, minute = one.partition(":")
        if hour.isdigit() and int(hour) < 24 and minute.isdigit() and int(minute) < 60:
            at = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
            slots.append(at if at > now else at + timedelta(days=1))
    return min(slots, default=now)


def _number(target: Target, option: str) -> int:
    """A whole number among its options; 0 when there is none."""
    given = options(target).get(option, "")
    return int(given) if given.isascii() and given.isdigit() else 0
