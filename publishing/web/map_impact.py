"""What a change of code map entries does: who uses the code, and what waits for the entry."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.text import capfirst

from mdm.errors import MdmError
from mdm.models import ChangePart
from publishing import codemaps, targets, unmapped
from publishing.codemaps import CODE_MAPS
from publishing.models import CodeMap


def sentences(parts: Sequence[ChangePart], user: Any) -> Iterator[str]:
    """For each entry, what it is about and how much depends on it."""
    for part in parts:
        if part.subject == CODE_MAPS.code and (said := _sentence(part, user)):
            yield said


def _sentence(part: ChangePart, user: Any) -> str:
    row = CodeMap.objects.filter(pk=part.golden_id).first()
    code, name, ours = (
        str(part.patch.get(field) or getattr(row, field, ""))
        for field in ("target", "list", "ours")
    )
    try:
        target = targets.find(code)
    except MdmError:
        return ""
    use = unmapped.use(target, name, ours, by=user)
    uses = "record uses" if use.used == 1 else "records use"
    records = f"{use.used:,} {uses} {ours}"
    waits = f"{use.stopped:,} deliver{'y waits' if use.stopped == 1 else 'ies wait'} for it"
    then = " Replay them once it is applied." if use.stopped else ""
    what = capfirst(codemaps.words(name))
    return f"{what} in {target.name}: {records}, and {waits}.{then}"
