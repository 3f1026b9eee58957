"""The pages for those who connect systems: the API, its problems, the events."""

import json
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from docs.write_reference.markdown import code, listed, page, table
from mdm import canonical
from mdm.api.errors import PROBLEMS
from mdm.api.openapi import openapi
from mdm.canonical.json_schema import EVENT_VERBS
from mdm.domains import DOMAINS
from mdm.domains.reference import REFERENCE_LISTS

EACH = "{domain}"  # stands for the path of a domain in the table
ENVELOPE = {
    "specversion": "Always `1.0`.",
    "id": "Of the event. A repeat has the same one.",
    "source": f"Always `{canonical.SOURCE}`.",
    "type": "Domain, verb and version of the form.",
    "subject": "Domain and code of the record.",
    "time": "When the version was approved and written.",
    "datacontenttype": "Always `application/json`.",
    "dataschema": "The name of the schema of `data`.",
    "traceparent": "W3C trace context, where there is one.",
    "sequence": "Place in the log of events: without gaps, padded with zeros.",
    "partitionkey": "The golden id. Events of one record come in order.",
    "correlationid": "The same on everything that came of one change.",
    "idempotencykey": "Golden id and version.",
    "data": "The record in its canonical form.",
}


def api() -> str:
    """Every operation, those of domains once."""
    return page(
        "# API",
        "The complete description is OpenAPI 3.1 at `/api/v1/schema/`, with a page at "
        "`/api/v1/docs/`. This is its table of contents.",
        "Where a path says `{domain}` there is one for each of "
        + listed(d.path for d in DOMAINS.values())
        + "; where it says `{list}`, for each of "
        + listed(one.path for one in REFERENCE_LISTS.values())
        + ".",
        *(_section(tag, rows) for tag, rows in _operations().items()),
        "## Rules that hold everywhere",
        "- `Authorization: Bearer <token>`, or the session of a signed-in person.\n"
        "- Errors are problem details; [problems](problems.md) lists them.\n"
        "- Lists take `limit` (1 to 200) and `cursor`, and answer `{data, next, previous}`.\n"
        "- A read gives a strong `ETag`. `If-None-Match` gets 304 while it is current.\n"
        "- A write to something that exists needs `If-Match`: 428 without it, 412 if it is stale.\n"
        "- A `POST` that makes something needs an `Idempotency-Key`. A repeat within a day gets "
        "the first answer.\n"
        "- Unknown parameters and fields are refused, never ignored.\n"
        "- Sealed values are masked, unless `reveal=true` is asked for by somebody who may. The "
        "ledger notes each reveal.",
    )


def problems() -> str:
    """Every kind of problem."""
    return page(
        "# Problems",
        "Every error of the API is a problem (RFC 9457), `application/problem+json`, with `type`, "
        "`title`, `status`, `detail`, `instance`, `trace_id` and, where values are wrong, "
        "`errors`: each with a `pointer` into the body or a `parameter`, a `code` and a `detail`.",
        "`type` can be followed: `GET /api/problems/stale-version` says what it means.",
        table(
            ("type", "status", "title", "meaning"),
            ([code(k.address), str(k.status), k.title, k.meaning] for k in PROBLEMS.values()),
        ),
    )


def events() -> str:
    """The types of events, the envelope and an example."""
    first = next(iter(DOMAINS.values()))
    properties = canonical.event_schema(first)["properties"]
    return page(
        "# Events",
        "One event for each approved version, CloudEvents 1.0 in JSON. `GET /api/v1/events` reads "
        "them from the beginning ([follow the events](../how-to/follow-events.md)).",
        "## Types",
        table(
            ("domain", "types"),
            (
                [d.plural, ", ".join(code(f"{d.code}.{verb}.v1") for verb in EVENT_VERBS)]
                for d in DOMAINS.values()
            ),
        ),
        "## Envelope",
        table(("member", "meaning"), ([code(name), ENVELOPE[name]] for name in properties)),
        "## Schemas",
        table(
            ("domain", "of the record", "of the event"),
            (
                [
                    d.plural,
                    code(f"/api/schemas/{d.code}.v1.json"),
                    code(f"/api/schemas/{d.code}-event.v1.json"),
                ]
                for d in DOMAINS.values()
            ),
        ),
        "In `data`, empty values are left out and flags are always there. Decimals and dates are "
        'text. A reference is `{"golden_id": …, "code": …}`. Sealed values are masked.',
        f"## Data of a {first.label.lower()}",
        f"```json\n{_short(canonical.masked(first, canonical.example(first)))}\n```",
    )


def _operations() -> dict[str, list[list[str]]]:
    """Tag -> rows; the operations of all domains under one."""
    document = openapi(SchemaGenerator())
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag, at, summary = _generalised(path, operation)
            row = [code(f"{method.upper()} {at}"), summary, _scope(operation)]
            found.setdefault(tag, {}).setdefault((at, method), row)
    return {tag: list(rows.values()) for tag, rows in sorted(found.items())}


def _generalised(path: str, operation: dict[str, Any]) -> tuple[str, str, str]:
    tag, summary = operation["tags"][0], operation["summary"]
    for domain in DOMAINS.values():
        if tag == domain.plural:
            path = path.replace(f"/{domain.path}", f"/{EACH}", 1)
            summary = summary.replace(domain.plural.lower(), "records")
            return "Records", path, summary.replace(domain.label.lower(), "record")
    for kind in REFERENCE_LISTS.values():
        if f"/reference/{kind.path}" in path:
            path = path.replace(f"/{kind.path}", "/{list}")
            return tag, path, "Read a row of a list" if "{code}" in path else "List its rows"
    return tag, path, summary


def _scope(operation: dict[str, Any]) -> str:
    text: str = operation["description"]
    return (
        code(text.rpartition("the scope `")[2].partition("`")[0]) if "scope `" in text else "person"
    )


def _section(tag: str, rows: list[list[str]]) -> str:
    return page(f"## {tag}", table(("operation", "what it does", "scope"), rows))


def _short(shape: dict[str, Any]) -> str:
    """An example with the collections that matter most left in."""
    kept = {
        k: v
        for k, v in shape.items()
        if not isinstance(v, list) or k in ("addresses", "bank_accounts")
    }
    return json.dumps(kept, indent=2, ensure_ascii=False)
