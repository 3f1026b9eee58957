"""Every page of the reference: what it is called, and what writes it."""

from collections.abc import Callable
from pathlib import Path

from docs.write_reference import commands, flow, outside, records, rights, sending

FOLDER = Path(__file__).resolve().parent.parent / "reference"
NOTE = "<!-- Written by `python -m docs.write_reference`. Do not edit. -->"

PAGES: dict[str, Callable[[], str]] = {
    "domains": records.domains,
    "reference-data": records.reference_data,
    "changes": flow.changes,
    "checks": flow.checks,
    "policies": rights.policies,
    "permissions": rights.permissions,
    "api": outside.api,
    "problems": outside.problems,
    "events": outside.events,
    "deliveries": sending.deliveries,
    "targets": sending.targets,
    "commands": commands.commands,
}


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    return {f"{name}.md": _whole(write()) for name, write in PAGES.items()}


def write(folder: Path = FOLDER) -> list[str]:
    """Write every page that differs; their names."""
    fresh = pages()
    stale = [name for name, text in fresh.items() if _read(folder / name) != text]
    for name in stale:
        (folder / name).write_text(fresh[name])
    return stale


def _whole(text: str) -> str:
    heading, _, rest = text.strip().partition("\n")
    return f"{heading}\n\n{NOTE}\n{rest}\n"


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
