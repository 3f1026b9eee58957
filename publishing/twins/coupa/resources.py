"""One REST resource of Coupa: list, show, create, update, over what a resource declares."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from publishing.twins import contracts
from publishing.twins.checks import Check, Problem, compiled
from publishing.twins.coupa import reading
from publishing.twins.coupa.answers import refused, shown, title
from publishing.twins.store import Held, Store
from publishing.twins.wire import Answer, Effect, Request

KEPT_BY_COUPA = frozenset({"id", "created-at", "updated-at", "created-by", "updated-by"})
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What an object is found by: our code, the name as it must be unique, a second key."""

    code: str
    name: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Resource:
    """How one resource behaves."""

    path: str  # below /api/
    single: str  # root of its XML form
    contract: str
    title: str
    code: str  # the attribute that carries our code
    complete: Callable[[Store, Document], Sequence[str]]  # fills references, returns problems
    names: Callable[[Document], Names]
    rivals: Callable[[Store, Names], Iterable[tuple[str, Held | None]]]  # who has it already
    references: frozenset[str] = frozenset()  # replaced as a whole
    read_only: frozenset[str] = frozenset()
    found_by: str = ""  # another attribute, kept as alias
    merged_by: Mapping[str, str] = field(default_factory=dict)  # list -> key of its items

    @property
    def kind(self) -> str:
        return f"coupa.{self.path}"

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        return contracts.schema("coupa", self.contract)

    @cached_property
    def attributes(self) -> Mapping[str, Iterable[str]]:
        """Each attribute with what is below it."""
        listed: Mapping[str, Any] = self.schema["properties"]
        below = {name: tuple(facts.get("properties", ())) for name, facts in listed.items()}
        return {**below, **dict.fromkeys(self.read_only, ())}

    @cached_property
    def check(self) -> Check:
        return compiled(self.schema, closed=True)


# --- reading ------------------------------------------------------------------------------------


def index(resource: Resource, store: Store, request: Request) -> Answer:
    wanted = reading.filters(request, resource.attributes)
    limit, offset = reading.page(request)
    if wanted or request.query.get("order_by") or request.query.get("dir"):
        candidates = [_full(held) for held in _candidates(resource, store, wanted)]
        documents = [document for document in candidates if reading.holds(document, wanted)]
        documents = reading.ordered(request, documents)[offset : offset + limit]
    else:
        documents = [_full(held) for held in store.page(resource.kind, limit, offset)]
    natural = (resource.code, "name", "code")
    shorter = [reading.cut(request, document, natural) for document in documents]
    return shown(request, 200, shorter, name=resource.path.replace("_", "-"))


def _candidates(resource: Resource, store: Store, wanted: list[reading.Filter]) -> list[Held]:
    """Those an index finds, when a filter names what is indexed; else all."""
    for path, operator, value in wanted:
        if operator == "eq" and path == (resource.code,):
            return store.coded(resource.kind, value)
        if operator == "eq" and resource.found_by and path == (resource.found_by,):
            return store.aliased(resource.kind, value)
    return list(store.every(resource.kind))


def show(resource: Resource, store: Store, request: Request, key: str) -> Answer:
    document = reading.cut(
        request, _full(_held(resource, store, request, key)), (resource.code, "name", "code")
    )
    return shown(request, 200, document, name=resource.single)


# --- writing ------------------------------------------------------------------------------------


def create(resource: Resource, store: Store, request: Request, *, lenient: bool) -> Answer:
    document = _checked(resource, request, lenient=lenient, partial=False)
    names = _finished(resource, store, request, document, itself=None)
    key = str(store.next_number(f"{resource.kind}.id", 1))
    held = store.insert(
        resource.kind, key, document, code=names.code, name=names.name, alias=names.alias
    )
    return _written(resource, request, 201, held, "create")


def update(
    resource: Resource, store: Store, request: Request, key: str, *, lenient: bool
) -> Answer:
    """Only what is sent changes; items of a list are found by their key, and none is dropped."""
    held = _held(resource, store, request, key)
    sent = _checked(resource, request, lenient=lenient, partial=True)
    document = merged(held.document, sent, resource)
    names = _finished(resource, store, request, document, itself=held)
    if document == held.document:
        return _written(resource, request, 200, held, "none")
    held = store.update(held, document, code=names.code, name=names.name, alias=names.alias)
    return _written(resource, request, 200, held, "update")


def merged(before: Document, sent: Document, resource: Resource) -> Document:
    after = dict(before)
    for name, value in sent.items():
        if value is None:
            after.pop(name, None)
        elif key := resource.merged_by.get(name):
            after[name] = _merged_items(before.get(name, []), value, key)
        elif name not in resource.references and isinstance(before.get(name), dict):
            after[name] = {**before[name], **value}
        else:
            after[name] = value
    return after


def _merged_items(before: list[Document], sent: list[Document], key: str) -> list[Document]:
    after = [dict(item) for item in before]
    for item in sent:
        same = next((one for one in after if key in item and one.get(key) == item[key]), None)
        if same is None:
            after.append(item)
        else:
            same.update(item)
    return after


def _checked(resource: Resource, request: Request, *, lenient: bool, partial: bool) -> Document:
    """The body, if it holds the contract; `lenient` drops what Coupa would quietly ignore."""
    if "json" not in request.header("content-type"):
        raise refused(request, 415, "This simulator reads bodies as application/json only")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise refused(request, 400, "Unable to parse the request body") from None
    if not isinstance(body, dict):
        raise refused(request, 400, "The request body must be one object")
    fixed = KEPT_BY_COUPA | resource.read_only
    read_only = [name for name in body if name in fixed]
    required = resource.schema["required"]
    emptied = {
        name for name, value in body.items() if value is None and (partial or name in required)
    }
    sent = {name: value for name, value in body.items() if name not in {*read_only, *emptied}}
    problems = [
        one
        for one in resource.check(sent, ())
        if not (_is_absence(one) and (partial or one.field in emptied))
    ]
    if lenient:
        for problem in [one for one in problems if one.rule == "unknown"]:
            _drop(sent, problem)
            problems.remove(problem)
        read_only = []
    texts = [f"{title(name)} is read only" for name in read_only]
    texts += [_text(resource, problem) for problem in problems]
    texts += [_blank(name) for name in required if _emptied(body, name)]
    if texts:
        raise refused(request, 400, *texts)
    return {**sent, **dict.fromkeys(emptied)}


def _is_absence(problem: Problem) -> bool:
    return problem.rule == "required" and len(problem.path) == 1


def _emptied(body: Document, name: str) -> bool:
    return name in body and body[name] in (None, "")


def _drop(body: Any, problem: Problem) -> None:
    *steps, last = problem.path
    for step in steps:
        body = body[step]
    body.pop(last, None)


def _blank(name: str) -> str:
    return f"{title(name)} can't be blank"


def _text(resource: Resource, problem: Problem) -> str:
    name = title(problem.field)
    match problem.rule:
        case "required":
            return _blank(problem.field)
        case "unknown":
            return f"Unknown attribute {problem.dotted}"
        case "too_long":
            return f"{name} is too long (maximum is {problem.wanted} characters)"
        case "enum" if problem.field == "status":
            return f"{resource.title} status must be one of active, inactive, onboarding."
        case "enum":
            return f"{name} is not included in the list"
        case _:
            return f"{name} is invalid"


def _finished(
    resource: Resource, store: Store, request: Request, document: Document, *, itself: Held | None
) -> Names:
    """References resolved and uniqueness kept, or refused."""
    texts = list(resource.complete(store, document))
    names = resource.names(document)
    texts += [
        f"{title(attribute)} has already been taken"
        for attribute, other in resource.rivals(store, names)
        if other is not None and (itself is None or other.seq != itself.seq)
    ]
    if texts:
        raise refused(request, 400, *texts)
    return names


def _written(resource: Resource, request: Request, status: int, held: Held, did: Any) -> Answer:
    effect = Effect(did, resource.path, held.key, held.code)
    if request.query.get("return_object") == "none":
        return Answer(status, b"", {}, (effect,))
    document = reading.cut(request, _full(held), (resource.code, "name", "code"))
    return shown(request, status, document, name=resource.single, effects=(effect,))


def _held(resource: Resource, store: Store, request: Request, key: str) -> Held:
    held = store.get(resource.kind, key) if key.isdecimal() else None
    if held is None:
        raise refused(request, 404, f"{resource.title} {key[:20]} not found")
    return held


def _full(held: Held) -> Document:
    return {
        "id": int(held.key),
        "created-at": held.created,
        "updated-at": held.changed,
        **held.document,
    }
