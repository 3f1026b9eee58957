"""Who looks like this: one look-up through the keys, or a whole file at once, by the same scorer.

What a steward judged different is not named again until the evidence it was judged on changes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from matching import engine, index, reach
from matching.models import Candidate, Entry, OwnerKind
from mdm import permissions
from mdm.domains import DOMAINS, get_domain
from mdm.domains.spec import Domain, Values
from mdm.errors import NotFound
from mdm.models import SourceRecord
from mdm.seams import Found

State = Candidate.State
A_FILE = 50  # from so many questions on, the whole base is compared at once
RANK = {OwnerKind.RECORD: 0, OwnerKind.PART: 1, OwnerKind.SOURCE: 2}
SECRET = ("phone", "iban")
Asked = Sequence[tuple[str, Values]]


def find(
    domain: str,
    items: Asked,
    *,
    exclude: frozenset[str] = frozenset(),
    limit: int = 10,
    remember: bool = False,
) -> dict[str, list[Found]]:
    """Owner id -> what it looks like, likeliest first; the `FIND_CANDIDATES` seam."""
    kind = get_domain(domain)
    asked = [(owner, index.features_of(kind, values)) for owner, values in items]
    ask = _whole_file if len(asked) >= A_FILE else _one_by_one
    matches = ask(kind, asked)
    kept = {
        owner: [
            m for m in found if m[0].owner.hex not in exclude and str(m[0].owner) not in exclude
        ]
        for owner, found in matches.items()
    }
    kept = _without_judged_different(kept)
    if remember:
        labels = {owner: index.label(domain, values) for owner, values in items}
        _remember(kind, kept, labels)
    return {
        owner: [_found(kind, entry, score) for entry, score in found[:limit]]
        for owner, found in kept.items()
    }


Matches = dict[str, list[tuple[Entry, engine.Score]]]


def _one_by_one(kind: Domain, asked: Sequence[tuple[str, engine.Features]]) -> Matches:
    words = index.words(kind.code)
    result: Matches = {}
    for owner, features in asked:
        near = [e for e in index.near(kind.code, features) if str(e.owner) != owner]
        near = _still_waiting(near)
        pairs = [(e, engine.Features.from_dict(e.features)) for e in near]
        best = engine.best(features, pairs, words)
        result[owner] = [(e, s) for e, s in best if s.probability >= kind.match.review_from]
    return result


def _whole_file(kind: Domain, asked: Sequence[tuple[str, engine.Features]]) -> Matches:
    own = {owner for owner, _ in asked}
    base = {
        str(e.owner): e
        for e in _still_waiting(list(Entry.objects.filter(domain=kind.code)))
        if str(e.owner) not in own
    }
    words = index.count_words(kind.code, [f.name for _, f in asked])
    review_from = kind.match.review_from
    against = [(o, engine.Features.from_dict(e.features)) for o, e in base.items()]
    pairs = engine.find_pairs(asked, words, review_from, against=against) if against else []
    pairs += engine.find_pairs(asked, words, review_from)
    rows = {
        owner: Entry(
            owner=UUID(owner), owner_kind=OwnerKind.SOURCE, domain=kind.code, label=features.shown
        )
        for owner, features in asked
    }
    result: Matches = {owner: [] for owner, _ in asked}
    for pair in pairs:
        for mine, other in ((pair.left, pair.right), (pair.right, pair.left)):
            if mine in own:
                entry = rows[other] if other in own else base[other]
                result[mine].append((entry, pair.score))
    for found in result.values():
        found.sort(key=lambda m: -m[1].log_odds)
    return result


def _still_waiting(entries: list[Entry]) -> list[Entry]:
    """Without source records that have become part of a record since."""
    sources = [e.owner for e in entries if e.owner_kind == OwnerKind.SOURCE]
    if not sources:
        return entries
    waiting: set[UUID] = set()
    for start in range(0, len(sources), index.AT_ONCE):
        batch = sources[start : start + index.AT_ONCE]
        rows = SourceRecord.objects.filter(pk__in=batch, state=SourceRecord.State.WAITING)
        waiting.update(rows.values_list("pk", flat=True))
    return [e for e in entries if e.owner_kind != OwnerKind.SOURCE or e.owner in waiting]


def _without_judged_different(matches: Matches) -> Matches:
    """Drop pairs judged different on the very evidence there is now; re-open the others."""
    owners = [UUID(o) for o in matches if _is_uuid(o)]
    judged: dict[frozenset[UUID], Candidate] = {}
    for start in range(0, len(owners), index.AT_ONCE):
        batch = owners[start : start + index.AT_ONCE]
        rows = Candidate.objects.filter(
            Q(left__in=batch) | Q(right__in=batch), state=State.DIFFERENT
        )
        judged |= {frozenset((c.left, c.right)): c for c in rows}
    if not judged:
        return matches
    result: Matches = {}
    for owner, found in matches.items():
        kept = []
        for entry, score in found:
            pair = frozenset((UUID(owner), entry.owner)) if _is_uuid(owner) else frozenset()
            wall = judged.get(pair)
            if wall is None or wall.evidence_hash != evidence_hash(score):
                kept.append((entry, score))
        result[owner] = kept
    return result


def _found(kind: Domain, entry: Entry, score: engine.Score) -> Found:
    zone = "same" if score.probability >= kind.match.same_from else "review"
    evidence = shown(score)
    return Found(entry.owner_kind, str(entry.owner), entry.label, score.probability, evidence, zone)


def shown(score: engine.Score) -> list[dict[str, Any]]:
    """The evidence as it is kept and shown: secrets in it are only said to agree or not."""
    return [
        {
            "attribute": e.attribute,
            "left": "••••" if any(s in e.attribute for s in SECRET) else e.left,
            "right": "••••" if any(s in e.attribute for s in SECRET) else e.right,
            "level": str(e.level),
            "weight": round(e.weight, 3),
            "sentence": e.sentence,
        }
        for e in score.evidence
    ]


def evidence_hash(score: engine.Score) -> str:
    """What a verdict was given on: the compared values, not the weights."""
    facts = sorted((e.attribute, *sorted((e.left, e.right))) for e in score.evidence)
    return hashlib.sha256(orjson.dumps(facts)).hexdigest()


def _remember(kind: Domain, matches: Matches, labels: Mapping[str, str]) -> None:
    rows: dict[tuple[UUID, UUID], Candidate] = {}
    for owner, found in matches.items():
        for entry, score in found:
            source = Entry(
                owner=UUID(owner),
                owner_kind=OwnerKind.SOURCE,
                domain=kind.code,
                label=labels[owner],
            )
            candidate = _candidate(kind, source, entry, score)
            rows[candidate.left, candidate.right] = candidate
    keep(rows.values())


def keep(candidates: Iterable[Candidate]) -> None:
    """Keep candidates; one that is known already takes the new evidence, and its state stays."""
    Candidate.objects.bulk_create(
        list(candidates),
        batch_size=200,
        update_conflicts=True,
        unique_fields=["left", "right"],
        update_fields=[
            "probability", "log_odds", "prior", "evidence", "evidence_hash",
            "left_label", "right_label", "left_kind", "right_kind",
        ],
    )  # fmt: skip


def _candidate(kind: Domain, one: Entry, other: Entry, score: engine.Score) -> Candidate:
    def order(entry: Entry) -> tuple[int, UUID]:
        return RANK[OwnerKind(entry.owner_kind)], entry.owner

    left, right = sorted((one, other), key=order)
    return Candidate(
        domain=kind.code,
        left=left.owner,
        left_kind=left.owner_kind,
        left_label=left.label[:400],
        right=right.owner,
        right_kind=right.owner_kind,
        right_label=right.label[:400],
        probability=score.probability,
        log_odds=score.log_odds,
        prior=score.prior,
        evidence=shown(score),
        evidence_hash=evidence_hash(score),
    )


def sweep(domain: str) -> int:
    """Compare the live records of a domain with each other and keep what is likely; how many."""
    kind = get_domain(domain)
    entries = {str(e.owner): e for e in Entry.objects.filter(domain=domain, owner_kind="record")}
    items = [(o, engine.Features.from_dict(e.features)) for o, e in entries.items()]
    words = index.count_words(domain)
    pairs = engine.find_pairs(items, words, kind.match.review_from)
    found = [_candidate(kind, entries[p.left], entries[p.right], p.score) for p in pairs]
    keep(found)
    return len(found)


def probe(domain: str, owners: Iterable[UUID]) -> int:
    """Compare records that have just been written with the rest, and keep what is likely."""
    kind, found = get_domain(domain), []
    for entry in index.entries_of(owners):
        features = engine.Features.from_dict(entry.features)
        matches = _one_by_one(kind, [(str(entry.owner), features)])
        kept = _without_judged_different(matches)[str(entry.owner)]
        found += [_candidate(kind, entry, e, s) for e, s in kept if e.owner_kind == "record"]
    keep({(c.left, c.right): c for c in found}.values())
    return len(found)


def between(domain: str, first: UUID, second: UUID) -> engine.Score | None:
    """Why, or why not: the score of any two entries; None when one is not in the index."""
    entries = {e.owner: e for e in index.entries_of({first, second})}
    if len(entries) < 2:
        return None
    left, right = (engine.Features.from_dict(entries[o].features) for o in (first, second))
    return engine.compare(left, right, index.words(domain))


def file(domain: str, first: UUID, second: UUID) -> Candidate:
    """Put two entries in the queue, whatever they score. Raises `NotFound`."""
    entries = {e.owner: e for e in index.entries_of({first, second})}
    score = between(domain, first, second)
    if score is None:
        raise NotFound("One of the two is no live record, so they cannot be compared.")
    made = _candidate(get_domain(domain), entries[first], entries[second], score)
    keep([made])
    return Candidate.objects.get(left=made.left, right=made.right)


def pending(user: Any, domain: str = "") -> QuerySet[Candidate]:
    """Candidates that wait for a steward and that this person may decide."""
    codes = [d for d in _domains(domain) if permissions.may(user, "decide_match", d)]
    rows = reach.visible(user, domain).filter(domain__in=codes, state=State.OPEN)
    return undecided(rows)


def undecided(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Those of the pairs of which both sides are still there, each on its own."""
    waiting = SourceRecord.objects.filter(state=SourceRecord.State.WAITING)
    alive = Entry.objects.all()
    left = Q(left_kind=OwnerKind.SOURCE) & ~Exists(waiting.filter(pk=OuterRef("left")))
    right = Q(right_kind=OwnerKind.SOURCE) & ~Exists(waiting.filter(pk=OuterRef("right")))
    rows = rows.exclude(left | right)
    made = (OwnerKind.RECORD, OwnerKind.PART)
    left_gone = Q(left_kind__in=made) & ~Exists(alive.filter(pk=OuterRef("left")))
    right_gone = Q(right_kind__in=made) & ~Exists(alive.filter(pk=OuterRef("right")))
    return rows.exclude(left_gone | right_gone)


def open_count(user: Any) -> int:
    """How many candidates wait for this person."""
    return pending(user).count()


def _domains(domain: str) -> Iterator[str]:
    yield from [domain] if domain else DOMAINS


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
