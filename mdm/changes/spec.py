"""What one part of a change is to do, as it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mdm.changes.pinning import Pins
from mdm.models import ChangePart, SourceRevision

Action = ChangePart.Action


@dataclass(frozen=True, slots=True)
class PartSpec:
    """What one part is to do. `patch` holds plain values; it is cleaned unless `is_clean`.

    `pins` say how long the values of paths hold against what sources say; see `pinning`.
    """

    subject: str
    action: str = Action.UPDATE
    patch: Mapping[str, Any] = field(default_factory=dict)
    golden_id: UUID | None = None
    revision: SourceRevision | None = None
    other_id: UUID | None = None
    seen: Mapping[str, Any] | None = None
    seen_version: int | None = None
    is_clean: bool = False
    pins: Pins = field(default_factory=dict)
