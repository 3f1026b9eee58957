"""What every connector does alike: render, gate, deliver, read back, test.

deliver:  render -> problems stop it (blocks of a known record still go)
                 -> _write, in the system's way -> Result, whatever happened
"""

import logging
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from publishing.connectors import answers, compare, masking
from publishing.connectors.auth import Auth
from publishing.connectors.base import (
    CanonicalRecord,
    CodeList,
    Context,
    Error,
    Operation,
    Outcome,
    PlannedRequest,
    Problem,
    Reference,
    Rendered,
    Result,
    Stop,
    Support,
)
from publishing.connectors.compare import Difference
from publishing.connectors.conversation import Channel, Conversation
from publishing.connectors.mapping import PROBLEM, Piece, Shape, fill
from publishing.limits import Limits

logger = logging.getLogger(__name__)

STOPPED = frozenset({"blocked", "retired", "merged"})
ENDED = frozenset({"retired", "merged"})


class Connector(ABC):
    """One system's language."""

    code: ClassVar[str]
    label: ClassVar[str]
    auth: ClassVar[Auth]
    limits: ClassVar[Limits]
    lease_seconds: ClassVar[int] = 60
    supported: ClassVar[Mapping[str, Support]]
    shapes: ClassVar[Mapping[str, Shape]]
    references: ClassVar[Mapping[str, tuple[tuple[str, str], ...]]] = {}  # attribute, domain
    DEFAULT_MAPS: ClassVar[Mapping[str, Mapping[str, str]]]

    def supports(self, domain: str) -> Support | None:
        """How this system takes records of a domain; None when it does not."""
        return self.supported.get(domain)

    def code_lists(self, domain: str) -> tuple[CodeList, ...]:
        """The code maps that a record of the domain goes through."""
        lists: dict[str, CodeList] = {}
        for shape, path in _shapes(self.shapes.get(domain)):
            for each in shape.fields:
                if each.codes:
                    known = lists.get(each.codes)
                    paths = (*(known.canonical_paths if known else ()), f"{path}{each.sources[0]}")
                    optional = each.unmapped != PROBLEM and (known is None or known.optional)
                    unique = tuple(dict.fromkeys(paths))
                    lists[each.codes] = CodeList(each.codes, unique, each.max, optional)
        return tuple(lists.values())

    def waits_for(self, domain: str, payload: CanonicalRecord) -> tuple[Reference, ...]:
        """The records that must be in the target first."""
        found = []
        for attribute, other in self.references.get(domain, ()):
            value = payload.get(attribute)
            if isinstance(value, Mapping) and value.get("golden_id"):
                golden_id, code = str(value["golden_id"]), str(value.get("code", ""))
                found.append(Reference(other, golden_id, code, attribute))
        return tuple(found)

    def render(self, domain: str, payload: CanonicalRecord, context: Context) -> Rendered:
        """What would be sent, in clear, and every reason why it cannot be."""
        if domain not in self.shapes:
            return Rendered()
        piece = self._piece(domain, payload, context)
        problems = tuple(dict.fromkeys(piece.whole_problems()))
        return Rendered(
            tuple(self._plan(domain, piece, payload, context)), problems, tuple(piece.whole_trace())
        )

    def preview(self, domain: str, payload: CanonicalRecord, context: Context) -> Rendered:
        """The same, fit to show: bank data, personal data and credentials hidden."""
        clear = self.render(domain, payload, context)
        also = context.masked_fields
        return Rendered(
            tuple(replace(r, body=masking.body(r.body, also)) for r in clear.requests),
            clear.problems,
            tuple(
                replace(t, value=masking.hide(t.value))
                if masking.is_sensitive(t.target_path, also)
                else t
                for t in clear.trace
            ),
        )

    def deliver(
        self, domain: str, payload: CanonicalRecord, context: Context, session: Channel
    ) -> Result:
        """Bring the target to what the payload says."""
        support = self.supports(domain)
        if support is None:
            words = f"{self.label} takes no {domain.replace('_', ' ')}s."
            return Result(Outcome.NOT_SUPPORTED, errors=(Error("not_supported", words),))
        if domain not in self.shapes:
            return self._by_hand(domain, payload, context, session)
        piece = self._piece(domain, payload, context)
        problems = piece.whole_problems()
        only_blocks = bool(problems) and payload.get("status") in STOPPED and self._knows(context)
        if problems and not only_blocks:
            return Result(Outcome.BUSINESS_REJECT, errors=tuple(map(_complaint, problems)))
        talk = self._talk(context, session)
        result = self._finish(
            talk, piece, lambda: self._write(domain, payload, piece, talk, only_blocks=only_blocks)
        )
        warnings = tuple(replace(_complaint(p), severity="warning") for p in problems)
        return replace(result, errors=result.errors + warnings)

    def confirm(
        self, domain: str, payload: CanonicalRecord, context: Context, session: Channel
    ) -> Result:
        """Whether what was accepted, or left to a person, is there by now; nothing is sent."""
        if domain not in self.shapes:
            return self._by_hand(domain, payload, context, session)
        piece = self._piece(domain, payload, context)
        talk = self._talk(context, session)
        return self._finish(talk, piece, lambda: self._confirm(domain, payload, piece, talk))

    def read_back(
        self, domain: str, context: Context, session: Channel, code: str
    ) -> dict[str, Any] | None:
        """The attributes of ours that the target has for a code; None when it has nothing.

        Raises `Stop` when the target cannot be read.
        """
        remote = self._fetch(domain, self._talk(context, session), code)
        return None if remote is None else self.normalise(domain, remote, context)

    def differences(
        self, domain: str, payload: CanonicalRecord, context: Context, session: Channel
    ) -> list[Difference] | None:
        """Where the target differs from a payload; None when it does not have the record."""
        code = str(payload["code"])
        if domain in self.shapes:
            code = self._key_value(domain, self._piece(domain, payload, context), payload)
        remote = self._fetch(domain, self._talk(context, session), code)
        return None if remote is None else self._compare(domain, payload, context, remote)

    def normalise(self, domain: str, remote: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """A thing of theirs in our words."""
        shape = self.shapes.get(domain)
        return compare.canonical(shape, remote, context.code_maps) if shape else dict(remote)

    def test(self, context: Context, session: Channel) -> Result:
        """Whether the credentials open the door; changes nothing."""
        talk = self._talk(context, session)
        return self._finish(talk, None, lambda: self._knock(talk))

    def masked(self, body: Any, context: Context | None = None) -> Any:
        """A body fit to keep and to show."""
        return masking.body(body, context.masked_fields if context else ())

    @abstractmethod
    def classify(
        self, status: int, headers: Mapping[str, str], body: Any
    ) -> tuple[Outcome, list[Error]]:
        """What an answer means, and its complaints."""

    def _piece(self, domain: str, payload: CanonicalRecord, context: Context) -> Piece:
        """The record in this system's form."""
        return fill(self.shapes[domain], payload, context)[0]

    @abstractmethod
    def _plan(
        self, domain: str, piece: Piece, payload: CanonicalRecord, context: Context
    ) -> Iterator[PlannedRequest]:
        """The requests it would take, as far as can be told without looking."""

    @abstractmethod
    def _write(
        self,
        domain: str,
        payload: CanonicalRecord,
        piece: Piece,
        talk: Conversation,
        *,
        only_blocks: bool,
    ) -> tuple[Outcome, Operation]:
        """Send what is needed; raises `Stop`."""

    @abstractmethod
    def _fetch(self, domain: str, talk: Conversation, code: str) -> dict[str, Any] | None:
        """What the target has for a code."""

    @abstractmethod
    def _knock(self, talk: Conversation) -> tuple[Outcome, Operation]:
        """One harmless look."""

    def _key_value(self, domain: str, piece: Piece, payload: CanonicalRecord) -> str:
        """The code by which the target is asked for the record."""
        return str(payload["code"])

    def _compare(
        self, domain: str, payload: CanonicalRecord, context: Context, remote: dict[str, Any]
    ) -> list[Difference]:
        return compare.differences(self._piece(domain, payload, context), remote)

    def _confirm(
        self, domain: str, payload: CanonicalRecord, piece: Piece, talk: Conversation
    ) -> tuple[Outcome, Operation]:
        remote = self._fetch(domain, talk, self._key_value(domain, piece, payload))
        if remote is None or self._compare(domain, payload, talk.context, remote):
            return Outcome.ACCEPTED_ASYNC, Operation.NONE
        return Outcome.OK, Operation.NONE

    def _by_hand(
        self, domain: str, payload: CanonicalRecord, context: Context, session: Channel
    ) -> Result:
        """What a person has to do where there is no way to write."""
        words = f"Maintain {payload.get('code')} in {self.label} by hand."
        return Result(Outcome.MANUAL, errors=(Error("manual", words, severity="info"),))

    def _knows(self, context: Context) -> bool:
        return any(part.key for part in context.parts)

    def _talk(self, context: Context, session: Channel) -> Conversation:
        return Conversation(context, session, auth=self.auth, classify=self.classify)

    def _finish(
        self,
        talk: Conversation,
        piece: Piece | None,
        work: Callable[[], tuple[Outcome, Operation]],
    ) -> Result:
        """The result of some work, with all that was learnt even if it stopped half-way."""
        outcome, operation = Outcome.DEFECT, Operation.NONE
        errors: Sequence[Error] = ()
        wait: float | None = None
        try:
            outcome, operation = work()
        except Stop as stop:
            outcome, errors, wait = stop.outcome, stop.errors, stop.retry_after
        except Exception as error:  # noqa: BLE001 - what was learnt must not be lost with it
            what = type(error).__name__
            # Its words and its trace may hold values of the record.
            logger.error("a defect of %s: %s at %s", self.code, what, _place(error))  # noqa: TRY400
            errors = (Error("defect", f"{what} in the {self.label} connector."),)
        trace = piece.whole_trace() if piece else []
        return Result(
            outcome,
            operation,
            tuple(talk.parts),
            tuple(talk.exchanges),
            answers.placed(errors, trace),
            wait,
        )


def _place(error: Exception) -> str:
    """Where it happened, innermost first; never what it said, which may hold values."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))


def _complaint(problem: Problem) -> Error:
    words = f"{problem.canonical_path}: {problem.found or 'nothing'}; expected {problem.expected}."
    return Error(problem.code, f"{words} {problem.hint}", "", problem.canonical_path)


def _shapes(shape: Shape | None, path: str = "") -> Iterator[tuple[Shape, str]]:
    if shape is not None:
        yield shape, path
        for child in shape.children:
            yield from _shapes(child, f"{child.collection}[]." if child.collection else path)
