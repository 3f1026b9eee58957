"""What a person reads on a page, for the tests of pages."""

import html
import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def words(response: Any) -> str:
    """The text of a page, without its tags, as one line."""
    text = re.sub(r"(?s)<(script|style).*?</\1>|<!--.*?-->", " ", response.content.decode())
    text = re.sub(r"</?mark>", "", text)  # they stand within words
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def links(response: Any, beginning: str) -> list[str]:
    """The addresses on a page that begin like this, each once."""
    found = re.findall(r'href="([^"]*)"', response.content.decode())
    return sorted({html.unescape(one) for one in found if html.unescape(one).startswith(beginning)})


def cost(client: Any, address: str) -> int:
    """How many queries a page takes once everything is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
        return len(queries)
