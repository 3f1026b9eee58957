"""What a file would do, before it does: counts, rows by outcome, problems by cause."""

from collections.abc import Sequence
from typing import Any

from mdm import intake, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Domain, Sensitivity
from mdm.imports.check import Checked
from mdm.imports.rows import ReadRow
from mdm.intake import Outcome, Planned

SHOWN_PER_OUTCOME = 500
SHOWN_CANDIDATES = 3
SHOWN_GROUPS = 100
DIFFERING = (Outcome.CHANGED, Outcome.LINKED)
PAYMENT = Sensitivity.PAYMENT
LABELS = {outcome.value: label for outcome, label in intake.LABELS.items()}


def counts(checked: Checked, planned: Sequence[Planned]) -> dict[str, int]:
    """How many rows there are, and how many of each outcome."""
    found = dict.fromkeys((o.value for o in Outcome), 0)
    for one in planned:
        found[str(one.outcome)] += 1
    found[Outcome.REFUSED] += len(checked.refused)
    warned = sum(1 for r in checked.rows if r.problems and not r.is_refused)
    return {"rows": len(checked.rows), "warned": warned, **found}


def shown(domain: Domain, checked: Checked, planned: Sequence[Planned]) -> dict[str, Any]:
    """What the page and the command show of it: the first rows of each outcome, and every cause."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in planned:
        many = rows.setdefault(str(one.outcome), [])
        if len(many) < SHOWN_PER_OUTCOME:
            many.append(_row(domain, one))
    refused = [_refused(domain, row) for row in checked.refused[:SHOWN_PER_OUTCOME]]
    rows[Outcome.REFUSED.value] = refused + rows.get(Outcome.REFUSED.value, [])
    return {
        "rows": {outcome: many for outcome, many in rows.items() if many},
        "groups": [group.as_json() for group in checked.groups()[:SHOWN_GROUPS]],
        "payment_parts": sum(1 for one in planned if _touches_payment(domain, one)),
    }


def _touches_payment(domain: Domain, one: Planned) -> bool:
    return any(patches.sensitivity(domain, path) is PAYMENT for path in one.patch)


def _row(domain: Domain, one: Planned) -> dict[str, Any]:
    best = sorted(one.found, key=lambda f: -f.probability)[:SHOWN_CANDIDATES]
    return {
        "row": one.message.row_number,
        "key": one.message.key,
        "name": one.name,
        "sentence": one.sentence,
        "golden_id": str(one.golden_id or ""),
        "patch": _masked(domain, one.patch) if one.outcome is Outcome.CHANGED else {},
        "diff": _diff(domain, one) if one.outcome in DIFFERING else [],
        "candidates": [
            {
                "label": found.label,
                "probability": round(found.probability, 3),
                "kind": found.owner_kind,
                "id": found.owner_id,
            }
            for found in best
        ],
    }


def _refused(domain: Domain, row: ReadRow) -> dict[str, Any]:
    return {
        "row": row.number,
        "key": row.key,
        "name": str(row.values.get(domain.name, "")),
        "sentence": " ".join(str(p) for p in row.problems if p.level == "error"),
    }


def _masked(domain: Domain, patch: patches.Patch) -> dict[str, Any]:
    """A patch by label, fit to be shown to anybody who may import."""
    return {patches.label(domain, path): said(domain, path, v) for path, v in patch.items()}


def _diff(domain: Domain, one: Planned) -> list[dict[str, str]]:
    """What changes: each path by its label with what is there and what the file says."""
    rows = []
    for path, value in one.patch.items():
        before = one.before.get(path)
        kind = "removed" if value is None else "changed" if before else "added"
        rows.append(
            {
                "label": patches.label(domain, path),
                "kind": kind,
                "old": said(domain, path, before) if before else "",
                "new": said(domain, path, value) if value else "",
            }
        )
    return rows


def said(domain: Domain, path: str, value: Any) -> str:
    """A value of a patch as text, secret ones masked; an item as what it holds."""
    if value is None:
        return "removed"
    if isinstance(value, dict):
        collection = domain.collection(patches.parse(path).code)
        fields = {f.code: f for f in collection.fields} if collection else {}
        texts = (_text(fields[c], str(t), value) for c, t in value.items() if c in fields and t)
        return ", ".join(texts)
    what = patches.declared(domain, path)
    is_field = isinstance(what, Attribute) and patches.parse(path).field
    return _text(what, str(value), {}) if is_field else str(value)  # type: ignore[arg-type]


def _text(field: Attribute, value: str, item: dict[str, str]) -> str:
    return vault.mask(value) if field.sealed(item or {"type": "personal"}) else value
