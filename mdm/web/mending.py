"""The repairs that a propose form offers: one button takes them all."""

from django.http import QueryDict

from mdm.checks.repairs import repaired, repairs
from mdm.domains import patch as patches
from mdm.domains.ids import uuid7
from mdm.domains.spec import Problem
from mdm.models import ChangePart
from mdm.queries import words as say
from mdm.web.filling import Filled


def offered(filled: Filled) -> list[Problem]:
    """What one value each would put right."""
    opened = filled.opening
    if not filled.patch or filled.problems:
        return []
    action = ChangePart.Action.CREATE if opened.is_new else ChangePart.Action.UPDATE
    golden_id = opened.row.pk if opened.row is not None else uuid7()
    return repairs(opened.kind, golden_id, filled.patch, action=action)


def sentences(filled: Filled) -> list[str]:
    """The repairs in words."""
    return [_sentence(filled, one) for one in offered(filled)]


def _sentence(filled: Filled, one: Problem) -> str:
    at = patches.parse(one.path)
    item = patches.item_of(filled.after, at.code, at.item) or {} if at.item else {}
    begins = f" from {say.day(item['valid_from'])}" if item.get("valid_from") else ""
    place, _, field = say.label(filled.opening.kind, one.path).partition(" / ")
    said = f"{place}{begins}: {field.lower()}" if field else place
    return f"{said} becomes {say.day(one.repair)}."


def mended(post: QueryDict, filled: Filled) -> QueryDict:
    """What was entered, with the repairs taken."""
    fresh = post.copy()
    for path, value in repaired(offered(filled)).items():
        fresh[path] = value
    return fresh
