"""What would be sent: within the contract, and traced to where it comes from."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from publishing.connectors import CONNECTORS
from publishing.connectors.base import CodeList, Context, Part
from publishing.twins import contracts
from tests.publishing.connectors import payloads
from tests.publishing.connectors.payloads import Payload, item, of, render

CONTRACTS = {
    ("coupa", "supplier"): "supplier.request",
    ("coupa", "cost_center"): "lookup-value.request",
    ("coupa", "project"): "project.request",
    ("sap-s4hana", "supplier"): "supplier.request",
    ("sap-s4hana", "cost_center"): "cost-center.request",
    ("sap-s4hana", "project"): "project.request",
}


def closed(schema: Any) -> Any:
    """The same schema, taking no field that it does not name."""
    if not isinstance(schema, dict):
        return [closed(each) for each in schema] if isinstance(schema, list) else schema
    inner = {name: closed(value) for name, value in schema.items()}
    if inner.get("properties"):
        inner["additionalProperties"] = False
    return inner


def body(system: str, payload: Payload, **known: Any) -> Any:
    rendered = render(system, payload, **known)
    assert rendered.problems == ()
    return rendered.requests[0].body


@pytest.mark.parametrize(("system", "domain"), CONTRACTS)
def test_a_body_holds_to_the_contract_and_has_no_field_besides(system: str, domain: str) -> None:
    schema = closed(contracts.schema(system, CONTRACTS[system, domain]))
    person = of(
        domain,
        **({"category": "person", "legal_name": "Ida Brandt"} if domain == "supplier" else {}),
    )

    for payload in (of(domain), of(domain, status="blocked"), person):
        Draft202012Validator(schema).validate(body(system, payload))


def test_coupa_gets_the_supplier_of_the_contracts_example() -> None:
    sent = body("coupa", of("supplier", legal_name="Nordwind Logistik GmbH"))

    assert {name: sent[name] for name in ("name", "number", "status", "tax-id", "po-method")} == {
        "name": "Nordwind Logistik GmbH",
        "number": "S-100234",
        "status": "active",
        "tax-id": "DE136695976",
        "po-method": "email",
    }
    assert sent["payment-term"] == {"code": "NET30"}
    assert sent["primary-address"] == {
        "street1": "Hafenstrasse 12",
        "city": "Hamburg",
        "state": "HH",
        "postal-code": "20457",
        "country": {"code": "DE"},
    }
    assert [each["remit-to-code"] for each in sent["remit-to-addresses"]] == ["A1", "A2"]
    assert sent["remit-to-addresses"][1]["name"] == "Accounts payable"


def test_coupas_cost_center_and_project_are_the_contracts() -> None:
    parent = {"golden_id": payloads.HEADER["golden_id"], "code": "CC-4000"}

    center = body("coupa", of("cost_center", parent=parent), options={"lookup_name": "Department"})
    project = body("coupa", of("project"))

    assert center == {
        "name": "Marketing Germany, Austria and Switzerla",
        "external-ref-num": "CC-4100",
        "lookup": {"name": "Department"},
        "parent": {"external-ref-code": "CC-4000"},
        "active": True,
        "description": "Campaigns and events",
    }
    assert project == {
        "name": "Warehouse automation",
        "external-reference-number": "P-2026-014",
        "description": "Automation of the Hamburg warehouse",
        "active": True,
        "start-date": "2026-02-01",
        "end-date": "2026-12-31",
    }


def test_coupas_tax_code_is_a_file_with_the_rate_of_today() -> None:
    request = render("coupa", of("tax_code")).requests[0]

    assert request.method == "PUT"
    assert request.path.startswith("/files/Incoming/TaxCodes/tax-code-V1-v7-")
    assert request.body == (
        "Code,Country Code,Tax Rate Percentage,Description,Active\r\n"
        'V1,DE,19,"Input tax, full rate",Yes\r\n'
    )


def test_s4_gets_the_supplier_in_one_deep_insert() -> None:
    sent = body("sap-s4hana", of("supplier"))

    assert (sent["OrganizationBPName1"], sent["OrganizationBPName2"]) == (
        "Nordwind Logistik und",
        "Speditionsgesellschaft Hamburg mbH",
    )
    assert (sent["SearchTerm1"], sent["Language"]) == ("NORDWIND", "DE")
    assert [role["BusinessPartnerRole"] for role in sent["to_BusinessPartnerRole"]] == [
        "FLVN00",
        "FLVN01",
    ]
    assert sent["to_BusinessPartnerTax"] == [{"BPTaxType": "DE0", "BPTaxNumber": "DE136695976"}]
    assert sent["to_BusinessPartnerAddress"][1]["StreetName"] == "Kontorhaus, Fourth floor"
    assert sent["to_BusinessPartnerBank"][0]["BankIdentification"] == "0001"
    supplier = sent["to_Supplier"]
    assert supplier["to_SupplierCompany"][0]["PaymentTerms"] == "0005"
    assert supplier["to_SupplierPurchasingOrg"][0]["PaymentTerms"] == "0004"


def test_s4s_cost_center_has_its_texts_and_its_flags() -> None:
    sent = body("sap-s4hana", of("cost_center"))

    assert (sent["CostCtrResponsiblePersonName"], sent["ValidityEndDate"]) == (
        "Jonas Weber-Schmidtb",
        "9999-12-31",
    )
    assert sent["_Text"] == [
        {
            "Language": "EN",
            "CostCenterName": "MKTG DACH",
            "CostCenterDescription": "Marketing Germany, Austria and Switzerla",
        },
        {
            "Language": "DE",
            "CostCenterName": "Marketing Deutschlan",
            "CostCenterDescription": "Marketing Deutschland",
        },
    ]
    assert sent["IsBlockedForRevenuePosting"] is True
    assert sent["IsBlkdForPrimaryCostsPosting"] is False


def test_s4s_project_takes_its_first_elements_along_and_its_dates_in_milliseconds() -> None:
    sent = body("sap-s4hana", of("project"))

    assert (sent["ProjectStartDate"], sent["EnterpriseProjectType"]) == (
        "/Date(1769904000000)/",
        "YP",
    )
    assert [each["ProjectElement"] for each in sent["to_EnterpriseProjectElement"]] == [
        "P-2026-014.1"
    ]
    assert "ProcessingStatus" not in sent


def test_a_number_over_20_characters_goes_into_the_long_field() -> None:
    long = item(of("supplier"), "tax_ids", "T1", number="DE" + "1" * 20)

    assert body("sap-s4hana", long)["to_BusinessPartnerTax"] == [
        {"BPTaxType": "DE0", "BPTaxLongNumber": "DE" + "1" * 20}
    ]


def test_an_account_over_18_characters_flows_over() -> None:
    long = item(of("supplier"), "bank_accounts", "B1", iban="", account_number="1" * 18 + "234")

    bank = body("sap-s4hana", long)["to_BusinessPartnerBank"][0]

    assert (bank["BankAccount"], bank["BankAccountReferenceText"]) == ("1" * 18, "234")


def test_only_the_company_codes_a_target_serves_go_there() -> None:
    supplier = of("supplier")
    supplier["company_views"].append(
        {**supplier["company_views"][0], "id": "V2", "company_code": "1710"}
    )

    sent = body("sap-s4hana", supplier, company_codes=["1710"])

    assert [c["CompanyCode"] for c in sent["to_Supplier"]["to_SupplierCompany"]] == ["1710"]


@pytest.mark.parametrize(
    ("status", "coupa", "s4"),
    [
        ("active", ("active", False), (False, False, False, False)),
        ("blocked", ("active", True), (True, True, True, True)),
        ("retired", ("inactive", True), (True, True, True, True)),
        ("merged", ("inactive", True), (True, True, True, True)),
    ],
)
def test_a_status_becomes_the_targets_blocks(
    status: str, coupa: tuple[str, bool], s4: tuple[bool, ...]
) -> None:
    there = body("coupa", of("supplier", status=status))
    partner = body("sap-s4hana", of("supplier", status=status))
    supplier = partner["to_Supplier"]

    assert (there["status"], there["on-hold"]) == coupa
    assert (
        partner["BusinessPartnerIsBlocked"],
        supplier["PostingIsBlocked"],
        supplier["PurchasingIsBlocked"],
        supplier["PaymentIsBlockedForSupplier"],
    ) == s4


def test_the_trace_tells_where_each_value_comes_from() -> None:
    trace = {each.target_path: each for each in render("sap-s4hana", of("supplier")).trace}

    terms = trace["to_Supplier.to_SupplierPurchasingOrg[P1].PaymentTerms"]
    assert (terms.canonical_path, terms.value) == ("payment_terms", "0004")
    assert "code map payment_terms" in terms.transform
    city = trace["to_BusinessPartnerAddress[A2].CityName"]
    assert (city.canonical_path, city.value) == ("addresses[A2].city", "Bremen")


def test_a_known_record_is_shown_as_the_changes_it_would_get() -> None:
    first = render("sap-s4hana", of("supplier"))
    known = [Part("business_partner", "100", landed_hash="old")]
    known.append(Part("supplier", "100", landed_hash="old"))

    requests = render("sap-s4hana", of("supplier"), parts=known).requests

    assert len(first.requests) == 1
    assert (requests[0].method, requests[0].path.rsplit("/", 1)[1]) == (
        "PATCH",
        "A_BusinessPartner('100')",
    )
    assert {each.kind for each in requests} >= {"address", "bank_account", "company", "tax_id"}


def test_a_preview_shows_no_account_and_no_person() -> None:
    connector = CONNECTORS["sap-s4hana"]
    context = Context("http://x", code_maps=connector.DEFAULT_MAPS)

    shown = repr(connector.preview("supplier", of("supplier"), context))

    for secret in ("DE89370400440532013000", "orders@nordwind.example", "+49405550100"):
        assert secret not in shown
    assert "•••• 3000" in shown


def test_each_connector_names_the_code_maps_it_uses() -> None:
    s4 = CONNECTORS["sap-s4hana"]

    lists = {each.name: each for each in s4.code_lists("supplier")}

    assert lists["payment_terms"] == CodeList(
        "payment_terms",
        ("company_views[].payment_terms", "purchasing_views[].payment_terms"),
        4,
        False,
    )
    assert lists["region"].optional
    assert {each.name for each in s4.code_lists("project")} == {
        "project_type",
        "project_profile",
        "controlling_area",
        "lifecycle",
    }
    assert s4.code_lists("tax_code") == ()


def test_how_each_domain_is_taken() -> None:
    taken = {
        system: [str(connector.supports(domain)) for domain in payloads.PAYLOADS]
        for system, connector in CONNECTORS.items()
    }

    assert taken == {
        "coupa": ["write", "write", "write", "file"],
        "sap-s4hana": ["write", "write", "write", "manual"],
    }


def test_a_project_waits_for_its_cost_center() -> None:
    waits = CONNECTORS["sap-s4hana"].waits_for("project", of("project"))

    assert [(each.domain, each.code, each.canonical_path) for each in waits] == [
        ("cost_center", "CC-4100", "cost_center")
    ]
