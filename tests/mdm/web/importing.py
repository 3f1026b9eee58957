"""Files on their way in through the pages, for the tests of imports."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mdm.models import ImportRun
from tests import make
from tests.seen import words

IBAN, WRONG_IBAN = "DE89370400440532013000", "DE89370400440532013001"
HEADER = "vendor_no,vendor_name,city,country,terms,iban,internal\n"
ROWS = (
    "P1,Acme Inc.,Saint Paul,US,NET30,,x\n"
    f"P2,Globex GmbH,Hamburg,DE,NET60,{IBAN},y\n"
    "P3,Initech AG,Berlin,DE,NET35,,z\n"
    "P4,Umbrella GmbH,Berlin,DE,NET35,,\n"
    f"P5,Hooli GmbH,Berlin,DE,NET30,{WRONG_IBAN},\n"
)
MEANS = {
    "c0": "key",
    "c1": "legal_name",
    "c2": "addresses[1].city",
    "c3": "addresses[1].country",
    "c4": "payment_terms",
    "c5": "bank_accounts[1].iban",
    "c6": "-",
}
NEW = "/imports/new/"


def upload(client: Client, content: bytes | str, name: str = "list.csv", **said: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    given = {"system": "erp", "domain": "supplier", "file": SimpleUploadedFile(name, raw)}
    return client.post(NEW, given | said)


def uploaded(client: Client, rows: str = ROWS) -> ImportRun:
    answer = upload(client, HEADER + rows)
    assert answer.status_code == 302, words(answer)
    return ImportRun.objects.latest("id")


def mapped(client: Client, rows: str = ROWS) -> ImportRun:
    run = uploaded(client, rows)
    assert client.post(at(run, "map"), MEANS).status_code == 302
    run.refresh_from_db()
    return run


def at(run: ImportRun, name: str = "run") -> str:
    return reverse(f"import-{name}", args=[run.pk])


def systems(people: dict[str, Any]) -> None:
    """Two systems that send files."""
    for code in ("erp", "procurement"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
