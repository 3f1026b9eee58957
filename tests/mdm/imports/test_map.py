"""Which column means what: suggested, remembered, and complete before a file goes on."""

import pytest

from mdm.domains import DOMAINS, get_domain
from mdm.errors import Invalid, Refused
from mdm.imports import map as mapping
from mdm.imports import targets
from mdm.imports.table import Row, Table

SUPPLIER = get_domain("supplier")


def table(*columns: tuple[str, list[str]]) -> Table:
    headers = tuple(header for header, _ in columns)
    rows = zip(*(cells for _, cells in columns), strict=True)
    return Table(headers, [Row(n, tuple(cells)) for n, cells in enumerate(rows, 2)], "csv")


def suggested(domain: str, *columns: tuple[str, list[str]]) -> dict[str, str]:
    return {s.header: s.target for s in mapping.suggest(get_domain(domain), table(*columns))}


@pytest.mark.parametrize(
    ("domain", "headers", "expected"),
    [
        (
            "supplier",
            "vendor_no vendor_name city state country registration_no category",
            (
                "key legal_name addresses[1].city addresses[1].region addresses[1].country "
                "tax_ids[registration].number industry"
            ),
        ),
        (
            "supplier",
            "LIFNR NAME1 STRAS ORT01 PSTLZ LAND1 STCEG ZTERM",
            (
                "key legal_name addresses[1].street addresses[1].city addresses[1].postal_code "
                "addresses[1].country tax_ids[vat].number payment_terms"
            ),
        ),
        (
            "supplier",
            "Lieferantennummer Firma Ort PLZ",
            "key legal_name addresses[1].city addresses[1].postal_code",
        ),
        ("supplier", "number name Supplier_Nam", "key legal_name "),
        ("cost_center", "KOSTL KTEXT BUKRS DATAB", "key+code name company_code valid_from"),
        ("project", "POSID POST1 FKSTL", "key+code name cost_center"),
        ("tax_code", "MWSKZ TEXT1 LAND1", "key+code name country"),
    ],
)
def test_headers_of_known_systems_are_understood(domain: str, headers: str, expected: str) -> None:
    named = [(header, ["1"]) for header in headers.split()]

    found = suggested(domain, *named)

    assert list(found.values()) == [t.replace("+", " ") for t in expected.split(" ")]


def test_contents_tell_what_a_header_does_not() -> None:
    found = suggested(
        "supplier",
        ("A", ["DE89370400440532013000", "NL91ABNA0417164300"]),
        ("B", ["DE136695976", "NL004495445B01"]),
        ("C", ["a@example.com", "b@example.org"]),
        ("D", ["blue", "red"]),
    )

    assert found == {
        "A": "bank_accounts[1].iban",
        "B": "tax_ids[vat].number",
        "C": "contacts[1].email",
        "D": "",
    }


def test_what_was_said_last_time_comes_first() -> None:
    remembered = {"NAME1": "trade_name", "OLD": ""}
    columns = table(("NAME1", ["A"]), ("OLD", ["x"]), ("NAME2", ["B"]))

    found = {s.header: (s.target, s.reason) for s in mapping.suggest(SUPPLIER, columns, remembered)}

    assert found["NAME1"] == ("trade_name", "as last time")
    assert found["OLD"] == ("", "left out last time")


def test_every_column_has_a_meaning_or_is_left_out_on_purpose() -> None:
    headers = ("no", "name", "colour")
    complete = {"no": "key", "name": "legal_name", "colour": ""}

    assert mapping.complete(SUPPLIER, headers, complete).written() == complete
    with pytest.raises(mapping.Unmapped, match="Nothing is known about the column “colour”"):
        mapping.complete(SUPPLIER, headers, {"no": "key", "name": "legal_name"})


@pytest.mark.parametrize(
    ("columns", "error", "says"),
    [
        ({"no": "", "name": "legal_name"}, Refused, "No column is mapped to key"),
        ({"no": "key", "name": "key"}, Refused, "key is given to 2 columns"),
        ({"no": "key", "nome": "legal_name"}, Refused, "The file has no column “nome”"),
        ({"no": "key", "name": "colour"}, Invalid, "an attribute of a supplier"),
        ({"no": "key", "name": "tax_ids[fax].number"}, Invalid, "a number, or one of vat, tin"),
        ({"no": "key", "name": "addresses[1].colour"}, Invalid, "collection"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    columns: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says.replace("[", r"\[")):
        mapping.complete(SUPPLIER, ("no", "name"), columns)


@pytest.mark.parametrize("code", list(DOMAINS))
def test_every_offered_target_is_one_and_has_words(code: str) -> None:
    domain = get_domain(code)

    for option in targets.options(domain):
        assert targets.parse(domain, option.target)
        assert targets.label(domain, option.target) != ""
