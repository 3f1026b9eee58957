"""What waits for somebody today: open changes of every kind, files, probable duplicates."""

from contextlib import suppress
from datetime import timedelta

from mdm import changes
from mdm.changes import PartSpec
from mdm.demo import numbers, routine, sources
from mdm.demo.clock import DAYS_BACK
from mdm.demo.lands import BY_COUNTRY
from mdm.demo.play import Play, Verdict
from mdm.errors import MdmError
from mdm.models import ChangePart, CostCenter

Action = ChangePart.Action
NEW_SUPPLIER = {
    "legal_name": "Hansa Werkzeugtechnik GmbH",
    "legal_form": "GmbH",
    "category": "organization",
    "country": "DE",
    "currency": "EUR",
    "language": "de",
    "payment_terms": "NET30",
    "addresses[A1]": {
        "purposes": "ordering,registered",
        "street": "Speicherstraße",
        "house_number": "4",
        "postal_code": "20457",
        "city": "Hamburg",
        "region": "DE-HH",
        "country": "DE",
    },
}
NEW_TAX_CODE = {
    "code": "V3",
    "name": "Input tax agriculture DE",
    "country": "DE",
    "tax_type": "vat",
    "direction": "input",
    "procedure": "TAXD",
    "rates[R1]": {"rate_percent": "7.8", "valid_from": "2025-01-01"},
}


def leave_open(play: Play, lists: sources.Sources) -> None:
    """Everything that is still to be decided."""
    waiting_reviews(play)
    bank_changes(play)
    conflict(play)
    scheduled(play)
    new_records(play)
    files(play, lists)


def waiting_reviews(play: Play) -> None:
    """Submitted, sent back, and not yet sent."""
    with play.on(DAYS_BACK - 2, 14):
        spec, reason = routine.terms(play)
        play.propose([spec], by="requester", reason=reason)
    with play.on(DAYS_BACK - 4, 9):
        spec, reason = routine.move(play)
        change = play.propose([spec], by="requester", reason=reason)
    with play.on(DAYS_BACK - 3, 10):
        question = "Is this the registered office, or only the warehouse?"
        changes.decide(change, Verdict.ASK, by=play.people["approver_b"], comment=question)
    with play.on(DAYS_BACK - 1, 16):
        spec, reason = routine.trade_name(play)
        changes.draft_many([spec], by=play.people["requester"], reason=reason)
        spec, reason = routine.retire(play)
        play.propose([spec], by="steward", reason=reason)


def bank_changes(play: Play) -> None:
    """One with the first of two approvals, one cooling off."""
    with play.on(DAYS_BACK - 1, 10):
        spec, reason = routine.account(play)
        change = play.propose([spec], by="requester", reason=reason)
    with play.on(DAYS_BACK - 1, 15):
        play.approve(change, "approver_a", comment="Called back on the number we know.")
    with play.on(DAYS_BACK - 1, 9):
        spec, reason = routine.account(play)
        change = play.propose([spec], by="requester", reason=reason)
    with play.on(DAYS_BACK, 6):
        play.approve(change, "approver_a", "approver_b", comment="Called back; confirmed.")


def conflict(play: Play) -> None:
    """Two people wanted the same value, and the other was faster."""
    with play.on(DAYS_BACK - 6, 9):
        row = routine.supplier(play)
        mine = play.propose(
            [routine.update(row, {"payment_terms": "NET45"})],
            by="requester",
            reason="As agreed with purchasing.",
        )
    with play.on(DAYS_BACK - 5, 9):
        theirs = play.propose(
            [routine.update(row, {"payment_terms": "NET10"})],
            by="steward",
            reason="Supplier offers a better price for early payment.",
        )
        play.approve(theirs, "approver_b")
    with play.on(DAYS_BACK - 5, 15):
        play.approve(mine, "approver_a")


def scheduled(play: Play) -> None:
    """Approved, and effective from a day to come; and one that was dated back."""
    with play.on(DAYS_BACK - 3, 9):
        center = CostCenter.objects.filter(status="active", category="V").order_by("code").first()
        spec = routine.update(center, {"name": "Sales and service"})
        first = (play.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        change = play.propose(
            [spec], by="steward", reason="Reorganisation of sales.", effective_from=first
        )
    with play.on(DAYS_BACK - 2, 9):
        play.approve(change, "approver_a")
    with play.on(DAYS_BACK - 20, 9):
        spec, _ = routine.terms(play)
        change = play.propose(
            [spec],
            by="requester",
            reason="The agreement was signed in spring; booked late.",
            effective_from=play.today - timedelta(days=160),
        )
    with play.on(DAYS_BACK - 19, 9):
        play.approve(change, "approver_b")


def new_records(play: Play) -> None:
    """Proposed: a supplier, a tax code, a payment term."""
    vat = {"type": "vat", "country": "DE", "number": numbers.vat(play.random, "DE")}
    view = {
        "company_code": BY_COUNTRY["DE"].company_code,
        "reconciliation_account": "21100000",
    }
    supplier = NEW_SUPPLIER | {"tax_ids[T1]": vat, "company_views[V1]": view}
    tax = NEW_TAX_CODE | {"company_code": BY_COUNTRY["DE"].company_code}
    terms = {"code": "NET75", "name": "75 days net", "net_days": "75"}
    plans = (
        (PartSpec("supplier", "create", supplier), "requester", "Needed for the tool shop."),
        (PartSpec("tax_code", "create", tax), "steward", "New flat rate for farmers."),
        (PartSpec("payment_terms", "create", terms), "steward", "Asked for by treasury."),
    )
    for n, (spec, by, reason) in enumerate(plans):
        with play.on(DAYS_BACK - 1, 11 + n):
            play.propose([spec], by=by, reason=reason)


def files(play: Play, lists: sources.Sources) -> None:
    """A file that failed, one that waits to be run, one whose change waits for approval."""
    scan = b"%PDF-1.7 a scanned list"  # the failed run is what this is for
    with play.on(DAYS_BACK - 3, 8), suppress(MdmError):
        play.upload("expenses", "merchants_q3.csv", scan, {}, by="steward")
    with play.on(DAYS_BACK - 1, 8):
        run = play.upload(
            "expenses", "merchants.csv", lists.expenses(), sources.EXPENSES_COLUMNS, by="steward"
        )
        play.run(run)
    with play.on(DAYS_BACK, 7):
        play.upload(
            "expenses",
            "merchants_correction.csv",
            lists.broken(),
            sources.EXPENSES_COLUMNS,
            by="integrator",
        )
