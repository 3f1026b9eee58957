"""The contract files, read once."""

from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).resolve().parent.parent / "contracts"


@cache
def schema(system: str, name: str) -> dict[str, Any]:
    """For example `schema("coupa", "supplier.request")`."""
    return _read(system, f"{name}.schema.json")


@cache
def entities(system: str, name: str) -> dict[str, Any]:
    """The entity list of one OData service."""
    return _read(system, f"{name}.entities.json")


def _read(system: str, name: str) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads((FOLDER / system / name).read_bytes())
    return value
