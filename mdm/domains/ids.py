"""Identifiers for life: UUIDs that sort by the time they were made (RFC 9562, version 7)."""

import os
import time
from uuid import UUID, uuid5

ITEM_NAMESPACE = UUID("7d1f6f0e-3b6b-5c63-9a55-6f1f5a3e9f10")


def uuid7() -> UUID:
    """A new version 7 UUID: 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def item_id(prefix: str, *identity: str) -> str:
    """The stable id of a collection's item: the same identity always gives the same id."""
    return prefix + uuid5(ITEM_NAMESPACE, "\x1f".join(identity)).hex[:8].upper()
