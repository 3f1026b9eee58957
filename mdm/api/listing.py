"""The list of a domain's records: filters, search and sort by an allow-list, a page at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from mdm import permissions
from mdm.api import live, parameters, past, past_list, proposals, shapes
from mdm.api.operation import Answer, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import CLOCKS, PAGED, Parameter
from mdm.api.view import ApiView
from mdm.domains import cleaning
from mdm.domains.golden import Status
from mdm.domains.spec import Attribute, Domain, Kind
from mdm.domains.values import to_column
from mdm.queries import listing as queries

FILTERED = frozenset(Kind) - {Kind.LONG_TEXT, Kind.SET}
SORTED = (Kind.TEXT, Kind.LISTED, Kind.CHOICE)
HEADER = ("schema_version", "domain", "golden_id", "version", "status", "effective_from")
ALWAYS = ("golden_id", "version")
TIMES = ("created_at", "updated_at")


class RecordListView(ApiView):
    """The records of a domain; POST proposes a new one."""

    domain: ClassVar[Any] = None

    def get(self, request: Request) -> HttpResponse:
        domain: Domain = self.domain
        rows = permissions.scoped(request.user, domain.code, domain.model.objects.all())
        if past.is_asked(self.query):
            return past_list.answer_page(self, rows)
        rows = filtered(domain, rows, self.query)
        column, descending = self.query["sort"]
        order = Order(column, descending=descending, read=_reader(column))
        found = page(
            rows.only("golden_id", column),
            order,
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark=mark(domain, self.query),
        )
        ids = [row.golden_id for row in found.rows]
        stored = live.many(domain, ids)
        shown = [self._stored(stored[i]) for i in ids if i in stored]
        body = orjson.dumps({"data": shown, "next": found.next, "previous": found.previous})
        response = HttpResponse(body, "application/json")
        response["Cache-Control"] = "private, no-cache"
        return response

    def post(self, request: Request) -> HttpResponse:
        return proposals.create(self)

    def _stored(self, stored: bytes) -> Any:
        """The stored bytes as they are, unless some of their fields are left out."""
        if self.query["fields"] is None and self.query["omit"] is None:
            return orjson.Fragment(stored)
        return self.narrowed(orjson.loads(stored))

    def narrowed(self, shape: dict[str, Any]) -> dict[str, Any]:
        """A record with the fields that are asked for."""
        wanted, left_out = self.query["fields"], self.query["omit"]
        keep = {*wanted, *ALWAYS} if wanted is not None else set(shape)
        keep -= set(left_out or ()) - set(ALWAYS)
        return {code: value for code, value in shape.items() if code in keep}


def filtered(domain: Domain, rows: QuerySet[Any], query: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that every given filter takes."""
    for attribute in domain.attributes:
        if (wanted := query.get(attribute.code)) is not None:
            rows = rows.filter(_any_of(attribute, wanted))
    if query["golden_id"] is not None:
        rows = rows.filter(golden_id__in=query["golden_id"])
    if query["status"] is not None:
        rows = rows.filter(status__in=query["status"])
    else:
        rows = rows.exclude(status=Status.MERGED)
    if query["updated_since"] is not None:
        rows = rows.filter(updated_at__gte=query["updated_since"])
    if query["q"]:
        rows = queries.search(domain, rows, query["q"])
    return rows


def _any_of(attribute: Attribute, values: Iterable[Any]) -> Q:
    wanted = set(values)
    found = Q(**{f"{attribute.column}__in": wanted - {None}})
    return found | Q(**{f"{attribute.column}__isnull": True}) if None in wanted else found


def _reader(column: str) -> Any:
    if column in TIMES:
        return datetime.fromisoformat
    return int if column == "version" else str


def mark(domain: Domain, query: Mapping[str, Any]) -> str:
    """What a cursor belongs to: the query without where it is and how far it goes."""
    rest = {k: v for k, v in query.items() if k not in ("cursor", "limit", "fields", "omit")}
    return f"{domain.code} {sorted(rest.items(), key=lambda pair: pair[0])!r}"


def _filter(attribute: Attribute) -> Parameter:
    def read(text: str) -> Any:
        cleaned = cleaning.clean(attribute, text)
        value = to_column(attribute, cleaned)
        return "" if value is None and attribute.kind in SORTED else value

    return Parameter(
        attribute.code,
        f"{attribute.label} is this; given more than once, any of these; empty for none.",
        read,
        {"type": "boolean"} if attribute.kind is Kind.FLAG else {"type": "string"},
        repeated=True,
    )


def _sort(domain: Domain) -> Parameter:
    columns = [a.code for a in domain.attributes if a.kind in SORTED]
    columns += [*TIMES, "version", "status"]
    one = parameters.one_of([*columns, *(f"-{c}" for c in columns)])
    return Parameter(
        "sort",
        "The attribute to sort by, with - in front for the largest first.",
        lambda text: (one(text).removeprefix("-"), text.startswith("-")),
        {"type": "string", "enum": [*columns, *(f"-{c}" for c in columns)], "default": "code"},
        default=("code", False),
    )


def _own(domain: Domain) -> tuple[Parameter, ...]:
    fields = [*HEADER, *(a.code for a in domain.attributes), *(c.code for c in domain.collections)]
    fields += ["extensions", "merged_into"]
    word = {"type": "string"}
    return (
        Parameter("q", "Text in the code or a name, or a whole identifier.", _searched, word),
        Parameter(
            "status",
            "One of these; every record that is not merged when left out.",
            parameters.one_of(Status.values),
            shapes.STATUS_ENUM,
            repeated=True,
        ),
        Parameter(
            "golden_id",
            "One of these records.",
            parameters.identifier,
            shapes.UUID_TEXT,
            repeated=True,
        ),
        Parameter(
            "updated_since", "Written at or after this time.", parameters.moment, shapes.MOMENT
        ),
        Parameter("fields", "Only these, with commas between.", parameters.words_of(fields), word),
        Parameter("omit", "All but these, with commas between.", parameters.words_of(fields), word),
    )


def _searched(text: str) -> str:
    return " ".join(text.split())[:200]


def list_operation(domain: Domain) -> Operation:
    """GET of a domain's records."""
    own = _own(domain)
    taken = {parameter.name for parameter in (*own, *PAGED, *CLOCKS)} | {"sort"}
    filters = [_filter(a) for a in domain.attributes if a.kind in FILTERED and a.code not in taken]
    page_of = shapes.listed(f"{shapes.record(domain).name}Page", shapes.record(domain))
    return Operation(
        f"{domain.code}_list",
        domain.plural,
        f"List {domain.plural.lower()}",
        {200: Answer("A page of records in their canonical form, masked.", page_of)},
        description=(
            "Every attribute filters; a parameter that does not exist is refused. With `as_of` or "
            "`known_at` the records come as they were, without filters on values, search and sort; "
            "a page may then hold fewer than `limit`."
        ),
        query=(*own, _sort(domain), *PAGED, *CLOCKS, *filters),
    )
