"""One record in its canonical form, served from the bytes that were stored when it was approved.

LiveVersion + Payload (one query) -> may they see it? -> 304, 301 or the stored bytes
"""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import outbox
from mdm.api import live, past, proposals, shapes
from mdm.api.errors import Problem
from mdm.api.live import Live
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import CLOCKS, REVEAL, Parameter, flag
from mdm.api.view import ApiView, answer
from mdm.domains.spec import Domain
from mdm.models import Payload

FOLLOW = Parameter(
    "follow",
    "false gives a merged record's own last version instead of the way to its survivor.",
    flag,
    {"type": "boolean", "default": True},
    default=True,
)


TOMBSTONE = Parameter(
    "tombstone",
    "true answers 410 for a merged record, with the way to its survivor in Link.",
    flag,
    {"type": "boolean", "default": False},
    default=False,
)


class RecordView(ApiView):
    """One golden record; PATCH proposes a change of it."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, golden_id: str) -> HttpResponse:
        domain: Domain = self.domain
        found = live.see(domain, golden_id, request.user)
        if past.is_asked(self.query):
            return past.answer_as_of(self, found)
        if found.merged_into and (self.query["follow"] or self.query["tombstone"]):
            return _moved(request, domain, found, is_gone=self.query["tombstone"])
        body, tag = found.masked, found.tags[0]
        if self.query["reveal"]:
            live.require_reveal(domain, found, request.user, self.bearer)
            payload = Payload.objects.get(pk=found.full_hash)
            body, tag = outbox.full_bytes(payload), found.tags[1]
        return live.serve(request.META, body, tag)

    def patch(self, request: Request, golden_id: str) -> HttpResponse:
        return proposals.update(self, live.see(self.domain, golden_id, request.user))


def _moved(request: Request, domain: Domain, merged: Live, *, is_gone: bool) -> HttpResponse:
    """The way to the record that stands for a merged one."""
    last = live.survivor(domain, merged)
    if not live.sees(domain, last, request.user):
        raise Problem("not-found", f"There is no {domain.label.lower()} {merged.golden_id}.")
    address = f"/api/v1/{domain.path}/{last.golden_id}"
    if is_gone:
        detail = f"{merged.golden_id} was merged into {last.golden_id}."
        raise Problem("gone", detail, headers={"Link": f'<{address}>; rel="canonical"'})
    shape = {"golden_id": str(merged.golden_id), "merged_into": str(last.golden_id)}
    headers = {"Location": address, "Link": f'<{address}>; rel="canonical"'}
    return answer(shape, 301, headers=headers)


MERGED = Named(
    "Merged", shapes.whole({"golden_id": shapes.UUID_TEXT, "merged_into": shapes.UUID_TEXT})
)


def read_operation(domain: Domain) -> Operation:
    """GET of one record."""
    name = domain.label.lower()
    return Operation(
        f"{domain.code}_read",
        domain.plural,
        f"Read a {name}",
        {
            200: Answer(f"The {name}.", shapes.record(domain), ("ETag",)),
            301: Answer(
                "It was merged; the survivor is at Location.", MERGED, ("Location", "Link")
            ),
            304: Answer("The caller has it already.", headers=("ETag",)),
        },
        description=(
            "The live version in its canonical form; sealed values are masked without `reveal`. "
            "`as_of` is the day in business, `known_at` the time of knowledge."
        ),
        query=(REVEAL, FOLLOW, TOMBSTONE, *CLOCKS),
        problems=("not-found", "gone", "scope-missing"),
        if_none_match=True,
    )
