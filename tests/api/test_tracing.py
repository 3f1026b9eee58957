"""Every answer names its request; a caller's trace goes through."""

from uuid import UUID

import pytest

from mdm.models import Event, Supplier

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_a_request_id_is_echoed(reader, supplier):
    assert reader.get("/suppliers", X_Request_ID="order-7")["X-Request-ID"] == "order-7"


@pytest.mark.parametrize("asked", ["", "a b", "x" * 129, "<script>"])
def test_one_that_is_none_is_replaced(reader, supplier, asked):
    given = reader.get("/suppliers", X_Request_ID=asked)["X-Request-ID"]

    assert given != asked
    assert len(given) == 32


def test_a_trace_goes_on_and_problems_carry_its_id(reader, db):
    response = reader.get("/suppliers/unknown", traceparent=PARENT)

    version, trace, parent, flags = response["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert parent != "00f067aa0ba902b7"
    assert response.json()["trace_id"] == TRACE


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
    ],
)
def test_a_trace_that_is_none_is_not_continued(reader, db, header):
    response = reader.get("/suppliers", traceparent=header)

    assert "traceparent" not in response


def test_answers_to_nobody_are_marked_as_well(client, db):
    response = client.get("/api/v1/suppliers", headers={"X-Request-ID": "order-7"})

    assert (response.status_code, response["X-Request-ID"]) == (401, "order-7")


def test_a_trace_goes_through_change_version_and_event(proposer, approver, supplier):
    path = f"/suppliers/{supplier.golden_id}"
    tag = proposer.get(path)["ETag"]

    filed = proposer.patch(
        path,
        {"patch": {"payment_terms": "NET60"}, "reason": "As agreed"},
        If_Match=tag,
        traceparent=PARENT,
    )
    approver.post(
        f"/changes/{filed.json()['number']}/approve", {"comment": "Fine"}, If_Match=filed["ETag"]
    )

    event = Event.objects.get(golden_id=supplier.golden_id, version=2)
    version = Supplier.history.get(golden_id=supplier.golden_id, version=2)
    assert filed.json()["correlation_id"] == str(UUID(TRACE))
    assert version.correlation_id == UUID(TRACE)
    assert event.traceparent.split("-")[:2] == ["00", TRACE]
