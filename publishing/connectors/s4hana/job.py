"""One record brought to S/4HANA: looked for, made, changed step by step, every step remembered."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from publishing.connectors.base import Error, Outcome, Part, Stop
from publishing.connectors.compare import differences, hash_of
from publishing.connectors.conversation import Conversation, parsed
from publishing.connectors.mapping import Piece
from publishing.connectors.s4hana import plans
from publishing.connectors.s4hana.odata import (
    Entity,
    Found,
    Service,
    etag_of,
    own_ids,
    own_key,
    rows,
    unwrapped,
    walk,
)
from publishing.connectors.s4hana.plans import Parts, Step
from publishing.http import Answer

REPEATED = (Outcome.CONFLICT, Outcome.CONFIGURATION)


class Job:
    """The work on one record in one try."""

    def __init__(self, service: Service, root: Piece, talk: Conversation) -> None:
        self.service = service
        self.root = root
        self.talk = talk
        self.parts: Parts = {part.place: part for part in talk.context.parts if part.key}

    @property
    def key(self) -> str:
        """The key of the record there; empty while it is not."""
        part = self.parts.get(("", self.service.root.kind, ""))
        return part.key if part else ""

    def look(self) -> bool:
        """Find the record by key, else by our code, and take what is there for what is known."""
        remote = fetch(self.service, self.root.values, self.key, self.talk)
        if remote is None:
            for part in list(self.parts.values()):
                self._forget(part)
            return False
        self._take(remote, ())
        return True

    def create(self) -> bool:
        """Make the record with all that can come with it; False when it was there already."""
        plans.number_banks(self.root, self.parts)
        path = f"{self.service.path}/{self.service.root.set}"
        body = plans.deep(self.service, self.root)
        answer, outcome, errors = self.talk.write("POST", path, body, expect=(Outcome.DUPLICATE,))
        if outcome is Outcome.DUPLICATE:
            if not self.look():
                raise Stop(Outcome.BUSINESS_REJECT, *errors, status=answer.status)
            return False
        made = unwrapped(parsed(answer, Outcome.UNKNOWN))
        if not isinstance(made, Mapping) or not own_key(self.service.root, made):
            raise Stop(Outcome.UNKNOWN, Error("no_key", "S/4HANA took it and named no key."))
        sent = {id(piece) for _, piece in self._together(self.root)}
        self._take({**made, "__metadata": _metadata(made, answer)}, sent)
        return True

    def move(self) -> bool:
        """Make a cost center for other dates, which are part of its key; False if there is one
        already in that time, whose dates only a person can change."""
        self.parts.pop(("", self.service.root.kind, ""), None)
        return self.create()

    def bring(self, *, only_blocks: bool = False) -> int:
        """Do what is left to do; the number of changes made."""
        overwrite, done, looked = self.talk.context.overwrite, 0, False
        todo = self._todo(push_all=overwrite, only_blocks=only_blocks)
        while todo:
            step = todo.pop(0)
            if step.verb == "create" and not step.entity.is_creatable:
                if looked or not self.look():
                    words = f"S/4HANA has made no {step.entity.kind} for {self.key}."
                    raise Stop(Outcome.BUSINESS_REJECT, Error("not_made", words))
                looked = True
                todo = self._todo(push_all=False, only_blocks=only_blocks)
                continue
            self._do(step, only_blocks=only_blocks)
            done += 1
        return done

    def _todo(self, *, push_all: bool, only_blocks: bool) -> list[Step]:
        plans.number_banks(self.root, self.parts)
        return plans.steps(
            self.service, self.root, self.parts, push_all=push_all, only_blocks=only_blocks
        )

    def _together(self, piece: Piece) -> Iterator[tuple[Entity, Piece]]:
        for entity, each in plans.spread(self.service, piece):
            if each is self.root or plans.comes_along(each):
                yield entity, each

    def _take(self, remote: Mapping[str, Any], sent: Collection[int]) -> None:
        """Learn every part that an answer shows."""
        found: list[Found] = list(walk(self.service, remote, self._follow))
        paired = plans.pair(self.service, self.root, found, self.parts, sent)
        others = {p: part for p, part in self.parts.items() if p not in paired}
        there = {(each.kind, each.key) for each in found}
        for place, part in list(others.items()):
            if self.service.has(part.kind) and (part.kind, part.key) not in there:
                self.talk.learn(replace(others.pop(place), gone=True))
        self.parts = {**others, **paired}
        for part in paired.values():
            self.talk.learn(part)

    def _follow(self, entity: Entity, values: Mapping[str, Any], navigation: str) -> Any:
        keys = {name: str(values.get(name) or "") for name, _ in entity.keys}
        return self.talk.read(f"{self.service.at(entity, keys)}/{navigation}")

    def _do(self, step: Step, *, only_blocks: bool, again: bool = True) -> None:
        request = plans.request_of(self.service, step, self.parts, only_blocks=only_blocks)
        headers = self._if_match(step)
        expect = REPEATED if step.verb != "create" else ()
        answer, outcome, errors = self.talk.write(
            request.method, request.path, request.body, headers=headers, expect=expect
        )
        if outcome is Outcome.CONFIGURATION:
            self._vanished(step, answer, errors)
        elif outcome is Outcome.CONFLICT and again:
            renewed = self._reconsider(step)
            if renewed is not None:
                self._do(renewed, only_blocks=only_blocks, again=False)
        elif outcome is Outcome.CONFLICT:
            raise Stop(Outcome.CONFLICT, *errors, status=answer.status)
        else:
            self._done(step, answer, only_blocks=only_blocks)

    def _if_match(self, step: Step) -> dict[str, str]:
        if step.entity.any_etag and (step.verb != "create" or step.entity.action):
            return {"If-Match": "*"}
        if step.verb == "create" or step.part is None:
            return {}
        return {"If-Match": step.part.etag or etag_of(self._one(step)) or "*"}

    def _one(self, step: Step) -> Mapping[str, Any]:
        """The thing of a step as it is now."""
        path = plans.path_of(self.service, step, self.parts)
        found = unwrapped(self.talk.read(path))
        return found if isinstance(found, Mapping) else {}

    def _reconsider(self, step: Step) -> Step | None:
        """After a 412: the step to send once more, None when nothing is left to send.

        What somebody changed there by hand is a conflict, unless a person said to overwrite it.
        """
        now = self._one(step)
        part, piece = step.part, step.piece
        if part is None:
            return None
        fresh = replace(part, etag=etag_of(now))
        if piece is not None:
            theirs = hash_of(piece, now)
            if theirs == piece.hash():
                self._learn(replace(fresh, landed_hash=theirs))
                return None
            expected = theirs == part.landed_hash or not part.landed_hash
            if not expected and not self.talk.context.overwrite:
                raise Stop(Outcome.CONFLICT, *_by_hand(piece, now), status=412)
        return replace(step, part=fresh)

    def _vanished(self, step: Step, answer: Answer, errors: tuple[Error, ...]) -> None:
        """The thing is not there any more: forgotten, so that the next try finds or makes it."""
        part = step.part
        if answer.status != 404 or part is None:
            raise Stop(Outcome.CONFIGURATION, *errors, status=answer.status)
        self._forget(part)
        if step.verb == "remove":
            return
        if step.entity is self.service.root:
            for each in list(self.parts.values()):
                self._forget(each)
        words = f"{step.entity.set} {part.key} is gone from S/4HANA; the next try makes it anew."
        raise Stop(Outcome.TRANSIENT, Error("gone", words), status=404)

    def _done(self, step: Step, answer: Answer, *, only_blocks: bool) -> None:
        if step.verb == "remove" and step.part:
            known = self.parts.get(step.place)
            if known is not None and known.key == step.part.key:
                self._forget(known)
            return
        piece = step.piece
        if piece is None:
            return
        landed = "" if only_blocks else piece.hash()
        made = _body(answer)
        etag = etag_of(made, answer.headers)
        if step.part is not None and step.verb == "update":
            self._learn(replace(step.part, etag=etag, landed_hash=landed))
            if not etag and not step.entity.any_etag:
                self._learn_etag(step)
            return
        key = own_key(step.entity, made) or own_key(step.entity, piece.values)
        if step.entity.action:
            key = self.key
        if not key:
            words = f"S/4HANA took a {step.entity.kind} and named no key."
            raise Stop(Outcome.UNKNOWN, Error("no_key", words))
        legal_entity, kind, part_id = step.place
        self._learn(Part(kind, key, part_id, legal_entity, etag, landed))

    def _learn_etag(self, step: Step) -> None:
        """The etag a change left, so that the next change sees what others did in between."""
        with suppress(Stop):  # it has landed; the etag can be read another time
            etag = etag_of(self._one(step))
            self._learn(replace(self.parts[step.place], etag=etag))

    def _learn(self, part: Part) -> None:
        self.parts[part.place] = self.talk.learn(part)

    def _forget(self, part: Part) -> None:
        self.parts.pop(part.place, None)
        self.talk.learn(replace(part, gone=True))


def fetch(
    service: Service, values: Mapping[str, Any], key: str, talk: Conversation
) -> Mapping[str, Any] | None:
    """A root with all that hangs on it: by its key where it has one, else by our code."""
    if key:
        path = service.at(service.root, own_ids(service.root, key))
        found = talk.read(f"{path}?$expand={service.expand()}", missing=True)
        if found is not None:
            remote = unwrapped(found)
            return remote if isinstance(remote, Mapping) else None
    return search(service, values, talk)


def search(
    service: Service, values: Mapping[str, Any], talk: Conversation
) -> Mapping[str, Any] | None:
    """The one root that carries our code; of several time slices, the one meant or the last."""
    code = service.identity[-1]
    named = [
        row
        for row in rows(talk.read(service.search(values)))
        if str(row.get(code, "")) == str(values.get(code, ""))
    ]
    if service.version == 4 and len(named) > 1:
        end = str(values.get("ValidityEndDate", ""))
        named.sort(key=lambda row: (row.get("ValidityEndDate") != end, row["ValidityEndDate"]))
        return named[0] if named[0].get("ValidityEndDate") == end else named[-1]
    if len(named) > 1:
        keys = ", ".join(own_key(service.root, row) for row in named)
        words = f"S/4HANA has {values.get(code)} more than once ({keys}). Decide which one stays."
        raise Stop(Outcome.BUSINESS_REJECT, Error("ambiguous", words, code, "code"))
    return named[0] if named else None


def _body(answer: Answer) -> Mapping[str, Any]:
    """The thing an answer carries; an empty answer carries none."""
    if not answer.body.strip():
        return {}
    found = unwrapped(parsed(answer, Outcome.UNKNOWN))
    return found if isinstance(found, Mapping) else {}


def _metadata(made: Mapping[str, Any], answer: Answer) -> dict[str, Any]:
    given = made.get("__metadata")
    own = dict(given) if isinstance(given, Mapping) else {}
    return {**own, "etag": etag_of(made, answer.headers)}


def _by_hand(piece: Piece, now: Mapping[str, Any]) -> list[Error]:
    return [
        Error(
            "changed_there",
            f"{each.target_path} was changed in S/4HANA and is {each.theirs or 'empty'} now.",
            each.target_path,
            each.canonical_path,
        )
        for each in differences(piece, now, alone=True)
    ]
