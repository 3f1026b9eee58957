"""The shape of the tree: small files, small functions, no packed addresses."""

import ast
import json
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
SOURCES = [
    file
    for folder in ("mdm", "matching", "publishing", "tests", "templates", "benchmarks")
    for file in (ROOT / folder).rglob("*")
    if file.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in file.parts
]
FORBIDDEN = {"services.py", "utils.py", "helpers.py", "managers.py"}


def _too_long(file: Path) -> list[str]:
    """Functions whose body is too long; what its signature and docstring say does not count."""
    return [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno - _first(node).lineno >= LONGEST_FUNCTION
    ]


def _first(node: ast.FunctionDef) -> ast.stmt:
    return node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]


def test_no_file_is_long():
    assert [
        f"{file.relative_to(ROOT)}: {lines}"
        for file in SOURCES
        if (lines := len(file.read_text().splitlines())) > LONGEST_FILE
    ] == []


def test_no_function_is_long():
    assert [name for file in SOURCES if file.suffix == ".py" for name in _too_long(file)] == []


def test_modules_are_named_for_what_happens():
    assert [str(file) for file in SOURCES if file.name in FORBIDDEN or "common" in file.parts] == []


def test_locked_lists_say_what_but_not_where_from():
    for file in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"://|^--", file.read_text(), re.MULTILINE), file.name
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, one in packages.items() if "resolved" in one] == []
    assert [name for name, one in packages.items() if name and "integrity" not in one] == []
