"""References as systems write them: their own key, our code, or a golden id; also to each other.

Rows of one batch may refer to rows of the same batch. Those are promised a golden id before anybody
knows what becomes of them; `settle` then keeps, redirects or drops the promise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from mdm import keys, seams
from mdm.domains.golden import LIVE
from mdm.domains.ids import uuid7
from mdm.domains.spec import Domain, Kind, Problem, Values
from mdm.intake.planning import Outcome, Planned, number_in_order
from mdm.models import System

AT_ONCE = 500
Place = tuple[str, str]


@dataclass
class Promised:
    """Golden ids promised to rows of a batch, because other rows of it refer to them."""

    ids: dict[Place, UUID] = field(default_factory=dict)
    above: dict[Place, list[Place]] = field(default_factory=dict)


def resolve(
    domain: Domain, system: System, said: Sequence[tuple[Place, Values]]
) -> tuple[Promised, dict[Place, list[Problem]]]:
    """Write golden ids into the values where systems wrote keys or codes; what cannot be found is
    left out of the values and named."""
    promised = Promised()
    problems: dict[Place, list[Problem]] = {}
    referring = [a for a in domain.attributes if a.kind is Kind.REFERENCE]
    for attribute in referring:
        wanted = {v[attribute.code] for _, v in said if v.get(attribute.code)}
        known = _known(attribute.refers_to, system, wanted)
        own = _own(said) if attribute.refers_to == domain.code else {}
        for place, values in said:
            if not (text := values.get(attribute.code)):
                continue
            if found := known.get(text):
                values[attribute.code] = str(found)
            elif (other := own.get(text)) is not None:
                golden_id = promised.ids.setdefault(other, uuid7())
                promised.above.setdefault(place, []).append(other)
                values[attribute.code] = str(golden_id)
            else:
                del values[attribute.code]
                problems.setdefault(place, []).append(
                    Problem(
                        attribute.code,
                        text,
                        f"a {seams.subject(attribute.refers_to).label.lower()} that is known here",
                        "Import it first, or correct the code.",
                    )
                )
    return promised, problems


def _known(refers_to: str, system: System, wanted: Iterable[str]) -> dict[str, UUID]:
    """What the texts name: a key of the system, else a code that only one live record has."""
    texts = sorted(wanted)
    found: dict[str, UUID] = {}
    model = seams.subject(refers_to).model
    for start in range(0, len(texts), AT_ONCE):
        batch = texts[start : start + AT_ONCE]
        by_code: dict[str, list[UUID]] = {}
        rows = model.objects.filter(code__in={t.upper() for t in batch}, status__in=LIVE)
        for code, pk in rows.values_list("code", "pk"):
            by_code.setdefault(code, []).append(pk)
        found |= {t: by_code[t.upper()][0] for t in batch if len(by_code.get(t.upper(), ())) == 1}
        ids = [UUID(t) for t in batch if _is_uuid(t)]
        found |= {
            str(pk): pk for pk in model.objects.filter(pk__in=ids).values_list("pk", flat=True)
        }
    named = keys.find_many(system.code, refers_to, [("", t) for t in texts])
    return found | {key: golden_id for (_, key), golden_id in named.items()}


def _own(said: Sequence[tuple[Place, Values]]) -> dict[str, Place]:
    """The rows of the batch by their key, and by the code they give themselves."""
    own: dict[str, Place] = {}
    for place, values in said:
        own.setdefault(place[1], place)
        if code := values.get("code"):
            own.setdefault(code, place)
    return own


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def settle(planned: Sequence[Planned], promised: Promised) -> None:
    """Make good the promises: new rows get their ids in an order in which what is referred to is
    written first; references to rows that wait for a person are left out."""
    if not promised.ids:
        return
    by_place = {one.message.place: one for one in planned}
    became: dict[str, str] = {}
    new = [one for one in planned if one.outcome is Outcome.NEW]
    new.sort(key=lambda one: _depth(one.message.place, promised.above))
    number_in_order(new)
    for place, golden_id in promised.ids.items():
        other = by_place.get(place)
        waits = other is None or other.outcome is Outcome.DUPLICATE
        kept = None if other is None or waits else other.golden_id
        became[str(golden_id)] = str(kept) if kept else ""
    for one in planned:
        _replace(one, became)


def _replace(one: Planned, became: Mapping[str, str]) -> None:
    for values in (one.patch, one.message.values):
        for code, value in list(values.items()):
            if isinstance(value, str) and value in became:
                if became[value]:
                    values[code] = became[value]
                else:
                    del values[code]


def _depth(place: Place, above: Mapping[Place, Sequence[Place]]) -> int:
    depth, at, seen = 0, place, {place}
    while (higher := above.get(at)) and higher[0] not in seen:
        depth, at = depth + 1, higher[0]
        seen.add(at)
    return depth
