"""Search over everything: paste any identifier a colleague sent, and see why each hit was found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mdm import identifiers, links, permissions, seams
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain
from mdm.domains.values import read
from mdm.models import Change, Key
from mdm.queries import listing
from mdm.standardise import accents, codes

MOST = 20
SHORTEST_IDENTIFIER = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is, where it is, and why it was found."""

    domain: str
    label: str
    code: str
    why: str
    link: str
    status: str = ""


def search(user: Any, text: str, *, limit: int = MOST, quickly: bool = False) -> list[Hit]:
    """What the person may see that has this name, number, identifier, key or change number.

    `quickly` leaves out former names and parts of numbers: for somebody who is still typing.
    """
    text = text.strip()
    if not text:
        return []
    hits: dict[str, Hit] = {}
    for hit in [*_changes(user, text), *_records(user, text, quickly=quickly)]:
        hits.setdefault(hit.link, hit)
    return list(hits.values())[:limit]


def nearest(user: Any, text: str, *, limit: int = 5) -> list[Hit]:
    """Records with names like this one, for a search that found nothing."""
    hits: list[tuple[float, Hit]] = []
    for domain in DOMAINS.values():
        values = patches.blank(domain) | {domain.name: text}
        for found in seams.find_candidates(domain.code, values, limit=limit):
            row = domain.model.objects.filter(pk=found.owner_id).first()
            if row is not None and _may_see(user, domain, row):
                hits.append((found.probability, _hit(domain, row, "Its name is like this.")))
    hits.sort(key=lambda h: -h[0])
    return [hit for _, hit in hits[:limit]]


def _changes(user: Any, text: str) -> Iterator[Hit]:
    number = text.upper() if text.upper().startswith("CR-") else f"CR-{text}"
    for change in Change.objects.filter(number=number):
        if permissions.may(user, "see", change.domain):
            yield Hit(
                "change",
                change.title,
                change.number,
                "The number of a change.",
                links.change(number),
            )
    correlation = _uuid(text)
    for change in Change.objects.filter(correlation_id=correlation) if correlation else ():
        if permissions.may(user, "see", change.domain):
            link = links.change(change.number)
            yield Hit("change", change.title, change.number, "Its correlation id.", link)


def _records(user: Any, text: str, *, quickly: bool) -> Iterator[Hit]:
    golden_id, compact = _uuid(text), codes.letters_and_digits(text)
    for domain in DOMAINS.values():
        seen = permissions.scoped(user, domain.code, domain.model.objects.all())
        whys = {
            "Its golden id.": seen.filter(pk=golden_id) if golden_id else (),
            "Its number.": seen.filter(code__iexact=text),
            "Its key in another system.": seen.filter(
                pk__in=Key.objects.filter(domain=domain.code, key__iexact=text).values("golden_id")
            ),
            "Its name.": seen.filter(listing.by_name(domain, text)).order_by(domain.name)[:MOST],
        }
        for why, rows in whys.items():
            for row in rows:
                yield _hit(domain, row, why)
        yield from _identified(user, domain, seen, compact)
        if quickly:
            continue
        for row in seen.filter(code__icontains=text).order_by("code")[:MOST]:
            yield _hit(domain, row, "Part of its number.")
        for row in _formerly(domain, seen, text):
            yield _hit(domain, row, "A former name of it.")


def _identified(user: Any, domain: Domain, seen: Any, compact: str) -> Iterator[Hit]:
    """Records with this identifier, or one that begins with it; blind ones only in full, and what
    tells of sealed values only to those who may reveal them."""
    if len(compact) < SHORTEST_IDENTIFIER:
        return
    matches: dict[UUID, list[identifiers.Match]] = {}
    for match in identifiers.starting(domain, compact, MOST):
        matches.setdefault(match.golden_id, []).append(match)
    for row in seen.filter(pk__in=matches).order_by(domain.name):
        codes = permissions.company_codes_of(domain, read(domain, row))
        may_reveal = permissions.may(user, "reveal", domain.code, codes)
        told = [one for one in matches[row.pk] if may_reveal or not one.is_sealed]
        if told:
            yield _hit(domain, row, f"Its {_called(domain, told[0].path)}.")


def _called(domain: Domain, path: str) -> str:
    """What an identifier is called: that of its attribute, or of the items it is in."""
    code, _, _ = path.partition(".")
    collection, attribute = domain.collection(code), domain.attribute(code)
    if collection is not None:
        return collection.singular.lower()
    return attribute.label if attribute is not None else code


def _formerly(domain: Domain, seen: Any, text: str) -> Any:
    if len(text) < 3:
        return ()
    past = domain.model.history.filter(**{f"{domain.name}__iregex": accents.pattern(text)})
    return seen.filter(pk__in=past.values("golden_id")).order_by(domain.name)[:MOST]


def _hit(domain: Domain, row: Any, why: str) -> Hit:
    if row.status == Status.MERGED and row.merged_into:
        survivor = domain.model.objects.filter(pk=row.merged_into).first()
        if survivor is not None:
            why = f"{row} was merged into it."
            row = survivor
    name, link = getattr(row, domain.name), links.record(domain, row.pk)
    return Hit(domain.code, name, row.code, why, link, row.status)


def _may_see(user: Any, domain: Domain, row: Any) -> bool:
    rows = domain.model.objects.filter(pk=row.pk)
    return bool(permissions.scoped(user, domain.code, rows).exists())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
