"""What of a record is compared: standardised once, when the record is written, and kept.

Values come as a record has them outside its model: scalars as text, collections as lists of flat
mappings. Flat spellings of a file (`name`, `street`, `tax_id`, `iban`...) are understood as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

from matching.engine import names, places

_MOST = 4  # addresses, phones, domains and tax ids kept of one record
_MASK = "•"


@dataclass(frozen=True, slots=True)
class Address:
    """One place, in the spelling that is compared."""

    street: str = ""
    number: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """The standardised values of one record; "" or empty for what is not known."""

    kind: str
    shown: str = ""
    name: str = ""
    form: str = ""
    other_name: str = ""
    country: str = ""
    addresses: tuple[Address, ...] = ()
    phones: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    tax_ids: tuple[str, ...] = ()
    duns: str = ""
    lei: str = ""
    ibans: tuple[str, ...] = ()
    code: str = ""
    scope: str = ""
    rate: str = ""

    def to_dict(self) -> dict[str, str]:
        """Text by name, without what is empty; `from_dict` gives the same features back."""
        stored = {}
        for name in _TEXTS:
            if value := getattr(self, name):
                stored[name] = value
        for name in _LISTS:
            if values := getattr(self, name):
                stored[name] = " ".join(values)
        if self.addresses:
            stored["addresses"] = ";".join(
                f"{a.street}|{a.number}|{a.postal_code}|{a.city}" for a in self.addresses
            )
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, str]) -> "Features":
        texts = {name: stored.get(name, "") for name in _TEXTS}
        lists = {name: tuple(stored.get(name, "").split()) for name in _LISTS}
        written = stored.get("addresses", "")
        addresses = tuple(Address(*part.split("|")) for part in written.split(";") if part)
        return cls(**texts, **lists, addresses=addresses)  # type: ignore[arg-type]


_LISTS = ("phones", "domains", "tax_ids", "ibans")
_TEXTS = tuple(f.name for f in fields(Features) if f.name not in {*_LISTS, "addresses"})


def features(values: Mapping[str, object], kind: str) -> Features:
    """The features of a record of this kind; what is missing, masked or no text is left out.

    A kind without a profile of its own is compared by its code alone.
    """
    return PROFILES.get(kind, PROFILES["exact"])(values)


def _supplier(values: Mapping[str, object]) -> Features:
    legal = _text(values, "legal_name") or _text(values, "name")
    trade = _text(values, "trade_name")
    name = names.standardise(legal or trade)
    other = names.standardise(trade).text if legal and trade else ""
    form = _text(values, "legal_form")
    contacts = _items(values, "contacts") or [values]
    mails = [_text(item, "email") for item in contacts] + [_text(values, "website")]
    country = _country(values)
    addresses = tuple(_address(item, country) for item in _places(values)[:_MOST])
    return Features(
        kind="supplier",
        shown=_one_line(legal or trade),
        name=name.text,
        form=_form(form[:80]) if form else name.form,
        other_name="" if other == name.text else other,
        country=country or next(filter(None, map(_country, _places(values))), ""),
        addresses=tuple(dict.fromkeys(a for a in addresses if a != Address())),
        phones=_distinct(places.phone_tail(_text(item, "phone")) for item in contacts),
        domains=_distinct(map(places.mail_domain, filter(None, mails))),
        tax_ids=_distinct(_tax_id(item, country) for item in _items(values, "tax_ids") or [values]),
        duns=_compact(_text(values, "duns")),
        lei=_compact(_text(values, "lei")),
        ibans=_distinct(_bank_account(item) for item in [*_items(values, "bank_accounts"), values]),
    )


@lru_cache(maxsize=4096)
def _form(written: str) -> str:
    """The legal form that stands in an attribute of its own."""
    return names.standardise(f"x {written}").form


def _coded(kind: str, name_in: str, scope: str) -> Callable[[Mapping[str, object]], Features]:
    """A kind that is known by its code within a scope, then by its name, if it is compared."""

    def of(values: Mapping[str, object]) -> Features:
        name = _text(values, name_in)
        return Features(
            kind=kind,
            shown=_one_line(name or _text(values, "code")),
            name=names.standardise(name).text,
            code=_compact(_text(values, "code")),
            scope=_compact(_text(values, scope)),
        )

    return of


def _tax_code(values: Mapping[str, object]) -> Features:
    rates = _items(values, "rates")
    current = max(rates, key=lambda item: _text(item, "valid_from"), default={})
    written = _text(current, "rate_percent") or _text(values, "rate_percent")
    return Features(
        kind="tax_code",
        shown=_one_line(_text(values, "name") or _text(values, "code")),
        code=_compact(_text(values, "code")),
        country=_country(values),
        scope=_one_line(f"{_text(values, 'tax_type')} {_text(values, 'direction')}")[:60],
        rate=_one_line(written.rstrip("0").rstrip(".") if "." in written else written)[:12],
    )


PROFILES: Mapping[str, Callable[[Mapping[str, object]], Features]] = {
    "supplier": _supplier,
    "cost_center": _coded("cost_center", name_in="name", scope="company_code"),
    "project": _coded("project", name_in="name", scope="company_code"),
    "tax_code": _tax_code,
    "exact": _coded("exact", name_in="", scope="company_code"),
}


def _text(values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) and _MASK not in value[:300] else ""


def _items(values: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = values.get(key)
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    return [item for item in found[:50] if isinstance(item, Mapping)]


def _places(values: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The record's addresses, the registered one first; a flat file has one."""
    found = _items(values, "addresses")
    return sorted(found, key=lambda a: "registered" not in _text(a, "purposes")) or [values]


def _address(item: Mapping[str, object], country: str) -> Address:
    street, number = places.street(_text(item, "street"), _text(item, "house_number"))
    postal_code = places.postal_code(_text(item, "postal_code"), _country(item) or country)
    return Address(street, number, postal_code, places.city(_text(item, "city")))


def _tax_id(item: Mapping[str, object], country: str) -> str:
    """`kind:country:number`, the number without its country in front."""
    number = _compact(_text(item, "number") or _text(item, "tax_id"))
    country = _country(item) or country
    for prefix in (country, "EL" if country == "GR" else country):
        if prefix and number.startswith(prefix) and len(number) > 6:
            number = number[len(prefix) :]
    if not country and number[:2].isalpha() and number[2:4].isdigit():
        country, number = number[:2].replace("EL", "GR"), number[2:]
    known = len(number) >= 4 and len(set(number)) > 2
    return f"{_compact(_text(item, 'type')).lower()}:{country}:{number}" if known else ""


def _bank_account(item: Mapping[str, object]) -> str:
    found = _text(item, "iban_index") or _text(item, "iban")
    return "".join(c for c in found[:160] if c.isascii() and c.isprintable() and c != " ")[:80]


def _compact(text: str) -> str:
    text = text[:120]
    return (text if text.isalnum() else "".join(filter(str.isalnum, text))).upper()[:60]


def _country(values: Mapping[str, object]) -> str:
    code = _text(values, "country").strip()[:3].upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _one_line(text: str) -> str:
    text = text[:160]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, found)))[:_MOST]
