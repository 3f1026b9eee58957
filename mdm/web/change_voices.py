"""What machines and people say of a change: its checks, and comments on its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import QueryDict

from mdm import links, seams
from mdm.checks import FAIL, PASS, WARN
from mdm.domains.spec import Subject
from mdm.errors import MdmError
from mdm.models import Change, CheckResult, Review
from mdm.queries import words as say

NAMES = {
    "validation": "Values",
    "references": "References",
    "identifiers": "Identifiers",
    "duplicates": "Duplicates",
    "conflicts": "Other changes",
    "past": "The past",
    "readiness": "Targets",
    "effective_day": "Takes effect",
    "payloads": "Payloads",
}
ORDER = (FAIL, WARN, PASS)
WORST_FIRST = Case(*(When(outcome=o, then=Value(n)) for n, o in enumerate(ORDER)), default=9)
FEW, PER_PAGE = 10, 100


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a check, as the component shows it."""

    outcome: str
    name: str
    said: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """What the checks say of a change, worst first."""

    rows: list[Said]
    counts: dict[str, int]
    total: int
    sentence: str
    ran_at: Any
    is_stale: bool
    page: Page[CheckResult] | None = None

    @property
    def more(self) -> int:
        """How many there are beside those shown."""
        return self.total - len(self.rows)


def checks_of(change: Change, query: QueryDict | None = None) -> Checks:
    """The first few, or with a query a page of all of one outcome."""
    rows = change.checks.select_related("part").annotate(rank=WORST_FIRST).order_by("rank", "id")
    counts = _counts(change)
    total = sum(counts.values())
    page: Page[Any] | None = None
    if query is None:
        shown = list(rows[:FEW])
    else:
        outcome = query.get("outcome", "")
        rows = rows.filter(outcome=outcome) if outcome in ORDER else rows
        page = Paginator(rows, PER_PAGE).get_page(query.get("page"))
        shown = list(page.object_list)
    return Checks(
        rows=[_said(change, row) for row in shown],
        counts=counts,
        total=total,
        sentence=_tally(counts),
        ran_at=shown[0].checked_at if shown else None,
        is_stale=any(row.content_hash != change.content_hash for row in shown[:1]),
        page=page,
    )


def _counts(change: Change) -> dict[str, int]:
    rows = change.checks.order_by().values_list("outcome").annotate(n=Count("pk"))
    found = dict(rows)
    return {str(outcome): found.get(outcome, 0) for outcome in ORDER}


def _tally(counts: Mapping[str, int]) -> str:
    """How many say what: "2 fail, 1 warns, 4 pass"."""
    words = {FAIL: ("fails", "fail"), WARN: ("warns", "warn"), PASS: ("passes", "pass")}
    return ", ".join(
        f"{counts[o]} {words[o][0 if counts[o] == 1 else 1]}" for o in ORDER if counts[o]
    )


def _said(change: Change, row: CheckResult) -> Said:
    sentence, name = row.sentence, NAMES.get(row.code, row.code.replace("_", " ").capitalize())
    if row.part is not None and row.path and sentence.startswith(f"{row.path}: "):
        name = _label(seams.subject(row.part.subject), row.path)
        sentence = sentence.removeprefix(f"{row.path}: ")
        sentence = sentence[:1].upper() + sentence[1:]
    is_one_of_many = row.part is not None and change.part_count > 1
    if is_one_of_many and row.part is not None:
        sentence = f"{row.part.label}: {sentence}"
    if row.link:
        return Said(row.outcome, name, sentence, row.link, "Open")
    if is_one_of_many and row.part is not None:
        url = f"{links.change(change.number)}?part={row.part.position + 1}"
        return Said(row.outcome, name, sentence, url, "Show")
    return Said(row.outcome, name, sentence)


def _label(kind: Subject, path: str) -> str:
    try:
        return say.label(kind, path)
    except MdmError:
        return path


def label_of(change: Change, path: str) -> str:
    """The words for the path of a comment; "" when no part of the change has such a path."""
    for subject in change.parts.values_list("subject", flat=True).distinct().order_by():
        label = _label(seams.subject(subject), path)
        if label != path:
            return label
    return ""


def reviews_of(change: Change) -> list[Review]:
    """What people said, oldest first."""
    return list(change.reviews.select_related("by").order_by("id"))


def threads(reviews: Iterable[Review]) -> dict[str, list[dict[str, Any]]]:
    """Comments on single values, by path."""
    found: dict[str, list[dict[str, Any]]] = {}
    for review in reviews:
        if review.path and review.comment:
            said = {"who": name_of(review.by), "when": review.created_at, "text": review.comment}
            found.setdefault(review.path, []).append(said)
    return found


def beside(change: Change, ids: Iterable[Any]) -> QuerySet[Change]:
    """Other open changes that touch the same records."""
    same = Q(parts__golden_id__in=list(ids)) | Q(parts__other_id__in=list(ids))
    rows = Change.objects.filter(same, state__in=Change.OPEN).exclude(pk=change.pk)
    return rows.select_related("requested_by").distinct().order_by("-id")


def name_of(person: Any) -> str:
    """How a person is called."""
    return person.get_full_name() or person.get_username()
