"""Dockerfile and compose.yaml name only what exists; no engine is needed to see that."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: part for name, part in COMPOSE["services"].items() if "build" in part}


def _instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def test_what_the_image_copies_exists():
    copied = [
        source
        for words in map(shlex.split, _instructions("COPY"))
        if not words[0].startswith("--from")
        for source in words[:-1]
    ]

    assert {"mdm", "matching", "publishing", "templates", "manage.py"} <= set(copied)
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_what_the_image_copies_is_not_ignored():
    ignored = set((ROOT / ".dockerignore").read_text().split())

    assert {".git", ".venv", "var", "node_modules"} <= ignored
    assert not {"mdm", "matching", "publishing", "templates", "requirements"} & ignored


def test_the_image_runs_as_nobody_special():
    users = _instructions("USER")

    assert users == ["touchstone"]
    assert any("useradd" in line and "touchstone" in line for line in _instructions("RUN"))


def test_no_secret_is_in_the_image():
    assert not re.search(r"MDM_(SECRET_KEY|VAULT_KEYS|INDEX_KEY)", "\n".join(LINES))


def test_one_image_plays_every_part():
    assert set(COMPOSE["services"]) == {
        *("postgres", "redis", "migrate", "web", "worker", "beat", "sweeper")
    }
    assert set(OURS) == {"migrate", "web", "worker", "beat", "sweeper"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_part_runs_something_that_exists(name):
    command = OURS[name].get("command") or yaml.safe_load(_instructions("CMD")[-1])
    program, *words = command

    if program == "python":
        assert words[0] == "manage.py"
        assert words[1] in get_commands()
    else:
        assert find_spec(program) is not None
        assert find_spec("mdm.celery" if program == "celery" else "mdm.wsgi") is not None


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_part_waits_for_what_it_needs(name):
    wanted = {"postgres"} if name == "migrate" else {"migrate", "redis"}

    assert set(OURS[name]["depends_on"]) == wanted


def test_compose_sets_only_variables_that_are_read():
    told = (ROOT / "docs/operations.md").read_text()

    for name in OURS["web"]["environment"]:
        assert f"| `{name}` |" in told
