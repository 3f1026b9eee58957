"""Suppliers at the S/4HANA twin: deep insert, parts with versions of their own, refusals."""

import pytest

from tests.publishing.twins.callers import PARTNERS

SET = f"{PARTNERS}/A_BusinessPartner"


def test_a_supplier_is_made_with_all_its_parts(s4, partner):
    made = s4.create(SET, partner)

    number = made["BusinessPartner"]
    assert (number, made["Supplier"]) == ("1000000001", "1000000001")
    assert made["BusinessPartnerName"] == "Nordwind Logistik GmbH"
    (address,) = made["to_BusinessPartnerAddress"]["results"]
    assert address["AddressIDByExternalSystem"] == "A1"
    (email,) = address["to_EmailAddress"]["results"]
    assert (email["AddressID"], email["OrdinalNumber"]) == (address["AddressID"], "001")
    (bank,) = made["to_BusinessPartnerBank"]["results"]
    assert bank["BankIdentification"] == "0001"
    (company,) = made["to_Supplier"]["to_SupplierCompany"]["results"]
    assert (company["Supplier"], company["PaymentTerms"]) == (number, "0004")


def test_a_supplier_is_found_by_our_code_with_the_parts_that_are_asked_for(s4, partner):
    number = s4.create(SET, partner)["BusinessPartner"]
    s4.create(SET, {**partner, "BusinessPartnerIDByExtSystem": "S-2"})

    (found,) = s4.read(
        f"{SET}?$filter=BusinessPartnerIDByExtSystem eq 'S-100234'"
        "&$expand=to_BusinessPartnerRole,to_Supplier/to_SupplierCompany"
    )

    assert found["BusinessPartner"] == number
    roles = [role["BusinessPartnerRole"] for role in found["to_BusinessPartnerRole"]["results"]]
    assert roles == ["FLVN00", "FLVN01"]
    assert found["to_Supplier"]["to_SupplierCompany"]["results"][0]["CompanyCode"] == "1010"
    assert "__deferred" in found["to_BusinessPartnerBank"]


def test_each_part_is_changed_in_its_own_set(s4, partner, control):
    number = s4.create(SET, partner)["BusinessPartner"]

    s4.change(f"{SET}('{number}')", {"OrganizationBPName2": "Nord"})
    s4.change(f"{PARTNERS}/A_Supplier('{number}')", {"PaymentIsBlockedForSupplier": True})
    company = f"{PARTNERS}/A_SupplierCompany(Supplier='{number}',CompanyCode='1010')"
    s4.change(company, {"PaymentTerms": "0001"})
    s4.change(company, {"PaymentTerms": "0001"})

    assert s4.read(f"{SET}('{number}')")["BusinessPartnerName"] == "Nordwind Logistik GmbH Nord"
    assert s4.read(f"{SET}('{number}')/to_Supplier")["PaymentIsBlockedForSupplier"] is True
    assert s4.read(company)["PaymentTerms"] == "0001"
    writes = [entry for entry in control.log(code="S-100234") if entry.status == 204]
    assert [(one.object, one.key, one.effect) for one in writes] == [
        ("A_BusinessPartner", number, "update"),
        ("A_Supplier", number, "update"),
        ("A_SupplierCompany", f"{number},1010", "update"),
        ("A_SupplierCompany", f"{number},1010", "none"),
    ]


def test_parts_are_added_and_taken_away(s4, partner):
    number = s4.create(SET, partner)["BusinessPartner"]
    own = {"BusinessPartner": number}

    added = s4.create(
        f"{PARTNERS}/A_BusinessPartnerAddress",
        {**own, "Country": "FR", "to_AddressUsage": [{"AddressUsage": "REMIT_TO"}]},
    )
    phone = {"AddressID": added["AddressID"], "PhoneNumber": "0405550100"}
    s4.create(f"{PARTNERS}/A_AddressPhoneNumber", phone)
    address = f"{PARTNERS}/A_BusinessPartnerAddress(BusinessPartner='{number}',AddressID="
    path = f"{address}'{added['AddressID']}')"
    s4.create(f"{path}/to_MobilePhoneNumber", {"PhoneNumber": "0171555"})
    s4.create(f"{SET}('{number}')/to_BusinessPartnerTax", {"BPTaxType": "DE1", "BPTaxNumber": "9"})
    s4.create(f"{PARTNERS}/A_SupplierCompany", {"Supplier": number, "CompanyCode": "1710"})
    s4.create(f"{PARTNERS}/A_BusinessPartnerRole", {**own, "BusinessPartnerRole": "BUP003"})
    bank = {**own, "BankCountryKey": "US", "BankNumber": "021000021", "BankAccount": "12345"}
    assert s4.create(f"{PARTNERS}/A_BusinessPartnerBank", bank)["BankIdentification"] == "0002"

    assert [one["PhoneNumber"] for one in s4.read(f"{path}/to_PhoneNumber")] == ["0405550100"]
    assert [one["PhoneNumber"] for one in s4.read(f"{path}/to_MobilePhoneNumber")] == ["0171555"]
    tag = s4.call("GET", path).headers["ETag"]
    assert s4.refused("DELETE", path)[0] == 428
    assert s4.call("DELETE", path, match=tag).status_code == 204
    assert len(s4.read(f"{SET}('{number}')/to_BusinessPartnerAddress")) == 1
    assert s4.read(f"{PARTNERS}/A_AddressPhoneNumber") == []


@pytest.mark.parametrize(
    "path", ["A_BusinessPartner('{0}')", "A_SupplierCompany(Supplier='{0}',CompanyCode='1010')"]
)
def test_what_sap_never_deletes_stays(s4, partner, path):
    number = s4.create(SET, partner)["BusinessPartner"]

    assert s4.refused("DELETE", f"{PARTNERS}/{path.format(number)}", match="*")[0] == 405


def test_a_lost_answer_followed_by_a_second_create_makes_a_second_partner(s4, partner, control):
    s4.create(SET, partner)
    s4.create(SET, partner)

    assert control.state()["s4"].doubled["supplier"] == ["S-100234"]


NO_ENTRY = "Entry {} does not exist in {} (check entry)"


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"SearchTerm1": "x" * 21}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "'SearchTerm1' is too long"),
        ({"Colour": "red"}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "'Colour' is invalid"),
        ({"Supplier": "1"}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "'Supplier' is invalid"),
        ({"BusinessPartner": "77"}, "R11/107", "given by the system"),
        ({"BusinessPartnerCategory": "9"}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "invalid value"),
        ({"BusinessPartnerIsBlocked": "X"}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "invalid value"),
        ({"OrganizationBPName1": ""}, "R1/012", "Enter a name"),
        ({"BusinessPartnerGrouping": "ZZZZ"}, "00/058", NO_ENTRY.format("ZZZZ", "TB001")),
        ({"Language": "de"}, "R11/101", "Enter a valid value for Language"),
        ({"to_Customer": []}, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "'to_Customer' is invalid"),
        (
            {"to_BusinessPartnerRole": [{"BusinessPartnerRole": "FLVN00"}]},
            "R11/124",
            "Role FLVN01 is required",
        ),
        (
            {"to_BusinessPartnerAddress": [{"Country": "XX"}]},
            "R11/101",
            "Enter a valid value for Country",
        ),
        (
            {"to_BusinessPartnerAddress": [{"Country": "DE", "Region": "XY"}]},
            "00/058",
            NO_ENTRY.format("DE XY", "T005S"),
        ),
        (
            {"to_BusinessPartnerAddress": [{"Country": "DE", "FullName": "x"}]},
            "/IWBEP/CX_MGW_BUSI_EXCEPTION",
            "'to_BusinessPartnerAddress/FullName' is read-only",
        ),
        (
            {"to_BusinessPartnerTax": [{"BPTaxType": "VAT"}]},
            "00/058",
            NO_ENTRY.format("VAT", "TFKTAXNUMTYPE"),
        ),
        (
            {"to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "136695976"}]},
            "/IWBEP/CX_MGW_BUSI_EXCEPTION",
            "Tax number is not valid",
        ),
        (
            {
                "to_BusinessPartnerBank": [
                    {"BankCountryKey": "DE", "IBAN": "DE00370400440532013000"}
                ]
            },
            "BF00/018",
            "The IBAN is not valid",
        ),
        (
            {"to_BusinessPartnerBank": [{"BankCountryKey": "DE", "SWIFTCode": "COBADEFFXXX"}]},
            "/IWBEP/CX_MGW_BUSI_EXCEPTION",
            "'to_BusinessPartnerBank/SWIFTCode' is read-only",
        ),
        (
            {"to_Supplier": {"to_SupplierCompany": [{"CompanyCode": "9999"}]}},
            "00/058",
            NO_ENTRY.format("9999", "T001"),
        ),
        (
            {
                "to_Supplier": {
                    "to_SupplierCompany": [{"CompanyCode": "1010", "PaymentTerms": "N061"}]
                }
            },
            "00/058",
            NO_ENTRY.format("N061", "T052"),
        ),
    ],
)
def test_a_supplier_that_sap_would_not_take_is_refused_whole(s4, partner, change, code, text):
    status, given_code, given_text = s4.refused("POST", SET, {**partner, **change})

    assert (status, given_code) == (400, code)
    assert text in given_text
    assert s4.read(SET) == []
    assert s4.read(f"{PARTNERS}/A_BusinessPartnerAddress") == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"BusinessPartnerName": "x"}, "'BusinessPartnerName' is read-only"),
        ({"SearchTerm1": "x" * 21}, "'SearchTerm1' is too long: 21 of 20 characters"),
        ({"Colour": "red"}, "'Colour' is invalid"),
        ({"SearchTerm1": 5}, "'SearchTerm1' has an invalid value"),
        ({"BusinessPartner": "5"}, "Key property 'BusinessPartner' cannot be changed"),
        ({"to_BusinessPartnerRole": []}, "Deep update of 'to_BusinessPartnerRole'"),
        ({"OrganizationBPName1": None}, "Enter a name"),
    ],
)
def test_a_change_that_sap_would_not_take_is_refused(s4, partner, body, text):
    number = s4.create(SET, partner)["BusinessPartner"]

    status, _code, given = s4.refused("PATCH", f"{SET}('{number}')", body, "*")

    assert status == 400
    assert text in given


def test_a_part_of_nothing_is_refused(s4):
    body = {"BusinessPartner": "5", "Country": "DE"}

    assert s4.refused("POST", f"{PARTNERS}/A_BusinessPartnerAddress", body)[0] == 400


def test_a_second_tax_number_of_one_type_is_refused(s4, partner):
    number = s4.create(SET, partner)["BusinessPartner"]
    body = {"BusinessPartner": number, "BPTaxType": "DE0", "BPTaxNumber": "DE136695976"}

    status, _code, text = s4.refused("POST", f"{PARTNERS}/A_BusinessPartnerTaxNumber", body)

    assert (status, text) == (400, f"A_BusinessPartnerTaxNumber {number},DE0 already exists")
