"""The addresses of the API. Each domain and reference list has its own, from its declaration."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from mdm.api import (
    authority,
    by_key,
    changes,
    decisions,
    events,
    joining,
    listing,
    match,
    past,
    proposals,
    records,
    reference,
    restores,
    schemas,
    source_records,
)
from mdm.api.operation import Operation
from mdm.domains import DOMAINS
from mdm.domains.reference import REFERENCE_LISTS
from mdm.domains.spec import Domain
from mdm.models import Review


def _record_view(domain: Domain) -> Any:
    operations = {
        "GET": records.read_operation(domain),
        "PATCH": proposals.update_operation(domain),
    }
    return records.RecordView.as_view(domain=domain, operations=operations)


def _one_record(domain: Domain) -> URLPattern:
    """First of all, and by itself: most requests are this one."""
    return path(f"v1/{domain.path}/<uuid:golden_id>", _record_view(domain))


def _domain(domain: Domain) -> Iterator[URLPattern]:
    base = f"v1/{domain.path}"
    operations = {
        "GET": listing.list_operation(domain),
        "POST": proposals.create_operation(domain),
    }
    yield path(base, listing.RecordListView.as_view(domain=domain, operations=operations))
    yield path(
        f"{base}/match",
        match.MatchView.as_view(domain=domain, operations={"POST": match.match_operation(domain)}),
    )
    yield path(
        f"{base}/merge",
        joining.MergeView.as_view(
            domain=domain, operations={"POST": joining.merge_operation(domain)}
        ),
    )
    yield path(
        f"{base}/by-key/<str:system>/<path:key>",
        by_key.ByKeyView.as_view(
            domain=domain, operations={"GET": by_key.by_key_operation(domain)}
        ),
    )
    believed = {"GET": authority.authority_operation(domain)}
    believed_view = authority.AuthorityView.as_view(domain=domain, operations=believed)
    yield path(f"v1/authority/{domain.path}", believed_view)
    yield from _of_record(domain, f"{base}/<str:golden_id>")


def _of_record(domain: Domain, base: str) -> Iterator[URLPattern]:
    """What one reads of a record, proposes for it, and the record itself."""
    reads: tuple[tuple[str, Any, Operation], ...] = (
        ("history", past.HistoryView, past.history_operation(domain)),
        ("provenance", past.ProvenanceView, past.provenance_operation(domain)),
        ("keys", by_key.KeyListView, by_key.keys_operation(domain)),
        ("merge-preview", joining.PreviewView, joining.preview_operation(domain)),
    )
    for name, view, operation in reads:
        yield path(f"{base}/{name}", view.as_view(domain=domain, operations={"GET": operation}))
    writes: tuple[tuple[str, Any, Operation], ...] = (
        ("unmerge", joining.UnmergeView, joining.unmerge_operation(domain)),
        ("unlink", joining.UnlinkView, joining.unlink_operation(domain)),
        ("restore", restores.RestoreView, restores.restore_operation(domain)),
    )
    for name, view, operation in writes:
        yield path(f"{base}/{name}", view.as_view(domain=domain, operations={"POST": operation}))
    for action in proposals.ACTIONS:
        propose = proposals.ActionView.as_view(
            domain=domain,
            action=action,
            operations={"POST": proposals.action_operation(domain, action)},
        )
        yield path(f"{base}/{action}", propose)
    yield path(base, _record_view(domain))


def _reference() -> Iterator[URLPattern]:
    yield path("v1/reference", reference.ReferenceIndexView.as_view())
    for kind in REFERENCE_LISTS.values():
        rows = {"GET": reference.list_operation(kind)}
        yield path(
            f"v1/reference/{kind.path}",
            reference.ReferenceListView.as_view(kind=kind, operations=rows),
        )
        row = {"GET": reference.row_operation(kind)}
        yield path(
            f"v1/reference/{kind.path}/<str:code>",
            reference.ReferenceRowView.as_view(kind=kind, operations=row),
        )


def _changes() -> Iterator[URLPattern]:
    yield path("v1/changes", changes.ChangeListView.as_view())
    yield path("v1/changes/<str:number>", changes.ChangeView.as_view())
    yield path("v1/changes/<str:number>/parts", changes.PartListView.as_view())
    yield path("v1/changes/<str:number>/effect", authority.EffectView.as_view())
    yield path("v1/changes/<str:number>/undo", restores.UndoView.as_view())
    yield path("v1/changes/<str:number>/submit", decisions.SubmitView.as_view())
    yield path("v1/changes/<str:number>/withdraw", decisions.WithdrawView.as_view())
    for verdict in Review.Verdict.values:
        review = decisions.ReviewView.as_view(
            verdict=verdict, operations={"POST": decisions.review_operation(verdict)}
        )
        yield path(f"v1/changes/<str:number>/{verdict}", review)


urlpatterns = [
    *(_one_record(domain) for domain in DOMAINS.values()),
    *(pattern for domain in DOMAINS.values() for pattern in _domain(domain)),
    *_changes(),
    *_reference(),
    path("v1/source-records", source_records.SourceRecordListView.as_view()),
    path("v1/source-records/bulk", source_records.BulkView.as_view()),
    path("v1/events", events.EventListView.as_view()),
    path("v1/schema/", schemas.OpenApiView.as_view(), name="api-schema"),
    path("v1/docs/", schemas.docs, name="api-docs"),
    path("schemas/", schemas.SchemaIndexView.as_view()),
    path("schemas/<str:name>.json", schemas.SchemaView.as_view()),
    path("problems/<str:slug>", schemas.ProblemTypeView.as_view()),
]
