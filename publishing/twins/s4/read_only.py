"""V2 services that only read: cost centers, tax codes, code lists."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publishing.twins.s4 import errors, query
from publishing.twins.s4.addresses import BadAddress, key_of, key_text, predicate, segments
from publishing.twins.s4.entities import Entity
from publishing.twins.wire import Answer, Request, json_answer

LARGEST_PAGE = 1_000
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadOnlySet:
    entity: Entity
    documents: Callable[[], Iterable[Document]]


class ReadOnly:
    def __init__(self, base_path: str, sets: Mapping[str, ReadOnlySet]) -> None:
        self.base_path = base_path
        self._sets = sets

    def answer(self, request: Request, path: str) -> Answer:
        if request.method != "GET":
            text = f"{path.strip('/') or 'The service'} is read-only"
            raise errors.v2(405, errors.NOT_ALLOWED, text, Allow="GET")
        try:
            return self._read(request, path)
        except (BadAddress, query.BadFilter) as error:
            raise errors.v2(400, errors.NO_RESOURCE, str(error)) from None

    def _read(self, request: Request, path: str) -> Answer:
        way = segments(path)
        if not way:
            return json_answer(200, {"d": {"EntitySets": sorted(self._sets)}})
        found = self._sets.get(way[0].name)
        if found is None or len(way) > 1:
            text = f"Resource not found for the segment '{way[-1].name}'"
            raise errors.v2(404, errors.NO_RESOURCE, text)
        base = f"{request.base}{self.base_path}"
        if way[0].key is None:
            return self._list(request, found, base)
        wanted = key_text(found.entity, way[0].key)
        for document in found.documents():
            if key_of(found.entity, document) == wanted:
                return json_answer(200, {"d": _shown(found.entity, document, base)})
        raise errors.v2(404, errors.NO_RESOURCE, "Resource not found")

    def _list(self, request: Request, found: ReadOnlySet, base: str) -> Answer:
        options = request.query
        test = query.parse(options.get("$filter", ""), found.entity).test
        matching = [document for document in found.documents() if test(document)]
        top, skip = options.get("$top", str(LARGEST_PAGE)), options.get("$skip", "0")
        if not (top.isdecimal() and skip.isdecimal()):
            raise BadAddress("Invalid value for $top or $skip")
        page = matching[int(skip) : int(skip) + min(int(top), LARGEST_PAGE)]
        body: Document = {"results": [_shown(found.entity, one, base) for one in page]}
        if options.get("$inlinecount") == "allpages":
            body["__count"] = str(len(matching))
        return json_answer(200, {"d": body})


def _shown(entity: Entity, document: Document, base: str) -> Document:
    uri = f"{base}/{entity.name}({predicate(entity, document)})"
    kind = f"{entity.service}.{entity.name}Type"
    return {"__metadata": {"id": uri, "uri": uri, "type": kind}, **document}
