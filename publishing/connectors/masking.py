"""What an archive may hold of an exchange: never bank data, personal numbers or credentials."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

DOTS = "••••"
SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "x-csrf-token", "proxy-authorization", "x-api-key"}
)
SECRET_FIELDS = frozenset(
    {"access_token", "refresh_token", "id_token", "client_secret", "client_id", "password"}
    | {"username", "api_key", "apikey", "token", "secret", "assertion"}
)
BANK_FIELDS = frozenset(
    {"iban", "bankaccount", "bankaccountreferencetext", "accountnumber", "bankaccountnumber"}
    | {"ibannumber", "bankroutingnumber", "banknumber", "swiftcode", "bic"}
)
PERSONAL_FIELDS = frozenset(
    {"emailaddress", "email", "poemail", "phonenumber", "phonework", "namegiven", "namefamily"}
    | {"firstname", "lastname", "taxid", "bptaxnumber", "bptaxlongnumber"}
)

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_BEARER = re.compile(r"\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]+")


def is_sensitive(name: str, also: Collection[str] = ()) -> bool:
    """Whether a field of a target is hidden; spelling and nesting do not matter."""
    last = _plain(name.rsplit(".", 1)[-1])
    return last in SECRET_FIELDS | BANK_FIELDS | PERSONAL_FIELDS or any(
        last == _plain(each) for each in also
    )


def hide(value: Any) -> str:
    """Dots, and the last four characters of what is long enough to keep the rest a secret."""
    text = str(value)
    return f"{DOTS} {text[-4:]}" if len(text) >= 12 and "@" not in text else DOTS


def headers(given: Mapping[str, str]) -> dict[str, str]:
    """Headers fit to keep."""
    return {
        name: DOTS if name.lower() in SECRET_HEADERS else text(value)
        for name, value in given.items()
    }


def text(value: str) -> str:
    """Free text without the account numbers and tokens it may quote."""
    return _BEARER.sub(rf"\1 {DOTS}", _IBAN.sub(lambda found: hide(found[0]), value))


def body(value: Any, also: Collection[str] = ()) -> Any:
    """A body fit to keep, in the form it came in: an object, JSON text, a form, or other text."""
    if isinstance(value, str):
        return _text_body(value, also)
    return _walk(value, also)


def secrets_in(sent: str) -> set[str]:
    """Account numbers and credentials in a body, to be hidden wherever an answer quotes them."""
    try:
        found: list[Any] = [json.loads(sent)]
    except ValueError:
        return {v for k, v in parse_qsl(sent) if _plain(k) in SECRET_FIELDS and len(v) >= 6}
    secrets: set[str] = set()
    while found:
        value = found.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                if isinstance(inner, str) and len(inner) >= 6:
                    if _plain(name) in SECRET_FIELDS | BANK_FIELDS:
                        secrets.add(inner)
                else:
                    found.append(inner)
        elif isinstance(value, list):
            found += value
    return secrets


def _walk(value: Any, also: Collection[str], *, hidden: bool = False) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _walk(
                inner, also, hidden=hidden or (is_sensitive(str(name), also) and inner != {})
            )
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_walk(inner, also, hidden=hidden) for inner in value]
    if hidden and value not in (None, "", True, False):
        secret = isinstance(value, str | int | float)
        return hide(value) if secret else DOTS
    return text(value) if isinstance(value, str) else value


def _text_body(value: str, also: Collection[str]) -> str:
    if value.lstrip()[:1] in ("{", "["):
        try:
            return json.dumps(_walk(json.loads(value), also), ensure_ascii=False)
        except ValueError:
            return text(value)
    if re.fullmatch(r"[\w.+%-]+=[^\s<]*", value):
        pairs = parse_qsl(value, keep_blank_values=True)
        return "&".join(f"{k}={DOTS if is_sensitive(k, also) else text(v)}" for k, v in pairs)
    return text(value)


def _plain(name: str) -> str:
    """A field's name without case and dashes; OAuth's own names keep their underscore."""
    lower = name.lower()
    return lower if lower in SECRET_FIELDS else lower.replace("-", "").replace("_", "")
