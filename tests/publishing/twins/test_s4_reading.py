"""Reading S/4HANA: filters, pages, order, counts; and tax codes, which can only be read."""

from datetime import UTC, datetime, timedelta

import pytest

from publishing.twins.control import Refused
from tests.publishing.twins.callers import PARTNERS, TAX_CODES

SET = f"{PARTNERS}/A_BusinessPartner"


@pytest.fixture
def partners(s4):
    """Five suppliers, S-1 to S-5."""
    for number in range(1, 6):
        body = {
            "BusinessPartnerCategory": "2",
            "BusinessPartnerIDByExtSystem": f"S-{number}",
            "OrganizationBPName1": f"Name {number} of O'Neil",
            "BusinessPartnerIsBlocked": number == 5,
        }
        s4.create(SET, body)


def codes(s4, query):
    return [one["BusinessPartnerIDByExtSystem"] for one in s4.read(f"{SET}?{query}")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BusinessPartnerIDByExtSystem eq 'S-3'", ["S-3"]),
        ("BusinessPartner eq '1000000002'", ["S-2"]),
        (
            "BusinessPartnerIDByExtSystem ge 'S-2' and not (BusinessPartner ge '1000000004')",
            ["S-2", "S-3"],
        ),
        ("BusinessPartnerIsBlocked eq true", ["S-5"]),
        (
            "OrganizationBPName1 eq 'Name 1 of O''Neil' or BusinessPartner eq '1000000005'",
            ["S-1", "S-5"],
        ),
        ("startswith(OrganizationBPName1,'Name 4')", ["S-4"]),
        ("substringof('4 of',OrganizationBPName1) eq true", ["S-4"]),
        ("OrganizationFoundationDate eq null and BusinessPartner lt '1000000002'", ["S-1"]),
        (
            "LastChangeDate ge datetime'2020-01-01T00:00:00' and BusinessPartner le '1000000001'",
            ["S-1"],
        ),
        ("LastChangeDate ge datetime'2999-01-01T00:00:00'", []),
    ],
)
def test_a_filter_finds_what_it_says(s4, partners, text, expected):
    assert codes(s4, f"$filter={text}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Colour eq 'red'",
        "BusinessPartner is '1'",
        "BusinessPartner eq",
        "(BusinessPartner eq '1'",
        "LastChangeDate gt 'soon'",
        "BusinessPartner eq '1' x",
        "#",
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(s4, partners, text):
    assert s4.call("GET", SET + "?$filter=" + text.replace("#", "%23")).status_code == 400


def test_sets_are_paged_ordered_and_counted(s4, partners):
    page = s4.call("GET", f"{SET}?$top=2&$skip=1&$inlinecount=allpages&$select=BusinessPartner")

    assert page.json()["d"]["__count"] == "5"
    found = [set(one) - {"__metadata"} for one in page.json()["d"]["results"]]
    assert found == [{"BusinessPartner"}, {"BusinessPartner"}]
    assert codes(s4, "$orderby=BusinessPartnerIDByExtSystem desc&$top=2") == ["S-5", "S-4"]
    assert s4.call("GET", f"{SET}/$count").text == "5"
    assert s4.call("GET", f"{SET}?$top=x").status_code == 400
    assert s4.call("GET", f"{SET}?$expand=to_Moon").status_code == 400
    assert s4.call("GET", f"{SET}?$orderby=Moon").status_code == 400


def test_a_change_of_a_part_is_a_change_of_the_whole(s4, partner):
    made = s4.create(SET, partner)
    before = s4.call("GET", f"{SET}('{made['BusinessPartner']}')")
    number = made["BusinessPartner"]

    company = f"{PARTNERS}/A_SupplierCompany(Supplier='{number}',CompanyCode='1010')"
    s4.change(company, {"PaymentTerms": "0001"})

    after = s4.call("GET", f"{SET}('{number}')")
    today = datetime.now(UTC).date() - timedelta(days=1)
    assert codes(s4, f"$filter=LastChangeDate ge datetime'{today}T00:00:00'") == ["S-100234"]
    assert after.headers["ETag"] == before.headers["ETag"]


def test_tax_codes_are_read_and_never_written(s4):
    found = s4.read(f"{TAX_CODES}/I_TaxCode?$filter=TaxCalculationProcedure eq 'TAXD'")

    assert [one["TaxCode"] for one in found] == ["V0", "V1", "V2", "A1"]
    one = f"{TAX_CODES}/I_TaxCode(TaxCalculationProcedure='TAXD',TaxCode='V1')"
    assert s4.read(one)["TaxCodeName"] == "Input tax 19 %"
    for method, path in (("POST", f"{TAX_CODES}/I_TaxCode"), ("PATCH", one), ("DELETE", one)):
        answer = s4.call(method, path, {}, "*")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert s4.call("GET", one.replace("V1", "V9")).status_code == 404


def test_a_person_can_set_up_a_tax_code(s4, control):
    control.enter_tax_code("TAXD", "V9", "Input tax 9 %")

    query = "$filter=TaxCode eq 'V9'&$inlinecount=allpages&$top=1"
    found = s4.read(f"{TAX_CODES}/I_TaxCode?{query}")

    assert [one["TaxCodeName"] for one in found] == ["Input tax 9 %"]
    with pytest.raises(Refused):
        control.enter_tax_code("TAXD", "V99", "Too long")
