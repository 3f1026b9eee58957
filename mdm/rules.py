"""The survivorship rules of a domain that are in force, from their governed rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mdm.domains.golden import LIVE
from mdm.models import SurvivorshipRule, System, SystemTrust
from mdm.survivorship.rules import EVERYTHING, Rule, Rules, Strategy, Trust


def in_force(domain: str, *, at: datetime | None = None) -> Rules:
    """The rules of a domain now, or as they were known at a moment.

    A system's own `authority` is the trust in it about everything that no row says more of.
    """
    return assemble(domain, _rows(SurvivorshipRule, at), _rows(SystemTrust, at), _rows(System, at))


def assemble(
    domain: str, rules: Iterable[Any], trusts: Iterable[Any], systems: Iterable[Any]
) -> Rules:
    """The rules that rows come to: of rules, of trust in systems, of systems."""
    found: dict[tuple[str, str], Trust] = {
        (system.code, EVERYTHING): Trust(system.authority)
        for system in systems
        if system.authority is not None
    }
    for row in trusts:
        if row.domain == domain:
            found[row.system, row.about] = Trust(row.score, row.decay or 0, row.floor or 0)
    return Rules({row.about: _rule(row) for row in rules if row.domain == domain}, found)


def _rule(row: Any) -> Rule:
    named = [Strategy(s) for s in (row.first, row.second, row.third) if s]
    fallback = Strategy(row.fallback) if row.fallback else Strategy.FIRST
    return Rule(tuple(named), fallback, is_whole=row.is_whole, code=row.code)


def with_drafts(domain: str, drafts: Mapping[Any, Any]) -> Rules:
    """The rules there would be, were these rows (by golden id, unsaved) in force too."""
    kept = {
        model: {row.pk: row for row in _rows(model, None)}
        for model in (SurvivorshipRule, SystemTrust, System)
    }
    for pk, row in drafts.items():
        rows = kept[type(row)]
        rows.pop(pk, None)
        if row.status in LIVE:
            rows[pk] = row
    return assemble(domain, *(kept[m].values() for m in (SurvivorshipRule, SystemTrust, System)))


def _rows(model: Any, at: datetime | None) -> list[Any]:
    if at is None:
        return list(model.objects.filter(status__in=LIVE))
    newest: dict[Any, Any] = {}
    for row in model.history.filter(history_date__lte=at).order_by("version"):
        newest[row.golden_id] = row
    return [row for row in newest.values() if row.status in LIVE]
