"""What an archive may hold: never bank data, personal numbers or credentials, in whatever form."""

import json

import pytest

from publishing.connectors import masking

IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    "body",
    [
        {"to_BusinessPartnerBank": [{"IBAN": IBAN}]},
        {"remit": {"iban-number": IBAN}},
        {"bank_accounts": [{"iban": IBAN}]},
        {"IBAN": {"value": [IBAN]}},
        json.dumps({"IBAN": IBAN}),
        f'{{"IBAN": "{IBAN}", broken',
        f"The IBAN {IBAN} is not valid",
        "The IBAN DE89 3704 0044 0532 0130 00 is not valid",
        f"<error>{IBAN} is not valid</error>",
        f"Code,Account\nV1,{IBAN}\n",
        [f"{IBAN}"],
    ],
)
def test_an_iban_is_never_kept(body: object) -> None:
    kept = json.dumps(masking.body(body), ensure_ascii=False)

    assert IBAN not in kept.replace(" ", "")
    assert "3000" in kept or "0 00" in kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BankAccount", "0532013000"),
        ("BankAccountReferenceText", "1234567"),
        ("bank-account-number", "0532013000"),
        ("account_number", "0532013000"),
        ("BPTaxNumber", "12345678901"),
        ("EmailAddress", "ida@nordwind.example"),
        ("po-email", "ida@nordwind.example"),
        ("access_token", "abcdefghijkl"),
        ("client_secret", "hush"),
        ("password", "hush"),
    ],
)
def test_a_field_is_hidden_by_its_name(name: str, value: str) -> None:
    assert value not in json.dumps(masking.body({name: value, "Country": "DE"}))
    assert masking.body({name: value, "Country": "DE"})["Country"] == "DE"


def test_a_form_and_its_answer_keep_their_shape() -> None:
    form = "grant_type=client_credentials&client_id=touchstone&client_secret=hush-hush"

    assert masking.body(form) == "grant_type=client_credentials&client_id=••••&client_secret=••••"


def test_headers_that_sign_are_hidden() -> None:
    kept = masking.headers({"Authorization": "Basic abc", "x-csrf-token": "t", "ETag": 'W/"1"'})

    assert kept == {"Authorization": "••••", "x-csrf-token": "••••", "ETag": 'W/"1"'}


def test_flags_empty_values_and_other_fields_stay() -> None:
    body = {"IBAN": "", "BankAccount": None, "IsDefaultEmailAddress": True, "Region": "HH"}

    assert masking.body(body) == body


def test_an_operator_may_hide_more() -> None:
    assert masking.body({"StreetName": "Hafenstrasse 1"}, ["street-name"])["StreetName"] != (
        "Hafenstrasse 1"
    )


def test_what_was_sent_in_secret_is_found_to_be_hidden_in_answers() -> None:
    sent = json.dumps({"a": [{"BankAccount": "0532013000", "BankCountryKey": "DE"}]})

    assert masking.secrets_in(sent) == {"0532013000"}
    assert masking.secrets_in("client_secret=hush-hush&x=1") == {"hush-hush"}
