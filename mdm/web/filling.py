"""A propose form while it is filled in: what it holds, what that changes, what checks say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from mdm import checks, policies, vault
from mdm.changes import pinning
from mdm.domains import patch as patches
from mdm.domains.ids import uuid7
from mdm.domains.spec import Problem, Subject, Values
from mdm.errors import MdmError
from mdm.models import Change, ChangePart
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.survivorship import Hold
from mdm.web import holding, picking, proposal_values
from mdm.web import opening as openings
from mdm.web.change_voices import NAMES, ORDER
from mdm.web.holding import NO_PINS, Holding, Pins
from mdm.web.opening import Moved, Opening
from mdm.web.proposal_form import ABOUT, ProposalForm, sentence
from mdm.web.proposal_values import Layout, Raw


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form holds: controls as they were sent, and the patch they come to."""

    opening: Opening
    words: Words
    layout: Layout
    raw: Raw
    about: Mapping[str, str]
    after: Values
    patch: patches.Patch
    problems: list[Problem]
    holding: Holding = NO_PINS

    @property
    def pins(self) -> Pins:
        """How long what it proposes is to hold."""
        return self.holding.pins(self.patch)


def fresh(opening: Opening, *, given: Mapping[str, str]) -> Filled:
    """A form that has just been opened; `given` are values from its address, for a new record."""
    words = Words(opening.kind).learn(opening.base, opening.start)
    layout = proposal_values.layout_of(opening.kind, opening.start)
    raw = proposal_values.opened(opening.kind, opening.start, layout, words)
    if opening.is_new and opening.change is None:
        raw |= {path: text for path, text in given.items() if path in raw}
    patch = patches.diff(opening.kind, opening.base, opening.start)
    drafted = opening.part.pins if opening.part else {}
    holds = holding.opened(opening.pinned, drafted, given.get("pin", ""))
    return Filled(opening, words, layout, raw, _about(opening), opening.start, patch, [], holds)


def _about(opening: Opening) -> dict[str, str]:
    change = opening.change
    if change is None:
        return dict.fromkeys(ABOUT, "")
    return {"about_reason": change.reason, "about_day": str(change.effective_from or "")}


def sent(user: Any, opening: Opening, post: QueryDict) -> Filled:
    """A form as it was sent."""
    kind = opening.kind
    words = Words(kind).learn(opening.base, opening.start)
    layout = proposal_values.layout_sent(kind, opening.start, post)
    before = proposal_values.opened(kind, opening.start, layout, words)
    raw = proposal_values.sent(kind, layout, before, post)
    found = proposal_values.entered(
        kind,
        opening.start,
        layout,
        before,
        raw,
        lambda attribute, text: picking.resolve(user, attribute, text),
    )
    patch = patches.diff(kind, opening.base, found.after)
    theirs = {n.removeprefix("_take:") for n, v in post.items() if v == "theirs"}
    kept = {path: value for path, value in patch.items() if path not in theirs}
    holds = holding.sent(opening.pinned, post)
    kept |= _freed(opening, kept, holds)
    about = {name: post.get(name, "").strip() for name in ABOUT}
    after = patches.apply(opening.base, kept)
    words = words.learn(after)
    return Filled(opening, words, layout, raw, about, after, kept, found.problems, holds)


def _freed(opening: Opening, patch: patches.Patch, holds: Holding) -> patches.Patch:
    """What the rules give where a pin is taken back and nothing else was entered."""
    if opening.row is None:
        return {}
    taken = [path for path, pin in holds.pins(patch).items() if pin["hold"] == Hold.NONE]
    return pinning.freed(opening.kind, opening.row.pk, [p for p in taken if p not in patch])


def overtaken(filled: Filled, paths: list[str]) -> tuple[Filled, list[Moved]]:
    """The form on the record as it is now, with what was entered; and what moved meanwhile."""
    opening, kind = filled.opening, filled.opening.kind
    again = openings.rebased(opening, filled.patch, frozenset())
    words = filled.words.learn(again.base, again.start)
    layout = proposal_values.layout_of(kind, again.start)
    raw = proposal_values.opened(kind, again.start, layout, words)
    before = proposal_values.opened(kind, opening.start, filled.layout, words)
    raw |= {p: t for p, t in filled.raw.items() if p in raw and t != before.get(p, "")}
    said = [_moved(words, again, opening, filled.patch, path) for path in paths]
    again_filled = Filled(
        again, words, layout, raw, filled.about, again.start, filled.patch, [], filled.holding
    )
    return again_filled, said


def _moved(
    words: Words, again: Opening, opening: Opening, patch: patches.Patch, path: str
) -> Moved:
    def text(values: Values) -> str:
        return _said(words, again.kind, values, path) or "empty"

    mine = patches.apply(again.base, {path: patch[path]})
    return Moved(
        path, say.label(again.kind, path), text(opening.base), text(again.base), text(mine)
    )


def _said(words: Words, kind: Subject, values: Values, path: str) -> str:
    masked = vault.mask_values(kind, values)
    return words.path(path, patches.get(masked, path))


def form_of(user: Any, filled: Filled, *, needs_reason: bool = False) -> ProposalForm:
    """The form with everything in it."""
    opening = filled.opening
    before = proposal_values.opened(opening.kind, opening.base, filled.layout, filled.words)
    form = ProposalForm(
        kind=opening.kind,
        layout=filled.layout,
        raw=filled.raw,
        before=before,
        picks=picking.picks(user, opening.kind),
        about=filled.about,
        is_new=opening.is_new,
        needs_reason=needs_reason,
    )
    form.holding = filled.holding
    return form


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a check, as the component shows it."""

    outcome: str
    name: str
    said: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be said of the change if it were submitted now."""

    checks: list[Said]
    sentence: str
    touched: list[str]
    wrong: int = 0  # values that cannot be right


def preview(user: Any, filled: Filled) -> Preview:
    """Run the checks over what the form holds; nothing is kept."""
    opening, kind = filled.opening, filled.opening.kind
    said = [
        Said(checks.FAIL, say.label(kind, p.path), sentence(p), f"#id_{p.path}-field", "Go")
        for p in filled.problems
    ]
    if not filled.patch and not filled.pins and opening.action == ChangePart.Action.UPDATE:
        return Preview(said, "", [], len(said))
    change, part = unsaved(user, opening, filled.patch)
    change.effective_from = _day(filled.about.get("about_day", ""))
    part.pins = filled.pins
    try:
        findings = checks.preview(change, [part])
    except MdmError as error:
        findings = [checks.Finding(checks.FAIL, "validation", str(error))]
    said += [_finding(kind, f) for f in findings]
    said.sort(key=lambda s: ORDER.index(s.outcome))
    need = policies.required([part])
    touched = _touched(opening, {**filled.patch, **filled.pins})
    return Preview(said, need.sentence, touched)


def _day(text: str) -> date | None:
    """The day on which it is to take effect; what is no day is refused when it is sent."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def unsaved(user: Any, opening: Opening, patch: patches.Patch) -> tuple[Change, ChangePart]:
    """The change and the part that the form comes to, as nobody stores them."""
    change = opening.change or Change(requested_by=user, domain=opening.kind.code)
    known = opening.part.golden_id if opening.part else opening.row.pk if opening.row else uuid7()
    part = ChangePart(
        change=change,
        subject=opening.kind.code,
        golden_id=known,
        action=opening.action,
        patch=patch,
        seen={},
    )
    return change, part


def _touched(opening: Opening, patch: patches.Patch) -> list[str]:
    return list(dict.fromkeys(say.label(opening.kind, path) for path in patch))


def _finding(kind: Subject, found: checks.Finding) -> Said:
    text, name = found.sentence, NAMES.get(found.code, found.code.capitalize())
    if found.path and text.startswith(f"{found.path}: "):
        name, text = _label(kind, found.path), text.removeprefix(f"{found.path}: ")
        text = text[:1].upper() + text[1:]
    url = found.link or (f"#id_{found.path}-field" if found.path else "")
    return Said(found.outcome, name, text, url, "Open" if found.link else "Go")


def _label(kind: Subject, path: str) -> str:
    try:
        return say.label(kind, path)
    except MdmError:
        return path
