"""The targets of the demo: both simulators, and what their code maps add to the usual ones."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from mdm.changes import PartSpec
from publishing import codemaps, standing
from publishing.models import Target
from publishing.twins import credentials

# A term that the ERP's people have not set up: it is refused in the ERP's own words.
PLANTED = ("s4", "payment_terms", "NET120", "N061")
CODE_MAPS = (
    ("coupa", "payment_terms", "IMMEDIATE", "NET10", "the shortest term there"),
    ("coupa", "payment_terms", "NET20", "NET14", "the next shorter term there"),
    ("coupa", "payment_terms", "2-14-NET30", "NET30", "no discounts there"),
    ("coupa", "payment_terms", "2-10-NET30", "NET30", "no discounts there"),
    ("coupa", "payment_terms", "3-7-NET60", "NET60", "no discounts there"),
    ("s4", "payment_terms", "2-14-NET30", "0009", ""),
    ("s4", "payment_terms", "2-10-NET30", "0010", ""),
    ("s4", "payment_terms", "3-7-NET60", "0006", "the discount is agreed by contract"),
    (*PLANTED, "as proposed by the ERP team"),
)


# An address that begins with / is one of the simulators'.
TARGETS: tuple[dict[str, Any], ...] = (
    {
        "code": "coupa",
        "name": "Coupa",
        "system": "coupa",
        "connector": "coupa",
        "address": "/coupa",
        "options[O1]": {"name": "tax_code_form", "value": "country-code"},
    },
    {
        "code": "s4",
        "name": "S/4HANA",
        "system": "s4hana",
        "connector": "sap-s4hana",
        "address": "/s4",
        "takes_bank_data": "true",
    },
    {
        "code": "coupa-training",
        "name": "Coupa training",
        "system": "coupa",
        "connector": "coupa",
        "address": "/coupa",
        "mode": "shadow",
        "domains": "project",
    },
    {
        "code": "coupa-old",
        "name": "Coupa, old tenant",
        "system": "coupa",
        "connector": "coupa",
        "address": "http://127.0.0.1:9",
        "domains": "project",
        "company_codes": "1810",
    },
)


def systems() -> list[PartSpec]:
    """The systems whose keys the targets give."""
    rows = (("coupa", "Coupa"), ("s4hana", "SAP S/4HANA"))
    return [PartSpec("system", "create", {"code": code, "name": name}) for code, name in rows]


def targets() -> list[PartSpec]:
    """Coupa and S/4HANA as the simulators play them; a Coupa in shadow, and one switched off."""
    host, port = settings.MDM_TWINS_LISTEN
    rows = [row | {"address": urljoin(f"http://{host}:{port}", row["address"])} for row in TARGETS]
    return [
        *(PartSpec("target", "create", {"mode": "immediate", **row}) for row in rows),
        *(PartSpec("code_map", "create", codemaps.patch(*entry)) for entry in CODE_MAPS),
    ]


def open_doors(by: Any) -> None:
    """Give the targets the credentials that the simulators ask for."""
    known = credentials.load(Path(settings.MDM_DATA) / "twins")
    coupa = {"client_id": known.coupa_client_id, "client_secret": known.coupa_client_secret}
    s4 = {"username": known.s4_user, "password": known.s4_password}
    for target in Target.objects.all():
        standing.set_credentials(target, coupa if target.connector == "coupa" else s4, by=by)
