"""Somebody who walks through the product's pages: reads what stands there, presses what it offers.

What is looked for is what a person sees: names of links, buttons and fields, and words.
"""

import re
import time
from pathlib import Path
from typing import Any

TILE = re.compile(r"^(New|Changed|Unchanged|Probable duplicate|Refused)\s+(\d+)$", re.MULTILINE)
HAS = re.compile(r"^(\S+)\n.*?Has v(\d+), as [a-z ]+?\s+(\S+)$", re.MULTILINE | re.DOTALL)
PATIENCE = 60_000  # milliseconds for one page, or for a worker to end what it does


class Walker:
    """One person with a browser of their own, signed in."""

    def __init__(self, page: Any, base_url: str, name: str, password: str) -> None:
        self.page = page
        self.base_url = base_url
        page.set_default_timeout(PATIENCE)
        page.goto(f"{base_url}/sign-in/")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        self.sees("Home")

    @property
    def main(self) -> Any:
        """What the page is about, without menu and head."""
        return self.page.get_by_role("main")

    def goes_to(self, name: str) -> None:
        """Through the menu."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.main.get_by_role("link", name=name).first.click()

    def presses(self, name: str, bar: str = "") -> None:
        """A button of the page, or of the bar at its foot."""
        among = self.page.get_by_role("group", name=bar) if bar else self.main
        among.get_by_role("button", name=name).first.click()

    def confirms(self, name: str) -> None:
        """Answers the question that a button asks."""
        self.page.get_by_role("dialog").get_by_role("button", name=name).click()

    def picks(self, label: str, choice: str) -> None:
        self._field(label).select_option(choice)

    def fills(self, label: str, text: str) -> None:
        self._field(label).fill(text)

    def _field(self, label: str) -> Any:
        named = re.compile(rf"^\s*{re.escape(label)}(\s+needed)?\s*$")
        return self.main.get_by_label(named).first

    def finds(self, name: str, said: str) -> None:
        """Searches a list from the menu, and opens the one that is there."""
        self.goes_to(name)
        box = self.main.get_by_role("searchbox")
        box.fill(said)
        box.press("Enter")
        self.follows(said)
        self.main.get_by_role("heading", level=1).filter(has_text=said).wait_for()

    def sees(self, *words: str | re.Pattern[str], timeout: int = PATIENCE) -> None:
        """All of it, on this page."""
        from playwright.sync_api import expect  # starts an event loop; only tests here may

        for said in words:
            expect(self.main).to_contain_text(said, timeout=timeout, use_inner_text=True)

    def counts(self, label: str) -> dict[str, int]:
        """The tiles of an import: what rows would become, or became."""
        text = self.main.get_by_role("region", name=label).inner_text()
        return {name: int(number) for name, number in TILE.findall(text)}

    # --- What the work consists of

    def brings(self, system: str, file: Path, **meanings: str) -> dict[str, int]:
        """Takes a list in, up to its preview; says what would become of its rows."""
        self.goes_to("Imports")
        self.follows("Import a file")
        self.picks("From which system", system)
        self.picks("What it holds", "Suppliers")
        self.main.locator("input[type=file]").set_input_files(file)
        self.presses("Take it in")
        for column, meaning in meanings.items():
            self.picks(f"What {column} means", meaning)
        self.presses("Check")
        self.sees("What is said", "Nothing has been written yet")
        return self.counts("What would happen to the rows")

    def runs(self) -> dict[str, int]:
        """Files what was previewed as a change; says what became of the rows."""
        self.presses("Run")
        self.confirms("Run it")
        self.sees("Done", "awaiting review")
        return self.counts("What became of the rows")

    def proposes(self, reason: str) -> str:
        """Sends the form of a proposal; the number of the change."""
        self.fills("Reason", reason)
        self.presses("Submit for review", "Send it")
        return self.change()

    def approves(self, title: str) -> float:
        """Finds it in the inbox, opens it, and approves it; when that was, once it is written."""
        self.goes_to("Inbox")
        self.follows(title)
        self.page.keyboard.press("Enter")
        number = self.change()
        self.presses("Approve")
        approved_at = time.monotonic()
        self.confirms("Approve")
        self.sees(f"{number} is approved")
        self.page.goto(f"{self.base_url}/changes/{number}/")
        ends = time.monotonic() + PATIENCE / 1000
        while "Applied" not in self.main.inner_text():
            assert time.monotonic() < ends, self.main.inner_text()
            self.page.reload()
        return approved_at

    def change(self) -> str:
        """The number of the change on this page."""
        self.page.wait_for_url(re.compile(r"/changes/CR-\d+/"))
        found = re.search(r"CR-\d+", self.page.url)
        assert found
        return found[0]

    def sources(self) -> dict[str, str]:
        """Which systems know the record on this page, and under which key."""
        rows = self.main.get_by_role("table", name="Source records of this record")
        rows.wait_for()
        cells = rows.get_by_role("rowheader").all_inner_texts()
        return dict(cell.split("\n") for cell in cells)

    def sends_anyway(self, path: str) -> tuple[int, str]:
        """What the server answers to a button that the page does not offer."""
        token = next(c for c in self.page.context.cookies() if c["name"] == "csrftoken")
        answer = self.page.request.post(
            f"{self.base_url}{path}",
            form={"csrfmiddlewaretoken": token["value"]},
            headers={"Referer": self.page.url},
        )
        return answer.status, answer.text()

    def where(self) -> dict[str, tuple[int, str]]:
        """Which version each target has of the record on this page, and under which key."""
        text = self.main.get_by_role("region", name="Where it is").inner_text()
        return {name: (int(version), key) for name, version, key in HAS.findall(text)}

    def waits_for(self, version: int, *, until: float) -> dict[str, str]:
        """Loads the page until both targets have this version of the record; under which keys."""
        found = self.where()
        while [has for has, _ in found.values()] != [version] * 2:
            assert time.monotonic() < until, self.main.inner_text()
            self.page.reload()
            found = self.where()
        return {name: key for name, (_, key) in found.items()}

    def looks_into(self, simulator: str, domain: str, name: str) -> None:
        """Opens what a simulator holds under that name."""
        self.goes_to("Simulators")
        its = self.main.get_by_role("region", name=simulator).first
        its.get_by_role("link", name=domain).click()
        box = self.main.get_by_role("searchbox")
        box.fill(name)
        box.press("Enter")
        self.follows(name)
        self.sees("What it holds")
