"""From the body of a source record to a message for intake, with its problems by pointer."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from mdm import intake
from mdm.api import bodies, errors, parameters, shapes
from mdm.api.errors import Problem
from mdm.domains import get_domain

MOMENTS = ("created_at", "updated_at", "deleted_at")


def receive(item: Mapping[str, Any], user: Any, at: str = "") -> intake.Received:
    """Hand one message to intake. What is wrong with its values is named by pointer."""
    bodies.check(item["values"], _values_of(item["domain"]), f"{at}/values")
    try:
        return intake.receive(
            item["system"],
            item["domain"],
            item["key"],
            {code: _reference(value) for code, value in item["values"].items()},
            by=user,
            raw=dict(item["values"]),
            scope=item.get("scope", ""),
            at=intake.Moments(**{n: parameters.moment(item[n]) for n in MOMENTS if item.get(n)}),
        )
    except errors.Malformed as error:
        found = [errors.found_at(p, f"{at}/values/{_place(p.path)}") for p in error.problems]
        raise Problem("invalid", found[0]["detail"], errors=found) from error


def _place(path: str) -> str:
    """A path such as addresses[1].city, in which items are counted, as steps of a pointer."""
    parts = re.fullmatch(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", path)
    if parts is None:
        return errors.escaped(path)
    code, item, field = parts.groups()
    return "/".join(step for step in (code, item and str(int(item) - 1), field) if step)


def _reference(value: Any) -> Any:
    """A reference as text: by golden id where it has one, else by code."""
    if isinstance(value, Mapping):
        return value.get("golden_id") or value.get("code")
    return value


@cache
def _values_of(domain: str) -> shapes.Named:
    return shapes.values(get_domain(domain))
