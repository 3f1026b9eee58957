"""Every page that links lead to: accessible, within its width, quiet, and usable without scripts.

The demo is crawled for its pages as several roles; one page of each kind is then looked at, light
and dark, wide and narrow. An installation without any data is looked at in the same way.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from mdm.demo.accounts import PASSWORD
from tests.browser import crawler
from tests.browser.conftest import AXE, TAGS
from tests.browser.crawler import Found
from tests.journeys.callers import Person
from tests.services.product import Product

WIDE, PHONE, NARROWEST = 1280, 360, 320
TALL = 3000  # no bar that sticks to an edge lies over what axe measures
EVERYTHING, COLOURS = (
    {"type": "tag", "values": TAGS},
    {"type": "rule", "values": ["color-contrast"]},
)
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
STILL_COMING = "[hx-trigger=load]"
ROLES = ("steward", "integrator", "administrator")
SETTLED = ("landed", "dead", "manual")  # of deliveries, each of which has a page of its own kind
WITHOUT_RESULT = ("/suppliers/?q=no+such+name", "/search/?q=no+such+name", "/no/such/page/")


class Look:
    """A browser that notes what is wrong with the pages it opens."""

    def __init__(self, context: Any, base_url: str) -> None:
        self.page = context.new_page()
        self.base_url = base_url
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("request", self._stay_inside)

    def _note(self, message: Any) -> None:
        if message.type == "error" and "404 (Not Found)" not in message.text:
            self.said.append(message.text)

    def _stay_inside(self, request: Any) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:")):
            self.said.append(f"asks {request.url}")

    def sign_in(self, name: str, password: str) -> None:
        self.page.goto(f"{self.base_url}/sign-in/")
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", password)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(f"{self.base_url}/")

    def at(self, address: str) -> list[str]:
        """What is wrong with one page."""
        self.page.set_viewport_size({"width": WIDE, "height": TALL})
        self.page.goto(f"{self.base_url}{address}")
        self.page.wait_for_selector(STILL_COMING, state="detached")
        self.page.evaluate(AXE.read_text())
        wrong = []
        for width, theme in ((WIDE, "light"), (WIDE, "dark"), (PHONE, "dark"), (PHONE, "light")):
            self.page.set_viewport_size({"width": width, "height": TALL})
            self.page.emulate_media(color_scheme=theme)
            result = self.page.evaluate(RUN, EVERYTHING if theme == "light" else COLOURS)
            wrong += [
                f"{address} {width} {theme}: {found['id']}: {node['html'][:160]}"
                for found in result["violations"]
                for node in found["nodes"][:3]
            ]
        self.page.set_viewport_size({"width": NARROWEST, "height": TALL})
        too_wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{address}: {too_wide} pixels too wide at {NARROWEST}"] if too_wide > 0 else []
        wrong += [f"{address}: {text}" for text in self.said]
        self.said.clear()
        return wrong


@pytest.fixture
def look(chromium: Any) -> Iterator[Callable[[str], Look]]:
    """Opens a browser on a product. Nothing moves in it: what fades in has no contrast yet."""
    contexts = []

    def opened(base_url: str) -> Look:
        contexts.append(chromium.new_context(reduced_motion="reduce"))
        return Look(contexts[-1], base_url)

    yield opened
    for context in contexts:
        context.close()


def test_the_pages_of_an_empty_installation_are_as_good(
    served: Any, look: Callable[[str], Look], demo_product: Product
) -> None:
    """Looked at first: the demo delivers its records meanwhile."""
    get_user_model().objects.create_superuser("first", password="a-long-test-password")
    browser = look(served.url)
    browser.sign_in("first", "a-long-test-password")
    first = Person(served.url, "first", "a-long-test-password")
    found = crawler.crawl(first.session, served.url)

    wrong = [problem for at in found.samples().values() for problem in browser.at(at)]

    assert not found.dead + wrong, "\n".join(found.dead + wrong)


@pytest.fixture(scope="module")
def crawled(demo_product: Product) -> dict[str, Found]:
    """What each role comes across, once the demo has deliveries of every sort."""
    people = {name: Person(demo_product.base_url, name, PASSWORD) for name in ROLES}
    ends = time.monotonic() + 60
    while not all(people["steward"].get("/deliveries", state=s)["data"] for s in SETTLED):
        assert time.monotonic() < ends, "the demo's deliveries do not settle"
        time.sleep(0.5)
    found: dict[str, Found] = {}
    known: set[tuple[str, ...]] = set()
    for name, person in people.items():
        found[name] = crawler.crawl(person.session, demo_product.base_url, known=known)
        known |= set(found[name].pages)
        person.session.close()
    return found


def test_no_link_of_any_page_leads_nowhere(crawled: dict[str, Found]) -> None:
    """Nor does a page that a link leads to break, or lack its heading."""
    dead = [f"{name}: {link}" for name, found in crawled.items() for link in found.dead]

    assert not dead, "\n".join(dead)
    assert len(crawled["steward"].pages) > 100


def test_every_kind_of_page_is_accessible_fits_and_is_quiet(
    crawled: dict[str, Found], demo_product: Product, look: Callable[[str], Look]
) -> None:
    seen: set[tuple[str, ...]] = set()
    wrong = []
    for name in ROLES:
        browser = look(demo_product.base_url)
        browser.sign_in(name, PASSWORD)
        new = {k: at for k, at in crawled[name].samples().items() if k not in seen}
        for address in [*new.values(), *(WITHOUT_RESULT if name == "steward" else ())]:
            wrong += browser.at(address)
        seen |= set(new)

    assert not wrong, "\n".join(wrong)
