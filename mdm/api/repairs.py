"""Take the repairs that rules offer: one field of the body lets neighbours be cut or stretched."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mdm.api.errors import Problem, escaped
from mdm.checks.repairs import repaired, repairs
from mdm.domains.spec import Domain
from mdm.models import ChangePart

ADJUST = {
    "adjust_neighbours": {
        "type": "boolean",
        "default": False,
        "description": (
            "Cut or stretch what lies beside a proposed period, so that rates follow each other "
            "and dates stay inside those of the parent."
        ),
    }
}


def adjusted(
    body: Mapping[str, Any], domain: Domain, golden_id: UUID, patch: dict[str, Any]
) -> dict[str, Any]:
    """The patch with the repairs when the body takes them.

    Raises `Problem` with each ready repair when it does not, and the change is to be submitted.
    """
    found = repairs(domain, golden_id, patch, action=ChangePart.Action.UPDATE)
    if not found:
        return patch
    if body.get("adjust_neighbours", False):
        return {**patch, **repaired(found)}
    if not body.get("submit", True):
        return patch
    errors = [
        {
            "pointer": f"/patch/{escaped(one.path)}",
            "code": "adjust",
            "detail": str(one),
            "value": one.repair,
        }
        for one in found
    ]
    offer = ", ".join(f"{path} = {value}" for path, value in repaired(found).items())
    detail = f"{found[0]} Send adjust_neighbours: true to take the repair: {offer}."
    raise Problem("refused", detail, errors=errors)
