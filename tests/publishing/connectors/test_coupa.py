"""Coupa's oddities: fields it ignores, fields only null empties, names that are taken."""

from dataclasses import replace
from typing import Any

import pytest

from publishing.connectors import CONNECTORS
from publishing.connectors.base import Context, Operation, Outcome, Part, Result
from publishing.http import AnswerLost, NotSent
from tests.publishing.connectors.payloads import Payload, of, render
from tests.publishing.connectors.script import Script, answer

COUPA = CONNECTORS["coupa"]
CONTEXT = Context(
    "http://target",
    credentials={"client_id": "touchstone", "client_secret": "hush-hush"},
    code_maps=COUPA.DEFAULT_MAPS,
)
KNOWN = replace(CONTEXT, parts=[Part("project", "7", landed_hash="older")])


def deliver(payload: Payload, script: Script, context: Context = CONTEXT) -> Result:
    return COUPA.deliver(payload["domain"], payload, context, script.channel)


def stored(payload: Payload, key: int = 7, **changes: Any) -> Any:
    """What Coupa would show of a payload it took."""
    body = render("coupa", payload).requests[0].body
    return {"id": key, **body, **changes}


def test_a_field_that_coupa_did_not_take_stops_the_record_by_name() -> None:
    project = of("project")
    script = Script().on("PUT", "/api/projects/7", answer(200, {"id": 7}))
    script.on("GET", "/api/projects/7", answer(200, stored(project, description="old text")))

    result = deliver(project, script, KNOWN)

    assert result.outcome is Outcome.BUSINESS_REJECT
    assert [(e.code, e.field, e.canonical_path) for e in result.errors] == [
        ("ignored", "description", "description")
    ]
    assert "is old text and not Automation" in result.errors[0].message
    assert result.parts == (Part("project", "7"),)


def test_what_coupa_kept_although_it_is_empty_with_us_is_emptied_by_null() -> None:
    project = of("project", end_date=None)
    script = Script().on("PUT", "/api/projects/7", answer(200, {"id": 7}))
    kept = stored(project, **{"end-date": "2026-12-31"})
    script.on("GET", "/api/projects/7", answer(200, kept), answer(200, stored(project)))

    result = deliver(project, script, KNOWN)

    assert result.outcome is Outcome.OK
    assert script.sent("PUT")[1].body == {"end-date": None}


def test_a_taken_name_of_a_project_is_refused_and_not_changed_by_us() -> None:
    taken = answer(400, {"errors": {"error": ["Name has already been taken"]}})
    script = Script().on("POST", "/api/projects", taken)
    script.on("GET", "/api/projects", answer(200, []))

    result = deliver(of("project"), script)

    assert result.outcome is Outcome.BUSINESS_REJECT
    assert result.errors[0].canonical_path == "name"
    assert len(script.sent("POST")) == 1


def test_a_create_that_meets_its_own_lost_self_goes_on_as_an_update() -> None:
    project = of("project")
    taken = answer(400, {"errors": {"error": ["Name has already been taken"]}})
    script = Script().on("POST", "/api/projects", taken)
    script.on("PUT", "/api/projects/7", answer(200, {"id": 7}))
    script.on("GET", "/api/projects?", answer(200, []), answer(200, [{"id": 7}]))
    script.on("GET", "/api/projects/7", answer(200, stored(project)))

    result = deliver(project, script)

    assert result.outcome is Outcome.OK
    assert [(p.kind, p.key) for p in result.parts] == [("project", "7")]


def test_a_filter_that_coupa_ignores_does_not_hand_us_somebody_elses_record() -> None:
    project = of("project")
    script = Script().on("GET", "/api/projects?", answer(200, [{"id": 1}, {"id": 2}]))
    script.on("GET", "/api/projects/1", answer(200, stored(of("project", code="P-1"), 1)))
    script.on("GET", "/api/projects/2", answer(200, stored(of("project", code="P-2"), 2)))
    script.on("POST", "/api/projects", answer(201, {"id": 7}))
    script.on("GET", "/api/projects/7", answer(200, stored(project)))

    result = deliver(project, script)

    assert (result.outcome, result.operation) == (Outcome.OK, Operation.CREATE)


def test_a_key_that_is_gone_is_looked_up_and_made_anew() -> None:
    project = of("project")
    script = Script().on("PUT", "/api/projects/7", answer(404))
    script.on("GET", "/api/projects?", answer(200, []))
    script.on("POST", "/api/projects", answer(201, {"id": 8}))
    script.on("GET", "/api/projects/8", answer(200, stored(project, 8)))

    result = deliver(project, script, KNOWN)

    assert result.outcome is Outcome.OK
    assert result.parts[0].key == "8"


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (AnswerLost("timeout"), Outcome.UNKNOWN),
        (NotSent("refused"), Outcome.TRANSIENT),
        (NotSent("no such address", is_configuration=True), Outcome.CONFIGURATION),
        (answer(429, None, retry_after="17"), Outcome.TRANSIENT),
        (answer(401), Outcome.AUTH),
        (answer(404), Outcome.CONFIGURATION),
        (answer(500), Outcome.TRANSIENT),
        (answer(201, {}), Outcome.UNKNOWN),
    ],
)
def test_how_a_create_may_end(failure: Any, outcome: Outcome) -> None:
    script = Script().on("GET", "/api/projects", answer(200, []))
    script.on("POST", "/api/projects", failure)

    result = deliver(of("project"), script)

    assert result.outcome is outcome
    if getattr(failure, "status", 0) == 429:
        assert result.retry_after == 17


def test_a_renewed_token_is_tried_once() -> None:
    script = Script().on("GET", "/api/projects", answer(200, []))
    script.on("POST", "/api/projects", answer(401))

    result = deliver(of("project"), script)

    assert result.outcome is Outcome.AUTH
    assert len(script.sent("POST")) == 2
    assert sum(each.path == "/oauth2/token" for each in script.asked) == 2


def test_a_lost_answer_to_a_look_is_no_more_than_a_delay() -> None:
    script = Script().on("GET", "/api/projects", AnswerLost("timeout"))

    assert deliver(of("project"), script).outcome is Outcome.TRANSIENT


def test_an_answer_that_is_no_record_is_a_defect_that_loses_nothing() -> None:
    script = Script().on("GET", "/api/projects", answer(200, [{"id": None}, 5, {"id": 7}]))
    script.on("GET", "/api/projects/7", answer(200, [1, 2]))
    script.on("POST", "/api/projects", answer(201, ["?"]))

    result = deliver(of("project"), script)

    assert result.outcome is Outcome.UNKNOWN
    assert len(result.exchanges) == len(script.asked)


def test_a_defect_of_ours_is_told_by_its_place_and_never_by_its_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    script = Script().on("GET", "/api/projects", RuntimeError("DE89370400440532013000"))

    result = deliver(of("project"), script)

    assert result.outcome is Outcome.DEFECT
    assert result.errors[0].message == "RuntimeError in the Coupa connector."
    assert "RuntimeError at script.py:" in caplog.text
    assert "DE89" not in caplog.text + repr(result)


def test_an_address_of_ours_that_is_no_more_is_put_out_of_use() -> None:
    supplier = of("supplier")
    one = {**supplier, "addresses": supplier["addresses"][:1]}
    known = [Part("supplier", "7"), Part("remit_to", "A1", "A1"), Part("remit_to", "A2", "A2")]
    after = stored(one)
    after["remit-to-addresses"] += [
        {"remit-to-code": "A2", "active": False},
        {"remit-to-code": "of-the-supplier-himself", "active": True},
    ]
    script = Script().on("PUT", "/api/suppliers/7", answer(200, {"id": 7}))
    script.on("GET", "/api/suppliers/7", answer(200, after))

    result = deliver(one, script, replace(CONTEXT, parts=known))

    assert result.outcome is Outcome.OK
    sent = script.sent("PUT")[0].body["remit-to-addresses"]
    assert [(each["remit-to-code"], each["active"]) for each in sent] == [
        ("A1", True),
        ("A2", False),
    ]
    assert Part("remit_to", "A2", "A2", gone=True) in result.parts


def test_a_tax_code_may_go_to_a_folder_of_the_operator(tmp_path: Any) -> None:
    script = Script().on("GET", "/api/tax_codes", answer(200, []))
    options = {"file_drop": "coupa"}
    context = replace(CONTEXT, options=options, file_root=str(tmp_path))

    first = deliver(of("tax_code"), script, context)
    again = deliver(of("tax_code"), script, context)

    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED_ASYNC, Outcome.ACCEPTED_ASYNC)
    files = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")]
    assert len(files) == 1
    assert files[0].startswith("coupa/Incoming/TaxCodes/tax-code-V1-v7-")


@pytest.mark.parametrize(
    ("file_drop", "file_root"), [("coupa", ""), ("../elsewhere", "/tmp/x"), ("/etc", "/tmp/x")]
)
def test_no_file_is_written_outside_the_operators_folder(file_drop: str, file_root: str) -> None:
    script = Script().on("GET", "/api/tax_codes", answer(200, []))
    context = replace(CONTEXT, options={"file_drop": file_drop}, file_root=file_root)

    assert deliver(of("tax_code"), script, context).outcome is Outcome.CONFIGURATION
