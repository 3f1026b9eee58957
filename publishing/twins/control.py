"""The operator's side of the twins, for pages and tests: what they hold, their log, their faults.

twins = Control("http://127.0.0.1:8001")
twins.objects("coupa", "supplier", search="nordwind", limit=20)
twins.set_faults("*", rate=0.15, seed=7)
"""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlencode, urlsplit


class Unreachable(OSError):
    """The twins do not answer, or not as twins do."""


class Refused(ValueError):
    """The twins understood, and said no."""


@dataclass(frozen=True, slots=True)
class HeldObject:
    """One object a twin has; account numbers in the document are masked."""

    key: str
    code: str  # ours
    name: str
    version: int
    created: str
    changed: str
    document: Mapping[str, Any]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{field.name: values[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class HeldPage:
    total: int
    objects: Sequence[HeldObject]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the twins' log: a request, and its effect on one object."""

    seq: int
    time: str
    twin: str
    method: str
    path: str
    status: int
    request_id: str
    correlation_id: str
    effect: str  # create, update, delete, none
    object: str
    key: str
    code: str
    body_sha256: str
    fault: str
    message: str

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{field.name: values[field.name] for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class TwinState:
    label: str
    objects: Mapping[str, int]  # domain -> how many
    doubled: Mapping[str, Sequence[str]]  # domain -> our codes that several objects carry
    faults: Mapping[str, Any]


class Control:
    """One address of twins. Each call is one request; nothing is kept open."""

    def __init__(self, url: str, *, seconds: float = 3.0) -> None:
        self._place = urlsplit(url)
        self._seconds = seconds

    def state(self) -> Mapping[str, TwinState]:
        twins = self._get("state")["twins"]
        return {name: TwinState(**values) for name, values in twins.items()}

    def objects(
        self, twin: str, domain: str, *, search: str = "", limit: int = 50, offset: int = 0
    ) -> HeldPage:
        """What a twin has of a domain, oldest first."""
        page = self._get(
            "objects", twin=twin, domain=domain, search=search, limit=limit, offset=offset
        )
        return HeldPage(page["total"], [HeldObject.read(one) for one in page["objects"]])

    def object(self, twin: str, domain: str, key: str) -> HeldObject:
        """One object with all its parts, which are lists in its document."""
        return HeldObject.read(self._get("object", twin=twin, domain=domain, key=key))

    def log(
        self, since: int = 0, *, twin: str = "", code: str = "", limit: int = 0
    ) -> list[LogEntry]:
        """The lines after `since`, oldest first; at most `limit` of them, if given."""
        found: list[LogEntry] = []
        while not limit or len(found) < limit:
            page = self._get("log", since=since, twin=twin, code=code)
            found += [LogEntry.read(entry) for entry in page["entries"]]
            if page["last"] <= since:
                break
            since = page["last"]
        return found[:limit] if limit else found

    def last_seq(self) -> int:
        return int(self._get("state")["log"])

    def faults(self) -> Mapping[str, Mapping[str, Any]]:
        """The plan of each twin."""
        plans: Mapping[str, Mapping[str, Any]] = self._get("faults")["plans"]
        return plans

    def fault_kinds(self) -> Mapping[str, str]:
        """Each kind of fault, with what it does."""
        kinds: Mapping[str, str] = self._get("faults")["kinds"]
        return kinds

    def set_faults(self, twin: str = "*", **plan: Any) -> None:
        """Replace the plan (see `faults.FaultPlan`); without values nothing goes wrong any more."""
        self._post("faults", twin=twin, **plan)

    def reset(self, twin: str = "*") -> None:
        """Forget all objects. The log stays."""
        self._post("reset", twin=twin)

    def expire_sessions(self, twin: str = "*") -> None:
        """Every token and session ends now."""
        self._post("expire", twin=twin)

    def enter_tax_code(self, procedure: str, code: str, name: str) -> HeldObject:
        """What a person does in S/4HANA, where no interface writes tax codes."""
        return HeldObject.read(self._post("tax-code", procedure=procedure, code=code, name=name))

    def ignore_unknown_fields(self, ignore: bool) -> None:
        """Let Coupa drop unknown and read-only fields without a word, as the real one may."""
        self._post("lenient", ignore_unknown=ignore)

    def customising(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        """Which codes each twin has set up."""
        tables: Mapping[str, Mapping[str, Sequence[str]]] = self._get("customising")
        return tables

    def _get(self, control: str, /, **query: Any) -> Any:
        return self._ask("GET", f"/_control/{control}?{urlencode(query)}", None)

    def _post(self, control: str, /, **values: Any) -> Any:
        return self._ask("POST", f"/_control/{control}", json.dumps(values).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        host, port = self._place.hostname or "127.0.0.1", self._place.port or 80
        connection = http.client.HTTPConnection(host, port, timeout=self._seconds)
        try:
            connection.request(method, path, body, {"X-Twin-Control": "1"})
            response = connection.getresponse()
            value = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"The simulators do not answer at {host}:{port}.") from error
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise Refused(str(value.get("error", response.reason)))
        return value
