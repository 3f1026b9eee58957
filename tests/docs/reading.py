"""Reads the documentation as its tests need it: pages, headings, links, examples."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code on a page."""

    page: Path
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.text.strip().splitlines()[0][:60]}"


def pages() -> list[Path]:
    """Every page, those at the top of the repository included."""
    return [ROOT / name for name in TOP] + sorted((ROOT / "docs").rglob("*.md"))


def prose(page: Path) -> str:
    """What a page says, without its blocks of code and comments."""
    return COMMENT.sub("", FENCE.sub("", page.read_text()))


def headings(page: Path) -> list[str]:
    """The headings of a page, as written."""
    return re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)


def anchor(heading: str) -> str:
    """The anchor that a heading gets where pages are shown."""
    words = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return words.replace(" ", "-")


def links(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    text = prose(page)
    inline = re.findall(r"\]\(([^)\s]+)\)", text)
    return inline + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", text)


def examples(*languages: str) -> Iterator[Example]:
    """The blocks of code in these languages."""
    for page in pages():
        for language, text in FENCE.findall(page.read_text()):
            if language in languages:
                yield Example(page, language, text)


def commands(example: Example) -> list[str]:
    """The commands of a shell example, continued lines joined."""
    joined = example.text.replace("\\\n", " ")
    found: list[str] = []
    for line in joined.splitlines():
        if found and _is_open(found[-1]):
            found[-1] += f"\n{line}"
        elif line.strip() and not line.lstrip().startswith("#"):
            found.append(line)
    return found


def _is_open(command: str) -> bool:
    """Whether a quotation, or a here-document, still goes on."""
    marks = re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
    document = re.search(r"<<'(\w+)'", command)
    if document:
        return not command.endswith(f"\n{document[1]}")
    return "'" in marks or '"' in marks


def table(page: Path, first_heading: str) -> list[dict[str, str]]:
    """The rows of the table whose first heading is this."""
    lines = page.read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    names = _cells(lines[start])
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(names, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
