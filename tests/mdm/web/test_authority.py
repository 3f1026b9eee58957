"""Authority and the rule time machine as pages."""

import re
from typing import Any

import pytest
from django.test import Client

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make
from tests.mdm import ruling
from tests.mdm.web.forms import newest, sent_with

State = Change.State
NEW_RULE = "/reference/survivorship-rules/new/"


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier whose trading name two systems say differently."""
    ruling.systems(people)
    return ruling.supplier(people)


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _filled(client: Client, **values: str) -> dict[str, Any]:
    page = client.get(NEW_RULE).content.decode()
    named = {"code": "names", "name": "Names", "domain": "supplier", "about": "trade_name"}
    return sent_with(page) | named | {"first": "longest"} | values


def test_the_matrix_says_what_decides_and_how_far_each_system_is_trusted(
    as_steward: Client, nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.trust(people, decay="10", floor="40"), by=people["steward"])
    changes.decide(change, "approve", by=people["approver"])

    text = _text(as_steward.get("/authority/").content.decode())

    assert (
        "The system that is trusted most wins; then the most recent word, by the source&#x27;s own "
        "date; else the source that was linked first." in text
    )
    assert "Trading name" in text
    assert "80 −10 a year, not below 40 said here" in text


def test_the_link_to_set_a_trust_opens_the_form_filled_in(
    as_steward: Client, nord: Supplier
) -> None:
    page = as_steward.get("/authority/suppliers/").content.decode()
    link = next(
        found
        for found in re.findall(r'href="(/reference/system-trusts/new/\?[^"]+)"', page)
        if "system=buying" in found and "about=addresses" in found
    )

    form = sent_with(as_steward.get(link.replace("&amp;", "&")).content.decode())

    assert form["system"] == ["buying"]
    assert form["domain"] == ["supplier"]
    assert form["about"] == ["addresses"]
    assert form["score"] == ["50"]


def test_who_may_not_govern_is_led_to_no_form(as_requester: Client, nord: Supplier) -> None:
    page = as_requester.get("/authority/suppliers/").content.decode()

    assert "/reference/system-trusts/new/" not in page
    assert "takes the role Data steward" in page


def test_the_effect_of_a_filled_in_form_is_shown_and_nothing_is_saved(
    as_steward: Client, nord: Supplier
) -> None:
    before = Change.objects.count()

    page = as_steward.post(NEW_RULE, _filled(as_steward) | {"_do": "effect"})
    text = _text(page.content.decode())

    assert "1 value of 1 record flips." in text
    assert "1 from ERP to Procurement" in text
    assert "Nord ERP" in text
    assert "Nordwind Procurement" in text
    assert Change.objects.count() == before


def test_from_the_effect_one_narrows_goes_back_or_submits(
    as_steward: Client, nord: Supplier
) -> None:
    form = _filled(as_steward)
    narrowed = as_steward.post(NEW_RULE, form | {"_do": "effect:supplier.trade_name"})
    assert 'value="effect:supplier.trade_name" aria-current="true"' in narrowed.content.decode()
    carried = dict(
        re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', narrowed.content.decode())
    )

    back = as_steward.post(NEW_RULE, carried | {"_do": "check"})
    assert sent_with(back.content.decode())["about"] == ["trade_name"]
    as_steward.post(NEW_RULE, carried | {"_do": "submit"})

    assert newest().state == State.SUBMITTED
    assert newest().part_count == 2


def test_a_form_that_cannot_be_right_has_no_effect_and_says_why(
    as_steward: Client, nord: Supplier
) -> None:
    page = as_steward.post(NEW_RULE, _filled(as_steward, about="shoe_size") | {"_do": "effect"})

    assert page.status_code == 422
    assert "shoe_size" in page.content.decode()


def test_a_draft_leads_to_its_effect_and_back(
    as_steward: Client, nord: Supplier, people: dict[str, Any]
) -> None:
    change = ruling.rule(people)
    page = as_steward.get(f"/changes/{change.number}/").content.decode()
    assert f"/changes/{change.number}/effect/" in page

    effect = as_steward.get(f"/changes/{change.number}/effect/?attribute=supplier.trade_name")

    assert "1 value of 1 record flips." in _text(effect.content.decode())
    assert f'href="/changes/{change.number}/"' in effect.content.decode()


def test_an_effect_of_a_change_that_nobody_may_see_is_not_found(
    as_steward: Client, nord: Supplier
) -> None:
    assert as_steward.get("/changes/CR-9/effect/").status_code == 404


def test_the_approver_sees_how_much_flips_before_the_parts(
    client: Client, nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])
    client.force_login(people["approver"])

    text = _text(client.get(f"/changes/{change.number}/").content.decode())

    assert "1 value of 1 record flips" in text
    assert "approved with it" in text


def test_values_that_are_sealed_are_masked_in_the_effect(
    as_steward: Client, people: dict[str, Any], reference: None
) -> None:
    ruling.systems(people)
    contact = {"first_name": "Jo", "last_name": "Petersen", "email": "jo@nordwind.example"}
    ruling.supplier(people, contacts=[contact])
    ruling.says(people, "erp", "E1", ruling.ERP | {"contacts": [{"last_name": "Bauer"}]})

    form = _filled(as_steward, about="contacts", is_whole="on", first="first")
    page = as_steward.post(NEW_RULE, form | {"_do": "effect"}).content.decode()

    assert "••••" in page
    assert "Petersen" not in page
    assert "jo@nordwind" not in page


def test_a_large_change_that_could_not_be_written_says_why(
    as_steward: Client, people: dict[str, Any]
) -> None:
    rows = [{"code": f"S{n}", "name": f"System {n}"} for n in range(6)]
    specs = [changes.PartSpec("system", "create", row) for row in rows]
    many = changes.submit(changes.draft_many(specs, by=people["steward"]), by=people["steward"])
    make.record("system", rows[3], by=people["integrator"], approvers=people["approver"])

    many = changes.decide(many, "approve", by=people["approver"], comment="All the same")

    text = _text(as_steward.get(f"/changes/{many.number}/").content.decode())
    assert many.state == State.CONFLICTED
    assert (
        "1 part was not written. System 3 S3: Another record was given the same code in the "
        "meantime." in text
    )


def test_a_trust_below_nothing_is_refused_beside_its_field(
    as_steward: Client, nord: Supplier
) -> None:
    url = "/reference/system-trusts/new/?system=buying&domain=supplier&about=trade_name&score=-5"
    form = sent_with(as_steward.get(url).content.decode()) | {"code": "low", "name": "Low"}

    for act in ("effect", "submit"):
        page = as_steward.post("/reference/system-trusts/new/", form | {"_do": act})

        assert page.status_code == 422
        assert "a number from 0 to 100" in _text(page.content.decode())
    assert not Change.objects.filter(title__contains="Low").exists()


def test_an_effect_that_moved_since_says_so_and_is_worked_out_anew(
    as_steward: Client, nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])
    url = f"/changes/{change.number}/"
    assert "Its effect has moved" not in as_steward.get(url).content.decode()
    ruling.says(people, "buying", "P1", ruling.BUYING | {"trade_name": "Nord"})

    text = _text(as_steward.get(url).content.decode())
    assert "Now 0 values would flip; it was submitted with 1" in text
    page = as_steward.post(f"{url}rework/", follow=True).content.decode()

    assert "No value of any record flips" in page
    assert "Its effect has moved" not in page
    assert change.parts.count() == 1


def test_only_who_wrote_a_rule_works_out_its_effect_anew(
    client: Client, nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])
    client.force_login(people["approver"])

    page = client.post(f"/changes/{change.number}/rework/", follow=True)

    assert "Only those who wrote" in page.content.decode()
