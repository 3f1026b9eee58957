"""Reads the MDM_ variables, and refuses what it cannot read.

Every variable has one reader call in `settings.py`, one row in `docs/operations.md`,
and a type: a flag, a number, a text, a list of words, an address, a secret, a database.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

YES: Final = frozenset({"1", "true", "yes", "on"})
NO: Final = frozenset({"0", "false", "no", "off"})
SHORTEST_SECRET: Final = 32
LAST_PORT: Final = 65535


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set, and this installation needs it.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in YES | NO:
        return value in YES
    raise ImproperlyConfigured(f"{name} is {value!r}; it must be yes or no (or 1, 0, true, false).")


def number(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it must be a whole number of at least {least}."
        )
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas; empty places are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(among)}.")
    return value


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default)))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name} is {str(path)!r}; it must be an absolute path.")
    return path


def address(name: str, default: str) -> tuple[str, int]:
    """A host and a port to listen on, written host:port."""
    value = text(name, default)
    host, _, port = value.rpartition(":")
    if not host or not port or not _is_port(port):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be written host:port.")
    return host.strip("[]"), int(port)


def secret(name: str, kept_in: Path | None = None) -> str:
    """At least 32 characters; where `kept_in` is a folder, a missing one is made and kept there."""
    value = os.environ.get(name, "").strip()
    if not value and kept_in is not None:
        value = _kept(kept_in / name.lower().removeprefix("mdm_").replace("_", "-"))
    if not value:
        raise ImproperlyConfigured(f"{name} is not set, and this installation needs it.")
    if any(len(part.strip()) < SHORTEST_SECRET for part in value.split(",")):
        raise ImproperlyConfigured(
            f"{name} is too short to be secret; use at least {SHORTEST_SECRET} random characters."
        )
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings for a database written as an address."""
    value = text(name, default)
    parts = urlsplit(value)
    path = unquote(parts.path)
    if parts.scheme == "sqlite" and path.startswith("//"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path[1:]}
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if parts.scheme not in {"postgres", "postgresql"} or path in {"", "/"} or not _is_port(port):
        raise ImproperlyConfigured(
            f"{name} cannot be read; it must be written "
            "postgres://user:password@host:port/name or sqlite:////folder/file."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", port),
        "OPTIONS": options,
    }


def _is_port(value: str) -> bool:
    return not value or (value.isascii() and value.isdigit() and int(value) <= LAST_PORT)


def _kept(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails if another process was first; its secret then counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
