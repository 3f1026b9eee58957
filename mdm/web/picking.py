"""Picking what a value refers to: codes of a reference list, or records by their code or name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mdm import permissions, seams
from mdm.domains.golden import LIVE
from mdm.domains.spec import Attribute, Kind, Subject
from mdm.errors import Invalid
from mdm.queries import listing
from mdm.web.page import page

SHORT_LIST = 40
"""A list up to this long is a select; a longer one is typed, with suggestions."""
SUGGESTED = 30


@dataclass(frozen=True, slots=True)
class Picks:
    """What may be chosen for the attributes of a kind: list or domain -> pairs of value, words."""

    choices: dict[str, list[tuple[str, str]]]

    def of(self, attribute: Attribute) -> list[tuple[str, str]]:
        """The choices of one attribute."""
        return self.choices.get(attribute.refers_to, [])

    def is_select(self, attribute: Attribute) -> bool:
        """Whether they all fit into a select."""
        return attribute.kind is Kind.LISTED and len(self.of(attribute)) <= SHORT_LIST

    def suggested(self) -> Iterable[tuple[str, list[tuple[str, str]]]]:
        """The lists of suggestions that the page holds."""
        return self.choices.items()


def picks(user: Any, kind: Subject) -> Picks:
    """What may be chosen: whole reference lists, and the first records of each domain."""
    fields = [*kind.attributes, *(f for c in kind.collections for f in c.fields)]
    return Picks({name: _choices(user, name) for name in {f.refers_to for f in fields} - {""}})


def _choices(user: Any, subject: str) -> list[tuple[str, str]]:
    kind = seams.subject(subject)
    rows = kind.model.objects.filter(status__in=LIVE)
    if kind.is_domain:
        rows = permissions.scoped(user, kind.code, rows).order_by("code")[:SUGGESTED]
    else:
        rows = rows.order_by("code")
    return [(row.code, f"{row.code}, {getattr(row, kind.name)}") for row in rows]


def resolve(user: Any, attribute: Attribute, text: str) -> str:
    """The golden id that somebody typed, picked or pasted. Raises `Invalid`."""
    if not text:
        return ""
    kind = seams.subject(attribute.refers_to)
    rows = permissions.scoped(user, kind.code, kind.model.objects.filter(status__in=LIVE))
    found = list(rows.filter(pk=text)[:1]) if _is_uuid(text) else []
    for name in ("code__iexact", f"{kind.name}__iexact"):
        found = found or list(rows.filter(**{name: text})[:2])
    if len(found) == 1:
        return str(found[0].pk)
    name = kind.label.lower()
    if not found:
        raise Invalid(text, f"the code or name of a {name}", "Pick one from the suggestions.")
    hint = f"Paste the golden id of the one you mean: {', '.join(str(r.pk) for r in found)}."
    raise Invalid(text, f"one {name}, and several have it", hint)


@page
def pick(request: HttpRequest, subject: str) -> HttpResponse:
    """Suggestions while somebody types: records of a domain by code, name, key or identifier."""
    kind = seams.subject(subject)
    permissions.require(request.user, "see", kind.code if kind.is_domain else "")
    text = str(next(iter(request.GET.values()), "")).strip()
    rows = kind.model.objects.filter(status__in=LIVE)
    if kind.is_domain:
        rows = permissions.scoped(request.user, kind.code, rows)
    if text:
        rows = listing.search(kind, rows, text)
    shown = rows.order_by("code")[:SUGGESTED]
    options = [(row.code, f"{row.code}, {getattr(row, kind.name)}") for row in shown]
    return render(request, "mdm/_pick.html", {"options": options})


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
