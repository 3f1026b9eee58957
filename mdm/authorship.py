"""Who is acting, why and in which correlation: read by every history row and ledger entry.

Set by the request, task or command at its edge; a governed row cannot be written without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from mdm.errors import MdmError


class Nobody(MdmError):
    """A governed row was about to be written without anybody to answer for it."""

    code = "nobody"


@dataclass(frozen=True, slots=True)
class Author:
    """The person or machine that acts. `user` is None for machines."""

    person: str
    reason: str = ""
    correlation_id: UUID = field(default_factory=uuid4)
    change: str = ""
    user: Any = None


_author: ContextVar[Author | None] = ContextVar("author", default=None)
_head: ContextVar[UUID | None] = ContextVar("head", default=None)


def current() -> Author:
    """Who acts now. Raises `Nobody` outside of `acting`."""
    author = _author.get()
    if author is None:
        raise Nobody("A governed row can only be written inside a change.")
    return author


@contextmanager
def acting(author: Author | None = None, **facts: Any) -> Iterator[Author]:
    """Act as somebody; facts given by name refine whoever acts already."""
    known = author or _author.get()
    author = replace(known, **facts) if known else Author(**facts)
    token = _author.set(author)
    try:
        yield author
    finally:
        _author.reset(token)


@contextmanager
def anchored(head: UUID) -> Iterator[None]:
    """The history row written now takes this id."""
    token = _head.set(head)
    try:
        yield
    finally:
        _head.reset(token)


def person() -> str:
    """Default of a history row's person."""
    return current().person


def reason() -> str:
    """Default of a history row's reason."""
    return current().reason


def correlation_id() -> UUID:
    """Default of a history row's correlation id."""
    return current().correlation_id


def correlated() -> UUID:
    """The correlation of whoever acts now; a new one when nobody does yet."""
    author = _author.get()
    return author.correlation_id if author else uuid4()


def change() -> str:
    """Default of a history row's change number; "" for a row no change wrote."""
    return current().change


def head() -> UUID:
    """Default of a history row's id: the head its governed row has just taken."""
    value = _head.get()
    if value is None:
        raise Nobody("A history row is only written by saving its governed row.")
    return value
