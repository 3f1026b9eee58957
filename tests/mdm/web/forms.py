"""The propose form as a browser fills it in and sends it."""

import re
from typing import Any

from django.test import Client

from mdm.models import Change, ChangePart

OTHER_IBAN = "DE75512108001245126199"


def sent_with(page: str) -> dict[str, Any]:
    """What a browser would send of the page's form, as it was opened, with a reason."""
    form = page[page.index('<form id="proposal"') : page.index("<datalist") if "<datalist" in page
                else page.index("</form>", page.index('<form id="proposal"'))]  # fmt: skip
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or "csrf" in name[1]:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if is_box and "checked" not in tag:
            continue
        data.setdefault(name[1], []).append(value[1] if value else "on" if is_box else "")
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name] = [chosen[1] if chosen else ""]
    for name, text in re.findall(r'<textarea name="([^"]+)".*?>\n?(.*?)</textarea>', form, re.S):
        data[name] = [text or "As agreed"] if name == "about_reason" else [text]
    return data


def opened(client: Client, address: str) -> dict[str, Any]:
    """What would be sent of the form at an address."""
    return sent_with(client.get(address).content.decode())


def newest() -> Change:
    """The change made last."""
    return Change.objects.order_by("-id").first()  # type: ignore[return-value]


def part() -> ChangePart:
    """Its one part."""
    return newest().parts.get()
