"""Which request goes wrong, and how: a pure function of a seed and the number of the request."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

KINDS: Mapping[str, str] = {
    "drop_before": "the connection is reset and nothing was done",
    "drop_after": "it was done, and the connection is reset before the answer",
    "too_many": "429 with Retry-After, nothing was done",
    "error_500": "500, nothing was done",
    "slow": "it was done, the answer comes late",
    "half_answer": "it was done, the answer breaks off in the middle",
    "invalid_json": "it was done, the body of the answer cannot be read",
    "redirect": "307 to another path, nothing was done",
    "locked": "400, somebody is editing the object (S/4HANA only), nothing was done",
}
MIX = tuple(kind for kind in KINDS if kind != "locked")
UNDONE = frozenset({"drop_before", "too_many", "error_500", "redirect", "locked"})


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What one twin does wrong from now on. The default is nothing."""

    rate: float = 0.0  # share of requests, 0 to 1
    kinds: tuple[str, ...] = MIX
    seed: int = 0
    only_writes: bool = False
    down: bool = False  # 503 to everything
    slow_seconds: float = 1.0
    retry_after: int = 1
    per_second: float = 0.0  # leaky bucket; 0 is no limit
    burst: int = 20

    @classmethod
    def read(cls, wanted: Mapping[str, Any]) -> "FaultPlan":
        """A plan from plain JSON; ValueError says what is wrong with it."""
        known = {field.name: field for field in fields(cls)}
        if unknown := sorted(set(wanted) - set(known)):
            raise ValueError(f"unknown: {', '.join(unknown)}")
        plan = cls(**{**wanted, "kinds": tuple(wanted.get("kinds", MIX))})
        if bad := [kind for kind in plan.kinds if kind not in KINDS]:
            raise ValueError(f"unknown kind of fault: {', '.join(bad)}")
        if not 0 <= plan.rate <= 1 or (plan.rate and not plan.kinds):
            raise ValueError("rate must be between 0 and 1, with at least one kind of fault")
        return plan

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "kinds": list(self.kinds)}


def draw(plan: FaultPlan, number: int, *, writes: bool) -> str:
    """The fault of the request with that number, or nothing."""
    if not plan.rate or (plan.only_writes and not writes):
        return ""
    digest = hashlib.blake2b(f"{plan.seed}:{number}".encode(), digest_size=16).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return _pick(plan.kinds, digest[8:]) if share < plan.rate else ""


def _pick(kinds: Sequence[str], digest: bytes) -> str:
    return kinds[int.from_bytes(digest, "big") % len(kinds)]


@dataclass(slots=True)
class Bucket:
    """A leaky bucket: it holds `burst` requests and leaks `per_second` of them."""

    level: float = 0.0
    seen_at: float = 0.0

    def takes(self, plan: FaultPlan, at: float) -> bool:
        if not plan.per_second:
            return True
        self.level = max(0.0, self.level - (at - self.seen_at) * plan.per_second)
        self.seen_at = at
        if self.level + 1 > max(plan.burst, 1):
            return False
        self.level += 1
        return True
