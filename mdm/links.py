"""Where the pages of things are, for sentences that lead there."""

from uuid import UUID

from mdm.domains.spec import Subject


def record(kind: Subject, golden_id: UUID | str) -> str:
    """The page of a golden record, or of the reference list that a row is in."""
    return f"/{kind.path}/{golden_id}/" if kind.is_domain else f"/reference/{kind.path}/"


def change(number: str) -> str:
    """The page of a change."""
    return f"/changes/{number}/"
