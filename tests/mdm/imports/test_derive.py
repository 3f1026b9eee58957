"""What lists leave unsaid is filled in, and only where it follows."""

from typing import Any

import pytest

from mdm.domains import get_domain
from mdm.imports import derive

SUPPLIER = get_domain("supplier")


def filled(scalars: dict[str, str], **address: str) -> tuple[dict[str, str], dict[str, str], Any]:
    items = {"1": dict(address)} if address else {}
    warnings = derive.fill(SUPPLIER, scalars, {"addresses": items})
    return scalars, items.get("1", {}), [w.found for w in warnings]


@pytest.mark.parametrize(
    ("region", "country", "kept"),
    [
        ("Minnesota", "US", "US-MN"),
        ("MN", "US", "US-MN"),
        ("D.C.", "US", "US-DC"),
        ("Virginia[2]", "US", "US-VA"),
        ("Ireland", "IE", ""),
        ("Bristol, United Kingdom", "GB", ""),
        ("DE-BW", "DE", "DE-BW"),
        ("AU-WA", "AU", "AU-WA"),
    ],
)
def test_a_place_takes_its_country_from_its_region(region: str, country: str, kept: str) -> None:
    scalars, address, warnings = filled({}, city="X", region=region)

    assert (address["country"], address["region"], scalars["country"]) == (country, kept, country)
    assert warnings == []


def test_a_region_that_says_nothing_is_left_out_with_a_warning() -> None:
    scalars, address, warnings = filled({}, region="Ohio; Detroit, Michigan")

    assert (address["region"], address.get("country", ""), scalars) == ("", "", {})
    assert warnings == ["Ohio; Detroit, Michigan"]


def test_a_country_that_is_said_comes_before_any_guess() -> None:
    _, address, warnings = filled({"country": "Australia"}, region="WA")

    assert (address["country"], address["region"], warnings) == ("AU", "WA", [])


def test_a_bank_account_takes_its_country_from_its_iban_and_its_holder_from_the_name() -> None:
    items = {"bank_accounts": {"1": {"iban": " nl91ABNA0417164300"}}}

    derive.fill(SUPPLIER, {"legal_name": "Acme", "country": "DE"}, items)

    assert items["bank_accounts"]["1"] == {
        "iban": " nl91ABNA0417164300",
        "country": "NL",
        "holder": "Acme",
    }
