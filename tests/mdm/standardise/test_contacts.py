import subprocess
import sys

import pytest

from mdm.errors import Invalid
from mdm.standardise import bank_accounts, contacts


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("", ""),
        (" Orders@Acme.COM ", "orders@acme.com"),
        ("mailto:x@y.de", "x@y.de"),
        ("ü@bücher.de", "ü@bücher.de"),
    ],
)
def test_an_email_address_is_written_small(found, kept):
    assert contacts.email(found) == kept


@pytest.mark.parametrize(
    "found",
    ["a b@c.de", "a@b", "a@@b.de", "a@b.de, c@d.de", "<a@b.de>", "a@b..de", "x" * 300 + "@a.de"],
)
def test_what_is_not_one_email_address_is_refused(found):
    with pytest.raises(Invalid):
        contacts.email(found)


@pytest.mark.parametrize(
    ("found", "country", "kept"),
    [
        ("", "", ""),
        ("+49405550100", "", "+49 40 5550100"),
        ("(040) 5550100", "DE", "+49 40 5550100"),
        ("415 555 2671", "US", "+1 415-555-2671"),
    ],
)
def test_a_phone_number_is_written_internationally(found, country, kept):
    assert contacts.phone(found, country) == kept


@pytest.mark.parametrize("found", ["040 5550100", "+49", "call me", "1" * 10_000])
def test_a_phone_number_that_nobody_could_dial_is_refused(found):
    with pytest.raises(Invalid):
        contacts.phone(found)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("", ""),
        ("Example.COM/", "https://example.com"),
        ("http://a.example/c?d=1", "http://a.example/c?d=1"),
    ],
)
def test_a_website_has_a_scheme_and_a_small_host(found, kept):
    assert contacts.website(found) == kept


@pytest.mark.parametrize(
    "found",
    [
        "javascript:alert(1)",
        "ftp://a.example",
        "nohost",
        "https://",
        "https://u:p@a.example",
        "http://[::1",
    ],
)
def test_a_website_that_a_browser_should_not_open_is_refused(found):
    with pytest.raises(Invalid):
        contacts.website(found)


@pytest.mark.parametrize(
    ("clean", "found", "kept"),
    [
        (bank_accounts.iban, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (bank_accounts.iban, "", ""),
        (bank_accounts.bic, "cobadeff xxx", "COBADEFFXXX"),
        (bank_accounts.bic, "", ""),
        (bank_accounts.account_number, "0012-34", "001234"),
        (lambda v: bank_accounts.routing_number(v, "aba"), "111000025", "111000025"),
        (lambda v: bank_accounts.routing_number(v, "sort_code"), "20-00-00", "200000"),
        (lambda v: bank_accounts.routing_number(v, "sort_code"), "", ""),
    ],
)
def test_a_bank_account_is_written_without_spaces(clean, found, kept):
    assert clean(found) == kept


@pytest.mark.parametrize(
    ("clean", "found"),
    [
        (bank_accounts.iban, "DE88370400440532013000"),
        (bank_accounts.iban, "DE8937040044053201300"),
        (bank_accounts.iban, "ZZ89370400440532013000"),
        (bank_accounts.bic, "COBA"),
        (lambda v: bank_accounts.routing_number(v, "aba"), "111000026"),
        (lambda v: bank_accounts.routing_number(v, "blz"), "1234"),
    ],
)
def test_a_bank_account_that_cannot_exist_is_refused(clean, found):
    with pytest.raises(Invalid):
        clean(found)


def test_cleaning_loads_neither_the_phone_tables_nor_django():
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, mdm.standardise.contacts, mdm.standardise.places; print(*sys.modules)",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    assert {"phonenumbers", "django"}.isdisjoint(loaded)
