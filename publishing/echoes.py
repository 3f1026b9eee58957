"""Is what a system says only what we told it? Then it says nothing.

A target that is also a source sends our own version back, as it holds it: with names cut to its
length, in its letters, under its codes. Such a message is compared with the version that landed
there. Were it taken as the system's own word, our values would come to count as its.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from mdm import history, vault
from mdm.domains.spec import Collection, Domain, Values
from mdm.standardise import text
from publishing import codemaps, targets
from publishing.models import Replica, Target

SHORTEST_CUT = 10  # letters that a cut value must still have to be known again
Codes = Mapping[str, Mapping[str, str]]


def echoes(domain: Domain, system: str, said: Sequence[tuple[UUID, Values]]) -> set[UUID]:
    """The golden ids whose message says no more than a target of this system was told."""
    theirs = list(Target.objects.filter(system=system))
    if not theirs:
        return set()
    landed = Replica.objects.filter(
        target__in=theirs,
        domain=domain.code,
        golden_id__in=[golden_id for golden_id, _ in said],
        landed_version__gt=0,
    ).select_related("target")
    by_id: dict[UUID, list[Replica]] = {}
    for replica in landed:
        by_id.setdefault(replica.golden_id, []).append(replica)
    return {
        golden_id
        for golden_id, values in said
        if any(_is_echo(domain, replica, values) for replica in by_id.get(golden_id, ()))
    }


def _is_echo(domain: Domain, replica: Replica, said: Values) -> bool:
    held = vault.open_values(
        domain, history.values_at(domain, replica.golden_id, replica.landed_version)
    )
    codes = _codes(domain, replica.target)
    for attribute in domain.attributes:
        ours = str(held.get(attribute.code) or "")
        theirs = str(said.get(attribute.code) or "")
        if theirs and not _same(ours, theirs, codes.get(attribute.code, {})):
            return False
    return all(
        _is_listed(collection, item, held.get(collection.code) or [], codes)
        for collection in domain.collections
        for item in said.get(collection.code) or []
    )


def _is_listed(
    collection: Collection, item: Mapping[str, str], held: Iterable[Mapping[str, str]], codes: Codes
) -> bool:
    """Whether one of our items is all that theirs says."""
    spoken = [f.code for f in collection.fields if item.get(f.code)]
    return any(
        all(
            _same(ours.get(c, ""), item[c], codes.get(f"{collection.code}.{c}", {})) for c in spoken
        )
        for ours in held
    )


def _same(ours: str, theirs: str, codes: Mapping[str, str]) -> bool:
    """Equal but for case, accents and spaces; cut to the target's length; or under its code."""
    one, other = text.fold(ours), text.fold(theirs)
    is_cut = len(other) >= SHORTEST_CUT and one.startswith(other)
    return one == other or is_cut or (bool(ours) and codes.get(ours, "") == theirs)


def _codes(domain: Domain, target: Target) -> dict[str, dict[str, str]]:
    """Per attribute, our codes and theirs."""
    maps: Any = codemaps.maps(target).maps
    found: dict[str, dict[str, str]] = {}
    for one in targets.connector(target).code_lists(domain.code):
        for path in one.canonical_paths:  # company_views[].payment_terms
            found.setdefault(path.replace("[]", ""), {}).update(maps.get(one.name, {}))
    return found
