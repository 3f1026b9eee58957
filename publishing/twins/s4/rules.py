"""What one service knows beyond its entities; the business partner and the project fill it in."""

from collections.abc import Mapping
from typing import Any, Protocol

from publishing.twins.checks import Check
from publishing.twins.s4.entities import Entity
from publishing.twins.store import Held, Store

Document = dict[str, Any]


class Rules(Protocol):
    root: str  # the entity that carries our code
    code_field: str
    names: Mapping[str, str]  # entity -> the property that is unique beside its key
    only_any_match: bool  # `If-Match: *` is all that works
    check: Check  # the contract schema of a create

    def prepare(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        """Fill in what the server makes: keys, parents' keys, defaults."""

    def examine(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        """Refuse what a single entity must not be."""

    def settle(self, store: Store, root: Held) -> None:
        """Add what the whole brings along, refuse what it must not be; after any change to it."""

    def derived(self, store: Store, entity: Entity, held: Held) -> Mapping[str, Any]:
        """The read-only properties."""
