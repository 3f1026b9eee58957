"""Links lead somewhere, pictures are there and small, and the words are the product's."""

import re
from pathlib import Path

import pytest

from tests.docs import reading
from tests.docs.reading import ROOT

LARGEST_PICTURE = 300_000
LONGEST_PAGE = 260  # lines; the reference is as long as what it lists
# Words for which the product has a better one, and words that sell.
NOT_OUR_WORDS = re.compile(
    r"\b(entity|entities|objects?|entries|fields?|golden copy|workflow|jobs?|master file|MDM)\b",
    re.IGNORECASE,
)
SELLING = re.compile(
    r"\b(powerful|seamless(ly)?|robust|blazing|effortless(ly)?|cutting[- ]edge|world[- ]class|"
    r"easily|simply|just|best[- ]in[- ]class|state[- ]of[- ]the[- ]art|unlock|leverage)\b",
    re.IGNORECASE,
)
WE = re.compile(r"\b[Ww]e\b|\b[Uu]s\b")
WRITTEN_BY_HAND = [page for page in reading.pages() if page.parent.name not in ("reference", "adr")]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", reading.pages(), ids=_name)
def test_every_link_of_a_page_leads_somewhere(page):
    broken = []
    for link in reading.links(page):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        known = [reading.anchor(h) for h in reading.headings(target)] if anchor else [""]
        if not target.exists() or anchor not in known:
            broken.append(link)

    assert broken == []


def test_every_page_is_reached_from_the_readme():
    seen, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        paths = [link.partition("#")[0] for link in reading.links(page)]
        ahead += [(page.parent / path).resolve() for path in paths if path and "://" not in path]

    assert [_name(page) for page in reading.pages() if page not in seen] == []


def test_pictures_are_small_and_used():
    used = {
        (page.parent / link).resolve() for page in reading.pages() for link in reading.links(page)
    }
    pictures = sorted((ROOT / "docs/images").iterdir())

    assert [_name(p) for p in pictures if p.stat().st_size > LARGEST_PICTURE] == []
    assert [_name(p) for p in pictures if p not in used] == []


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=_name)
def test_headings_use_the_words_of_the_product(page):
    assert [h for h in reading.headings(page) if NOT_OUR_WORDS.search(h)] == []


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=_name)
def test_pages_are_plain_and_short(page):
    said = re.sub(r"`[^`]*`|\*[^*\n]+\*", "", reading.prose(page))

    assert [m[0] for m in SELLING.finditer(said)] == []
    assert WE.findall(said) == []
    assert len(page.read_text().splitlines()) <= LONGEST_PAGE


def test_every_decision_is_in_the_index():
    index = (ROOT / "docs/adr/README.md").read_text()
    decisions = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))

    assert [page.name for page in decisions if f"({page.name})" not in index] == []
    for page in decisions:
        heading, number = reading.headings(page)[0], int(page.name[:4])
        assert heading.startswith(f"{number}. "), page.name
        assert heading.partition(" ")[2] in index, page.name
