"""The twin of Coupa: suppliers, lookup values for cost centers, projects; tax codes by file.

    POST      /oauth2/token
    GET POST  /api/suppliers | /api/lookup_values | /api/projects
    GET PUT   /api/suppliers/{id} ...
    GET       /api/tax_codes
    PUT GET   /files/Incoming/TaxCodes/{name}.csv      stands in for the SFTP server
    GET       /files/Incoming/Archive/TaxCodes/... | /files/Outgoing/TaxCodes/...

Assumed, because the contract does not say: names are unique without regard to case; items of
`remit-to-addresses` are found by `remit-to-code`, and none is dropped by leaving it out.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from publishing.twins.coupa import resources, tax_codes
from publishing.twins.coupa.answers import refused
from publishing.twins.coupa.lookup_values import LOOKUP_VALUES
from publishing.twins.coupa.projects import PROJECTS
from publishing.twins.coupa.suppliers import SUPPLIERS
from publishing.twins.coupa.tokens import SUPPLIER_SCOPE, Tokens
from publishing.twins.credentials import Credentials
from publishing.twins.journal import Journal
from publishing.twins.store import Held, Store
from publishing.twins.wire import WRITES, Answer, Request

RESOURCES = {resource.path: resource for resource in (SUPPLIERS, LOOKUP_VALUES, PROJECTS)}
FAILURES: Mapping[int, str] = {
    429: "Rate limit exceeded",
    500: "An unexpected error occurred",
    503: "The service is unavailable",
}


class Coupa:
    name = "coupa"
    label = "Coupa"
    kinds: Mapping[str, str] = {
        "supplier": "coupa.suppliers",
        "cost_center": "coupa.lookup_values",
        "project": "coupa.projects",
        "tax_code": tax_codes.KIND,
    }

    single = frozenset(kinds)

    def __init__(self, store: Store, folder: Path, credentials: Credentials) -> None:
        self._store = store
        self.tokens = Tokens(credentials)
        self.files = tax_codes.Folder(folder / "coupa")
        self.ignore_unknown = False

    def seed(self) -> None:
        """Nothing is there at first."""

    def expire(self) -> None:
        self.tokens.expire()

    def has_waiting(self) -> bool:
        return self.files.has_waiting()

    def catch_up(self, journal: Journal) -> None:
        """Read the files that wait."""
        self.files.read_waiting(self._store, journal)

    def answer(self, request: Request) -> Answer:
        path = request.plain_path.strip("/")
        if path == "oauth2/token":
            return self.tokens.give(request)
        if path.startswith("files/"):
            return self._file(request, path.removeprefix("files/"))
        scopes = self.tokens.require(request)
        root, _, rest = path.partition("/")
        name, _, key = rest.partition("/")
        if root != "api" or "/" in key or name not in {*RESOURCES, "tax_codes"}:
            raise refused(request, 404, "Not found")
        if name == "tax_codes":
            return self._tax_codes(request, key)
        if name == "suppliers" and request.method in WRITES and scopes:
            _require_scope(request, scopes)
        return self._resource(request, name, key)

    def failure(self, request: Request, status: int) -> Answer:
        return refused(request, status, FAILURES[status]).answer

    def locked(self, request: Request) -> Answer:
        return self.failure(request, 500)  # Coupa locks nothing

    def parts(self, held: Held) -> Iterator[tuple[str, Held]]:
        """Everything is in the one document."""
        yield from ()

    def title_of(self, held: Held) -> str:
        return str(held.document.get("name") or held.document.get("description", ""))

    def _resource(self, request: Request, name: str, key: str) -> Answer:
        resource, store, lenient = RESOURCES[name], self._store, self.ignore_unknown
        match request.method, bool(key):
            case "GET", False:
                return resources.index(resource, store, request)
            case "GET", True:
                return resources.show(resource, store, request, key)
            case "POST", False:
                return resources.create(resource, store, request, lenient=lenient)
            case "PUT", True:
                return resources.update(resource, store, request, key, lenient=lenient)
        raise refused(request, 405, "Method not allowed")

    def _tax_codes(self, request: Request, key: str) -> Answer:
        if request.method != "GET":
            raise refused(request, 405, "Tax codes are imported from files in Incoming/TaxCodes")
        if key:
            return tax_codes.show(self._store, request, key)
        return tax_codes.index(self._store, request)

    def _file(self, request: Request, path: str) -> Answer:
        self.tokens.require_file_login(request)
        folder, _, name = path.rpartition("/")
        if request.method == "PUT" and folder == "Incoming/TaxCodes":
            return self.files.drop(request, name)
        if request.method == "GET":
            return self.files.fetch(request, path)
        raise refused(request, 405, "Method not allowed")


def _require_scope(request: Request, scopes: frozenset[str]) -> None:
    if SUPPLIER_SCOPE not in scopes:
        raise refused(request, 403, f"The token lacks the scope {SUPPLIER_SCOPE}")
