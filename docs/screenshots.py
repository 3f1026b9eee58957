"""Takes the pictures of the documentation from a running demo, in light and dark.

    ./run up                             in one terminal
    .venv/bin/python -m docs.screenshots in another; an address may follow

Needs a browser (`python -m tests.services.browser` names it) and writes docs/images/*.png.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from mdm.demo.accounts import PASSWORD
from tests.services import browser

FOLDER = Path(__file__).resolve().parent / "images"
SIZE = {"width": 1280, "height": 800}
LARGEST = 300_000  # bytes
PERSON = "approver_b"


def change(page: Page) -> str:
    """The change with the highest risk that waits for review."""
    waiting = _asked(page, "changes?state=submitted&limit=50")
    ranks = ("low", "medium", "high")
    chosen = max(waiting, key=lambda one: (ranks.index(one["risk"]), one["number"]))
    return f"/changes/{chosen['number']}/"


def record(page: Page) -> str:
    """The supplier with the most versions that has landed in both targets."""
    for supplier in _asked(page, "suppliers?sort=-version&limit=20&fields=golden_id"):
        place = f"deliveries?state=landed&golden_id={supplier['golden_id']}"
        if len(_asked(page, place)) > 1:
            return f"/suppliers/{supplier['golden_id']}/"
    sys.exit("No supplier has landed in both targets yet; wait a moment.")


def publishing(page: Page) -> str:
    """The monitor."""
    return "/publishing/"


PICTURES: dict[str, Callable[[Page], str]] = {
    "change": change,
    "record": record,
    "publishing": publishing,
}


def main(address: str) -> None:
    """Take every picture twice."""
    path = browser.find()
    if path is None:
        sys.exit("There is no browser: set BROWSER_BIN, or install chromium-headless-shell.")
    where: dict[str, str] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(browser.FLAGS))
        for theme in ("light", "dark"):
            context = chromium.new_context(
                base_url=address, viewport=SIZE, color_scheme=theme, reduced_motion="reduce"
            )
            page = context.new_page()
            _sign_in(page)
            where = where or {name: choose(page) for name, choose in PICTURES.items()}
            for name, chosen in where.items():
                _take(page, chosen, FOLDER / f"{name}-{theme}.png")
            context.close()
        chromium.close()


def _sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.fill("#id_username", PERSON)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_load_state("networkidle")


def _asked(page: Page, question: str) -> Any:
    answer = page.request.get(f"/api/v1/{question}")
    if not answer.ok:
        sys.exit(f"{question}: {answer.status} {answer.text()[:200]}")
    return answer.json()["data"]


def _take(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=file, animations="disabled")
    size = file.stat().st_size
    sys.stdout.write(f"{file.name}: {address}, {size // 1000} kB\n")
    if size > LARGEST:
        sys.exit(f"{file.name} is too large.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
