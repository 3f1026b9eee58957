"""The queue of pairs, any two compared, and the panels for other pages."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching import candidates, verdicts
from matching.models import Candidate
from mdm.domains.supplier import Supplier
from mdm.models import System
from tests import make
from tests.matching.web.conftest import browser, supplier, waits
from tests.mdm.web.reviewing import words

State = Candidate.State


def pairs(page: Any) -> list[Any]:
    return [row["pair"] for row in page.context["rows"]]


def test_it_lists_what_waits_and_on_tabs_what_was_judged(
    people: dict[str, Any], records: Candidate, source: Candidate
) -> None:
    client = browser(people["steward"])
    waiting = pairs(client.get("/duplicates/"))
    verdicts.decide(records, State.DIFFERENT, by=people["steward"])

    assert records in waiting
    assert waiting == sorted(waiting, key=lambda p: -p.probability)
    assert records not in pairs(client.get("/duplicates/"))
    assert pairs(client.get("/duplicates/?state=different")) == [records]
    assert "No pair was judged so" in words(client.get("/duplicates/?state=related"))


def test_it_is_narrowed_by_band_kind_and_text_and_refuses_the_unknown(
    people: dict[str, Any], records: Candidate, source: Candidate
) -> None:
    client = browser(people["steward"])

    assert pairs(client.get("/duplicates/?kind=records")) == [records]
    assert records not in pairs(client.get("/duplicates/?kind=source"))
    band = next(
        code
        for code, low, high in (("same", 0.99, 2), ("likely", 0.8, 0.99), ("maybe", 0.5, 0.8))
        if low <= records.probability < high
    )
    assert records in pairs(client.get(f"/duplicates/?band={band}"))
    assert pairs(client.get("/duplicates/?domain=project")) == []
    assert "No pair fits" in words(client.get("/duplicates/?q=nobody-is-called-so"))
    for query in ("state=maybe", "sort=secret", "colour=red"):
        assert client.get(f"/duplicates/?{query}").status_code == 400


def test_a_person_of_another_domain_sees_no_pair_and_a_stranger_no_page(
    people: dict[str, Any], records: Candidate
) -> None:
    elsewhere = browser(make.person("elsewhere", "steward", domain="cost_center"))

    page = elsewhere.get("/duplicates/")

    assert pairs(page) == []
    assert [tab["count"] for tab in page.context["tabs"]] == [0, 0, 0, 0, 0]
    assert browser(make.person("stranger")).get("/duplicates/").status_code == 403


def test_a_person_of_one_company_code_sees_pairs_of_that_one_alone(
    people: dict[str, Any], reference: None
) -> None:
    make.record(
        "company_code", {"code": "1710", "name": "US"}, by=people["steward"],
        approvers=people["approver"],
    )  # fmt: skip
    for code in ("1010", "1710"):
        views = {"company_views[V1]": {"company_code": code}}
        for suffix in ("", "."):
            supplier(people, f"Werk {code} Montage GmbH{suffix}", **views)
    candidates.sweep("supplier")
    local = make.person("local", "steward", domain="supplier", company_code="1010")

    seen = pairs(browser(local).get("/duplicates/"))

    assert {pair.left_label.split()[1] for pair in seen} == {"1010"}
    hidden = Candidate.objects.filter(left_label__contains="1710").first()
    assert hidden is not None
    assert browser(local).get(f"/duplicates/{hidden.pk}/").status_code == 404


def test_a_queue_costs_the_same_for_one_pair_and_for_four(
    people: dict[str, Any], acme: Supplier, erp: System
) -> None:
    client, costs = browser(people["steward"]), []
    for keys in ("A", "BCD"):
        for key in keys:
            waits(people, erp, key, f"Nordwind Logistik {key}")
        with CaptureQueriesContext(connection) as queries:
            client.get("/duplicates/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 32


def test_any_two_records_are_compared_by_their_numbers(
    people: dict[str, Any], acme: Supplier
) -> None:
    other = supplier(people, "Isar Medizintechnik AG")
    client = browser(people["steward"])

    page = client.get(f"/duplicates/compare/?domain=supplier&a={acme.code}&b={other.code.lower()}")

    assert page.status_code == 200
    assert "The names have no word in common." in words(page)
    assert not Candidate.objects.exists()
    empty = client.get("/duplicates/compare/")
    assert (empty.status_code, "score" in words(empty)) == (200, False)


def test_a_comparison_says_what_is_wrong_with_a_number(
    people: dict[str, Any], acme: Supplier
) -> None:
    client = browser(people["steward"])

    missing = client.get(f"/duplicates/compare/?domain=supplier&a={acme.code}&b=S-9")
    same = client.get(f"/duplicates/compare/?domain=supplier&a={acme.code}&b={acme.code}")
    elsewhere = browser(make.person("elsewhere", "steward", domain="cost_center")).get(
        f"/duplicates/compare/?domain=supplier&a={acme.code}&b={acme.code}"
    )

    assert (missing.status_code, same.status_code, elsewhere.status_code) == (422, 422, 422)
    assert "No supplier with the number S-9" in words(missing)
    assert "These are the same record" in words(same)


def test_a_steward_who_knows_better_puts_two_records_in_the_queue(
    people: dict[str, Any], acme: Supplier
) -> None:
    other = supplier(people, "Isar Medizintechnik AG")
    sent = {"domain": "supplier", "a": acme.code, "b": other.code}

    assert browser(people["auditor"]).post("/duplicates/compare/file/", sent).status_code == 403
    answer = browser(people["steward"]).post("/duplicates/compare/file/", sent)

    pair = Candidate.objects.get()
    assert answer["Location"] == f"/duplicates/{pair.pk}/"
    sent["b"] = "S-9"
    assert browser(people["steward"]).post("/duplicates/compare/file/", sent).status_code == 404


def test_a_record_names_what_looks_like_it(
    people: dict[str, Any], acme: Supplier, records: Candidate
) -> None:
    client, url = browser(people["steward"]), f"/duplicates/of/{acme.pk}/"

    part = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    page = client.get(url).content.decode()

    assert f"/duplicates/{records.pk}/" in part
    assert ("<html" in part, "<html" in page) == (False, True)
    assert browser(make.person("stranger")).get(url).status_code == 403
    assert client.get("/duplicates/of/00000000-0000-7000-8000-000000000000/").status_code == 404


def test_pairs_wait_in_the_inbox_of_a_steward(people: dict[str, Any], records: Candidate) -> None:
    page = browser(people["steward"]).get("/inbox/?kind=duplicate")
    preview = page.context["rows"][0]["preview_url"]

    part = browser(people["steward"]).get(preview, HTTP_HX_REQUEST="true")

    assert "Nordwind Logistik GmbH (S-100001) and Nordwind" in words(page)
    assert "Side by side, with all evidence" in words(part)
    assert browser(people["approver"]).get("/inbox/").context["total"] == 0
