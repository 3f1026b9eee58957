"""The reference is what the code declares, and names all there is."""

import re

import pytest

from docs.write_reference import commands, flow
from docs.write_reference.pages import FOLDER, NOTE, PAGES, pages
from mdm import changes
from mdm.models import CheckResult
from tests import make
from tests.docs.reading import ROOT

AGAIN = "Run: .venv/bin/python -m docs.write_reference"


@pytest.fixture(scope="module")
def fresh():
    return pages()


@pytest.mark.parametrize("name", [f"{name}.md" for name in PAGES])
def test_a_page_of_the_reference_says_what_the_code_says(fresh, name):
    assert (FOLDER / name).read_text() == fresh[name], AGAIN


def test_no_written_page_is_left_behind_and_each_is_in_the_index():
    index = (ROOT / "docs/README.md").read_text()
    written = [page for page in FOLDER.iterdir() if NOTE in page.read_text()]

    assert sorted(page.stem for page in written) == sorted(PAGES)
    assert [p.name for p in FOLDER.iterdir() if f"(reference/{p.name})" not in index] == []


def test_every_command_of_the_product_is_explained(fresh):
    told = re.findall(r"^## (\w+)\n\n(.*)", fresh["commands.md"], re.MULTILINE)

    assert [name for name, _ in told] == commands.ours()
    assert [name for name, words in told if not words.endswith((".", "?"))] == []


def test_every_argument_of_a_command_is_explained(fresh):
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", fresh["commands.md"], re.MULTILINE)

    assert [argument for argument, words in rows if not words] == []


UNASKED = {
    "readiness",
    "payloads",
    "past",
    "effective_day",
}  # no target, no rule, and no day in the past here


@pytest.mark.usefixtures("reference")
def test_the_checks_that_run_are_those_of_the_page(people):
    change = changes.draft(
        subject="supplier", action="create", patch=make.SUPPLIER, by=people["requester"]
    )
    changes.submit(change, by=people["requester"])

    ran = set(CheckResult.objects.filter(change=change).values_list("code", flat=True))
    assert ran <= set(flow.CHECK_CODES.values())
    assert set(flow.CHECK_CODES.values()) - ran <= UNASKED
