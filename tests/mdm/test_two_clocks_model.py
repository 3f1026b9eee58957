"""as_of is what a small, independent model says, with back-dated and scheduled changes among them.

The changes are proposed, approved and applied through the real use cases while the clock moves on.
The model keeps a log of patches and folds it in its own way.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from mdm import changes, clocks, history
from mdm.domains.supplier import SUPPLIER
from mdm.domains.values import read
from mdm.errors import MdmError, NotFound
from mdm.models import Change, Supplier
from tests import make

SCALARS = ("legal_name", "trade_name", "website")
CITIES = ("Hamburg", "Bremen", "Kiel", "Lübeck")
BEGIN = datetime(2025, 3, 1, 8, tzinfo=UTC)


@dataclass
class Entry:
    """A patch that was approved, and when it was recorded; none while it waits."""

    effective: date
    decided: datetime
    patch: dict[str, Any]
    order: int = 0
    recorded: datetime | None = None


@dataclass
class Model:
    """What one record was, at any two clocks."""

    entries: list[Entry] = field(default_factory=list)

    def at(self, effective: date, known: datetime) -> dict[str, Any] | None:
        """The flat values; None when it was not there."""
        counted = [e for e in self.entries if e.effective <= effective and self._known(e, known)]
        if self.entries[0] not in counted:
            return None
        flat: dict[str, Any] = {}
        for entry in sorted(counted, key=lambda e: (e.effective, e.order)):
            for path, value in entry.patch.items():
                _write(flat, path, value)
        return {path: value for path, value in flat.items() if value != ""}

    def _known(self, entry: Entry, known: datetime) -> bool:
        if entry.recorded and entry.recorded <= known:
            return True
        return entry.decided <= known and entry.effective > known.date()


def _write(flat: dict[str, Any], path: str, value: Any) -> None:
    if "[" not in path:
        flat[path] = value
        return
    _item, _, code = path.partition("].")
    if code:
        flat[path] = value
        return
    for known in [p for p in flat if p.startswith(f"{path}.")]:
        del flat[known]
    for code, text in (value or {}).items():
        flat[f"{path}.{code}"] = text


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """What the product says, in the model's form."""
    found = {code: values[code] for code in (*SCALARS, "status") if values[code]}
    for item in values["addresses"]:
        found |= {f"addresses[{item['id']}].{k}": v for k, v in item.items() if k != "id" and v}
    return found


class Story:
    """Records that change, and the model of each."""

    def __init__(self, people: dict[str, Any], seed: int) -> None:
        self.people, self.dice, self.order = people, random.Random(seed), 0
        self.models: dict[UUID, Model] = {}
        self.waiting: list[tuple[Change, UUID, Entry]] = []

    def create(self, name: str) -> None:
        """A record that begins today."""
        patch = {
            "legal_name": name,
            "addresses[A1]": {"street": "Hafenstrasse", "city": "Hamburg"},
        }
        change = self._propose("create", patch, None, None)
        part = change.parts.get()
        assert part.state == "applied", part.problem
        self.models[part.golden_id] = Model()
        self._note(change, part.golden_id, patch | {"status": "active"}, timezone.now().date())

    def step(self) -> None:
        """One more change of one of them: for now, for an earlier day, or for a later one."""
        golden_id = self.dice.choice(list(self.models))
        row = Supplier.objects.get(pk=golden_id)
        today = timezone.now().date()
        way = self.dice.choice(("now", "now", "back", "back", "later"))
        day = {
            "now": None,
            "back": today - timedelta(days=self.dice.randint(1, 120)),
            "later": today + timedelta(days=self.dice.randint(1, 60)),
        }[way]
        action, patch = self._patch(row)
        try:
            change = self._propose(action, patch, golden_id, day)
        except MdmError:
            return
        after = clocks.STATUS_AFTER.get(action)
        written = {**patch, "status": str(after)} if after else patch
        self._note(change, golden_id, written, day or today)

    def _patch(self, row: Supplier) -> tuple[str, dict[str, Any]]:
        held = {item["id"] for item in row.addresses}
        dice = self.dice.random()
        if dice < 0.1:
            return ("unblock" if row.status == "blocked" else "block"), {}
        if dice < 0.5:
            code = self.dice.choice(SCALARS)
            word = f"{code.title()} {self.dice.randint(1, 9)}".replace("_", " ")
            return "update", {code: f"https://{word[-1]}.example" if code == "website" else word}
        item = self.dice.choice(("A1", "A2", "A3"))
        if item in held and dice < 0.8:
            return "update", {f"addresses[{item}].city": self.dice.choice(CITIES)}
        if item in held:
            return "update", {f"addresses[{item}]": None}
        street = f"Street {self.dice.randint(1, 9)}"
        return "update", {
            f"addresses[{item}]": {"street": street, "city": self.dice.choice(CITIES)}
        }

    def _propose(
        self, action: str, patch: dict[str, Any], golden_id: UUID | None, day: date | None
    ) -> Change:
        change = changes.draft(
            subject="supplier", action=action, golden_id=golden_id, patch=patch,
            by=self.people["requester"], reason="As the dice fell", effective_from=day,
        )  # fmt: skip
        return make.approved(change, self.people["approver"], comment="As the dice fell")

    def _note(
        self, change: Change, golden_id: UUID, patch: dict[str, Any], effective: date
    ) -> None:
        decided = Change.objects.get(pk=change.pk).decided_at
        assert decided is not None
        entry = Entry(effective, decided, patch)
        if change.state == Change.State.SCHEDULED:
            self.waiting.append((change, golden_id, entry))
            entry.order = 1_000_000 + len(self.waiting)
            self.models[golden_id].entries.append(entry)
        elif change.state == Change.State.APPLIED:
            self._record(entry)
            self.models[golden_id].entries.append(entry)

    def _record(self, entry: Entry) -> None:
        self.order += 1
        entry.order, entry.recorded = self.order, timezone.now()

    def sweep(self) -> None:
        """What is due applies itself."""
        changes.apply_due()
        for change, golden_id, entry in sorted(
            self.waiting, key=lambda w: (w[2].effective, w[0].pk)
        ):
            change.refresh_from_db()
            if change.state == Change.State.SCHEDULED:
                continue
            self.waiting = [w for w in self.waiting if w[0].pk != change.pk]
            if change.state == Change.State.APPLIED:
                self._record(entry)
            else:
                self.models[golden_id].entries.remove(entry)

    def ask(self, golden_id: UUID, effective: date, known: datetime) -> None:
        """The product and the model say the same."""
        expected = self.models[golden_id].at(effective, known)
        try:
            values = history.as_of(SUPPLIER, golden_id, effective=effective, known=known)
        except NotFound:
            assert expected is None, (effective, known, expected)
            return
        assert flat(values) == expected, (effective, known)


def play(people: dict[str, Any], *, seed: int, steps: int, points: int) -> dict[str, int]:
    """A story, with the live row compared at each step, and random questions at its end."""
    story, now = Story(people, seed), BEGIN
    for step in range(steps):
        now += timedelta(days=story.dice.choice((0, 0, 1, 2, 5)), minutes=story.dice.randint(2, 90))
        with time_machine.travel(now, tick=True):
            story.sweep()
            if len(story.models) < 3 and step % 4 == 0:
                story.create(("Nordwind GmbH", "Alpenmilch AG", "Hansa Kabel KG")[step // 4])
            else:
                story.step()
            for row in Supplier.objects.all():
                expected = story.models[row.pk].at(timezone.now().date(), timezone.now())
                assert flat(read(SUPPLIER, row)) == expected, (step, row)
    with time_machine.travel(now + timedelta(hours=5), tick=True):
        story.sweep()
        span = (now - BEGIN).days
        for _ in range(points):
            golden_id = story.dice.choice(list(story.models))
            effective = (BEGIN + timedelta(days=story.dice.randint(-130, span + 65))).date()
            known = BEGIN + timedelta(minutes=story.dice.randint(-60, span * 1440 + 600))
            story.ask(golden_id, effective, known)
    entries = [e for model in story.models.values() for e in model.entries]
    return {
        "back-dated": sum(e.effective < e.decided.date() for e in entries),
        "scheduled": sum(e.effective > e.decided.date() for e in entries),
    }


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_is_what_a_small_model_says(people: dict[str, Any], seed: int) -> None:
    kinds = play(people, seed=seed, steps=30, points=60)

    assert min(kinds.values()) >= 3, kinds


@pytest.mark.long
@pytest.mark.usefixtures("reference")
def test_as_of_is_what_the_model_says_at_a_thousand_points(people: dict[str, Any]) -> None:
    kinds = play(people, seed=4711, steps=300, points=1000)

    assert min(kinds.values()) >= 40, kinds
