"""Twins of their own for each test, served from a thread on a free port."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from publishing.twins import cli, credentials
from publishing.twins.control import Control
from publishing.twins.server import Server
from tests.publishing.twins.callers import CENTERS, S4, Coupa, Values

SHARED = Path(settings.BASE_DIR).parent / "shared" / "contracts"


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Server]:
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


@pytest.fixture
def control(twins: Server) -> Control:
    return Control(twins.url)


@pytest.fixture
def coupa(twins: Server, tmp_path: Path) -> Iterator[Coupa]:
    caller = Coupa(twins.url, credentials.load(tmp_path))
    caller.sign_in()
    yield caller
    caller.http.close()


@pytest.fixture
def s4(twins: Server, tmp_path: Path) -> Iterator[S4]:
    caller = S4(twins.url, credentials.load(tmp_path))
    caller.sign_in()
    yield caller
    caller.http.close()


@pytest.fixture
def supplier() -> Values:
    """A supplier as Coupa takes it."""
    return {
        "name": "Nordwind Logistik GmbH",
        "number": "S-100234",
        "status": "active",
        "payment-term": {"code": "NET30"},
        "primary-address": {"street1": "Hafenstrasse 12", "country": {"code": "DE"}},
        "remit-to-addresses": [{"remit-to-code": "A1", "street1": "Hafenstrasse 12"}],
    }


@pytest.fixture
def partner() -> Values:
    """A supplier as S/4HANA takes it."""
    return {
        "BusinessPartnerCategory": "2",
        "BusinessPartnerGrouping": "BPS1",
        "BusinessPartnerIDByExtSystem": "S-100234",
        "OrganizationBPName1": "Nordwind Logistik GmbH",
        "Language": "DE",
        "to_BusinessPartnerAddress": [
            {
                "StreetName": "Hafenstrasse",
                "CityName": "Hamburg",
                "Region": "HH",
                "Country": "DE",
                "AddressIDByExternalSystem": "A1",
                "to_EmailAddress": [{"EmailAddress": "orders@nordwind.example"}],
            }
        ],
        "to_BusinessPartnerRole": [
            {"BusinessPartnerRole": "FLVN00"},
            {"BusinessPartnerRole": "FLVN01"},
        ],
        "to_BusinessPartnerTax": [{"BPTaxType": "DE0", "BPTaxNumber": "DE136695976"}],
        "to_BusinessPartnerBank": [{"BankCountryKey": "DE", "IBAN": "DE89370400440532013000"}],
        "to_Supplier": {
            "to_SupplierCompany": [{"CompanyCode": "1010", "PaymentTerms": "0004"}],
            "to_SupplierPurchasingOrg": [{"PurchasingOrganization": "1010"}],
        },
    }


@pytest.fixture
def center() -> Values:
    """A cost center as S/4HANA takes it."""
    return {
        "ControllingArea": "A000",
        "CostCenter": "CC-4100",
        "ValidityStartDate": "2026-01-01",
        "ValidityEndDate": "9999-12-31",
        "CompanyCode": "1010",
        "_Text": [{"Language": "EN", "CostCenterName": "MKTG DACH"}],
    }


@pytest.fixture
def project(s4: S4, center: Values) -> Values:
    """A project as S/4HANA takes it; its cost center is there."""
    s4.create(f"{CENTERS}/A_CostCenter_2", center)
    return {
        "Project": "P-2026-014",
        "ProjectDescription": "Warehouse automation",
        "EnterpriseProjectType": "YP",
        "ProjectStartDate": "/Date(1769904000000)/",
        "ProjectEndDate": "/Date(1798675200000)/",
        "ResponsibleCostCenter": "CC-4100",
        "to_EnterpriseProjectElement": [{"ProjectElement": "P-2026-014.1"}],
    }
