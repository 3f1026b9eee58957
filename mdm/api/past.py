"""A record's past and future: as of a day and a time of knowledge, its versions, its provenance."""

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import canonical, history, lineage, seams, vault
from mdm.api import live, parameters, shapes
from mdm.api.live import Live
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import CLOCKS, Parameter
from mdm.api.view import ApiView, answer
from mdm.clocks import Clocks, Past
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Kind, Values
from mdm.errors import Invalid


def is_asked(query: Mapping[str, Any]) -> bool:
    """Whether a read is about another day or time than now."""
    return query["as_of"] is not None or query["known_at"] is not None


def clocks_of(query: Mapping[str, Any]) -> Clocks:
    """The two clocks of a read; now where one is not given."""
    return Clocks.at(query["as_of"], query["known_at"])


def answer_as_of(view: Any, found: Live) -> HttpResponse:
    """The record as it was valid on a day, as known at a time."""
    domain: Domain = view.domain
    past = history.past(domain, found.golden_id, clocks_of(view.query))
    shape = shape_of(domain, found.golden_id, past, codes_of(domain, past.values))
    if view.query["reveal"]:
        live.require_reveal(domain, found, view.request.user, view.bearer)
    else:
        shape = canonical.masked(domain, shape)
    body = canonical.dumps(shape)
    tag = f'"{past.version}-{hashlib.sha256(body).hexdigest()[:16]}"'
    return live.serve(view.request.META, body, tag)


def shape_of(
    domain: Domain, golden_id: UUID, past: Past, references: Mapping[str, str]
) -> dict[str, Any]:
    """A record as of two clocks, in its canonical form and in full."""
    return canonical.payload(
        domain,
        vault.open_values(domain, past.values),
        golden_id=golden_id,
        version=past.version,
        status=past.values["status"],
        effective_from=past.effective_from,
        merged_into=past.values.get("merged_into"),
        references=references,
    )


def codes_of(domain: Domain, *values: Values) -> dict[str, str]:
    """The code of each record that these values refer to, in one query per kind."""
    wanted: dict[str, set[str]] = {}
    for one in values:
        for _, attribute, value in patches.walk(domain, one):
            if attribute.kind is Kind.REFERENCE:
                wanted.setdefault(attribute.refers_to, set()).add(value)
    found: dict[str, str] = {}
    for subject, ids in wanted.items():
        rows = seams.subject(subject).model.objects.filter(pk__in=[UUID(i) for i in ids])
        found |= {str(pk): code for pk, code in rows.values_list("golden_id", "code")}
    return found


PATH = Parameter(
    "path",
    "Only versions that touched this value, item or collection, or `status`, each with it alone.",
    default="",
)


class HistoryView(ApiView):
    """Every version of a record, newest first."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, golden_id: str) -> HttpResponse:
        found = live.see(self.domain, golden_id, request.user)
        if path := self.query["path"]:
            try:
                versions = history.life(self.domain, found.golden_id, path)
            except Invalid as error:
                raise parameters.invalid("path", str(error)) from error
        else:
            versions = history.versions(self.domain, found.golden_id)
        return answer({"data": [version_json(self.domain, v) for v in versions]})


def version_json(domain: Domain, version: history.Version) -> dict[str, Any]:
    """One version, with what it changed; sealed values masked."""
    return {
        "version": version.number,
        "recorded_at": version.at.isoformat(),
        "effective_from": version.effective_from and version.effective_from.isoformat(),
        "person": version.person,
        "reason": version.reason,
        "change": version.change,
        "approved_by": list(version.approved_by),
        "status": version.status,
        "patch": canonical.patch(domain, vault.mask_patch(version.patch)),
        "before": canonical.patch(domain, vault.mask_patch(version.before)),
    }


class ProvenanceView(ApiView):
    """Where each value of a record comes from."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, golden_id: str) -> HttpResponse:
        found = live.see(self.domain, golden_id, request.user)
        at = clocks_of(self.query) if is_asked(self.query) else None
        if at is not None:
            history.past(self.domain, found.golden_id, at)  # not found where nothing was valid
        by_path = lineage.provenance(self.domain, found.golden_id, at)
        return answer({"data": {path: _provenance_json(one) for path, one in by_path.items()}})


def _provenance_json(one: lineage.Provenance) -> dict[str, Any]:
    return {
        "value": _masked(one.value),
        "source": one.source,
        "rule": one.rule,
        "version": one.version,
        "since": one.since and one.since.isoformat(),
        "change": one.change,
        "approved_by": list(one.approved_by),
        "losing": [
            {
                "value": _masked(lost.value),
                "source": lost.source,
                "since": lost.since and lost.since.isoformat(),
            }
            for lost in one.losing
        ],
        "hold": one.hold,
        "until": one.until and one.until.isoformat(),
        "said_since": one.said_since and one.said_since.isoformat(),
        "trust": one.trust,
        "rule_code": one.rule_code,
        "chosen_by": one.chosen_by,
        "why": one.why,
    }


def _masked(value: Any) -> Any:
    return vault.mask(value) if vault.is_sealed(value) else value


VERSION = Named(
    "Version",
    shapes.whole(
        {
            "version": {"type": "integer", "minimum": 1},
            "recorded_at": shapes.MOMENT,
            "effective_from": shapes.DAY_OR_NONE,
            "person": shapes.TEXT,
            "reason": shapes.TEXT,
            "change": shapes.TEXT,
            "approved_by": {"type": "array", "items": shapes.TEXT},
            "status": shapes.STATUS_ENUM,
            "patch": {"type": "object"},
            "before": {"type": "object"},
        }
    ),
)
PROVENANCE = Named(
    "Provenance",
    {
        "type": "object",
        "properties": {
            "value": {},
            "source": shapes.TEXT,
            "rule": shapes.TEXT,
            "version": shapes.WHOLE,
            "since": shapes.MOMENT_OR_NONE,
            "change": shapes.TEXT,
            "approved_by": {"type": "array", "items": shapes.TEXT},
            "losing": {"type": "array", "items": {"type": "object"}},
            "hold": shapes.TEXT,
            "until": shapes.DAY_OR_NONE,
            "said_since": shapes.MOMENT_OR_NONE
            | {"description": "The source's own date of it, or when a person chose it."},
            "trust": {"type": ["number", "null"], "description": "In the source; 0 to 100."},
            "rule_code": shapes.TEXT | {"description": "Of the rule that decided."},
            "chosen_by": shapes.TEXT | {"description": "The change in which a person chose it."},
            "why": shapes.TEXT | {"description": "What that person gave as the reason."},
        },
    },
)


def history_operation(domain: Domain) -> Operation:
    """GET of a record's versions."""
    data = {"data": {"type": "array", "items": VERSION}}
    return Operation(
        f"{domain.code}_history",
        domain.plural,
        f"Read the versions of a {domain.label.lower()}",
        {200: Answer("Newest first.", Named("History", shapes.whole(data)))},
        query=(PATH,),
        problems=("not-found",),
    )


def provenance_operation(domain: Domain) -> Operation:
    """GET of a record's provenance."""
    data = {"data": {"type": "object", "additionalProperties": PROVENANCE}}
    return Operation(
        f"{domain.code}_provenance",
        domain.plural,
        f"Read where the values of a {domain.label.lower()} come from",
        {200: Answer("Path to provenance.", Named("ProvenanceByPath", shapes.whole(data)))},
        query=CLOCKS,
        problems=("not-found",),
    )
