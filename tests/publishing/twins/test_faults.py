"""What goes wrong on purpose: by seed, by kind, and switched while the twins run."""

import http.client
import json
import socket
import threading
from urllib.parse import urlsplit

import httpx2
import pytest

from publishing.twins.control import Refused
from publishing.twins.faults import KINDS, MIX, Bucket, FaultPlan, draw


def drawn(plan, count):
    return [draw(plan, number, writes=True) for number in range(1, count + 1)]


def test_faults_follow_from_seed_and_number_alone():
    plan = FaultPlan(rate=0.15, seed=7)

    assert drawn(plan, 200) == drawn(plan, 200)
    assert drawn(plan, 200) != drawn(FaultPlan(rate=0.15, seed=8), 200)


def test_the_mix_has_the_rate_and_every_kind():
    faults = [fault for fault in drawn(FaultPlan(rate=0.15, seed=1), 4000) if fault]

    assert 500 < len(faults) < 700
    assert set(faults) == set(MIX)


def test_reads_can_be_spared():
    plan = FaultPlan(rate=1, only_writes=True)

    assert (draw(plan, 1, writes=False), bool(draw(plan, 1, writes=True))) == ("", True)


@pytest.mark.parametrize(
    "wanted", [{"rate": 2}, {"kinds": ["fire"]}, {"colour": 1}, {"rate": 0.5, "kinds": []}]
)
def test_a_plan_that_makes_no_sense_is_refused(wanted):
    with pytest.raises(ValueError, match=r"unknown|rate"):
        FaultPlan.read(wanted)


def test_the_bucket_holds_a_burst_and_leaks():
    plan, bucket = FaultPlan(per_second=25, burst=20), Bucket()

    assert [bucket.takes(plan, 0.0) for _ in range(21)] == [True] * 20 + [False]
    assert [bucket.takes(plan, 0.08) for _ in range(3)] == [True, True, False]


NOT_DONE = {"too_many": 429, "error_500": 500, "redirect": 307}


@pytest.mark.parametrize(("kind", "status"), NOT_DONE.items())
def test_a_refusal_on_purpose_leaves_nothing_done(coupa, supplier, control, kind, status):
    control.set_faults("coupa", rate=1, kinds=[kind], retry_after=3)

    answer = coupa.call("POST", "/api/suppliers", supplier)

    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("3" if kind == "too_many" else None)
    assert (control.objects("coupa", "supplier").total, control.log()[-1].fault) == (0, kind)


def test_who_follows_a_redirect_is_seen(coupa, control):
    control.set_faults("coupa", rate=1, kinds=["redirect"])
    answer = coupa.call("GET", "/api/suppliers")
    control.set_faults("coupa")

    assert httpx2.get(answer.headers["Location"], verify=False).status_code == 401
    assert control.log()[-1].path == "/moved/api/suppliers"


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_gives_no_answer(coupa, supplier, control, kind, done):
    control.set_faults("coupa", rate=1, kinds=[kind])

    with pytest.raises(httpx2.TransportError):
        coupa.call("POST", "/api/suppliers", supplier)

    assert control.objects("coupa", "supplier").total == done
    assert control.log()[-1].effect == ("create" if done else "none")


def test_a_broken_answer_is_of_something_done(coupa, supplier, control):
    control.set_faults("coupa", rate=1, kinds=["invalid_json"])
    answer = coupa.http.post("/api/suppliers", json=supplier)
    control.set_faults("coupa", rate=1, kinds=["half_answer"])

    with pytest.raises(httpx2.TransportError):
        coupa.call("PUT", "/api/suppliers/1", {"duns": "1"})

    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert answer.status_code == 201
    assert control.objects("coupa", "supplier").objects[0].document["duns"] == "1"


def test_a_slow_answer_is_late_and_stops_nobody_else(coupa, supplier, control):
    control.set_faults("coupa", rate=1, kinds=["slow"], slow_seconds=1)
    waiting = threading.Thread(target=coupa.accepted, args=("POST", "/api/suppliers", supplier))
    waiting.start()

    while not control.objects("coupa", "supplier").total:
        assert waiting.is_alive()

    assert waiting.is_alive()
    waiting.join()


def test_a_twin_that_is_down_refuses_everything_and_the_other_one_works(coupa, s4, control):
    control.set_faults("coupa", down=True)

    assert coupa.refused("GET", "/api/suppliers")[0] == 503
    s4.sign_in()
    control.set_faults("s4", rate=1, kinds=["locked"])
    assert s4.refused("GET", "/sap/opu/odata/sap/API_BUSINESS_PARTNER")[:2] == (400, "R1/462")


def test_the_documented_limit_of_coupa_can_be_set(coupa, control):
    control.set_faults("coupa", per_second=25, burst=20)

    answers = [coupa.call("GET", "/api/projects").status_code for _ in range(40)]

    assert answers[:20] == [200] * 20
    assert 429 in answers


def test_what_was_set_is_shown_and_nonsense_is_refused(control):
    control.set_faults("*", rate=0.15, seed=3)

    assert {name: plan["rate"] for name, plan in control.faults().items()} == {
        "coupa": 0.15,
        "s4": 0.15,
    }
    assert set(control.fault_kinds()) == set(KINDS)
    with pytest.raises(Refused, match="unknown kind of fault: fire"):
        control.set_faults("coupa", kinds=["fire"])
    with pytest.raises(Refused, match="no twin"):
        control.set_faults("moon")


def test_the_same_requests_meet_the_same_faults_over_the_wire(coupa, supplier, control):
    def storm():
        since = control.last_seq()
        control.set_faults("coupa", rate=0.5, seed=11, slow_seconds=0)
        for _ in range(30):
            try:
                coupa.http.get("/api/suppliers")
            except httpx2.TransportError:
                coupa.http.cookies.clear()
        return [entry.fault for entry in control.log(since)]

    assert storm() == storm()


def test_the_server_answers_a_body_without_length_and_closes(twins):
    place = urlsplit(twins.url)
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(
            b"POST /coupa/api/suppliers HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 411")
    big = http.client.HTTPConnection(place.hostname, place.port)
    big.request("POST", "/coupa/api/suppliers", None, {"Content-Length": "99999999"})
    assert big.getresponse().status == 413
    big.close()
