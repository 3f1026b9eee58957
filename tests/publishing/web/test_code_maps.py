"""What each target calls our codes: shown, missing, and proposed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mdm import changes
from mdm.models import Change
from publishing import codemaps, delivery, relay
from publishing.models import CodeMap, Replica, Target
from tests.publishing.fake import Fake
from tests.publishing.makers import supplier
from tests.seen import words

pytestmark = pytest.mark.usefixtures("reference")
ENTRY = {"name": "payment_terms", "ours": "NET60", "theirs": "N60", "reason": "New term"}


@pytest.fixture
def unmapped(people: dict[str, Any], target: Target, fake: Fake) -> Target:
    """A target that has no code for payment terms NET60, which two suppliers use."""
    for name in ("First", "Second"):
        supplier(people, legal_name=name, payment_terms="NET60")
    return target


def _propose(client: Client, target: Target, **said: str) -> Any:
    return client.post(reverse("code-map-new", args=[target.code]), ENTRY | said)


def _approved(people: dict[str, Any]) -> None:
    change = Change.objects.get(state="submitted")
    changes.decide(change, "approve", by=people["approver"], comment="Seen")


def test_codes_that_records_use_and_the_map_lacks_come_first(
    unmapped: Target, integrator: Client
) -> None:
    index = words(integrator.get("/code-maps/"))
    page = words(integrator.get("/code-maps/coupa/"))
    whole = words(integrator.get("/code-maps/coupa/", {"list": "payment_terms"}))

    assert "Coupa 1 0 1 0 1" in index
    assert "NET60 60 days net Payment terms 2 0 Map NET60" in page
    assert "NET30 N30 default of the connector" in whole


def test_an_entry_is_proposed_approved_and_then_used(
    unmapped: Target, integrator: Client, people: dict[str, Any]
) -> None:
    answer = _propose(integrator, unmapped)
    pending = words(integrator.get("/code-maps/coupa/"))
    _approved(people)
    after = words(integrator.get("/code-maps/coupa/"))

    number = Change.objects.latest("id").number
    assert answer.headers["Location"] == f"/changes/{number}/"
    assert f"Pending: {number} NET60 is N60 in Coupa" in pending
    assert "Nothing is missing" in after
    assert codemaps.lookup(unmapped, "payment_terms", "NET60") == "N60"


def test_an_entry_is_changed_and_retired_through_changes(
    unmapped: Target, integrator: Client, people: dict[str, Any]
) -> None:
    _propose(integrator, unmapped)
    _approved(people)
    same = _propose(integrator, unmapped)
    _propose(integrator, unmapped, theirs="N60X")
    _approved(people)
    retire = reverse("code-map-retire", args=["coupa"])
    unexplained = integrator.post(retire, {"entry": "coupa:payment_terms:NET30", "comment": "x"})
    integrator.post(retire, {"entry": "coupa:payment_terms:NET60", "comment": "Unused"})
    _approved(people)

    entry = CodeMap.objects.get()
    assert (same.status_code, "The map says that already." in words(same)) == (400, True)
    assert unexplained.status_code == 404
    assert (entry.theirs, entry.status, entry.version) == ("N60X", "retired", 3)
    _propose(integrator, unmapped)
    _approved(people)
    entry.refresh_from_db()
    assert (entry.theirs, entry.status) == ("N60", "active")


def test_a_refused_delivery_is_replayed_after_the_map_is_fixed(
    people: dict[str, Any], unmapped: Target, fake: Fake, integrator: Client
) -> None:
    Replica.objects.all().delete()
    relay.run()
    Replica.objects.update(state="dead", due_at=None, cause="missing_code · payment_terms · NET60")
    stopped = words(integrator.get("/code-maps/coupa/"))
    causes = words(integrator.get("/publishing/causes/"))
    _propose(integrator, unmapped)
    _approved(people)

    integrator.post(
        "/publishing/replay/?state=dead", {"which": "current", "limit": "10", "because": "Mapped"}
    )
    delivery.drain(unmapped)

    assert "NET60 60 days net Payment terms 2 2" in stopped
    assert "Payment terms NET60 has no code in Coupa" in causes
    assert set(Replica.objects.values_list("state", flat=True)) == {"landed"}


@pytest.mark.parametrize(
    "said", [{"theirs": ""}, {"name": "planets"}, {"ours": "x" * 100}, {"reason": ""}]
)
def test_an_entry_that_cannot_be_right_is_refused(
    unmapped: Target, integrator: Client, said: dict[str, str]
) -> None:
    before = Change.objects.count()

    answer = _propose(integrator, unmapped, **said)

    assert (answer.status_code, Change.objects.count()) == (400, before)


def test_who_may_not_govern_may_look_but_not_propose(
    unmapped: Target, browse: Callable[..., Client]
) -> None:
    requester = browse("requester")

    page = words(requester.get("/code-maps/coupa/"))
    answer = _propose(requester, unmapped)

    assert "NET60 60 days net" in page
    assert "Map NET60" not in page
    assert answer.status_code == 403


def test_what_others_records_use_is_not_counted_for_somebody_limited(
    people: dict[str, Any], target: Target, fake: Fake, outsider: Client
) -> None:
    view = {"company_code": "1010", "payment_terms": "NET60"}
    supplier(people, payment_terms="NET60", **{"company_views[V1]": view})

    assert "Nothing is missing" in words(outsider.get("/code-maps/coupa/"))


def test_entries_are_taken_away_and_brought_back_as_a_file(
    unmapped: Target, integrator: Client, people: dict[str, Any]
) -> None:
    given = "list,ours,theirs\npayment_terms,NET60,N60\npayment_terms,NET30,N30\n"
    file = SimpleUploadedFile("maps.csv", given.encode())
    integrator.post(reverse("code-map-import", args=["coupa"]), {"file": file})
    parts = Change.objects.latest("id").part_count
    _approved(people)

    exported = integrator.post(reverse("code-map-export", args=["coupa"]))
    again = SimpleUploadedFile("maps.csv", exported.content)
    nothing = integrator.post(
        reverse("code-map-import", args=["coupa"]), {"file": again}, follow=True
    )

    lines = exported.content.decode("utf-8-sig").splitlines()
    assert parts == 2
    assert lines == [
        "list,ours,theirs,is_default",
        "payment_terms,NET30,N30,False",
        "payment_terms,NET60,N60,False",
    ]
    assert "The file says nothing that the maps do not say already." in words(nothing)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("maps.csv", b"ours,theirs\nA,B\n", "The file has no column list."),
        ("maps.csv", b"%PDF-1.4", "it is a PDF document"),
        ("maps.exe", b"MZ", "are not read"),
    ],
)
def test_a_file_that_is_no_map_is_refused(
    unmapped: Target, integrator: Client, name: str, content: bytes, said: str
) -> None:
    file = SimpleUploadedFile(name, content)

    answer = integrator.post(
        reverse("code-map-import", args=["coupa"]), {"file": file}, follow=True
    )

    assert said in words(answer)


def test_an_unknown_target_or_list_is_told_so(unmapped: Target, integrator: Client) -> None:
    assert integrator.get("/code-maps/mars/").status_code == 404
    assert integrator.get("/code-maps/coupa/?list=planets").status_code == 400
