"""The index: features and keys of every live record, proposed record and waiting source record.

Written in the transaction that writes its owner (`RECORD_WRITTEN`), so that a look-up and a run
over the base read the same. Accounts, phones and personal ids enter it only as blind indexes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from matching import engine
from matching.models import Entry, MatchKey, OwnerKind, Words
from mdm import seams, vault
from mdm.domains import get_domain
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain, Values
from mdm.domains.values import read

AT_ONCE = 500
STALE = 1.2  # the base has grown by so much since its words were counted


def features_of(domain: Domain, values: Values) -> engine.Features:
    """The features of plain values, with what is secret in them made blind."""
    found = engine.features(_without_secrets(domain, values), domain.match.profile)
    return replace(
        found,
        phones=tuple(vault.blind("phone", p)[:24] for p in found.phones),
        ibans=tuple(vault.blind("iban", i)[:24] for i in found.ibans),
    )


def _without_secrets(domain: Domain, values: Values) -> Values:
    """Values without personal ids; accounts and contacts stay, they are made blind afterwards."""
    result = dict(values)
    for collection in domain.collections:
        if collection.code == "tax_ids":
            number = collection.field("number")
            kept = [i for i in values.get(collection.code) or [] if not number.sealed(i)]
            result[collection.code] = kept
    return result


@transaction.atomic
def record_written(
    domain: Domain, written: Sequence[tuple[UUID, str, Values]], *, stage: str
) -> None:
    """Make the index say what was written: (owner, label, plain values) each.

    `stage` is record, part or source for what the owner is now, gone when it is none of them. A
    record that is no longer live leaves the index.
    """
    if stage == OwnerKind.RECORD:
        leaving = [o for o, _, values in written if values.get("status") not in LIVE]
    else:
        leaving = [o for o, _, _ in written] if stage == "gone" else []
    _remove(leaving)
    gone = set(leaving)
    staying = [w for w in written if w[0] not in gone]
    for start in range(0, len(staying), AT_ONCE):
        _write(domain, staying[start : start + AT_ONCE], stage)
    if stage in (OwnerKind.RECORD, OwnerKind.SOURCE):
        from matching import verdicts  # it asks this module about its candidates

        owners = [o for o, _, _ in staying]
        verdicts.reconsider(domain.code, owners)
    if stage == OwnerKind.RECORD:
        transaction.on_commit(lambda: verdicts.follow_up(domain.code, owners), robust=True)


def _write(domain: Domain, written: Sequence[tuple[UUID, str, Values]], stage: str) -> None:
    owners = [owner for owner, _, _ in written]
    known = {e.owner: e for e in Entry.objects.filter(owner__in=owners)}
    entries, changed = [], []
    for owner, label, values in written:
        found = features_of(domain, values)
        stored = found.to_dict()
        entries.append(
            Entry(
                owner=owner,
                owner_kind=stage,
                domain=domain.code,
                label=label[:400],
                features=stored,
            )
        )
        if owner not in known or known[owner].features != stored:
            changed.append((owner, engine.keys(found)))
    Entry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["owner"],
        update_fields=["owner_kind", "label", "features"],
    )
    MatchKey.objects.filter(owner__in=[o for o, _ in changed if o in known]).delete()
    MatchKey.objects.bulk_create(
        [MatchKey(key=k, domain=domain.code, owner=o) for o, keys in changed for k in keys],
        batch_size=2000,
    )


def _remove(owners: Sequence[UUID]) -> None:
    for start in range(0, len(owners), AT_ONCE):
        batch = owners[start : start + AT_ONCE]
        Entry.objects.filter(owner__in=batch).delete()
        MatchKey.objects.filter(owner__in=batch).delete()


def near(domain: str, found: engine.Features, most_per_key: int = 200) -> list[Entry]:
    """Entries that share a key with these features; a key shared by thousands says nothing."""
    owners: set[UUID] = set()
    for key in engine.keys(found):
        rows = MatchKey.objects.filter(domain=domain, key=key).values_list("owner", flat=True)
        sharing = list(rows[: most_per_key + 1])
        if len(sharing) <= most_per_key:
            owners.update(sharing)
    return entries_of(owners)


def entries_of(owners: Any) -> list[Entry]:
    """The entries of these owners."""
    wanted = sorted(owners)
    found: list[Entry] = []
    for start in range(0, len(wanted), AT_ONCE):
        found += Entry.objects.filter(owner__in=wanted[start : start + AT_ONCE])
    return found


def words(domain: str) -> engine.WordCounts:
    """The word counts of a domain's names, as they were last counted."""
    version = Words.objects.filter(pk=domain).values_list("version", flat=True).first()
    return _words(domain, version or 0)


@lru_cache(maxsize=32)
def _words(domain: str, version: int) -> engine.WordCounts:
    row = Words.objects.filter(pk=domain, version=version).first()
    return engine.WordCounts.from_dict(row.counts) if row else engine.WordCounts()


def count_words(
    domain: str, more: Sequence[str] = (), *, always: bool = False
) -> engine.WordCounts:
    """Count again when the base has grown by a fifth, with `more` names that are about to come."""
    row = Words.objects.filter(pk=domain).first()
    entries = Entry.objects.filter(domain=domain)
    size = entries.count() + len(more)
    if row is not None and not always and size < row.names * STALE + 20:
        return _words(domain, row.version)
    names = [f.get("name", "") for f in entries.values_list("features", flat=True).iterator()]
    counted = engine.WordCounts.from_names([*names, *more])
    version = (row.version if row else 0) + 1
    Words.objects.update_or_create(
        domain=domain, defaults={"version": version, "counts": counted.to_dict(), "names": size}
    )
    return _words(domain, version)


def rebuild(domain: str) -> int:
    """Write the entries and keys of a domain's live records again; how many there are."""
    kind = get_domain(domain)
    _remove(
        list(Entry.objects.filter(domain=domain, owner_kind="record").values_list("pk", flat=True))
    )
    count = 0
    for batch in _batches(kind):
        count += len(batch)
        with transaction.atomic():
            _write(kind, batch, OwnerKind.RECORD)
    count_words(domain, always=True)
    return count


def _batches(kind: Domain) -> Iterator[list[tuple[UUID, str, Values]]]:
    batch: list[tuple[UUID, str, Values]] = []
    for row in kind.model.objects.filter(status__in=LIVE).iterator(AT_ONCE):
        batch.append((row.golden_id, str(row), vault.open_values(kind, read(kind, row))))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def label(domain: str, values: Mapping[str, Any]) -> str:
    """How something is called that is no record yet."""
    kind = seams.subject(domain)
    return str(values.get(kind.name) or values.get("code") or "")
