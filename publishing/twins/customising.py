"""What the simulated companies have set up: the tables a twin looks codes up in.

A real target knows only the codes its own people have set up; these are the twins'. A record whose
code map leads to a code that is not here is refused, as it would be. To plant one refusal in a
demonstration, map a payment term to `N061` (or to any code that is missing below).
"""

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTRIES = _words(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """
)
EU = _words("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
CURRENCIES = _words(
    """
    AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CRC CZK DKK DOP DZD EGP EUR GBP GEL GHS GTQ HKD
    HUF IDR ILS INR ISK JOD JPY KES KRW KWD KZT LBP LKR MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN
    QAR RON RSD SAR SEK SGD THB TND TRY TWD UAH USD UYU UZS VND ZAR
    """
)
LANGUAGES = _words(
    """
    AR BG CA CS DA DE EL EN ES ET FI FR HE HI HR HU ID IT JA KK KO LT LV MS NL NO PL PT RO RU SH SK
    SL SR SV TH TR UK VI ZF ZH
    """
)

# --- Coupa ------------------------------------------------------------------------------------

COUPA_PAYMENT_TERMS: Mapping[str, int] = {
    "NET10": 10,
    "NET14": 14,
    "NET30": 30,
    "NET45": 45,
    "NET60": 60,
    "NET90": 90,
}
COUPA_LOOKUPS: Mapping[str, int] = {"Cost Center": 1, "Project": 2, "Company": 3}
COUPA_ACCOUNT_TYPES = frozenset({"Corporate", "Touchstone Chart of Accounts"})
COUPA_COMMODITIES = frozenset({"IT", "Facilities", "Logistics", "Marketing", "Office", "Services"})

# --- SAP S/4HANA ------------------------------------------------------------------------------

S4_COMPANY_CODES: Mapping[str, tuple[str, str]] = {  # country and currency
    "1010": ("DE", "EUR"),
    "1110": ("GB", "GBP"),
    "1210": ("FR", "EUR"),
    "1310": ("CN", "CNY"),
    "1410": ("ES", "EUR"),
    "1510": ("JP", "JPY"),
    "1610": ("IT", "EUR"),
    "1710": ("US", "USD"),
    "1810": ("NL", "EUR"),
    "1910": ("CH", "CHF"),
    "2010": ("AT", "EUR"),
    "2110": ("BE", "EUR"),
    "2910": ("CA", "CAD"),
    "3010": ("AU", "AUD"),
    "3410": ("PL", "PLN"),
    "3710": ("IN", "INR"),
}
S4_CONTROLLING_AREAS = frozenset({"A000"})
S4_PAYMENT_TERMS: Mapping[str, str] = {
    "0001": "due at once",
    "0002": "14 days net",
    "0003": "20 days net",
    "0004": "30 days net",
    "0005": "45 days net",
    "0006": "60 days net",
    "0007": "90 days net",
    "0008": "10 days net",
    "0009": "14 days 2 %, 30 days net",
    "0010": "10 days 2 %, 30 days net",
}
S4_GROUPINGS = frozenset({"BP01", "BP02", "BP03", "BPS1", "BPS2"})  # all with internal numbers
S4_ROLES = frozenset({"000000", "FLVN00", "FLVN01", "FLCU00", "FLCU01", "BUP003"})
S4_ADDRESS_USAGES = frozenset(
    {"XXDEFAULT", "BILL_TO", "SHIP_TO", "SHIP_FROM", "REMIT_TO", "ORDER", "RFQ", "RETURN"}
)
S4_IDENTIFICATIONS = frozenset({"BUP001", "BUP002", "BUP004", "FS0001"})
S4_INCOTERMS = _words("CFR CIF CIP CPT DAP DDP DPU EXW FAS FCA FOB")
S4_PROJECT_TYPES: Mapping[str, str] = {"YP": "Internal", "YC": "Customer", "YI": "Investment"}
S4_PROJECT_PROFILES = frozenset({"YP01", "YP02", "YP03", "YP04", "YP05", "YP06"})
S4_PROJECT_STATUSES: Mapping[str, str] = {
    "00": "Created",
    "05": "Planned",
    "10": "Released",
    "20": "Completed",
    "40": "Closed",
    "50": "Cancelled",
}
S4_COST_CENTER_CATEGORIES = frozenset("123456789EFGHLMOPSVW")
S4_REGIONS: Mapping[str, frozenset[str]] = {  # a country that is not here is not checked
    "DE": _words("BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH"),
    "US": _words(
        """
        AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT
        NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY
        """
    ),
    "CA": _words("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
    "AU": _words("ACT NSW NT QLD SA TAS VIC WA"),
}
S4_TAX_CODES: Mapping[tuple[str, str], str] = {  # as they were set up by hand before the demo
    ("TAXD", "V0"): "Input tax 0 %",
    ("TAXD", "V1"): "Input tax 19 %",
    ("TAXD", "V2"): "Input tax 7 %",
    ("TAXD", "A1"): "Output tax 19 %",
    ("TAXF", "V1"): "Input tax 20 %",
    ("TAXGB", "V1"): "Input tax 20 %",
    ("TAXUSX", "I1"): "Use tax from jurisdiction",
}
# Which table an SAP field is checked against, wherever the field occurs.
S4_TABLES: Mapping[str, tuple[str, frozenset[str]]] = {
    "CompanyCode": ("T001", frozenset(S4_COMPANY_CODES)),
    "PurchasingOrganization": ("T024E", frozenset(S4_COMPANY_CODES)),
    "ControllingArea": ("TKA01", S4_CONTROLLING_AREAS),
    "PaymentTerms": ("T052", frozenset(S4_PAYMENT_TERMS)),
    "BusinessPartnerGrouping": ("TB001", S4_GROUPINGS),
    "BusinessPartnerRole": ("TB003", S4_ROLES),
    "AddressUsage": ("TB009", S4_ADDRESS_USAGES),
    "BPIdentificationType": ("TB039A", S4_IDENTIFICATIONS),
    "BPTaxType": (
        "TFKTAXNUMTYPE",
        frozenset(f"{country}{number}" for country in COUNTRIES for number in range(7)),
    ),
    "IncotermsClassification": ("TINC", S4_INCOTERMS),
    "PurchaseOrderCurrency": ("TCURC", CURRENCIES),
    "CostCenterCurrency": ("TCURC", CURRENCIES),
    "ProjectCurrency": ("TCURC", CURRENCIES),
    "Currency": ("TCURC", CURRENCIES),
    "EnterpriseProjectType": ("/S4PPM/PROJTYPE", frozenset(S4_PROJECT_TYPES)),
    "ProjectProfileCode": ("/S4PPM/PROFILE", S4_PROJECT_PROFILES),
    "CostCenterCategory": ("TKA05", S4_COST_CENTER_CATEGORIES),
}
# Fields that are answered with "Enter a valid value for ..." instead of a table's name.
S4_VALUES: Mapping[str, frozenset[str]] = {
    "Country": COUNTRIES,
    "BankCountryKey": COUNTRIES,
    "WithholdingTaxCountry": COUNTRIES,
    "DestinationLocationCountry": COUNTRIES,
    "Language": LANGUAGES,
    "CorrespondenceLanguage": LANGUAGES,
}
