import pytest

from mdm.errors import Invalid
from mdm.standardise import places


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ("", ""),
        ("de", "DE"),
        ("DEU", "DE"),
        ("276", "DE"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("日本", "JP"),
        ("ΕΛΛΆΔΑ", "GR"),
        ("EL", "GR"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("U.S.A.", "US"),
        ("The Netherlands", "NL"),
        ("Côte d'Ivoire", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("Kosovo", "XK"),
    ],
)
def test_a_country_is_known_by_code_and_by_name_in_english_or_its_own_language(found, code):
    assert places.country(found) == code


@pytest.mark.parametrize("found", ["XX", "EU", "ZZ", "SUN", "Atlantis", "1", "Germany, Berlin"])
def test_what_is_no_country_is_refused(found):
    with pytest.raises(Invalid):
        places.country(found)


@pytest.mark.parametrize(
    ("found", "country", "region"),
    [
        ("", "", ""),
        ("us-ca", "", "US-CA"),
        ("California", "US", "US-CA"),
        ("CA", "US", "US-CA"),
        ("Bayern", "DE", "DE-BY"),
        ("Zürich", "CH", "CH-ZH"),
        ("75", "FR", "FR-75"),
    ],
)
def test_a_region_is_known_by_its_code_and_with_its_country_by_name(found, country, region):
    assert places.region(found, country) == region


@pytest.mark.parametrize(
    ("found", "country"), [("California", ""), ("ZZ", "US"), ("XX-1", ""), ("CA", "")]
)
def test_a_region_that_nobody_could_place_is_refused(found, country):
    with pytest.raises(Invalid):
        places.region(found, country)


@pytest.mark.parametrize(
    ("found", "code"),
    [("", ""), ("eur", "EUR"), ("€", "EUR"), ("Swiss franc", "CHF"), ("US$", "USD")],
)
def test_a_currency_is_its_code(found, code):
    assert places.currency(found) == code


@pytest.mark.parametrize("found", ["DEM", "$", "XXX", "dollars"])
def test_a_currency_out_of_use_or_unclear_is_refused(found):
    with pytest.raises(Invalid):
        places.currency(found)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ("", ""),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("German", "de"),
        ("Deutsch", "de"),
        ("日本語", "ja"),
    ],
)
def test_a_language_is_its_code(found, code):
    assert places.language(found) == code


def test_an_unknown_language_is_refused():
    with pytest.raises(Invalid):
        places.language("Klingonisch")


@pytest.mark.parametrize(
    ("found", "country", "code"),
    [
        ("", "DE", ""),
        ("D-80331", "DE", "D-80331"),
        ("DE-80331", "DE", "80331"),
        ("sw1a1aa", "GB", "SW1A 1AA"),
        ("1012ab", "NL", "1012 AB"),
        ("k1a0b1", "CA", "K1A 0B1"),
        (" 80331 ", "", "80331"),
    ],
)
def test_a_postal_code_is_spaced_as_its_country_does(found, country, code):
    assert places.postal_code(found, country) == code
