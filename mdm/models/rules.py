"""What decides between sources, as governed rows: survivorship rules, and trust in systems."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from mdm.domains import DOMAINS, get_domain
from mdm.domains.golden import LIVE, AnchoredHistory, Governed, anchor
from mdm.domains.spec import Attribute, Kind, Lookup, Problem, Sensitivity, Subject, Values
from mdm.standardise import numbers, text
from mdm.survivorship.rules import EVERYTHING, SENTENCES, Strategy

GUARDED = Sensitivity.IDENTITY
DOMAIN_CHOICES = tuple((code, domain.label) for code, domain in DOMAINS.items())
STRATEGIES = tuple((s.value, SENTENCES[s]) for s in Strategy)


class SurvivorshipRule(Governed):
    """Which source wins, for an attribute, a group of attributes, a collection, or all."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    domain = models.CharField(max_length=40)
    about = models.CharField(max_length=60)
    first = models.CharField(max_length=20)
    second = models.CharField(max_length=20, blank=True)
    third = models.CharField(max_length=20, blank=True)
    fallback = models.CharField(max_length=20, blank=True)
    is_whole = models.BooleanField(default=False)
    head = anchor("HistoricalSurvivorshipRule")
    history = AnchoredHistory()

    class Meta:
        ordering = ["domain", "code"]

    def __str__(self) -> str:
        return self.name


class SystemTrust(Governed):
    """How far a system is believed about an attribute, a group, a collection, or all."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    system = models.CharField(max_length=40)
    domain = models.CharField(max_length=40)
    about = models.CharField(max_length=60)
    score = models.PositiveSmallIntegerField()
    decay = models.PositiveSmallIntegerField(null=True, blank=True)
    floor = models.PositiveSmallIntegerField(null=True, blank=True)
    head = anchor("HistoricalSystemTrust")
    history = AnchoredHistory()

    class Meta:
        ordering = ["system", "code"]

    def __str__(self) -> str:
        return self.name


def abouts(domain: str) -> list[str]:
    """What a rule of a domain can be about: all, a group, an attribute, a collection."""
    kind = get_domain(domain)
    codes = [a.code for a in kind.attributes if a.code != "code"]
    return [EVERYTHING, *kind.groups(), *codes, *(c.code for c in kind.collections)]


def _fits(values: Values) -> Iterator[Problem]:
    """It is about something that its domain has."""
    if values["domain"] in DOMAINS and values["about"] not in (known := abouts(values["domain"])):
        yield Problem("about", values["about"], "one of " + ", ".join(known))


def _strategies(values: Values) -> Iterator[Problem]:
    """It is about something there is, and takes a whole list only where there are lists."""
    yield from _fits(values)
    if not values["is_whole"] or values["domain"] not in DOMAINS:
        return
    kind, about = get_domain(values["domain"]), values["about"]
    if kind.attribute(about) is not None:
        lists = ", ".join(c.code for c in kind.collections) or "none"
        yield Problem("is_whole", "Yes", f"No for {about}", f"Lists there are: {lists}.")


def _points(values: Values) -> Iterator[Problem]:
    """Trust is counted from 0 to 100, and its floor is no higher than it."""
    yield from _fits(values)
    for code in ("score", "decay", "floor"):
        if values[code] and not 0 <= int(values[code]) <= 100:
            yield Problem(code, values[code], "a number from 0 to 100")
    score, floor = values["score"], values["floor"]
    if score and floor and int(floor) > int(score):
        yield Problem("floor", floor, f"no more than the trust, {score}")


def _one_rule(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    """Only one rule in force is about the same."""
    same = SurvivorshipRule.objects.filter(domain=values["domain"], about=values["about"])
    yield from _only(values, same)


def _one_trust(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    """Only one trust in force is in the same system about the same."""
    same = SystemTrust.objects.filter(domain=values["domain"], about=values["about"])
    yield from _only(values, same.filter(system=values["system"]))


def _only(values: Values, same: models.QuerySet[Any]) -> Iterator[Problem]:
    others = same.filter(status__in=LIVE).exclude(pk=values.get("golden_id"))
    if values["status"] in LIVE and (other := others.first()) is not None:
        hint = f"{other.code} is about the same: change that one, or retire it first."
        yield Problem("about", values["about"], "something that no other is about", hint)


NAMED = (
    Attribute("code", "Code", text.squeeze, sensitivity=GUARDED, max_length=80, required=True),
    Attribute("name", "Name", max_length=120, required=True),
)
DOMAIN_OF = Attribute(
    "domain", "Domain", kind=Kind.CHOICE, choices=DOMAIN_CHOICES, sensitivity=GUARDED, required=True
)
ABOUT = Attribute(
    "about",
    "About",
    text.squeeze,
    sensitivity=GUARDED,
    max_length=60,
    required=True,
    help="An attribute or collection by its code, a group by its heading, or * for all.",
)


def _strategy(code: str, label: str, help_text: str = "", *, required: bool = False) -> Attribute:
    return Attribute(
        code,
        label,
        kind=Kind.CHOICE,
        choices=STRATEGIES,
        sensitivity=GUARDED,
        required=required,
        help=help_text,
    )


def _whole(code: str, label: str, help_text: str, *, required: bool = False) -> Attribute:
    return Attribute(
        code,
        label,
        numbers.whole,
        Kind.INTEGER,
        sensitivity=GUARDED,
        required=required,
        help=help_text,
    )


SURVIVORSHIP_RULES = Subject(
    "survivorship_rule",
    "Survivorship rule",
    "Survivorship rules",
    "survivorship-rules",
    SurvivorshipRule,
    (
        *NAMED,
        DOMAIN_OF,
        ABOUT,
        _strategy("first", "Decides", required=True),
        _strategy("second", "Where that leaves a tie"),
        _strategy("third", "Where that leaves a tie too"),
        _strategy("fallback", "Fallback", "Empty takes the source that was linked first."),
        Attribute(
            "is_whole",
            "One source's list as it is",
            kind=Kind.FLAG,
            sensitivity=GUARDED,
            help="For a collection: else the union of all sources' items by what identifies them.",
        ),
    ),
    rules=_strategies,
    links=_one_rule,
)
SYSTEM_TRUSTS = Subject(
    "system_trust",
    "Trust in a system",
    "Trust in systems",
    "system-trusts",
    SystemTrust,
    (
        *NAMED,
        Attribute(
            "system",
            "System",
            kind=Kind.LISTED,
            refers_to="system",
            sensitivity=GUARDED,
            max_length=40,
            required=True,
        ),
        DOMAIN_OF,
        ABOUT,
        _whole("score", "Trust (0-100)", "50 is that of a system nobody rated.", required=True),
        _whole("decay", "Points lost a year", "Counted from the source's own date of a value."),
        _whole("floor", "Never below", "Where decay ends."),
    ),
    rules=_points,
    links=_one_trust,
)
