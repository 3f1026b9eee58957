"""The twins' own log: append-only, and true after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from django.conf import settings

from publishing.twins import cli, credentials
from publishing.twins.control import Control, Unreachable
from publishing.twins.journal import Journal
from publishing.twins.store import Store
from publishing.twins.wire import Answer, Effect, Request
from tests.publishing.twins.callers import Coupa

REQUEST = Request("POST", "/api/suppliers", "", {"x-request-id": "r"}, b"{}", "")


def lines(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines() if line]


def start(folder):
    command = [sys.executable, "-m", "publishing.twins", "--port", "0", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)
    url = process.stdout.readline().split()[2]
    return process, url


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_the_log_tells_exactly_what_happened_though_the_twins_were_killed(tmp_path):
    answered, effects = set(), []
    for turn in range(3):
        process, url = start(tmp_path)
        coupa = Coupa(url, credentials.load(tmp_path))
        coupa.sign_in()
        ends = time.monotonic() + 0.25
        for number in range(10_000):
            name = f"S-{turn}-{number}"
            if time.monotonic() > ends:
                kill(process)
            try:
                coupa.accepted(
                    "POST", "/api/suppliers", {"name": name, "number": name, "status": "active"}
                )
            except httpx2.TransportError:
                break
            answered.add(name)
        coupa.http.close()

    process, url = start(tmp_path)
    held = {one.code for one in _all(Control(url))}
    kill(process)

    written = lines(tmp_path)
    effects = [one["code"] for one in written if one["effect"] == "create"]
    assert [one["seq"] for one in written] == list(range(1, len(written) + 1))
    assert len(effects) == len(set(effects))
    assert answered <= set(effects)
    assert set(effects) == held


def _all(control):
    total = control.objects("coupa", "supplier").total
    return control.objects("coupa", "supplier", limit=total).objects if total else []


def test_lines_the_file_missed_are_added_and_a_torn_one_is_closed(tmp_path):
    store = Store(tmp_path)
    journal = Journal(tmp_path, store)
    for number in (1, 2):
        store.begin()
        effect = Effect("create", "suppliers", str(number), f"S-{number}")
        journal.note("coupa", REQUEST, Answer(201, effects=(effect,)))
        store.commit()
        journal.write()
    journal.close()
    file = tmp_path / "log.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) - 40])

    Journal(tmp_path, store, sync=True).close()
    store.close()

    first, _torn, second = file.read_bytes().splitlines()
    assert (json.loads(first)["code"], json.loads(second)["code"]) == ("S-1", "S-2")


def test_a_refused_request_has_its_line_and_no_effect(coupa, supplier, control, tmp_path):
    coupa.refused("POST", "/api/suppliers", {**supplier, "payment-term": {"code": "N061"}})

    line = lines(tmp_path)[-1]

    assert (line["status"], line["effect"], line["message"]) == (
        400,
        "none",
        "Unable to find valid PaymentTerm record",
    )


def test_a_defect_of_a_twin_is_a_500_and_leaves_nothing(
    coupa, supplier, control, twins, monkeypatch
):
    class Broken:
        def __call__(self, *_arguments):
            raise RuntimeError("broken")

    monkeypatch.setattr("publishing.twins.coupa.resources.reading.cut", Broken())
    assert coupa.refused("POST", "/api/suppliers", supplier)[0] == 500
    monkeypatch.undo()

    assert control.objects("coupa", "supplier").total == 0
    assert coupa.accepted("POST", "/api/suppliers", supplier)["id"] == 1


def test_no_account_number_gets_into_the_log(s4, partner, tmp_path):
    s4.create("/sap/opu/odata/sap/API_BUSINESS_PARTNER/A_BusinessPartner", partner)
    bad = {**partner, "to_BusinessPartnerBank": [{"BankCountryKey": "DE", "IBAN": "DE00370400"}]}
    s4.refused("POST", "/sap/opu/odata/sap/API_BUSINESS_PARTNER/A_BusinessPartner", bad)

    written = Path(tmp_path / "log.jsonl").read_text()

    assert "DE89370400440532013000" not in written
    assert "DE00370400" not in written


def test_the_store_has_one_owner(twins, tmp_path):
    with pytest.raises(Exception, match="locked"):
        cli.open_server("127.0.0.1", 0, tmp_path)


def test_faults_outlive_a_restart(tmp_path):
    process, url = start(tmp_path)
    Control(url).set_faults("coupa", rate=0.5, seed=4)
    kill(process)

    process, url = start(tmp_path)
    plan = Control(url).faults()["coupa"]
    process.send_signal(signal.SIGTERM)

    assert (plan["rate"], plan["seed"], process.wait(timeout=5)) == (0.5, 4, 0)
    process.stdout.close()
    with pytest.raises(Unreachable):
        Control(url).state()
