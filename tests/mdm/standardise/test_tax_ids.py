import pytest

from mdm.errors import Invalid
from mdm.standardise import tax_ids


@pytest.mark.parametrize(
    ("kind", "country", "found", "number"),
    [
        ("vat", "DE", "", ""),
        ("vat", "DE", "136 695 976", "DE136695976"),
        ("vat", "DE", "DE 136.695.976", "DE136695976"),
        ("vat", "GR", "GR 094259216", "EL094259216"),
        ("vat", "EL", "094259216", "EL094259216"),
        ("vat", "GB", "980 7806 84", "GB980780684"),
        ("vat", "GB", "XI 980 7806 84", "XI980780684"),
        ("vat", "XI", "980780684", "XI980780684"),
        ("vat", "AT", "U13585627", "ATU13585627"),
        ("vat", "ES", "A-28.015.865", "ESA28015865"),
        ("vat", "NL", "NL004495445B01", "NL004495445B01"),
        ("vat", "CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("ein", "US", "91-1144442", "911144442"),
        ("siret", "FR", "732 829 320 00074", "73282932000074"),
        ("cnpj", "BR", "16.727.230/0001-97", "16727230000197"),
        ("gstin", "IN", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("local", "ZZ", "ab-1", "AB1"),
    ],
)
def test_a_tax_id_has_one_spelling_and_may_be_right(kind, country, found, number):
    assert tax_ids.clean(kind, country, found) == number
    assert tax_ids.problem(kind, country, found) == ""


@pytest.mark.parametrize(
    ("kind", "country", "found", "word"),
    [
        ("vat", "DE", "DE136695978", "check digit"),
        ("vat", "DE", "DE13669597", "right length, which 10 characters are not"),
        ("vat", "GR", "094259217", "check digit"),
        ("ein", "US", "07-1144442", "form"),
        ("cnpj", "BR", "16.727.230/0001-98", "check digit"),
    ],
)
def test_a_tax_id_that_cannot_be_right_says_what_is_expected(kind, country, found, word):
    assert word in tax_ids.problem(kind, country, found)


def test_what_is_expected_of_a_tax_id_fits_into_a_sentence():
    expected = tax_ids.problem("vat", "DE", "DE136695970")

    assert expected == "a VAT number of Germany with a right check digit"


@pytest.mark.parametrize("country", ["", "D", "deu", "__", "os"])
@pytest.mark.parametrize("kind", ["", "../x", "__init__", "VAT", "sys"])
def test_a_kind_or_country_nobody_knows_is_kept_as_written(kind, country):
    assert tax_ids.clean(kind, country, "12 34") == "1234"
    assert tax_ids.problem(kind, country, "12 34") == ""


def test_an_endless_tax_id_is_refused():
    with pytest.raises(Invalid):
        tax_ids.clean("vat", "DE", "1" * 1000)
