"""A fifth kind of record costs a module, two lines, a migration and a sample, and nothing else.

A copy of the product gets them as somebody who adds a domain would give them; then the copy's own
tests run over the new domain, and `tests/fifth/` takes it all the way to a target.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PARTS = ("mdm", "matching", "publishing", "templates", "tests", "manage.py", "pyproject.toml")
IMPORT = "from mdm.domains.internal_order import INTERNAL_ORDER\n"
OF_IT = "internal_order or all_the_way"
TESTS = (
    "tests/fifth/all_the_way.py",
    "tests/mdm/test_canonical.py",
    "tests/mdm/imports/test_map.py",
    "tests/mdm/web/test_addresses.py",
    "tests/mdm/web/test_propose.py",
    "tests/api/test_proposals.py",
)
Run = Callable[..., str]

pytestmark = pytest.mark.django_db  # a new table differs between the two databases


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A copy of the product without what is installed beside it."""
    copy = tmp_path / "product"
    copy.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / part)
    return copy


@pytest.fixture
def run(product: Path) -> Run:
    """Runs Python in the copy, on the same kind of database; what it said."""
    env = dict(os.environ)
    if url := env.get("TEST_DATABASE_URL"):
        env["TEST_DATABASE_URL"] = url.replace("/touchstone?", "/fifth?")
        env["MDM_DATABASE_URL"] = env["TEST_DATABASE_URL"]
        assert env["TEST_DATABASE_URL"] != url

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=product,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(arguments)}\n{done.stdout[-8000:]}{done.stderr}"
        return done.stdout

    return python


def test_a_fifth_domain_goes_all_the_way(product: Path, run: Run) -> None:
    shutil.copy(product / "tests/fifth/internal_order.py", product / "mdm/domains")
    lines = _add_two_lines(product / "mdm/domains/__init__.py")

    made = run("manage.py", "makemigrations", "mdm", "--name", "internal_order")
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", OF_IT, *TESTS)

    assert lines == 2
    assert "+ Create model InternalOrder" in made
    assert " passed" in ran


def _add_two_lines(declared: Path) -> int:
    """Import the declaration and name it in the list; how many lines that touched."""
    before = declared.read_text()
    after = before.replace("from mdm.domains.project", f"{IMPORT}from mdm.domains.project", 1)
    after = after.replace("TAX_CODE)}", "TAX_CODE, INTERNAL_ORDER)}", 1)
    declared.write_text(after)
    return len(set(after.splitlines()) - set(before.splitlines()))
