"""What was said and done with a change, in order: nothing that happened is ever told anew."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count

from mdm import seams
from mdm.models import Change, ChangePart, LedgerEntry, Review
from mdm.queries import differences
from mdm.queries import words as say
from mdm.web.change_voices import label_of, name_of

State, Verdict = Change.State, Review.Verdict
Step = dict[str, Any]
SUBMITTED, EDITED, DESCRIBED = "change.submitted", "change.edited", "change.described"
GLYPHS = {
    Verdict.APPROVE: ("s-ok", "ok", "approved"),
    Verdict.REJECT: ("s-bad", "bad", "rejected it"),
    Verdict.ASK: ("comment", "warn", "asked for changes"),
    Verdict.COMMENT: ("comment", "", "commented"),
}
MOST_ROWS = 5


def conversation(
    change: Change, reviews: Sequence[Review], past: Sequence[LedgerEntry]
) -> list[Step]:
    """What was said, in order: the reason first, each edit between question and answer."""
    parts = f"{change.part_count:,} parts" if change.part_count > 1 else "it"
    told = [entry for entry in past if entry.kind == DESCRIBED]
    first = {
        "icon": "change",
        "who": name_of(change.requested_by),
        "what": f"proposed {parts}",
        "when": _submissions(change, past)[0] if change.submitted_at else change.created_at,
        "said": told[0].facts["before"]["reason"] if told else change.reason,
    }
    later = [*(_turn(change, review) for review in reviews), *_told(change, past, again=True)]
    return [first, *sorted(later, key=lambda step: step["when"])]


def happened(change: Change, reviews: Sequence[Review], past: Sequence[LedgerEntry]) -> list[Step]:
    """Everything that happened to the change, oldest first."""
    steps = [*_made(change), *(_turn(change, review) for review in reviews)]
    steps += [*_told(change, past, again=False), *_ended(change)]
    return sorted(steps, key=lambda step: step["when"])


def _submissions(change: Change, past: Sequence[LedgerEntry]) -> list[Any]:
    """When it was put before reviewers, each time."""
    return [entry.at for entry in past if entry.kind == SUBMITTED] or [change.submitted_at]


def _turn(change: Change, review: Review) -> Step:
    icon, tone, what = GLYPHS[Verdict(review.verdict)]
    if review.path:
        what += f" on {label_of(change, review.path) or review.path}"
    note = "Void: the content was edited afterwards." if review.voided_at else ""
    if review.voided_at:
        icon, tone = "s-open", ""
    return {
        "icon": icon,
        "tone": tone,
        "who": name_of(review.by),
        "what": what,
        "when": review.created_at,
        "said": review.comment,
        "note": note,
    }


def _told(change: Change, past: Sequence[LedgerEntry], *, again: bool) -> Iterator[Step]:
    """What the ledger tells beside the reviews; `again` leaves out the first submission."""
    people = say.people({entry.person for entry in past})
    labels = dict(change.parts.values_list("position", "label")) if change.part_count > 1 else {}
    submissions = 0
    for entry in past:
        step: Step = {"who": people[entry.person], "when": entry.at}
        match entry.kind:
            case "change.submitted":
                submissions += 1
                if submissions > 1 or not again:
                    what = "submitted it" + " again" * (submissions > 1)
                    yield step | {"icon": "arrow", "what": what}
            case "change.edited":
                of = labels.get(int(entry.facts["part"]), "")
                what = f"edited {of or 'it'}"
                yield step | {"icon": "file", "what": what, "note": _edit(entry.facts)}
            case "change.described":
                yield step | {"icon": "file", **_description(entry.facts)}
            case "change.withdrawn":
                yield step | {"icon": "undo", "what": "took it back"}
            case "change.conflicted":
                said = "Not written: its values had changed meanwhile"
                yield {"icon": "s-warn", "tone": "warn", "what": said, "when": entry.at}


def _edit(facts: Mapping[str, Any]) -> str:
    """What an edit made of the proposal: "Payment terms: NET30 -> NET60"."""
    before, after = facts["before"], facts["after"]
    dropped = {path: None for path in before if path not in after}
    kind = seams.subject(facts["domain"])
    words = say.Words(kind).learn_patches(before, after)
    said = [
        f"{row.label}: {row.old or 'as it was'} → {row.new or 'empty'}"
        for row in differences.rows(kind, after, before, words)
    ]
    said += [
        f"{row.label}: {row.old or 'empty'} → as it was"
        for row in differences.rows(kind, dropped, before, words)
    ]
    more = [f"and {len(said) - MOST_ROWS} more"] if len(said) > MOST_ROWS else []
    return "; ".join([*said[:MOST_ROWS], *more])


def _description(facts: Mapping[str, Any]) -> Step:
    before, after = facts["before"], facts["after"]
    day = after["effective_from"]
    moved = f"It takes effect on {say.day(day)}." if day else "It takes effect when it is approved."
    said = after["reason"] if after["reason"] != before["reason"] else ""
    return {
        "what": "gave another reason" if said else "gave it another day",
        "said": said,
        "note": moved if day != before["effective_from"] else "",
    }


def _made(change: Change) -> Iterator[Step]:
    who = name_of(change.requested_by)
    by = change.get_channel_display()
    yield {"icon": "plus", "who": who, "what": f"drafted it ({by})", "when": change.created_at}
    for author in change.authors.select_related("user").exclude(user=change.requested_by):
        yield {
            "icon": "file",
            "who": name_of(author.user),
            "what": "is one of its authors, and may not approve it any more",
            "when": author.since,
        }


def _ended(change: Change) -> Iterator[Step]:
    if change.decided_at and change.state != State.REJECTED:
        yield {"icon": "s-ok", "tone": "ok", "what": "Every approval was there",
               "when": change.decided_at}  # fmt: skip
    if change.cooling_until:
        over = change.state != State.COOLING
        what = "Cooling-off ended" if over else "Cooling-off ends"
        yield {"icon": "pause", "what": what, "when": change.cooling_until}
    if change.applied_at:
        states = change.parts.order_by().values_list("state").annotate(n=Count("pk"))
        said = ", ".join(f"{n:,} {ChangePart.State(s).label.lower()}" for s, n in states)
        word = change.get_state_display()
        tone = "ok" if change.state == State.APPLIED else "warn"
        yield {"icon": "s-ok" if tone == "ok" else "s-warn", "tone": tone, "what": word,
               "when": change.applied_at, "note": f"Parts: {said}."}  # fmt: skip
