"""The operator's side: what the twins have, their log, and who may ask."""

import httpx2
import pytest

from publishing.twins.control import Control, Refused, Unreachable
from tests.publishing.twins.callers import CENTERS, PARTNERS


def test_objects_of_each_domain_are_listed_with_our_code_and_their_key(
    coupa, s4, supplier, partner, center, control
):
    coupa.accepted("POST", "/api/suppliers", supplier)
    s4.create(f"{PARTNERS}/A_BusinessPartner", partner)
    s4.create(f"{CENTERS}/A_CostCenter_2", center)

    def listed(twin, domain):
        return [(one.key, one.code, one.name) for one in control.objects(twin, domain).objects]

    assert listed("coupa", "supplier") == [("1", "S-100234", "Nordwind Logistik GmbH")]
    assert listed("s4", "supplier") == [("1000000001", "S-100234", "Nordwind Logistik GmbH")]
    assert listed("s4", "cost_center") == [("A000,CC-4100,9999-12-31", "CC-4100", "MKTG DACH")]
    assert control.state()["s4"].objects == {
        "supplier": 1,
        "cost_center": 1,
        "project": 0,
        "tax_code": 7,
    }


def test_one_object_is_shown_with_its_parts_and_without_account_numbers(s4, partner, control):
    s4.create(f"{PARTNERS}/A_BusinessPartner", partner)

    document = control.object("s4", "supplier", "1000000001").document

    assert document["to_BusinessPartnerBank"][0]["IBAN"] == "•••• 3000"
    assert document["to_BusinessPartnerAddress"][0]["to_EmailAddress"][0]["OrdinalNumber"] == "001"
    assert document["to_Supplier"][0]["to_SupplierCompany"][0]["PaymentTerms"] == "0004"


def test_objects_are_searched_and_paged(coupa, supplier, control):
    for number in range(1, 6):
        one = {**supplier, "number": f"S-{number}", "name": f"100%_{number}"}
        coupa.accepted("POST", "/api/suppliers", one)

    page = control.objects("coupa", "supplier", limit=2, offset=1)
    found = control.objects("coupa", "supplier", search="%_4")

    assert (page.total, [one.code for one in page.objects]) == (5, ["S-2", "S-3"])
    assert (found.total, [one.code for one in found.objects]) == (1, ["S-4"])


def test_a_reset_forgets_objects_and_keeps_the_log(coupa, supplier, control):
    coupa.accepted("POST", "/api/suppliers", supplier)
    before = control.log()

    control.reset()

    assert control.objects("coupa", "supplier").total == 0
    assert control.state()["s4"].objects["tax_code"] == 7
    log = control.log()
    assert (log[: len(before)], [entry.method for entry in log[len(before) :]]) == (
        before,
        ["RESET", "RESET"],
    )


def test_the_log_is_read_from_where_one_was(coupa, supplier, control):
    coupa.call("GET", "/api/suppliers")
    seen = control.last_seq()

    headers = {"X-Request-ID": "epoch:golden:1:hash:coupa", "X-Correlation-ID": "change-1"}
    coupa.call("POST", "/api/suppliers", supplier, headers=headers)

    (entry,) = control.log(seen)
    assert (entry.request_id, entry.correlation_id) == (headers["X-Request-ID"], "change-1")
    assert (entry.effect, entry.object, entry.key, entry.code, entry.status) == (
        "create",
        "suppliers",
        "1",
        "S-100234",
        201,
    )
    assert len(entry.body_sha256) == 64
    assert control.log(seen, code="S-1") == []
    assert len(control.log(limit=1)) == 1


def test_what_the_twins_have_set_up_can_be_read(control):
    tables = control.customising()

    assert "NET30" in tables["coupa"]["payment_terms"]
    assert "0004" in tables["s4"]["PaymentTerms"]


def test_nobody_else_may_control(twins, monkeypatch):
    url = f"{twins.url}/_control/reset"
    assert httpx2.post(url, json={}, verify=False).status_code == 403

    monkeypatch.setattr("ipaddress.IPv4Address.is_loopback", False)

    headers = {"X-Twin-Control": "1"}
    assert httpx2.post(url, json={}, headers=headers, verify=False).status_code == 403


@pytest.mark.parametrize("path", ["_control/nothing", "moon/api"])
def test_an_unknown_address_is_said(twins, path):
    assert httpx2.get(f"{twins.url}/{path}", verify=False).status_code == 404


def test_nonsense_is_refused(control):
    for call in (
        lambda: control.objects("moon", "supplier"),
        lambda: control.objects("coupa", "colour"),
        lambda: control.object("coupa", "supplier", "1"),
    ):
        with pytest.raises(Refused):
            call()


def test_absent_twins_are_said_to_be_absent():
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        Control("http://127.0.0.1:9").state()
