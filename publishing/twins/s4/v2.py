"""OData V2 over a service: entity sets, single entities, navigations, $filter, $expand, pages."""

from collections.abc import Mapping
from typing import Any

import orjson

from publishing.twins.s4 import errors, query, rendering, verifying, writing
from publishing.twins.s4.addresses import BadAddress, Segment, key_text, segments
from publishing.twins.s4.entities import Entity, Navigation
from publishing.twins.s4.writing import Service
from publishing.twins.store import Held
from publishing.twins.wire import WRITES, Answer, Effect, EffectKind, Request, json_answer

LARGEST_PAGE = 1_000
OPTIONS = frozenset(
    {"$filter", "$expand", "$select", "$top", "$skip", "$inlinecount", "$orderby", "$format"}
)


class V2:
    """Answers for one service; `path` is what follows its base path."""

    def __init__(self, service: Service, base_path: str) -> None:
        self.service = service
        self.base_path = base_path

    def answer(self, request: Request, path: str) -> Answer:
        if request.method not in {"GET", "POST", "PATCH", "DELETE"}:
            raise errors.v2(405, errors.NOT_ALLOWED, f"Method '{request.method}' not allowed")
        if strange := [one for one in request.query if one.startswith("$") and one not in OPTIONS]:
            text = f"System query option '{strange[0]}' is not supported by this simulator"
            raise errors.v2(501, errors.NOT_ALLOWED, text)
        try:
            way = segments(path)
            if not way:
                return self._listing(request)
            return self._resource(request, way)
        except (BadAddress, query.BadFilter) as error:
            raise errors.v2(400, errors.NO_RESOURCE, str(error)) from None

    def _listing(self, request: Request) -> Answer:
        """The service document, which is where a token is usually fetched."""
        if request.method != "GET":
            raise errors.v2(405, errors.NOT_ALLOWED, "Method not allowed")
        return json_answer(200, {"d": {"EntitySets": sorted(self.service.entities)}})

    def _resource(self, request: Request, way: list[Segment]) -> Answer:
        counting = way[-1].name == "$count" and len(way) > 1
        first, *rest = way[:-1] if counting else way
        entity = self.service.entities.get(first.name)
        if entity is None:
            text = f"Resource not found for the segment '{first.name}'"
            raise errors.v2(404, errors.NO_RESOURCE, text)
        if first.key is None:
            if rest:
                raise BadAddress(f"'{first.name}' needs a key before '{rest[0].name}'")
            return self._set(request, entity, None, None, counting=counting)
        held = self._held(entity, first.key)
        for index, step in enumerate(rest):
            navigation = entity.navigation.get(step.name)
            if navigation is None:
                text = f"Resource not found for the segment '{step.name}'"
                raise errors.v2(404, errors.NO_RESOURCE, text)
            entity = self.service.entities[navigation.target]
            last = index == len(rest) - 1
            if step.key is not None:
                held = self._held(entity, step.key)
            elif navigation.many and last:
                return self._set(request, entity, held, navigation, counting=counting)
            else:
                held = self._single(held, navigation)
        return self._entity(request, entity, held)

    # --- sets ---------------------------------------------------------------------------------

    def _set(
        self,
        request: Request,
        entity: Entity,
        parent: Held | None,
        way: Navigation | None,
        *,
        counting: bool,
    ) -> Answer:
        if request.method == "POST":
            return self._create(request, entity, parent, way)
        if request.method in WRITES:
            raise errors.v2(405, errors.NOT_ALLOWED, "Method not allowed on an entity set")
        parts = rendering.related(self.service, parent, way) if parent and way else None
        found, total = self._found(request, entity, parts)
        if counting:
            return Answer(200, str(total).encode(), {"Content-Type": "text/plain"})
        return json_answer(200, {"d": self._page(request, entity, found, total)})

    def _found(
        self, request: Request, entity: Entity, parts: list[Held] | None
    ) -> tuple[list[Held], int]:
        """One page of the matching entities, and how many match in all."""
        store, options = self.service.store, request.query
        wanted = query.parse(options.get("$filter", ""), entity)
        top, skip = _number(options, "$top", LARGEST_PAGE), _number(options, "$skip", 0)
        limit = min(top, LARGEST_PAGE)
        order = options.get("$orderby", "")
        if parts is None and wanted is query.EVERYTHING and not order:
            return store.page(entity.kind, limit, skip), store.count(entity.kind)
        if parts is None:
            parts = self._candidates(entity, wanted)
        matching = [
            held for held in parts if wanted.test(rendering.values(self.service, entity, held))
        ]
        return self._ordered(entity, matching, order)[skip : skip + limit], len(matching)

    def _candidates(self, entity: Entity, wanted: query.Filter) -> list[Held]:
        """Those an index finds, when the filter names what is indexed; else all."""
        store, owner = self.service.store, self.service.entities.get(entity.owner)
        code_field = self.service.rules.code_field
        if entity.name == self.service.rules.root and code_field in wanted.equal:
            return store.coded(entity.kind, wanted.equal[code_field])
        key = owner.key if owner else entity.key
        plain = all(entity.fields[one].type in {"String", "Guid"} for one in key)
        if plain and set(key) <= set(wanted.equal):
            text = ",".join(wanted.equal[part] for part in key)
            if owner:
                return store.children(entity.kind, text)
            held = store.get(entity.kind, text)
            return [held] if held else []
        return list(store.every(entity.kind))

    def _ordered(self, entity: Entity, found: list[Held], order: str) -> list[Held]:
        if not order:
            return found
        name, _, direction = order.partition(" ")
        if name not in entity.fields:
            raise query.BadFilter(f"Property '{name}' not found in $orderby")
        by = {held.seq: rendering.values(self.service, entity, held)[name] for held in found}

        def key(held: Held) -> tuple[bool, Any]:
            return by[held.seq] is not None, by[held.seq] if by[held.seq] is not None else ""

        return sorted(found, key=key, reverse=direction.strip() == "desc")

    def _page(
        self, request: Request, entity: Entity, found: list[Held], total: int
    ) -> dict[str, Any]:
        options, base = request.query, f"{request.base}{self.base_path}"
        expand = self._expand(entity, options)
        chosen = [one for one in options.get("$select", "").split(",") if one]
        page: dict[str, Any] = {
            "results": [
                rendering.shown(self.service, held, base, expand=expand, chosen=chosen)
                for held in found
            ]
        }
        if options.get("$inlinecount") == "allpages":
            page["__count"] = str(total)
        after = _number(options, "$skip", 0) + len(found)
        if after < total and "$top" not in options:
            page["__next"] = f"{base}/{entity.name}?$skip={after}"
        return page

    def _expand(self, entity: Entity, options: Mapping[str, str]) -> rendering.Tree:
        wanted = rendering.tree(options.get("$expand", ""))
        self._known_ways(entity, wanted)
        return wanted

    def _known_ways(self, entity: Entity, wanted: rendering.Tree) -> None:
        for name, below in wanted.items():
            if name not in entity.navigation:
                raise BadAddress(f"Property '{name}' in $expand is not a navigation property")
            self._known_ways(self.service.entities[entity.navigation[name].target], below)

    def _create(
        self, request: Request, entity: Entity, parent: Held | None, way: Navigation | None
    ) -> Answer:
        body = body_of(request)
        rules = self.service.rules
        if "create" not in entity.verbs:
            text = f"{entity.name} cannot be created by itself"
            raise errors.v2(405, errors.NOT_ALLOWED, text)
        if entity.name == rules.root:
            verifying.contract(rules.check, body)
        elif parent is None:
            parent = writing.find_parent(self.service, entity, body)
            if parent is None:
                text = f"The object this {entity.name} belongs to does not exist"
                raise errors.v2(400, errors.BUSINESS, text)
        nested = writing.as_nested(way, body) if way else body
        held = writing.create(self.service, entity, nested, parent)
        base = f"{request.base}{self.base_path}"
        inline = rendering.tree(",".join(_nested_names(body)))
        shown = rendering.shown(self.service, held, base, expand=inline)
        headers = {"Location": shown["__metadata"]["uri"], "ETag": writing.etag(held)}
        return json_answer(201, {"d": shown}, headers=headers, effects=(_effect("create", held),))

    # --- one entity ---------------------------------------------------------------------------

    def _entity(self, request: Request, entity: Entity, held: Held) -> Answer:
        match request.method:
            case "GET":
                return self._show(request, entity, held)
            case "PATCH":
                self._allow(entity, "update")
                body = body_of(request)
                writing.require_match(self.service, request, held)
                changed = writing.change(self.service, entity, held, body)
                did: EffectKind = "update" if changed else "none"
                return Answer(204, effects=(_effect(did, held),))
            case "DELETE":
                self._allow(entity, "delete")
                writing.require_match(self.service, request, held)
                writing.delete(self.service, held)
                return Answer(204, effects=(_effect("delete", held),))
        raise errors.v2(405, errors.NOT_ALLOWED, "Method not allowed on an entity")

    def _show(self, request: Request, entity: Entity, held: Held) -> Answer:
        base = f"{request.base}{self.base_path}"
        expand = self._expand(entity, request.query)
        chosen = [one for one in request.query.get("$select", "").split(",") if one]
        shown = rendering.shown(self.service, held, base, expand=expand, chosen=chosen)
        return json_answer(200, {"d": shown}, headers={"ETag": writing.etag(held)})

    def _allow(self, entity: Entity, verb: str) -> None:
        if verb not in entity.verbs:
            text = f"{entity.name} does not allow {verb}"
            raise errors.v2(405, errors.NOT_ALLOWED, text)

    def _held(self, entity: Entity, key: Mapping[str, str]) -> Held:
        held = self.service.store.get(entity.kind, key_text(entity, key))
        if held is None:
            text = f"Resource not found for segment '{entity.name}Type'"
            raise errors.v2(404, errors.NO_RESOURCE, text)
        return held

    def _single(self, held: Held, way: Navigation) -> Held:
        found = rendering.related(self.service, held, way)
        if way.many or not found:
            text = f"Resource not found for the segment '{way.name}'"
            raise errors.v2(404, errors.NO_RESOURCE, text)
        return found[0]


def body_of(request: Request) -> dict[str, Any]:
    if "json" not in request.header("content-type"):
        raise errors.v2(415, errors.NOT_ALLOWED, "This simulator reads application/json only")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise errors.v2(400, "CX_SXML_PARSE_ERROR", "Error while parsing the body") from None
    if not isinstance(body, dict):
        raise errors.v2(400, "CX_SXML_PARSE_ERROR", "The body must be one entity")
    return body


def _nested_names(value: Any, above: str = "") -> list[str]:
    """The navigations a deep insert used, so that its answer shows them."""
    items = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in items:
        for name, inner in item.items():
            if name.startswith("to_"):
                path = f"{above}/{name}" if above else name
                names += [path, *_nested_names(inner, path)]
    return list(dict.fromkeys(names))


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not text.isdecimal():
        raise BadAddress(f"Invalid value '{text}' for {name}")
    return int(text)


def _effect(did: EffectKind, held: Held) -> Effect:
    return Effect(did, held.kind.removeprefix("s4."), held.key, held.code)
