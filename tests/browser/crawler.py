"""Finds the pages of a running product by following its links, as a curious person would.

One page of each kind is looked at: the same view with the same sort of record, list, tab and filter
is not asked again with another record.
"""

import html
import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from django.urls import Resolver404, resolve

LINK = re.compile(r'(?:href|hx-get)="([^"]+)"')
HEADING = re.compile(r"<h1[^>]*>\s*\S")
ELSEWHERE = ("/static/", "/admin/", "/api/")
LOOKS = frozenset({"tab", "view", "show", "try", "action", "state", "a", "b", "domain"})
PARTS = frozenset({"search-hits", "pick"})  # answers for scripts, which are no pages
DIFFERS_BY_DOMAIN = frozenset({"record-list", "record-new", "record"})
OF_ONE = ("golden_id", "pk", "number", "code")


@dataclass
class Found:
    """What a crawl came across: pages by kind, and links that lead nowhere."""

    pages: dict[tuple[str, ...], str] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)

    def samples(self) -> dict[tuple[str, ...], str]:
        """One page of each view, domain and way of looking at it."""
        chosen: dict[tuple[str, ...], str] = {}
        for at in self.pages.values():
            place = urlsplit(at)
            match = resolve(place.path)
            asked = {key for key, _ in parse_qsl(place.query)}
            if asked <= LOOKS and match.url_name not in PARTS:
                view, tab = str(match.url_name), match.kwargs.get("tab", "")
                domain = getattr(match.kwargs.get("domain"), "code", "")
                by_domain = domain if view in DIFFERS_BY_DOMAIN else ""
                chosen.setdefault((view, by_domain, tab, *sorted(asked)), at)
        return chosen


def crawl(
    session: requests.Session, base_url: str, *, known: Collection[tuple[str, ...]] = ()
) -> Found:
    """Every kind of page that links lead to from the home page.

    Of the kinds known already only those that the home page leads to are looked at.
    """
    found, seen, waiting = Found(), {"/"}, deque([("/", "")])
    while waiting:
        at, come_from = waiting.popleft()
        kind = _kind(at)
        if kind is None:
            found.dead.append(f"{come_from} -> {at}: no such address")
            continue
        if kind in found.pages or (kind in known and come_from not in ("", "/")):
            continue
        found.pages[kind] = at
        answer = session.get(f"{base_url}{at}", allow_redirects=False, timeout=30)
        if wrong := _wrong(answer, kind):
            found.dead.append(f"{come_from} -> {at}: {wrong}")
        for link in _links(answer, base_url):
            if link not in seen:
                seen.add(link)
                waiting.append((link, at))
    return found


def _wrong(answer: requests.Response, kind: tuple[str, ...]) -> str:
    """Why this is no page to lead to; it is read here as it is without scripts."""
    if answer.status_code >= 400:
        return str(answer.status_code)
    is_page = answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
    if is_page and kind[0] not in PARTS and not HEADING.search(answer.text):
        return "no heading"
    return ""


def _kind(at: str) -> tuple[str, ...] | None:
    """What tells kinds of pages apart; None for an address that leads nowhere."""
    place = urlsplit(at)
    try:
        match = resolve(place.path)
    except Resolver404:
        return None
    named = {k: getattr(v, "code", str(v)) for k, v in match.kwargs.items() if k not in OF_ONE}
    asked = sorted({key for key, _ in parse_qsl(place.query)})
    facet = ["facet"] if match.url_name == "record-list" and asked else asked
    return (str(match.url_name), *sorted(named.values()), *facet)


def _links(answer: requests.Response, base_url: str) -> Iterator[str]:
    if answer.is_redirect:
        yield answer.headers["Location"]
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return
    for written in LINK.findall(answer.text):
        place = urlsplit(urljoin(answer.url, html.unescape(written)))
        is_ours = f"{place.scheme}://{place.netloc}" == base_url
        if is_ours and not place.path.startswith(ELSEWHERE):
            yield place.path + (f"?{place.query}" if place.query else "")
