import re

import pytest

from mdm.standardise import accents


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        ("muller", "Müller GmbH"),
        ("mueller", "MÜLLER GMBH"),
        ("Müller", "Mueller & Sons"),
        ("Müller", "Muller SA"),
        ("strasse", "Hauptstraße 1"),
        ("Straße", "Hauptstrasse 1"),
        ("oreal", "L'Oréal"),
        ("a.b", "A.B. Volvo"),
    ],
)
def test_a_name_is_found_with_and_without_its_accents(sought, name):
    assert re.search(accents.pattern(sought), name, re.IGNORECASE)


@pytest.mark.parametrize(("sought", "name"), [("a.b", "axb"), ("muller", "Miller"), ("(", "a")])
def test_nothing_else_is_found(sought, name):
    assert not re.search(accents.pattern(sought), name, re.IGNORECASE)
