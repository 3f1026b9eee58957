"""A limit on requests per token or person, counted in each process: a guard, not a meter."""

import time
from dataclasses import dataclass

from django.conf import settings

from mdm.api.errors import Problem

REMEMBERED_AT_MOST = 10_000


@dataclass(slots=True)
class Bucket:
    """What is left of an allowance that fills up steadily."""

    left: float
    at: float


_buckets: dict[str, Bucket] = {}


def take(who: str) -> None:
    """One request less for this caller. Raises 429, which says how long to wait."""
    per_minute: int = settings.API_REQUESTS_PER_MINUTE
    if not per_minute:
        return
    now = time.monotonic()
    bucket = _buckets.get(who)
    if bucket is None:
        if len(_buckets) >= REMEMBERED_AT_MOST:
            _buckets.clear()
        bucket = _buckets[who] = Bucket(per_minute, now)
    bucket.left = min(per_minute, bucket.left + (now - bucket.at) * per_minute / 60)
    bucket.at = now
    if bucket.left < 1:
        wait = int((1 - bucket.left) * 60 / per_minute) + 1
        raise Problem(
            "too-many-requests",
            f"At most {per_minute} requests a minute. Wait {wait} s.",
            headers={
                "Retry-After": str(wait),
                "RateLimit-Policy": f'"requests";q={per_minute};w=60',
                "RateLimit": f'"requests";r=0;t={wait}',
            },
        )
    bucket.left -= 1


def forget() -> None:
    """Everybody begins anew."""
    _buckets.clear()
