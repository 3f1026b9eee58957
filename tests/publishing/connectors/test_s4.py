"""S/4HANA's oddities: keys it makes, children at their own places, answers that are not whole."""

from dataclasses import replace
from typing import Any

from publishing.connectors import CONNECTORS
from publishing.connectors.base import Context, Operation, Outcome, Part, Result
from publishing.http import AnswerLost
from tests.publishing.connectors.payloads import Payload, item, of
from tests.publishing.connectors.script import Asked, Script, answer

S4 = CONNECTORS["sap-s4hana"]
CONTEXT = Context(
    "http://target",
    credentials={"username": "TOUCHSTONE", "password": "hush-hush"},
    code_maps=S4.DEFAULT_MAPS,
)
NOBODY = answer(200, {"d": {"results": []}})
SMALL = {
    "contacts": [],
    "bank_accounts": [],
    "company_views": [],
    "purchasing_views": [],
    "tax_ids": [],
    "duns": None,
}


def deliver(payload: Payload, script: Script, context: Context = CONTEXT) -> Result:
    return S4.deliver(payload["domain"], payload, context, script.channel)


def made(asked: Asked) -> Any:
    """What S/4HANA would answer to a deep insert: keys and etags, its children only as links."""
    deferred = {"__deferred": {"uri": "..."}}
    names = [name for name in asked.body if name.startswith("to_")]
    return answer(
        201,
        {
            "d": {
                **asked.body,
                "BusinessPartner": "100",
                "Supplier": "100",
                "__metadata": {"etag": 'W/"1"'},
                **dict.fromkeys(names, deferred),
            }
        },
    )


def follow(script: Script) -> Script:
    """Children, one request each."""
    here = "A_BusinessPartner('100')"
    roles = [{"BusinessPartner": "100", "BusinessPartnerRole": r} for r in ("FLVN00", "FLVN01")]
    address = {
        "AddressID": "22",
        "AddressIDByExternalSystem": "A1",
        "__metadata": {"etag": 'W/"2"'},
        "to_AddressUsage": {"results": [{"AddressUsage": "XXDEFAULT", "AddressID": "22"}]},
    }
    script.on("GET", f"{here}/to_BusinessPartnerRole", answer(200, {"d": {"results": roles}}))
    script.on(
        "GET", f"{here}/to_BusinessPartnerAddress", answer(200, {"d": {"results": [address]}})
    )
    script.on("GET", f"{here}/to_Supplier", answer(200, {"d": {"Supplier": "100"}}))
    return script


def small(**changes: Any) -> Payload:
    supplier = of("supplier", **{**SMALL, **changes})
    return {**supplier, "addresses": supplier["addresses"][:1]}


def test_an_answer_that_only_links_to_its_children_is_followed() -> None:
    script = follow(Script().on("GET", "$filter", NOBODY).on("POST", "A_BusinessPartner", made))

    result = deliver(small(), script)

    assert (result.outcome, result.operation) == (Outcome.OK, Operation.CREATE), result.errors
    assert {(p.kind, p.part_id, p.key, p.etag) for p in result.parts} == {
        ("business_partner", "", "100", 'W/"1"'),
        ("role", "FLVN00", "FLVN00", ""),
        ("role", "FLVN01", "FLVN01", ""),
        ("address", "A1", "22", 'W/"2"'),
        ("address_usage", "XXDEFAULT", "XXDEFAULT", ""),
        ("supplier", "", "100", ""),
    }
    assert all(part.landed_hash for part in result.parts)
    assert len(script.sent("POST")) == 1


def known(supplier: Payload, **changes: str) -> Context:
    """A context that knows what a first delivery learnt."""
    script = follow(Script().on("GET", "$filter", NOBODY).on("POST", "A_BusinessPartner", made))
    parts = deliver(supplier, script).parts
    return replace(CONTEXT, parts=tuple(replace(p, **changes) for p in parts))


def test_only_the_part_that_changed_is_sent_with_its_etag() -> None:
    context = known(small())
    script = Script().on("PATCH", "A_BusinessPartnerAddress", answer(204, None, etag='W/"3"'))
    moved = item(small(), "addresses", "A1", city="Altona")

    result = deliver(moved, script, context)

    assert result.outcome is Outcome.OK
    assert [(each.method, each.path.rsplit("/", 1)[1]) for each in script.sent()] == [
        ("PATCH", "A_BusinessPartnerAddress(BusinessPartner='100',AddressID='22')")
    ]
    assert script.sent()[0].headers["If-Match"] == 'W/"2"'
    assert script.sent()[0].headers["X-CSRF-Token"] == "secret-csrf"
    assert script.sent()[0].headers["Cookie"] == "SAP=secret-cookie"
    assert script.sent()[0].body["CityName"] == "Altona"
    assert [(p.kind, p.key, p.etag) for p in result.parts] == [("address", "22", 'W/"3"')]


def test_an_unknown_etag_is_read_before_the_write() -> None:
    context = known(small(), etag="")
    script = Script().on("PATCH", "A_BusinessPartnerAddress", answer(204))
    script.on("GET", "A_BusinessPartnerAddress", answer(200, {"d": {"__metadata": {"etag": "W"}}}))

    deliver(item(small(), "addresses", "A1", city="Altona"), script, context)

    assert [(each.method, each.headers.get("If-Match")) for each in script.sent()] == [
        ("GET", None),
        ("PATCH", "W"),
        ("GET", None),
    ]


def test_the_etag_a_change_left_is_read_when_the_answer_does_not_tell() -> None:
    script = Script().on("PATCH", "A_BusinessPartnerAddress", answer(204))
    script.on(
        "GET",
        "A_BusinessPartnerAddress",
        answer(200, {"d": {"__metadata": {"etag": "new"}}}),
        AnswerLost("timeout"),
    )
    payload, context = item(small(), "addresses", "A1", city="Altona"), known(small())

    told = deliver(payload, script, context)
    silent = deliver(payload, script, context)

    assert [(p.etag, p.landed_hash != "") for p in told.parts] == [("new", True)]
    assert silent.outcome is Outcome.OK
    assert [(p.etag, p.landed_hash != "") for p in silent.parts] == [("", True)]


def test_a_new_account_is_added_and_an_old_one_taken_away() -> None:
    account = of("supplier")["bank_accounts"][0]
    context = known(small())
    old = Part("bank_account", "0001", "B0", etag="W", landed_hash="x")
    script = Script().on("DELETE", "A_BusinessPartnerBank", answer(204))
    script.on("POST", "A_BusinessPartnerBank", answer(201, {"d": {"BankIdentification": "0002"}}))

    result = deliver(
        small(bank_accounts=[account]), script, replace(context, parts=[*context.parts, old])
    )

    assert result.outcome is Outcome.OK
    assert [(each.method, each.path.rsplit("/", 1)[1]) for each in script.sent()] == [
        ("POST", "A_BusinessPartnerBank"),
        ("DELETE", "A_BusinessPartnerBank(BusinessPartner='100',BankIdentification='0001')"),
    ]
    assert script.sent()[0].body["BankIdentification"] == "0002"
    assert [(p.part_id, p.key, p.gone) for p in result.parts] == [
        ("B1", "0002", False),
        ("B0", "0001", True),
    ]


def test_what_was_learnt_before_the_answer_was_lost_is_kept() -> None:
    account = of("supplier")["bank_accounts"][0]
    context = known(small())
    script = Script().on("PATCH", "A_BusinessPartner('100')", answer(204, None, etag='W/"9"'))
    script.on("POST", "A_BusinessPartnerBank", AnswerLost("timeout"))

    result = deliver(small(bank_accounts=[account], legal_name="Nordwind SE"), script, context)

    assert result.outcome is Outcome.UNKNOWN
    assert [(p.kind, p.etag) for p in result.parts] == [("business_partner", 'W/"9"')]


def test_payments_are_freed_last_and_blocked_first() -> None:
    account = of("supplier")["bank_accounts"][0]
    blocked = known(small(payment_block=True))
    free = known(small())

    def order(payload: Payload, context: Context) -> list[str]:
        script = Script().on("PATCH", "A_Supplier", answer(204))
        script.on("GET", "A_Supplier", answer(200, {"d": {"__metadata": {"etag": "W"}}}))
        script.on("POST", "A_BusinessPartnerBank", answer(201, {"d": {}}))
        assert deliver(payload, script, context).outcome is Outcome.OK
        written = [each for each in script.sent() if each.method != "GET"]
        return [each.path.rsplit("/", 1)[1].split("(")[0] for each in written]

    assert order(small(bank_accounts=[account]), blocked) == ["A_BusinessPartnerBank", "A_Supplier"]
    assert order(small(payment_block=True), free) == ["A_Supplier"]


def test_a_business_partner_that_is_gone_is_forgotten_and_made_anew_next_time() -> None:
    script = Script().on("PATCH", "A_BusinessPartner('100')", answer(404))

    result = deliver(small(legal_name="Nordwind SE"), script, known(small()))

    assert result.outcome is Outcome.TRANSIENT
    assert result.parts
    assert all(part.gone for part in result.parts)


def test_two_partners_with_our_code_are_for_a_person_to_sort_out() -> None:
    twice = [
        {"BusinessPartner": key, "BusinessPartnerIDByExtSystem": "S-100234"} for key in ("1", "2")
    ]
    script = Script().on("GET", "$filter", answer(200, {"d": {"results": twice}}))

    result = deliver(small(), script)

    assert result.outcome is Outcome.BUSINESS_REJECT
    assert "more than once (1, 2)" in result.errors[0].message


def test_a_filter_that_is_ignored_does_not_hand_us_somebody_elses_partner() -> None:
    other = {"BusinessPartner": "1", "BusinessPartnerIDByExtSystem": "S-9"}
    script = Script().on("GET", "$filter", answer(200, {"d": {"results": [other]}}))
    follow(script).on("POST", "A_BusinessPartner", made)

    assert deliver(small(), script).operation is Operation.CREATE


def test_a_second_412_ends_the_try() -> None:
    context = known(small())
    landed = {"d": {**make_partner(small()), "__metadata": {"etag": 'W/"8"'}}}
    script = Script().on("PATCH", "A_BusinessPartner('100')", answer(412))
    script.on("GET", "A_BusinessPartner('100')", answer(200, landed))

    result = deliver(small(legal_name="Nordwind SE"), script, context)

    assert result.outcome is Outcome.CONFLICT
    assert [each.method for each in script.sent()] == ["PATCH", "GET", "PATCH"]


def make_partner(payload: Payload) -> Any:
    body = S4.render("supplier", payload, CONTEXT).requests[0].body
    return {name: value for name, value in body.items() if not name.startswith("to_")}


def test_a_quote_in_a_code_stays_a_value() -> None:
    script = Script().on("GET", "$filter", NOBODY)

    deliver(small(code="S'1", status="retired"), script)

    assert "BusinessPartnerIDByExtSystem eq 'S''1'" in script.sent()[0].path
