"""What the operator of the twins may ask and set, under `/_control`, from this machine only.

    GET  state | log?since= | objects?twin=&domain= | object?twin=&domain=&key= | faults
    GET  customising
    POST faults | reset | expire | tax-code | lenient

A POST needs the header `X-Twin-Control`, which a page of another origin cannot send.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from publishing.twins import customising
from publishing.twins.faults import KINDS, FaultPlan
from publishing.twins.s4 import tax_codes
from publishing.twins.store import Held, now
from publishing.twins.switchboard import Switchboard, Twin
from publishing.twins.wire import Answer, Request, json_answer

SECRET = frozenset({"IBAN", "BankAccount", "iban-number", "bank-account-number"})
LARGEST_PAGE = 1_000
Values = dict[str, Any]


class NotThere(ValueError):
    """The operator asked for something that is not there."""


class Operations:
    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._reads: Mapping[str, Callable[[Mapping[str, str]], Values]] = {
            "state": self._state,
            "log": self._log,
            "objects": self._objects,
            "object": self._object,
            "faults": self._faults,
            "customising": self._customising,
        }
        self._writes: Mapping[str, Callable[[Values], Values]] = {
            "faults": self._set_faults,
            "reset": self._reset,
            "expire": self._expire,
            "tax-code": self._enter_tax_code,
            "lenient": self._set_lenient,
        }

    def answer(self, request: Request) -> Answer:
        name = request.path.strip("/")
        try:
            if request.method == "GET" and name in self._reads:
                with self._board.store.lock:
                    return json_answer(200, self._reads[name](request.query))
            if request.method == "POST" and name in self._writes:
                if not request.header("x-twin-control"):
                    return json_answer(403, {"error": "The header X-Twin-Control is missing."})
                body = orjson.loads(request.body or b"{}")
                with self._board.store.lock:
                    return json_answer(200, self._writes[name](dict(body)))
        except (ValueError, TypeError, KeyError) as error:
            return json_answer(400, {"error": f"{error}"})
        return json_answer(404, {"error": f"There is no control {name!r}."})

    # --- reads --------------------------------------------------------------------------------

    def _state(self, _query: Mapping[str, str]) -> Values:
        return {
            "log": self._board.journal.seq,
            "twins": {name: self._state_of(twin) for name, twin in self._board.twins.items()},
        }

    def _state_of(self, twin: Twin) -> Values:
        store = self._board.store
        self._board.catch_up(twin)
        return {
            "label": twin.label,
            "objects": {domain: store.count(kind) for domain, kind in twin.kinds.items()},
            "doubled": {domain: store.doubled(twin.kinds[domain]) for domain in twin.single},
            "faults": self._board.plan(twin.name).plain(),
        }

    def _log(self, query: Mapping[str, str]) -> Values:
        since, limit = int(query.get("since", 0)), int(query.get("limit", LARGEST_PAGE))
        lines = self._board.store.lines(since, min(limit, LARGEST_PAGE))
        entries = [orjson.loads(line) for _seq, line in lines]
        twin, code = query.get("twin", ""), query.get("code", "")
        return {
            "last": lines[-1][0] if lines else since,
            "entries": [
                entry
                for entry in entries
                if twin in ("", entry["twin"]) and code in ("", entry["code"])
            ],
        }

    def _objects(self, query: Mapping[str, str]) -> Values:
        twin, kind = self._domain(query)
        self._board.catch_up(twin)
        search = query.get("search", "")
        limit, offset = int(query.get("limit", 50)), int(query.get("offset", 0))
        page = self._board.store.page(kind, min(limit, LARGEST_PAGE), offset, search)
        return {
            "total": self._board.store.count(kind, search),
            "objects": [_shown(twin, held) for held in page],
        }

    def _object(self, query: Mapping[str, str]) -> Values:
        twin, kind = self._domain(query)
        self._board.catch_up(twin)
        held = self._board.store.get(kind, query.get("key", ""))
        if held is None:
            raise NotThere("The twin has no such object.")
        return {**_shown(twin, held), "document": _whole(twin, held)}

    def _faults(self, _query: Mapping[str, str]) -> Values:
        plans = {name: self._board.plan(name).plain() for name in self._board.twins}
        return {"kinds": dict(KINDS), "plans": plans}

    def _customising(self, _query: Mapping[str, str]) -> Values:
        coupa = {"payment_terms": sorted(customising.COUPA_PAYMENT_TERMS)}
        tables = customising.S4_TABLES
        s4 = {field: sorted(values) for field, (_table, values) in tables.items()}
        return {"coupa": coupa, "s4": s4}

    # --- writes -------------------------------------------------------------------------------

    def _set_faults(self, body: Values) -> Values:
        names = self._names(body.pop("twin", "*"))
        plan = FaultPlan.read(body)
        for name in names:
            self._board.set_plan(name, plan)
        return self._faults({})

    def _reset(self, body: Values) -> Values:
        """Forget all objects; the log stays, and says so."""
        for name in self._names(body.get("twin", "*")):
            with self._board.transaction():
                self._board.store.clear(name)
                self._board.twins[name].seed()
                self._board.journal.add(name, {**NO_REQUEST, "method": "RESET"})
        return self._state({})

    def _expire(self, body: Values) -> Values:
        for name in self._names(body.get("twin", "*")):
            self._board.twins[name].expire()
        return {"expired_at": now()}

    def _enter_tax_code(self, body: Values) -> Values:
        procedure, code, name = (str(body[field]) for field in ("procedure", "code", "name"))
        with self._board.transaction():
            held = tax_codes.enter(self._board.store, procedure, code, name)
        return _shown(self._board.s4, held)

    def _set_lenient(self, body: Values) -> Values:
        self._board.coupa.ignore_unknown = bool(body["ignore_unknown"])
        return {"ignore_unknown": self._board.coupa.ignore_unknown}

    def _names(self, wanted: str) -> list[str]:
        if wanted != "*" and wanted not in self._board.twins:
            raise NotThere(f"There is no twin {wanted!r}.")
        return list(self._board.twins) if wanted == "*" else [wanted]

    def _domain(self, query: Mapping[str, str]) -> tuple[Twin, str]:
        twin = self._board.twins.get(query.get("twin", ""))
        if twin is None or query.get("domain", "") not in twin.kinds:
            raise NotThere("Name a twin and a domain it has.")
        return twin, twin.kinds[query["domain"]]


NO_REQUEST: Values = {
    "path": "",
    "status": 200,
    "request_id": "",
    "correlation_id": "",
    "effect": "none",
    "object": "",
    "key": "",
    "code": "",
    "body_sha256": "",
    "fault": "",
    "message": "",
}


def _shown(twin: Twin, held: Held) -> Values:
    return {
        "key": held.key,
        "code": held.code,
        "name": twin.title_of(held),
        "version": held.version,
        "created": held.created,
        "changed": held.changed,
        "document": masked(held.document),
    }


def _whole(twin: Twin, held: Held) -> Values:
    """The object with everything that belongs to it, account numbers masked."""
    document: Values = masked(held.document)
    for name, part in twin.parts(held):
        document.setdefault(name, []).append(_whole(twin, part))
    return document


def masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: f"•••• {inner[-4:]}" if name in SECRET and inner else masked(inner)
            for name, inner in value.items()
        }
    return [masked(item) for item in value] if isinstance(value, list) else value
