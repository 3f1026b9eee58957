"""What a merge or a link would do, in a sentence, before anybody commits to it."""

from matching.models import OwnerKind
from matching.web.sides import Side
from mdm.domains.patch import Patch


def effects(stays: Side, goes: Side, picks: Patch) -> str:
    """Who survives, which keys move, who is told, and how it is taken back."""
    by_hand = f" {len(picks)} value{'s' if len(picks) > 1 else ''} by your pick." if picks else ""
    if stays.is_record and goes.is_record:
        keys = "1 key of another system leads" if goes.keys == 1 else f"{goes.keys} keys lead"
        return (
            f"{stays.code} survives. {goes.code} becomes a redirect to it, {keys} there, and every "
            f"target that has them gets an update.{by_hand} Nothing is deleted."
        )
    if stays.is_record and goes.kind is OwnerKind.SOURCE:
        return (
            f"{goes.what} {goes.code} becomes a source of {stays.code}; its key leads there, and "
            f"what the record lacks comes from it.{by_hand}"
        )
    if stays.kind is OwnerKind.PART or goes.kind is OwnerKind.PART:
        part = stays if stays.kind is OwnerKind.PART else goes
        return f"Once {part.code} is applied, the other becomes a source of the new record."
    return f"{stays.what} {stays.code} becomes a new record; {goes.code} then becomes its source."
