"""What a system says of one thing, as a message: its key, and clean values of what it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from mdm import vault
from mdm.domains import cleaning
from mdm.domains.ids import item_id
from mdm.domains.spec import Collection, Problem, Subject, Values
from mdm.errors import Invalid
from mdm.models import System
from mdm.standardise import text

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Moments:
    """When the source made, changed and deleted the thing, where it says so."""

    created_at: datetime | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `values` are plain and clean, and hold only what the source speaks of."""

    key: str
    values: Values
    raw: Mapping[str, Any] = field(default_factory=dict)
    scope: str = ""
    row_number: int | None = None
    secret: frozenset[str] = frozenset()  # names in `raw` whose values are sealed
    at: Moments = Moments()

    @property
    def place(self) -> tuple[str, str]:
        """Scope and key: what the message is about, in its system."""
        return self.scope, self.key

    @property
    def content_hash(self) -> str:
        """Equal for messages that say the same. Keyed, because it covers secret values too."""
        body = [self.values, self.at.deleted_at.isoformat() if self.at.deleted_at else ""]
        written = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        return vault.blind("revision", written.decode())


def clean_key(key: str) -> str:
    """A system's key as it is kept: no space around it, nothing else changed. Raises `Invalid`."""
    found = text.squeeze(key)
    if not found:
        raise Invalid(key, "the system's own key of the row", "Every row needs one.")
    if len(found) > LONGEST_KEY:
        raise Invalid(found, f"a key of at most {LONGEST_KEY} characters", "Check the column.")
    return found


def item_id_of(
    collection: Collection, system: System, place: tuple[str, str], *identity: str
) -> str:
    """The stable id of a source's item: the same row and place always give the same id."""
    return item_id(collection.prefix, system.code, *place, *identity)


def clean_values(
    kind: Subject, system: System, place: tuple[str, str], said: Mapping[str, Any]
) -> tuple[Values, list[Problem]]:
    """What a system sent, as clean values, and what is wrong with it.

    Scalars by attribute code, collections as lists of mappings. An item without an id gets one
    from what makes it the same item again.
    """
    values: Values = {}
    problems: list[Problem] = []
    for code, value in said.items():
        if attribute := kind.attribute(code):
            try:
                values[code] = cleaning.clean(attribute, value)
            except Invalid as error:
                problems.append(Problem(code, error.found, error.expected, error.hint))
        elif collection := kind.collection(code):
            values[code] = _clean_items(kind, collection, system, place, value, problems)
        else:
            known = [a.code for a in kind.attributes] + [c.code for c in kind.collections]
            problems.append(Problem(code, code, "one of " + ", ".join(known)))
    return values, problems


def _clean_items(
    kind: Subject,
    collection: Collection,
    system: System,
    place: tuple[str, str],
    sent: Any,
    problems: list[Problem],
) -> list[dict[str, str]]:
    if not isinstance(sent, list) or not all(isinstance(item, Mapping) for item in sent):
        problems.append(Problem(collection.code, str(sent), "a list of objects"))
        return []
    items: dict[str, dict[str, str]] = {}
    for number, raw in enumerate(sent, start=1):
        at = f"{collection.code}[{number}]"
        cleaned, wrong = cleaning.clean_patch(kind, {at: dict(raw)})
        problems += wrong
        item = dict(cleaned.get(at) or {})
        given = text.squeeze(str(raw.get("id") or ""))
        identity = [item.get(code, "") for code in collection.identity]
        item["id"] = item_id_of(collection, system, place, *([given] if given else identity))
        if len(item) > 1:
            items[item["id"]] = item
    return list(items.values())
