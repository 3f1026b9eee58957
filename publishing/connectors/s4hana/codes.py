"""The code maps a fresh S/4HANA target starts with; a real one is set up with its customising."""

COMPANY_CODES = "1010 1110 1210 1310 1410 1510 1610 1710 1810 1910 2010 2110 2910 3010 3410 3710"
EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

DEFAULT_MAPS: dict[str, dict[str, str]] = {
    "payment_terms": {
        "IMMEDIATE": "0001",
        "NET10": "0008",
        "NET14": "0002",
        "NET20": "0003",
        "NET30": "0004",
        "NET45": "0005",
        "NET60": "0006",
        "NET90": "0007",
    },
    "payment_method": {
        **{letter: letter for letter in "TCUSDL"},
        "TRANSFER": "T",
        "WIRE": "T",
        "EFT": "T",
        "ACH": "T",
        "CHECK": "C",
    },
    "company_code": {code: code for code in COMPANY_CODES.split()},
    "purchasing_organization": {code: code for code in COMPANY_CODES.split()},
    "controlling_area": {"A000": "A000"},
    "grouping": {"organization": "BPS1", "person": "BPS1"},
    "account_group": {},
    "language": {},
    "region": {},
    "tax_type": {
        **{f"vat,{country}": f"{country}0" for country in EU.split()},
        "vat,GB": "GB0",
        "vat,CH": "CH0",
        "vat,NO": "NO0",
        "ein,US": "US1",
        "ssn,US": "US0",
        "tin,DE": "DE1",
        "siret,FR": "FR1",
        "gstin,IN": "IN3",
        "cnpj,BR": "BR1",
        "abn,AU": "AU1",
    },
    "cost_center_category": {code: code for code in "FHVWEML"},
    "project_type": {"CAPEX": "YP", "OPEX": "YP", "CUSTOMER": "YC", "YP": "YP"},
    "project_profile": {"STANDARD": "YP05", "YP05": "YP05"},
    "lifecycle": {
        "created": "00",
        "planned": "05",
        "released": "10",
        "completed": "20",
        "closed": "40",
        "cancelled": "50",
    },
}
