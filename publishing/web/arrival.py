"""Did it arrive? A number, name, key or correlation id in; a sentence per record out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mdm import links
from mdm.domains import DOMAINS
from mdm.queries import finding
from publishing import monitor
from publishing.models import Replica
from publishing.monitor import Place
from publishing.web import words

State = Replica.State
MOST = 8
AT_REST = (State.SKIPPED.value, "not_taken", "not_wanted")


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of one record: whether it arrived, and a sentence per target."""

    name: str
    code: str
    domain: str
    url: str
    verdict: str
    tone: str
    places: Sequence[Place] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that a question may mean."""

    text: str
    found: Sequence[Answer] = ()
    more: int = 0  # records that are not shown
    hits: Sequence[finding.Hit] = field(default_factory=tuple)  # known, but wanted nowhere

    @property
    def is_known(self) -> bool:
        """Whether anything was found."""
        return bool(self.found or self.hits)


def answers(text: str, *, by: Any) -> Answers | None:
    """What is known of a question; None when nothing was asked."""
    text = "".join(c for c in text if c.isprintable()).strip()[:200]
    if not text:
        return None
    if not any(c.isalnum() for c in text):
        return Answers(text)
    records: dict[UUID, list[Replica]] = {}
    for replica in monitor.did_it_arrive(text, by=by):
        records.setdefault(replica.golden_id, []).append(replica)
    if not records:
        return Answers(text, hits=tuple(finding.search(by, text, limit=MOST)))
    if len(records) == 1:
        ((golden_id, replicas),) = records.items()
        places = monitor.where_it_is(golden_id, clock=words.clock)
        return Answers(text, (_answer(replicas[0], [(p.state, p) for p in places]),))
    many = list(records.values())
    found = tuple(_answer(rows[0], [(row.state, None) for row in rows]) for rows in many[:MOST])
    return Answers(text, found, len(many) - len(found))


def _answer(replica: Replica, known: Sequence[tuple[str, Place | None]]) -> Answer:
    kind = DOMAINS[replica.domain]
    tone, verdict = _verdict([state for state, _ in known])
    return Answer(
        replica.label or replica.code,
        replica.code,
        kind.label,
        links.record(kind, replica.golden_id),
        verdict,
        tone,
        tuple(place for state, place in known if place and state != "not_taken"),
    )


def _verdict(states: Sequence[str]) -> tuple[str, str]:
    """A tone and the answer in one or two words."""
    wanted = [state for state in states if state not in AT_REST]
    landed = wanted.count(State.LANDED)
    if not wanted:
        return "idle", "Not meant for any target."
    if landed == len(wanted):
        return "ok", "Yes, everywhere." if landed > 1 else "Yes."
    broken = State.DEAD in wanted
    if landed:
        return ("bad" if broken else "warn"), "Not everywhere."
    return ("bad", "No.") if broken else ("warn", "Not yet.")
