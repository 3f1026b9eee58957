"""What an approval is bound to, and whether it is still that when it is applied."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

import orjson

from mdm import policies
from mdm.errors import Conflict
from mdm.models import Change, ChangePart

MOVED = (
    "Its content is not what was approved: it was altered past the reviewers. Nothing of it was "
    "written. Look at what it says now, then propose it again."
)


def content_hash(change: Change, parts: Iterable[ChangePart]) -> str:
    """SHA-256, in hex, of patch, values seen, effective date and policy revision."""
    return _combined(change, (_hash(part) for part in parts))


class Approved:
    """The content of a change as it was approved, to hold each part against as it is applied.

    Raises `Conflict` when the parts, together or later one by one, are not what was approved.
    """

    def __init__(self, change: Change) -> None:
        parts = change.parts.order_by("position").iterator(chunk_size=500)
        self._hashes: dict[UUID, bytes] = {part.pk: _hash(part) for part in parts}
        if _combined(change, self._hashes.values()) != change.content_hash:
            raise Conflict(MOVED)

    def require(self, part: ChangePart) -> None:
        """Refuse a part that was altered since."""
        if self._hashes.get(part.pk) != _hash(part):
            raise Conflict(MOVED)


def _combined(change: Change, hashes: Iterable[bytes]) -> str:
    revision = change.policy.get("revision", policies.REVISION)
    digest = hashlib.sha256(orjson.dumps([revision, str(change.effective_from or "")]))
    for one in hashes:
        digest.update(one)
    return digest.hexdigest()


def _hash(part: ChangePart) -> bytes:
    facts = [
        part.subject,
        str(part.golden_id),
        part.action,
        part.patch,
        part.pins,
        part.seen,
        str(part.other_id),
    ]
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()
