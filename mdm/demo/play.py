"""Who does what when: use cases performed by the people of the demo, at a moment of the story."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from random import Random
from typing import Any

from mdm import changes
from mdm.demo import clock
from mdm.demo.people import People
from mdm.imports import run as imports
from mdm.models import Change, ImportRun, Review

Verdict = Review.Verdict


class Play:
    """The stage: the people, the dice and today's date."""

    def __init__(self, people: People, random: Random, today: date) -> None:
        self.people, self.random, self.today = people, random, today

    @contextmanager
    def on(self, day: int, hour: int = 9, minute: int = 0) -> Iterator[None]:
        """It is that day of the story, at that time."""
        with clock.at(clock.moment(day, self.today, hour, minute)):
            yield

    def propose(
        self,
        specs: Sequence[changes.PartSpec],
        *,
        by: str,
        title: str = "",
        reason: str,
        effective_from: date | None = None,
        is_atomic: bool = True,
    ) -> Change:
        """Somebody drafts and submits a change."""
        change = changes.draft_many(
            specs,
            by=self.people[by],
            title=title,
            reason=reason,
            effective_from=effective_from,
            is_atomic=is_atomic,
        )
        return changes.submit(change, by=change.requested_by)

    def approve(self, change: Change, *names: str, comment: str = "Checked.") -> Change:
        """These people approve; what is ready is applied."""
        for name in names:
            change = changes.decide(change, Verdict.APPROVE, by=self.people[name], comment=comment)
        if change.state == Change.State.APPLYING:
            change = changes.apply_change(change)
        return change

    def approver(self) -> str:
        """One of the two who approve."""
        return self.random.choice(("approver_a", "approver_b"))

    def settle(
        self, day: int, hour: int, specs: Sequence[changes.PartSpec], **facts: Any
    ) -> Change:
        """Proposed, and approved by one person some hours later."""
        with self.on(day, hour):
            change = self.propose(specs, **facts)
        with self.on(day, min(hour + self.random.randint(1, 6), 22)):
            return self.approve(change, self.approver())

    def settle_payment(self, day: int, specs: Sequence[changes.PartSpec], **facts: Any) -> Change:
        """Proposed, approved by two people, cooled off, applied."""
        with self.on(day, 8):
            change = self.propose(specs, **facts)
        with self.on(day, 13):
            self.approve(change, "approver_a")
        with self.on(day, 15):
            self.approve(change, "approver_b", comment="Called back on the number we know.")
        with self.on(day + 2, 16):
            changes.apply_due()
        return Change.objects.get(pk=change.pk)

    def upload(
        self, system: str, file_name: str, content: bytes, columns: Mapping[str, str], *, by: str
    ) -> ImportRun:
        """A file, mapped and previewed."""
        person = self.people[by]
        run = imports.upload(system, "supplier", file_name, content, by=person)
        return imports.preview_run(imports.map_columns(run, columns, by=person))

    def run(self, run: ImportRun) -> ImportRun:
        """The file is run by the person who brought it."""
        return imports.perform(imports.start(run, by=run.created_by))
