"""A record by the key that another system has for it, and the keys under which one is known."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import keys, outbox
from mdm.api import live, past, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import CLOCKS, REVEAL, Parameter
from mdm.api.view import ApiView, answer
from mdm.domains.spec import Domain
from mdm.models import Payload

KEY = Named(
    "Key",
    shapes.whole(
        {
            "system": shapes.TEXT,
            "scope": shapes.TEXT,
            "key": shapes.TEXT,
            "part": {"type": "string", "description": "Of the record; empty for all of it."},
            "since": shapes.MOMENT,
        }
    ),
)


class ByKeyView(ApiView):
    """The record that a system's own key names; its survivor when it was merged."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, system: str, key: str) -> HttpResponse:
        domain: Domain = self.domain
        named = None
        if "\x00" not in system + key:
            named = keys.find(
                system, domain.code, key, scope=self.query["scope"], part=self.query["part"]
            )
        unknown = f"No {domain.label.lower()} has the key {key[:80]} in {system[:40]}."
        if named is None:
            raise Problem("not-found", unknown)
        first = live.find(domain, named)
        found = live.survivor(domain, first) if first else None
        if found is None or not live.sees(domain, found, request.user):
            raise Problem("not-found", unknown)
        if past.is_asked(self.query):
            response = past.answer_as_of(self, found)
        else:
            body, tag = found.masked, found.tags[0]
            if self.query["reveal"]:
                live.require_reveal(domain, found, request.user, self.bearer)
                body = outbox.full_bytes(Payload.objects.get(pk=found.full_hash))
                tag = found.tags[1]
            response = live.serve(request.META, body, tag)
        response["Content-Location"] = f"/api/v1/{domain.path}/{found.golden_id}"
        return response


class KeyListView(ApiView):
    """The keys under which a record is known."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, golden_id: str) -> HttpResponse:
        found = live.see(self.domain, golden_id, request.user)
        data = [
            {
                "system": row.system.code,
                "scope": row.scope,
                "key": row.key,
                "part": row.part,
                "since": row.since.isoformat(),
            }
            for row in keys.of(found.golden_id)
        ]
        return answer({"data": data})


def by_key_operation(domain: Domain) -> Operation:
    """GET by another system's key."""
    return Operation(
        f"{domain.code}_by_key",
        domain.plural,
        f"Read a {domain.label.lower()} by another system's key",
        {
            200: Answer("The record; its survivor when merged.", shapes.record(domain), ("ETag",)),
            304: Answer("The caller has it already.", headers=("ETag",)),
        },
        description="With `as_of` or `known_at`, the past of the record that has the key today.",
        query=(
            Parameter("scope", "Where the key is unique, such as a client or a book.", default=""),
            Parameter("part", "The part of a record that the key names.", default=""),
            REVEAL,
            *CLOCKS,
        ),
        problems=("not-found", "scope-missing"),
        if_none_match=True,
    )


def keys_operation(domain: Domain) -> Operation:
    """GET of a record's keys."""
    data = {"data": {"type": "array", "items": KEY}}
    return Operation(
        f"{domain.code}_keys",
        domain.plural,
        f"List the keys under which a {domain.label.lower()} is known",
        {200: Answer("By system.", Named("Keys", shapes.whole(data)))},
        problems=("not-found",),
    )
