"""Who acts in a journey: a program with a token, and people who are signed in."""

import re
from itertools import count
from typing import Any

import requests

_numbers = count(1)


class Caller:
    """Somebody who calls the API of a running product; each write has a key of its own."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers; anything but success fails the test with its words."""
        answer = self.session.get(f"{self.base_url}/api/v1{path}", params=query, timeout=30)
        assert answer.ok, (path, answer.status_code, answer.text[:2000])
        return answer.json()

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Idempotency-Key", f"journey-{next(_numbers)}")
        url = f"{self.base_url}/api/v1{path}"
        return self.session.post(url, json=body or {}, headers=named, timeout=30)

    def done(self, path: str, body: Any = None, **headers: str) -> Any:
        """The same, which must succeed."""
        answer = self.post(path, body, **headers)
        assert answer.ok, (path, answer.status_code, answer.text[:2000])
        return answer.json()

    def tag(self, path: str) -> str:
        """The ETag of what is there now."""
        return self.session.get(f"{self.base_url}/api/v1{path}", timeout=30).headers["ETag"]


class Program(Caller):
    """A system that calls with a token."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url)
        self.session.headers["Authorization"] = f"Bearer {token}"

    def says(self, system: str, domain: str, key: str, values: dict[str, Any]) -> Any:
        """What the product makes of a source record."""
        body = {"system": system, "domain": domain, "key": key, "values": values}
        return self.done("/source-records", body)


class Person(Caller):
    """Somebody with a session, who may also look at pages and press their buttons."""

    def __init__(self, base_url: str, name: str, password: str) -> None:
        super().__init__(base_url)
        self.name = name
        self.session.get(f"{base_url}/sign-in/", timeout=30)
        answer = self.press("/sign-in/", username=name, password=password)
        assert "Sign in" not in _heading(answer), f"{name} could not sign in"

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        return super().post(path, body, X_CSRFToken=self._token, **headers)

    def page(self, path: str) -> str:
        """A page as it is read, without its tags."""
        answer = self.session.get(
            f"{self.base_url}{path}", headers={"Accept": "text/html"}, timeout=30
        )
        assert answer.ok, (path, answer.status_code)
        return _text(answer.text)

    def press(self, path: str, **fields: str) -> str:
        """The page that follows a button."""
        answer = self.session.post(
            f"{self.base_url}{path}",
            data=fields | {"csrfmiddlewaretoken": self._token},
            headers={"Accept": "text/html", "Referer": f"{self.base_url}{path}"},
            timeout=30,
        )
        assert answer.ok, (path, answer.status_code, _text(answer.text)[:2000])
        return answer.text

    def approves(self, number: str, comment: str = "Fine") -> Any:
        """The change after this person has read and approved it."""
        at = f"/changes/{number}"
        return self.done(f"{at}/approve", {"comment": comment}, If_Match=self.tag(at))

    @property
    def _token(self) -> str:
        return str(self.session.cookies.get("csrftoken"))


def _text(page: str) -> str:
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def _heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return _text(found[1]) if found else ""
