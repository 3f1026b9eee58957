"""A matcher that fits into a test: the same name is the same, the first word looks like it."""

from collections.abc import Sequence
from typing import Any

from mdm.domains import get_domain
from mdm.domains.spec import Values
from mdm.models import SourceRecord
from mdm.seams import Found


def find(
    domain: str,
    items: Sequence[tuple[str, Values]],
    *,
    exclude: frozenset[str],
    limit: int,
    remember: bool,
) -> dict[str, list[Found]]:
    """Records, waiting source records and the other items."""
    kind = get_domain(domain)
    known: list[tuple[str, str, str]] = [
        ("record", str(row.golden_id), getattr(row, kind.name))
        for row in kind.model.objects.filter(status="active")
    ]
    asked = {owner for owner, _ in items}
    waiting = SourceRecord.objects.filter(domain=domain).exclude(state="linked")
    known += [("source", str(s.pk), s.name) for s in waiting if str(s.pk) not in asked]
    known += [("source", owner, values[kind.name]) for owner, values in items]
    answers: dict[str, list[Found]] = {}
    for owner, values in items:
        name = values[kind.name]
        answers[owner] = [
            found
            for found in (_found(name, *other) for other in known if other[1] != owner)
            if found and found.owner_id not in exclude
        ][:limit]
    return answers


def _found(name: str, owner_kind: str, owner_id: str, other: str) -> Found | None:
    folded, known = _folded(name), _folded(other)
    if folded == known:
        return Found(owner_kind, owner_id, other, 0.995, [{"attribute": "name"}], "same")
    if folded and known and folded.split()[0] == known.split()[0]:
        return Found(owner_kind, owner_id, other, 0.6, [{"attribute": "name"}], "review")
    return None


def _folded(name: Any) -> str:
    return str(name).casefold().replace(",", "").replace(".", "")
