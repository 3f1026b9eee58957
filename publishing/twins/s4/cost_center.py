"""Cost centers: written through the V4 service, read through it or through the V2 read service.

Verbs and payload of V4 are assumed by the contract. Also assumed here: two validity periods of one
cost center may not overlap, the end of a period is part of the key and so cannot be changed, and
texts are changed in their own entity set (`A_CostCenterText_2`), not with the cost center.
"""

from typing import Any

from publishing.twins.s4 import errors, query, v4
from publishing.twins.s4.addresses import BadAddress, Segment, key_text, segments
from publishing.twins.s4.cost_center_facts import CENTER, CHECK, CHECK_TEXT, TEXT, shown_v4
from publishing.twins.s4.writing import etag
from publishing.twins.store import Held, Store
from publishing.twins.wire import Answer, Effect, EffectKind, Request, json_answer

KIND = CENTER.kind
BASE = "/sap/opu/odata4/sap/api_cost_center/srvd_a2x/sap/costcenter/0001"
OPTIONS = frozenset({"$filter", "$top", "$skip", "$count", "$expand", "$select", "$format"})
LARGEST_PAGE = 1_000
Document = dict[str, Any]


class CostCenters:
    """The V4 service."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def answer(self, request: Request, path: str) -> Answer:
        if strange := [one for one in request.query if one.startswith("$") and one not in OPTIONS]:
            raise errors.v4(501, errors.NOT_ALLOWED, f"{strange[0]} is not supported here")
        try:
            return self._resource(request, segments(path))
        except (BadAddress, query.BadFilter) as error:
            raise errors.v4(400, errors.NO_RESOURCE, str(error)) from None

    def _resource(self, request: Request, way: list[Segment]) -> Answer:
        if not way:
            sets = [{"name": one.name, "url": one.name} for one in (CENTER, TEXT)]
            return json_answer(200, {"value": sets})
        first, *rest = way
        if first.name == TEXT.name:
            if first.key is None:
                return self._texts(request, None)
            return self._text(request, key_text(TEXT, first.key))
        if first.name != CENTER.name:
            raise errors.v4(404, errors.NO_RESOURCE, f"Resource '{first.name}' not found")
        if first.key is None:
            return self._centers(request)
        center = self._held(CENTER.kind, key_text(CENTER, first.key))
        if not rest:
            return self._center(request, center)
        if rest[0].name != "_Text" or len(rest) > 1:
            raise errors.v4(404, errors.NO_RESOURCE, f"Resource '{rest[0].name}' not found")
        if rest[0].key is None:
            return self._texts(request, center)
        key = dict(rest[0].key)
        own = {name: str(center.document[name]) for name in CENTER.key}
        language = key.pop("", "") or key.get("Language", "")
        return self._text(request, key_text(TEXT, {**own, **key, "Language": language}))

    # --- cost centers -------------------------------------------------------------------------

    def _centers(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._list(request)
        if request.method != "POST":
            raise errors.v4(405, errors.NOT_ALLOWED, "Method not allowed on an entity set")
        body = v4.body_of(request)
        v4.verify(CHECK(body, ()))
        texts = body.pop("_Text", [])
        v4.customised(body)
        self._refuse_overlap(body)
        key = ",".join(body[name] for name in CENTER.key)
        center = self._store.insert(KIND, key, body, code=body["CostCenter"])
        for text in texts:
            self._insert_text(center, text)
        return self._shown(request, 201, center, "create")

    def _refuse_overlap(self, body: Document) -> None:
        start, end = body["ValidityStartDate"], body["ValidityEndDate"]
        if start > end:
            text = "The end of the validity is before its start"
            raise errors.v4(400, "KS/112", text, "ValidityEndDate")
        for other in self._store.coded(KIND, body["CostCenter"]):
            its = other.document
            same_area = its["ControllingArea"] == body["ControllingArea"]
            if same_area and its["ValidityStartDate"] <= end and start <= its["ValidityEndDate"]:
                name = f"{body['ControllingArea']}/{body['CostCenter']}"
                text = f"Cost center {name} already exists in this period"
                raise errors.v4(400, "KS/109", text, "CostCenter")

    def _center(self, request: Request, center: Held) -> Answer:
        match request.method:
            case "GET":
                return self._shown(request, 200, center, None)
            case "PATCH":
                body = self._changes(request, center)
                document = _patched(center.document, body)
                if document == center.document:
                    return self._shown(request, 200, center, "none")
                v4.customised(body)
                if document["ValidityStartDate"] > document["ValidityEndDate"]:
                    text = "The end of the validity is before its start"
                    raise errors.v4(400, "KS/112", text, "ValidityStartDate")
                self._store.update(center, document)
                return self._shown(request, 200, center, "update")
            case "DELETE":
                v4.require_match(request, center)
                for part in self._store.children(TEXT.kind, center.key):
                    self._store.delete(part)
                self._store.delete(center)
                return Answer(204, effects=(_effect("delete", center),))
        raise errors.v4(405, errors.NOT_ALLOWED, "Method not allowed on an entity")

    def _changes(self, request: Request, held: Held) -> Document:
        """The body of a PATCH: flat, and never the key."""
        body = v4.body_of(request)
        v4.require_match(request, held)
        check = CHECK if held.kind == KIND else CHECK_TEXT
        if "_Text" in body:
            text = "Deep update is not supported: change A_CostCenterText_2"
            raise errors.v4(400, errors.NOT_ALLOWED, text, "_Text")
        sent = {name: value for name, value in body.items() if value is not None}
        v4.verify(problem for problem in check(sent, ()) if problem.rule != "required")
        entity = CENTER if held.kind == KIND else TEXT
        for name in entity.key:
            if name in body and body[name] != held.document[name]:
                text = f"Key property '{name}' cannot be changed"
                raise errors.v4(400, errors.NOT_ALLOWED, text, name)
        return body

    def _list(self, request: Request) -> Answer:
        options = request.query
        wanted = query.parse(options.get("$filter", ""), CENTER)
        code = wanted.equal.get("CostCenter")
        held = self._store.coded(KIND, code) if code else list(self._store.every(KIND))
        found = [one for one in held if wanted.test(one.document)]
        top, skip = options.get("$top", str(LARGEST_PAGE)), options.get("$skip", "0")
        if not (top.isdecimal() and skip.isdecimal()):
            raise BadAddress("Invalid value for $top or $skip")
        page = found[int(skip) : int(skip) + min(int(top), LARGEST_PAGE)]
        body: Document = {"@odata.context": "$metadata#A_CostCenter_2"}
        if options.get("$count") == "true":
            body["@odata.count"] = len(found)
        body["value"] = [self._value(request, one) for one in page]
        return json_answer(200, body)

    # --- texts --------------------------------------------------------------------------------

    def _texts(self, request: Request, center: Held | None) -> Answer:
        if request.method == "GET":
            every = self._store.children(TEXT.kind, center.key) if center else None
            held = list(self._store.every(TEXT.kind)) if every is None else every
            return json_answer(200, {"value": [shown_v4(text) for text in held]})
        if request.method != "POST":
            raise errors.v4(405, errors.NOT_ALLOWED, "Method not allowed on an entity set")
        body = v4.body_of(request)
        v4.verify(CHECK_TEXT(body, ()))
        if center is None:
            key = ",".join(str(body.get(name, "")) for name in CENTER.key)
            center = self._held(KIND, key, status=400)
        text = self._insert_text(center, body)
        effect = _effect("create", text)
        headers = {"ETag": etag(text)}
        return json_answer(201, shown_v4(text), headers=headers, effects=(effect,))

    def _insert_text(self, center: Held, body: Document) -> Held:
        document = {**{name: center.document[name] for name in CENTER.key}, **body}
        v4.customised(document)
        key = ",".join(document[name] for name in TEXT.key)
        if self._store.get(TEXT.kind, key):
            text = f"A text in {document['Language']} already exists"
            raise errors.v4(400, errors.BUSINESS, text, "Language")
        return self._store.insert(TEXT.kind, key, document, parent=center.key, code=center.code)

    def _text(self, request: Request, key: str) -> Answer:
        text = self._held(TEXT.kind, key)
        match request.method:
            case "GET":
                return json_answer(200, shown_v4(text), headers={"ETag": etag(text)})
            case "PATCH":
                document = _patched(text.document, self._changes(request, text))
                did: EffectKind = "none"
                if document != text.document:
                    self._store.update(text, document)
                    did = "update"
                headers = {"ETag": etag(text)}
                effects = (_effect(did, text),)
                return json_answer(200, shown_v4(text), headers=headers, effects=effects)
            case "DELETE":
                v4.require_match(request, text)
                self._store.delete(text)
                return Answer(204, effects=(_effect("delete", text),))
        raise errors.v4(405, errors.NOT_ALLOWED, "Method not allowed on an entity")

    # --- shared -------------------------------------------------------------------------------

    def _held(self, kind: str, key: str, *, status: int = 404) -> Held:
        held = self._store.get(kind, key)
        if held is None:
            raise errors.v4(status, errors.NO_RESOURCE, "The requested entity does not exist")
        return held

    def _value(self, request: Request, center: Held) -> Document:
        body = shown_v4(center)
        if request.query.get("$expand") == "_Text" or request.method == "POST":
            texts = self._store.children(TEXT.kind, center.key)
            body["_Text"] = [shown_v4(text) for text in texts]
        return body

    def _shown(self, request: Request, status: int, center: Held, did: EffectKind | None) -> Answer:
        headers = {"ETag": etag(center)}
        effects = (_effect(did, center),) if did else ()
        body = self._value(request, center)
        return json_answer(status, body, headers=headers, effects=effects)


def _patched(before: Document, body: Document) -> Document:
    both = {**before, **body}
    return {name: value for name, value in both.items() if value is not None}


def _effect(did: EffectKind, held: Held) -> Effect:
    return Effect(did, held.kind.removeprefix("s4."), held.key, held.code)
