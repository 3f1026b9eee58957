"""Steps of a record's history that made no version, in words: pins, merges, links."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from mdm.domains.spec import Subject
from mdm.models import Fact
from mdm.queries import words as say
from mdm.queries.differences import Row
from mdm.steps import Step
from mdm.survivorship import Hold

Kind = Fact.Kind
SAID = {
    Hold.SPEAKS: "pinned until a source speaks of it again",
    Hold.EVER: "pinned for ever",
    Hold.NONE: "no longer pinned",
}
MOVES = {
    Kind.MERGE: "{} merged into it",
    Kind.UNMERGE: "merge of {} taken back",
    Kind.LINK: "source {} linked",
    Kind.UNLINK: "source {} unlinked",
}


def in_words(pin: Mapping[str, str]) -> str:
    """A pin in words: "pinned for ever", "pinned until 31 Dec 2026"."""
    hold = pin.get("hold", "")
    if hold == Hold.DATE:
        return f"pinned until {say.day(pin.get('until', ''))}"
    return SAID.get(Hold(hold), "") if hold in set(Hold) else ""


def names(kind: Subject, steps: Iterable[Step]) -> dict[UUID, str]:
    """What the records on the other side of merges are called, in one query."""
    ids = {step.other_id for step in steps if step.other_id}
    rows = kind.model.objects.in_bulk(ids) if ids else {}
    return {pk: f"{getattr(row, kind.name)} {row.code}".strip() for pk, row in rows.items()}


def title(kind: Subject, step: Step, others: Mapping[UUID, str]) -> str:
    """What it did: "Trading name pinned", "source ERP E1 linked"."""
    said = []
    if step.kind:
        what = others.get(step.other_id, "") if step.other_id else step.source
        said.append(MOVES[Kind(step.kind)].format(what or "another record"))
    for word, is_taken in (("pinned", False), ("no longer pinned", True)):
        paths = [p for p, pin in step.pins.items() if (pin["hold"] == Hold.NONE) == is_taken]
        if paths:
            said.append(f"{say.listing([say.label(kind, path) for path in paths])} {word}")
    return ", ".join(said)


def rows(kind: Subject, step: Step) -> list[Row]:
    """How long each of its pins was to hold."""
    return [
        Row(path, say.label(kind, path), "added", "", in_words(pin))
        for path, pin in step.pins.items()
    ]
