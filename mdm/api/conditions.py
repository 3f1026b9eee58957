"""Conditional requests: strong ETags, If-None-Match for reads, If-Match for writes (RFC 9110)."""

import re
from collections.abc import Iterable

from mdm.api.errors import Problem

TAG = re.compile(r'(W/)?"([^"]*)"')


def etag(version: int | str, digest: str) -> str:
    """The strong ETag of one version in one form."""
    return f'"{version}-{digest[:16]}"'


def is_known(if_none_match: str, tag: str) -> bool:
    """The caller already has what the tag names; weak comparison, as RFC 9110 says for reads."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(f'"{value}"' == tag for _, value in TAG.findall(if_none_match))


def require_match(if_match: str, tags: Iterable[str]) -> None:
    """The caller's write is against what is there. Without it 428, when stale 412.

    `tags` are those of every form of what is there; the first is told to the caller.
    """
    current = list(tags)
    if not if_match:
        raise Problem("precondition-required", headers={"ETag": current[0]})
    if if_match.strip() == "*":
        return
    strong = {f'"{value}"' for weak, value in TAG.findall(if_match) if not weak}
    if not strong.intersection(current):
        raise Problem(
            "stale-version",
            f"If-Match names {if_match[:80]}, and now there is {current[0]}. Read it again.",
            headers={"ETag": current[0]},
        )
