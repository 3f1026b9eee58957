"""The effect of a rule in words: counts, and record by record what flips. Secrets are masked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mdm import links, permissions, seams, vault
from mdm.changes import following
from mdm.checks.findings import Inspection, Proposal
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.effects import Effect, Flip, Flipped
from mdm.models import Change
from mdm.queries import words as say
from mdm.queries.words import Words

PAYLOADS = "payloads"


@dataclass(frozen=True, slots=True)
class Line:
    """One value that flips, in words."""

    record: str
    url: str
    label: str
    before: str
    after: str
    of: str
    to: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many values of an attribute flip, or from one system to another."""

    code: str
    label: str
    number: int


def open_to(user: Any) -> Callable[[Flipped], bool]:
    """Whether a person may see a record that flips."""

    def is_open(one: Flipped) -> bool:
        codes = permissions.company_codes_of(one.kind, one.values)
        return permissions.may(user, "see", one.kind.code, codes)

    return is_open


def sentence(found: Effect) -> str:
    """The whole of it in one sentence."""
    if not found.records:
        return "No value of any record flips."
    values = "1 value" if found.values == 1 else f"{found.values:,} values"
    records = "1 record" if found.records == 1 else f"{found.records:,} records"
    verb = "flips" if found.values == 1 else "flip"
    return f"{values} of {records} {verb}."


def by_attribute(found: Effect) -> list[Count]:
    """Counts per attribute, most first."""
    return [
        Count(f"{domain}.{code}", _label(DOMAINS[domain], code), number)
        for (domain, code), number in found.attributes.most_common()
    ]


def by_system(found: Effect) -> list[Count]:
    """Counts per pair of who gives the values now and who would, most first."""
    return [
        Count(f"{of}>{to}", f"from {of or 'nobody'} to {to or 'nobody'}", number)
        for (of, to), number in found.systems.most_common()
    ]


def _label(kind: Domain, code: str) -> str:
    collection = kind.collection(code)
    return collection.label if collection else say.label(kind, code)


def lines(found: Effect) -> Iterator[Line]:
    """What flips in the records that are kept, value by value."""
    for kind in {one.kind.code: one.kind for one in found.shown}.values():
        own = [one for one in found.shown if one.kind.code == kind.code]
        words = Words(kind).learn_patches(
            *({f.path: f.before for f in one.flips} for one in own), *(one.patch for one in own)
        )
        for one in own:
            yield from (_line(words, one, flip) for flip in one.flips if _fits(found, one, flip))


def _fits(found: Effect, one: Flipped, flip: Flip) -> bool:
    return found.about in ("", f"{one.kind.code}.{patches.parse(flip.path).code}")


def _line(words: Words, one: Flipped, flip: Flip) -> Line:
    kind, after = one.kind, patches.apply(one.values, one.patch)
    return Line(
        record=str(one.row),
        url=links.record(kind, one.row.pk),
        label=say.label(kind, flip.path),
        before=words.path(flip.path, masked(kind, one.values, flip.path, flip.before)),
        after=words.path(flip.path, masked(kind, after, flip.path, flip.after)),
        of=flip.of,
        to=flip.to,
    )


def masked(kind: Domain, values: Values, path: str, value: Any) -> Any:
    """A plain value at a path, with what is to be sealed in it masked."""
    at = patches.parse(path)
    collection = kind.collection(at.code)
    if collection is None or value is None:
        attribute = kind.attribute(at.code)
        return vault.mask(value) if value and attribute and attribute.sealed({}) else value
    if isinstance(value, Mapping):
        sealed = {f.code for f in collection.fields if f.sealed(value)}
        return {code: vault.mask(v) if code in sealed and v else v for code, v in value.items()}
    item = patches.item_of(values, at.code, at.item) or {"type": "personal"}
    return vault.mask(value) if value and collection.field(at.field).sealed(item) else value


def payloads(found: Effect) -> list[str]:
    """Per target, how many payloads the effect changes: of the records that are kept."""
    change = Change(channel=Change.Channel.RULES)
    looked_at = Inspection(change, [_proposal(change, n, o) for n, o in enumerate(found.shown)])
    said = [finding for check in seams.change_checks() for finding in check(looked_at)]
    sentences = [finding.sentence for finding in said if finding.code == PAYLOADS]
    if found.fitting > len(found.shown):
        return [f"{one} (in the first {len(found.shown):,} records)" for one in sentences]
    return sentences


def _proposal(change: Change, position: int, one: Flipped) -> Proposal:
    part = following.unsealed(change, position, one)
    after = patches.apply(one.values, one.patch) | {"status": one.values["status"]}
    return Proposal(part, one.kind, one.values, after)


def as_json(found: Effect) -> dict[str, Any]:
    """The effect as JSON values."""
    return {
        "records": found.records,
        "values": found.values,
        "attributes": {count.code: count.number for count in by_attribute(found)},
        "systems": _pairs(by_system(found)),
        "flips": [
            {
                "record": line.record,
                "href": line.url,
                "label": line.label,
                "before": line.before,
                "after": line.after,
                "from": line.of,
                "to": line.to,
            }
            for line in lines(found)
        ],
    }


def _pairs(counts: Sequence[Count]) -> list[dict[str, Any]]:
    found = []
    for count in counts:
        of, _, to = count.code.partition(">")
        found.append({"from": of, "to": to, "values": count.number})
    return found
