"""Propose: create a record, update it, block, unblock, retire or reactivate it. Nobody writes one.

The answer is the change, submitted unless the body says `"submit": false`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from mdm import changes, permissions, seams
from mdm.api import changes_shown, live, pins, repairs, shapes
from mdm.api.errors import Problem, escaped, found_at
from mdm.api.live import Live
from mdm.api.operation import Answer, Operation
from mdm.api.view import ApiView
from mdm.domains import cleaning
from mdm.domains.ids import item_id
from mdm.domains.spec import Attribute, Collection, Domain, Kind, Subject
from mdm.models import Change, ChangePart
from mdm.standardise.masks import HIDDEN

COMMON: dict[str, Any] = {
    "reason": shapes.REASON
    | {"description": "Why; the reviewer reads it. Needed to submit any part but a create."},
    "title": shapes.SHORT,
    "effective_from": shapes.DAY_OR_NONE | {"description": "The day from which it is to hold."},
    "submit": {"type": "boolean", "default": True, "description": "false leaves it a draft."},
}
ACTIONS = {
    "block": "Propose to block it: nothing new is done with it",
    "unblock": "Propose to take a block away",
    "retire": "Propose to retire it: the end of its life",
    "reactivate": "Propose to bring it back",
}


def create(view: Any) -> HttpResponse:
    """Propose a new record."""
    domain: Domain = view.domain
    patch = patch_of_values(domain, view.body["values"], "/values", view.request.user)
    return propose(view, domain, ChangePart.Action.CREATE, patch, None)


def update(view: Any, found: Live) -> HttpResponse:
    """Propose new values for a record."""
    view.require_match(*found.tags)
    patch = plain(view.domain, view.body.get("patch", {}), "/patch", view.request.user)
    if not patch and not view.body.get("pins"):
        raise Problem("invalid", "Nothing is proposed: the body has no patch and no pins.")
    patch = repairs.adjusted(view.body, view.domain, found.golden_id, patch)
    return propose(view, view.domain, ChangePart.Action.UPDATE, patch, found)


class ActionView(ApiView):
    """Propose to block, unblock, retire or reactivate a record."""

    domain: ClassVar[Any] = None
    action: ClassVar[str] = ""

    def post(self, request: Request, golden_id: str) -> HttpResponse:
        found = live.see(self.domain, golden_id, request.user)
        self.require_match(*found.tags)
        patch = plain(self.domain, self.body.get("patch", {}), "/patch", request.user)
        return propose(self, self.domain, self.action, patch, found)


@transaction.atomic
def propose(
    view: Any, domain: Domain, action: str, patch: Mapping[str, Any], found: Live | None
) -> HttpResponse:
    """File the change, and answer with it; what is refused leaves no draft behind."""
    body, user = view.body, view.request.user
    held = pins.of(body)
    if found is not None:
        patch = {**pins.freed(domain, found.golden_id, patch, held), **patch}
    change = changes.draft(
        subject=domain.code,
        action=action,
        patch=patch,
        by=user,
        golden_id=found.golden_id if found else None,
        reason=body.get("reason", ""),
        title=body.get("title", ""),
        effective_from=day_of(body.get("effective_from")),
        channel=Change.Channel.API,
        pins=held,
    )
    if body.get("submit", True):
        change = changes.submit_explained(change, by=user)
    return changes_shown.created(change, user)


def day_of(text: str | None) -> date | None:
    """The day in a body, which has been checked."""
    return date.fromisoformat(text) if text else None


# --- From JSON to a patch -------------------------------------------------------------------


def patch_of_values(kind: Subject, values: Mapping[str, Any], root: str, by: Any) -> dict[str, Any]:
    """A new record's values as the patch that makes it; items without an id get a stable one."""
    patch: dict[str, Any] = {}
    places: dict[str, str] = {}
    for code, value in values.items():
        collection = kind.collection(code)
        if collection is None:
            patch[code] = value
            continue
        for n, item in enumerate(value):
            path = f"{code}[{item.get('id') or _item_id(collection, item)}]"
            if path in patch:
                detail = f"{collection.singular} {n + 1} is given twice."
                error = {"pointer": f"{root}/{code}/{n}", "code": "duplicate", "detail": detail}
                raise Problem("invalid", detail, errors=[error])
            patch[path], places[path] = item, f"{root}/{code}/{n}"
    return plain(kind, patch, root, by, places)


def _item_id(collection: Collection, item: Mapping[str, Any]) -> str:
    identity = [str(item.get(code) or "").strip() for code in collection.identity]
    return item_id(collection.prefix, *identity)


def plain(
    kind: Subject,
    patch: Mapping[str, Any],
    root: str,
    by: Any,
    places: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The patch with clean values, references by golden id, and nothing masked in it.

    `places` says where in the body a path stands that is not under `root` by its own name.
    """
    given = [(value, _place(path, root, places)) for path, value in patch.items()]
    if errors := [error for value, at in given for error in _masked(value, at)]:
        raise Problem("invalid", errors[0]["detail"], errors=errors)
    referred = {path: _plain(kind, path, value, root, by) for path, value in patch.items()}
    cleaned, problems = cleaning.clean_patch(kind, referred)
    if problems:
        found = [found_at(problem, _place(problem.path, root, places)) for problem in problems]
        raise Problem("invalid", found[0]["detail"], errors=found)
    return cleaned


def _place(path: str, root: str, places: Mapping[str, str]) -> str:
    item, _, field = path.rpartition(".")
    if item in places:
        return f"{places[item]}/{escaped(field)}"
    return places.get(path) or f"{root}/{escaped(path)}"


def _plain(kind: Subject, path: str, value: Any, root: str, by: Any) -> Any:
    attribute = kind.attribute(path)
    if attribute is None or attribute.kind is not Kind.REFERENCE or not value:
        return value
    return _referred(attribute, value, f"{root}/{escaped(path)}", by)


def _referred(attribute: Attribute, value: Any, pointer: str, by: Any) -> str:
    """The golden id of a reference, given by golden id or by code, to a record they may see."""
    given: Mapping[str, Any] = value if isinstance(value, Mapping) else {"golden_id": str(value)}
    label = attribute.label.lower()
    rows = seams.subject(attribute.refers_to).model.objects.all()
    rows = permissions.scoped(by, attribute.refers_to, rows)
    try:
        if "golden_id" in given:
            rows = rows.filter(golden_id=UUID(str(given["golden_id"])))
        if "code" in given:
            rows = rows.filter(code=given["code"])
        found = list(rows.values_list("golden_id", flat=True)[:2])
    except ValueError:
        found = []
    if len(found) == 1:
        return str(found[0])
    said = ", ".join(f"{k} {str(v)[:60]}" for k, v in given.items())
    why = "more than one has it; use its golden id" if found else "there is none"
    detail = f"{attribute.label}: found {said}, expected the {label} of a record: {why}."
    raise Problem(
        "invalid", detail, errors=[{"pointer": pointer, "code": "unknown", "detail": detail}]
    )


def _masked(value: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Masked values that came back: what was read masked cannot be written."""
    if isinstance(value, str) and value.startswith(HIDDEN):
        detail = "A masked value cannot be written. Leave it out, or send the whole value."
        yield {"pointer": pointer, "code": "masked", "detail": detail}
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _masked(part, f"{pointer}/{escaped(key)}")


# --- Operations -----------------------------------------------------------------------------

PROBLEMS = ("refused", "conflict", "scope-missing")
CREATED = {201: Answer("The change that proposes it.", shapes.CHANGE, ("Location", "ETag"))}


def create_operation(domain: Domain) -> Operation:
    """POST of a domain's list."""
    return Operation(
        f"{domain.code}_propose",
        domain.plural,
        f"Propose a new {domain.label.lower()}",
        CREATED,
        scope="propose",
        body=shapes.closed(
            {"values": shapes.values(domain), "pins": pins.PINS} | COMMON, needed=("values",)
        ),
        example={"values": shapes.example_values(domain), "reason": "New framework contract"},
        problems=PROBLEMS,
        idempotency="required",
    )


def update_operation(domain: Domain) -> Operation:
    """PATCH of a record."""
    first = next(a for a in domain.attributes if a.code == domain.name)
    return Operation(
        f"{domain.code}_propose_update",
        domain.plural,
        f"Propose a change of a {domain.label.lower()}",
        CREATED,
        scope="propose",
        body=shapes.closed({"patch": shapes.PATCH, "pins": pins.PINS} | COMMON | repairs.ADJUST),
        example={"patch": {first.code: f"New {first.label.lower()}"}, "reason": "As announced"},
        problems=("not-found", *PROBLEMS),
        if_match=True,
    )


def action_operation(domain: Domain, action: str) -> Operation:
    """POST of an action on a record."""
    return Operation(
        f"{domain.code}_propose_{action}",
        domain.plural,
        f"{ACTIONS[action]}",
        CREATED,
        scope="propose",
        body=shapes.closed({"patch": shapes.PATCH, "pins": pins.PINS} | COMMON),
        body_needed=False,
        example={"reason": "Contract ended"},
        problems=("not-found", *PROBLEMS),
        idempotency="optional",
        if_match=True,
    )
