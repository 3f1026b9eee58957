"""A run step by step: check, preview, run; what each step shows. `import_columns` has the map."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse

from mdm import links
from mdm.domains import get_domain
from mdm.domains.spec import Domain
from mdm.errors import Invalid
from mdm.imports.check import ONE_KEY
from mdm.intake import LABELS, Outcome
from mdm.models import ImportRun
from mdm.templatetags.formats import DOTS, span
from mdm.web.page import panel_url

State = ImportRun.State
STEPS = ("File", "Map", "Check", "Preview", "Run")
ORDER = ("file", "map", "check", "preview", "run")
PER_PAGE = 50
TILES = (
    (Outcome.NEW, "plus", "ok", "new records"),
    (Outcome.CHANGED, "change", "info", "with values that differ"),
    (Outcome.LINKED, "link", "ok", "linked, and gaps filled"),
    (Outcome.UNCHANGED, "s-open", "", "skipped"),
    (Outcome.OPEN, "s-half", "info", "decide that change first"),
    (Outcome.DUPLICATE, "merge", "warn", "held for a steward"),
    (Outcome.REFUSED, "s-bad", "bad", "left out of the run"),
)
ALWAYS = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.REFUSED)


def step_of(run: ImportRun, asked: str) -> str:
    """The step a run is at; an earlier one while nothing has been written."""
    if run.state not in (State.UPLOADED, State.PREVIEWED):
        return "run"
    furthest = "preview" if run.state == State.PREVIEWED else "map"
    if not asked:
        has_errors = run.state == State.PREVIEWED and run.counts.get(Outcome.REFUSED)
        return "check" if has_errors else furthest
    if asked not in ORDER[1:4] or ORDER.index(asked) > ORDER.index(furthest):
        raise Invalid(asked, f"a step up to {furthest}")
    return asked


def frame(run: ImportRun, step: str) -> dict[str, Any]:
    """What every step shares."""
    domain = get_domain(run.domain)
    return {
        "run": run,
        "domain": domain,
        "steps": STEPS,
        "now": ORDER.index(step) + 1,
        "crumbs": [("Imports", reverse("import-list"))],
        "url": reverse("import-run", args=[run.pk]),
        "may_cancel": run.state in (State.UPLOADED, State.PREVIEWED),
        "notes": run.preview.get("notes", ()),
    }


def counted(run: ImportRun) -> list[tuple[str, int]]:
    """How many rows became what, for a list."""
    return [(outcome.value, run.counts.get(outcome.value, 0)) for outcome, *_ in TILES]


# --- Check -----------------------------------------------------------------------------------


def checking(run: ImportRun) -> dict[str, Any]:
    """Problems grouped by cause, errors first, with one repair for all rows of a value."""
    groups = [_group(g) for g in run.preview.get("groups", ())]
    repairs = run.preview.get("repairs") or {}
    return {
        "errors": [g for g in groups if g["level"] == "error"],
        "warnings": [g for g in groups if g["level"] != "error"],
        "refused": run.counts.get(Outcome.REFUSED, 0),
        "warned": run.counts.get("warned", 0),
        "repairs": [
            (column, found, instead)
            for column, pairs in repairs.items()
            for found, instead in pairs.items()
        ],
        "runnable": runnable(run),
        "is_all_refused": run.rows > 0 and run.counts.get(Outcome.REFUSED, 0) == run.rows,
        "refused_rows": run.preview.get("rows", {}).get(Outcome.REFUSED, [])[:PER_PAGE],
    }


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    """A cause; what is masked cannot be repaired by value, nor what no column can be named for."""
    masked = any(str(one["found"]).startswith(DOTS) for one in group["values"])
    return {
        **group,
        "repairable": bool(group["column"]) and not masked and group["expected"] != ONE_KEY,
        "more": max(0, group["count"] - len(group["rows"])),
    }


# --- Preview ---------------------------------------------------------------------------------


def runnable(run: ImportRun) -> int:
    """How many parts the change would have."""
    return sum(run.counts.get(o, 0) for o in (Outcome.NEW, Outcome.CHANGED, Outcome.LINKED))


def previewing(run: ImportRun, query: QueryDict) -> dict[str, Any]:
    """What would become of the rows, one outcome at a time."""
    shown = query.get("show", "") or _first(run)
    if shown not in list(Outcome):
        raise Invalid(shown, f"one of {', '.join(Outcome)}")
    rows = run.preview.get("rows", {}).get(shown, [])
    fields = _fields(rows)
    field = query.get("field", "")
    if field:
        rows = [r for r in rows if any(d["label"] == field for d in r.get("diff", ()))]
    page = Paginator(rows, PER_PAGE).get_page(query.get("page"))
    domain = get_domain(run.domain)
    return {
        "tiles": list(_tiles(run, shown)),
        "shown": shown,
        "label": LABELS[Outcome(shown)],
        "page": page,
        "rows": [_row(domain, row, shown) for row in page],
        "total": run.counts.get(shown, 0),
        "kept": len(rows),
        "fields": fields,
        "field": field,
        "runnable": runnable(run),
        "payment_parts": run.preview.get("payment_parts", 0),
        "refused": run.counts.get(Outcome.REFUSED, 0),
        "errors": [g for g in run.preview.get("groups", ()) if g["level"] == "error"][:6],
        "warnings": [g for g in run.preview.get("groups", ()) if g["level"] != "error"][:6],
        "duplicates": run.counts.get(Outcome.DUPLICATE, 0),
    }


def _first(run: ImportRun) -> str:
    """The first outcome that any row has."""
    order = (o for o, *_ in TILES if run.counts.get(o, 0))
    return next(order, Outcome.NEW).value


def _tiles(run: ImportRun, shown: str) -> Iterator[dict[str, Any]]:
    for outcome, icon, tone, note in TILES:
        count = run.counts.get(outcome, 0)
        if count or outcome in ALWAYS:
            yield {
                "name": LABELS[outcome],
                "icon": icon,
                "tone": tone if count else "",
                "number": count,
                "note": note,
                "url": f"?step=preview&show={outcome.value}",
                "current": outcome == shown,
            }


def _fields(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """The attributes that change, with in how many of the rows, the most frequent first."""
    found: dict[str, int] = {}
    for row in rows:
        for label in {d["label"] for d in row.get("diff", ())}:
            found[label] = found.get(label, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _row(domain: Domain, row: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """A row with links to the records it is about."""
    known = row.get("golden_id") and shown in (Outcome.CHANGED, Outcome.LINKED)
    return {
        **row,
        "url": links.record(domain, row["golden_id"]) if known else "",
        "candidates": [
            {**one, "url": links.record(domain, one["id"]) if one["kind"] == "record" else ""}
            for one in row.get("candidates", ())
        ],
    }


# --- Run -------------------------------------------------------------------------------------


def progress(run: ImportRun) -> dict[str, Any]:
    """How far a run is, as the component takes it."""
    return {
        "done": run.rows_done,
        "total": run.rows,
        "label": "Rows landed" if run.state == State.RUNNING else run.get_state_display(),
        "url": reverse("import-progress", args=[run.pk]),
        "running": run.state == State.RUNNING,
    }


def ended(run: ImportRun) -> dict[str, Any]:
    """What came of it."""
    counts = [
        {
            "name": LABELS[outcome],
            "icon": icon,
            "tone": tone if run.counts.get(outcome, 0) else "",
            "number": run.counts.get(outcome, 0),
            "note": note,
        }
        for outcome, icon, tone, note in TILES
        if run.counts.get(outcome, 0) or outcome in ALWAYS
    ]
    return {
        "tiles": counts if run.counts and run.state != State.RUNNING else [],
        "progress": progress(run),
        "change": run.change,
        "change_url": links.change(run.change.number) if run.change else "",
        "duplicates": run.counts.get(Outcome.DUPLICATE, 0),
        "duplicates_url": panel_url("duplicate-list"),
        "refused": run.counts.get(Outcome.REFUSED, 0),
        "has_result": run.state == State.DONE,
        "has_content": run.state == State.DONE and bool(run.columns),
        "took": _took(run),
    }


def _took(run: ImportRun) -> str:
    """How long it ran."""
    if not run.finished_at or not run.started_at:
        return ""
    seconds = (run.finished_at - run.started_at).total_seconds()
    return f"{seconds:.1f} s" if seconds < 10 else span(seconds)
