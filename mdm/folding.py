"""What was written, folded: the two clocks of a record. Pure.

as_of(effective V, known K) is the fold of the patches known by K and effective by V, in the order
(effective_from, sequence). Why a value is what it is, is survivorship's; since which version it is
so, is told here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mdm.domains import patch as patches
from mdm.domains.spec import Values


@dataclass(frozen=True, slots=True)
class Written:
    """A patch that a version wrote, and from which day it counts."""

    patch: patches.Patch
    version: int
    effective_from: date = date.min


@dataclass(frozen=True, slots=True)
class Folded:
    """The values, and for each path the version that wrote it."""

    values: Values
    since: dict[str, int] = field(default_factory=dict)


def fold(written: Iterable[Written], *, blank: Values | None = None) -> Folded:
    """The values that the patches come to; `blank` are those of none."""
    values: Values = dict(blank or {})
    since: dict[str, int] = {}
    for one in sorted(written, key=lambda w: (w.effective_from, w.version)):
        values = patches.apply(values, one.patch)
        for path, value in _spread(one.patch):
            if value is None:
                for inside in [p for p in since if p.startswith(f"{path}.")]:
                    del since[inside]
            else:
                since[path] = one.version
    return Folded(values, since)


def _spread(patch: patches.Patch) -> Iterable[tuple[str, str | None]]:
    """A patch by single values: an item by its fields, a removed item as None."""
    for path, value in patch.items():
        if not isinstance(value, Mapping):
            yield path, value
            continue
        for code, text in value.items():
            if code != "id":
                yield f"{path}.{code}", text
