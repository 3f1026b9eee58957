"""What a connector is given and what it gives back: the words between the engine and a system.

payload + Context -> render  -> Rendered   what would be sent, and what stands in its way
                  -> deliver -> Result     what was sent, answered and learnt
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

CanonicalRecord = Mapping[str, Any]


class Outcome(StrEnum):
    """How a try ended, in the words of the contract."""

    OK = "ok"
    OK_UNCHANGED = "ok_unchanged"
    ACCEPTED_ASYNC = "accepted_async"
    DUPLICATE = "duplicate"
    BUSINESS_REJECT = "business_reject"
    CONFLICT = "conflict"
    TRANSIENT = "transient"
    AUTH = "auth"
    CONFIGURATION = "configuration"
    UNKNOWN = "unknown"
    NOT_SUPPORTED = "not_supported"
    MANUAL = "manual"
    DEFECT = "defect"


class Support(StrEnum):
    """How a system takes records of a domain."""

    WRITE = "write"
    FILE = "file"
    MANUAL = "manual"
    READ_ONLY = "read_only"


class Operation(StrEnum):
    """What a try did to the record in the target."""

    CREATE = "create"
    UPDATE = "update"
    DEACTIVATE = "deactivate"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a record in the target: its key and etag there, and what last landed in it."""

    kind: str
    key: str = ""
    part_id: str = ""
    legal_entity: str = ""
    etag: str = ""
    landed_hash: str = ""
    gone: bool = False  # it was taken away: forget the row

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells the parts of one record apart."""
        return self.legal_entity, self.kind, self.part_id


@dataclass(frozen=True, slots=True)
class Context:
    """All a connector may know besides the record itself.

    `unsure` is set by the engine unless the last try of this replica ended well: what was asked for
    then may have landed, so the target is read before anything is made anew. `overwrite` is a
    person's decision to push again over what was changed in the target by hand.
    """

    address: str
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    code_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    company_codes: Sequence[str] = ()  # ours; empty takes all
    options: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    idempotency_key: str = ""
    correlation_id: str = ""
    traceparent: str = ""
    masked_fields: frozenset[str] = frozenset()  # target fields hidden besides the usual ones
    file_root: str = ""  # the operator's folder for targets that take files
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    unsure: bool = False
    overwrite: bool = False
    timeout: float = 15.0  # of one exchange, in seconds
    time_limit: float = 45.0  # of the whole try: nothing new is sent after it

    def option(self, name: str, default: str = "") -> str:
        """A setting of the target; empty counts as not set."""
        return self.options.get(name) or default

    def part(self, kind: str, part_id: str = "", legal_entity: str = "") -> Part | None:
        """The known part at that place."""
        place = (legal_entity, kind, part_id)
        return next((part for part in self.parts if part.place == place), None)

    def with_parts(self, parts: Sequence[Part]) -> "Context":
        """The same, knowing other parts."""
        return replace(self, parts=tuple(parts))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record is not ready for this target, and what would make it so."""

    canonical_path: str
    found: str
    expected: str
    hint: str
    code: str  # missing_code, too_long, required, not_one_of, duplicate_key


@dataclass(frozen=True, slots=True)
class Trace:
    """One value on its way: where from, where to, as what, and what was done to it."""

    canonical_path: str
    target_path: str
    value: Any
    transform: str
    codes: str = ""  # the code map it went through
    ours: str = ""  # the code it was before that


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request as it would be sent, in clear; `Connector.masked` makes it fit to show."""

    kind: str
    part_id: str
    method: str
    path: str
    body: Any


@dataclass(frozen=True, slots=True)
class Rendered:
    """What would be sent for a record, why it cannot be, and where each value comes from."""

    requests: tuple[PlannedRequest, ...] = ()
    problems: tuple[Problem, ...] = ()
    trace: tuple[Trace, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Error:
    """One complaint, in the target's words, with the attribute of ours it is about."""

    code: str
    message: str
    field: str = ""
    canonical_path: str = ""
    severity: str = "error"
    codes: str = ""  # the code map whose entry was sent, with both its codes
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, masked, for the archive. Status 0: no answer came."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str
    status: int
    response_headers: Mapping[str, str]
    response_body: str
    started: datetime
    duration: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """How a try ended. `parts` are those learnt or changed, also when it ended badly."""

    outcome: Outcome
    operation: Operation = Operation.NONE
    parts: tuple[Part, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    errors: tuple[Error, ...] = ()
    retry_after: float | None = None  # seconds

    @property
    def http_status(self) -> int:
        """The status of the last answer, 0 if none came."""
        return self.exchanges[-1].status if self.exchanges else 0


@dataclass(frozen=True, slots=True)
class Reference:
    """A record that must be in the target before this one."""

    domain: str
    golden_id: str
    code: str
    canonical_path: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code map a connector uses: for which of our attributes, and how long their codes may be."""

    name: str
    canonical_paths: tuple[str, ...]
    max: int | None
    optional: bool


class Stop(Exception):
    """A try ends here, with this outcome."""

    def __init__(
        self, outcome: Outcome, *errors: Error, retry_after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(outcome.value, *(error.message for error in errors))
        self.outcome = outcome
        self.errors = errors
        self.retry_after = retry_after
        self.status = status
