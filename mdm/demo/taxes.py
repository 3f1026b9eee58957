"""Sixty tax codes with their rates over time: the EU, the United Kingdom and the USA."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import eu_vat_rates_data

from mdm.changes import PartSpec
from mdm.demo.lands import BY_COUNTRY

FIRST_DAY = "2010-01-01"
# Standard rates before today's, oldest first, each with the day from which it held.
BEFORE: dict[str, tuple[tuple[str, str], ...]] = {
    "DE": ((FIRST_DAY, "19"), ("2020-07-01", "16"), ("2021-01-01", "")),
    "GB": ((FIRST_DAY, "17.5"), ("2011-01-04", "")),
    "FR": ((FIRST_DAY, "19.6"), ("2014-01-01", "")),
    "NL": ((FIRST_DAY, "19"), ("2012-10-01", "")),
    "IT": ((FIRST_DAY, "20"), ("2011-09-17", "21"), ("2013-10-01", "")),
    "ES": ((FIRST_DAY, "16"), ("2010-07-01", "18"), ("2012-09-01", "")),
    "IE": ((FIRST_DAY, "21"), ("2012-01-01", "23"), ("2020-09-01", "21"), ("2021-03-01", "")),
    "PL": ((FIRST_DAY, "22"), ("2011-01-01", "")),
}
PROCEDURES = {
    "DE": "TAXD",
    "GB": "TAXGB",
    "FR": "TAXF",
    "NL": "TAXNL",
    "IT": "TAXIT",
    "US": "TAXUSX",
}
FULL = ("DE", "GB", "FR", "NL", "IT")  # eight codes each
SHORT = ("AT", "BE", "ES", "IE")  # three codes each
STATES = (
    ("CA", "7.25"),
    ("GA", "4"),
    ("MA", "6.25"),
    ("MN", "6.875"),
    ("NY", "4"),
    ("OH", "5.75"),
    ("TX", "6.25"),
    ("CO", "2.9"),
)


def tax_codes() -> list[PartSpec]:
    """Every tax code of the demo."""
    rows = [row for country in FULL for row in _full(country)]
    rows += [row for country in SHORT for row in _short(country)]
    rows += [_sales(state, rate) for state, rate in STATES]
    return [PartSpec("tax_code", "create", row) for row in rows]


def _full(country: str) -> Iterator[dict[str, Any]]:
    standard, reduced = _today(country)
    yield _code(country, "V1", "Input tax standard", "input", _history(country, standard))
    yield _code(country, "V2", "Input tax reduced", "input", ((FIRST_DAY, reduced),))
    yield _code(country, "A1", "Output tax standard", "output", _history(country, standard))
    yield _code(country, "A2", "Output tax reduced", "output", ((FIRST_DAY, reduced),))
    exempt = _code(country, "V0", "Input tax exempt", "input", ((FIRST_DAY, "0"),))
    yield exempt | {"exempt": "true"}
    reverse = _code(country, "RC", "Reverse charge", "both", _history(country, standard))
    yield reverse | {"reverse_charge": "true"}
    inside = _code(country, "IC", "Intra-community purchase", "input", _history(country, standard))
    yield inside | {"intra_community": "true"}
    half = _code(country, "VH", "Input tax half recoverable", "input", _history(country, standard))
    yield half | {"recoverable_percent": "50"}


def _short(country: str) -> Iterator[dict[str, Any]]:
    standard, reduced = _today(country)
    yield _code(country, "V1", "Input tax standard", "input", _history(country, standard))
    yield _code(country, "V2", "Input tax reduced", "input", ((FIRST_DAY, reduced),))
    yield _code(country, "A1", "Output tax standard", "output", _history(country, standard))


def _sales(state: str, rate: str) -> dict[str, Any]:
    row = _code("US", f"U{state}", f"Sales and use tax {state}", "input", ((FIRST_DAY, rate),))
    return row | {"tax_type": "use", "jurisdiction": f"US-{state}", "recoverable_percent": "0"}


def _today(country: str) -> tuple[str, str]:
    """The standard rate and the highest reduced one."""
    rates: Any = eu_vat_rates_data.get_rate(country) or {}
    reduced = rates.get("reduced") or [0]
    return _percent(rates["standard"]), _percent(max(reduced))


def _percent(rate: float) -> str:
    return format(rate, "g")


def _history(country: str, standard: str) -> tuple[tuple[str, str], ...]:
    periods = BEFORE.get(country, ((FIRST_DAY, ""),))
    return tuple((since, rate or standard) for since, rate in periods)


def _code(
    country: str, code: str, name: str, direction: str, periods: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    land = BY_COUNTRY.get(country)
    row: dict[str, Any] = {
        "code": code,
        "name": f"{name} {country}",
        "country": country,
        "tax_type": "vat",
        "direction": direction,
        "recoverable_percent": "100" if direction == "input" else "",
        "ledger_account": "1576000" if direction == "input" else "1776000",
        "procedure": PROCEDURES.get(country, ""),
    }
    if land is not None:
        row["company_code"] = land.company_code
    for n, (since, rate) in enumerate(periods):
        until = _day_before(periods[n + 1][0]) if n + 1 < len(periods) else ""
        row[f"rates[R{n + 1}]"] = {"rate_percent": rate, "valid_from": since} | (
            {"valid_to": until} if until else {}
        )
    return {name: value for name, value in row.items() if value}


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
