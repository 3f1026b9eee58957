"""Pins in bodies: how long a value holds against what sources say."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from mdm.api.operation import Named
from mdm.api.shapes import DAY_OR_NONE, closed
from mdm.changes import pinning
from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.errors import Invalid
from mdm.survivorship import Hold

PINS = Named(
    "Pins",
    {
        "type": "object",
        "maxProperties": 500,
        "description": (
            "Path to how long its value holds against what sources say: `ever`; `date`, until the "
            "end of the day in `until`; `speaks`, until a source speaks of it again. `none` takes "
            "a pin back: unless the patch names another value, what the rules give is proposed. A "
            "value that is not pinned holds until a source that would win says something new."
        ),
        "additionalProperties": closed(
            {
                "hold": {"enum": [h.value for h in Hold if h is not Hold.CHANGE]},
                "until": DAY_OR_NONE,
            },
            needed=("hold",),
        ),
    },
)


def of(body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The pins in a body, without what is null."""
    return {
        path: {name: text for name, text in pin.items() if text}
        for path, pin in body.get("pins", {}).items()
    }


def freed(
    kind: Subject, golden_id: UUID, patch: Mapping[str, Any], pins: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """What the rules give where a pin is taken back and the patch names no other value."""
    taken = [p for p, pin in pins.items() if pin["hold"] == Hold.NONE and p not in patch]
    return pinning.freed(kind, golden_id, _declared(kind, taken))


def _declared(kind: Subject, paths: Iterable[str]) -> Iterator[str]:
    """Those of the paths that there are; the others are refused with the draft."""
    for path in paths:
        try:
            patches.declared(kind, path)
        except Invalid:
            continue
        yield path
