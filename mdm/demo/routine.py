"""Daily work: changes of all kinds, most approved, some rejected or taken back."""

from collections.abc import Callable
from typing import Any

from django.db.models import Max

from mdm import changes
from mdm.changes import PartSpec
from mdm.demo import numbers
from mdm.demo.companies import TERMS
from mdm.demo.lands import BY_COUNTRY
from mdm.demo.play import Play, Verdict
from mdm.models import Change, ChangePart, CostCenter, Project, Supplier

Action = ChangePart.Action
Proposal = tuple[PartSpec, str]  # what, and why
EVERY = 4  # days
SEE_FIRST = 14  # suppliers that change again and again, so that their history has something to show


def days(play: Play, first: int, last: int) -> None:
    """One change every few days."""
    kinds = list(KINDS)
    for n, day in enumerate(range(first, last, EVERY)):
        kind = kinds[n % len(kinds)]
        spec, reason = KINDS[kind](play)
        if kind == "account":
            play.settle_payment(day, [spec], by="requester", reason=reason)
        elif n % 11 == 5:
            _reject(play, day, spec, reason)
        elif n % 13 == 7:
            _withdraw(play, day, spec, reason)
        else:
            play.settle(day, play.random.randint(7, 15), [spec], by="requester", reason=reason)


def _reject(play: Play, day: int, spec: PartSpec, reason: str) -> None:
    with play.on(day, 9):
        change = play.propose([spec], by="requester", reason=reason)
    with play.on(day + 1, 11):
        comment = "The contract says otherwise; please check with purchasing."
        changes.decide(change, Verdict.REJECT, by=play.people["approver_a"], comment=comment)


def _withdraw(play: Play, day: int, spec: PartSpec, reason: str) -> None:
    with play.on(day, 9):
        change = play.propose([spec], by="requester", reason=reason)
    with play.on(day, 10):
        changes.withdraw(change, by=change.requested_by)


def supplier(play: Play, **facts: Any) -> Supplier:
    """A live supplier without an open change; some are taken again and again."""
    busy = ChangePart.objects.filter(change__state__in=(*Change.OPEN, Change.State.DRAFT))
    rows = Supplier.objects.filter(status="active", **facts).exclude(
        pk__in=busy.values("golden_id")
    )
    few = list(rows.exclude(payment_terms="NET120").order_by("code"))
    pool = few[:SEE_FIRST] if play.random.random() < 0.6 and len(few) > SEE_FIRST else few
    return play.random.choice(pool)


def update(row: Any, patch: dict[str, Any], action: str = Action.UPDATE) -> PartSpec:
    """A part that changes a record."""
    domain = row._meta.model_name
    codes = {"supplier": "supplier", "costcenter": "cost_center", "project": "project"}
    return PartSpec(codes[domain], action, patch, row.golden_id)


def terms(play: Play) -> Proposal:
    """Other payment terms."""
    row = supplier(play)
    new = play.random.choice([t for t in TERMS if t != row.payment_terms])
    return update(row, {"payment_terms": new}), "New framework agreement."


def move(play: Play) -> Proposal:
    """The supplier has moved."""
    row = supplier(play, addresses__0__city__isnull=False)
    land = BY_COUNTRY[row.country]
    place, at = play.random.choice(land.places), f"addresses[{row.addresses[0]['id']}]"
    patch = {
        f"{at}.street": play.random.choice(land.streets),
        f"{at}.house_number": str(play.random.randint(1, 180)),
        f"{at}.city": place.city,
        f"{at}.postal_code": place.postal_code,
        f"{at}.region": place.region,
    }
    return update(row, patch), "They have moved; see their letter."


def phone(play: Play) -> Proposal:
    """Another number of the contact."""
    row = supplier(play, contacts__0__isnull=False)
    number = BY_COUNTRY[row.country].phone.format(play.random.randint(200, 299))
    return update(row, {f"contacts[{row.contacts[0]['id']}].phone": number}), "New direct line."


def trade_name(play: Play) -> Proposal:
    """They now trade under a shorter name."""
    row = supplier(play)
    short = " ".join(row.legal_name.split()[:2])
    return update(row, {"trade_name": short}), "As on their invoices."


def block(play: Play) -> Proposal:
    """No more orders for a while."""
    row = supplier(play)
    patch = {"purchasing_block": "true", "block_reason": "Quality complaint, under review"}
    return update(row, patch), "Quality complaint of the Leipzig plant."


def unblock(play: Play) -> Proposal:
    """Orders again."""
    row = Supplier.objects.filter(purchasing_block=True, status="active").order_by("code").first()
    if row is None:
        return terms(play)
    return update(row, {"purchasing_block": "", "block_reason": ""}), "Complaint settled."


def account(play: Play) -> Proposal:
    """Another bank account."""
    row = supplier(play, country__in=("DE", "FR", "NL", "GB"), bank_accounts__0__isnull=False)
    at = f"bank_accounts[{row.bank_accounts[0]['id']}]"
    patch = {f"{at}.iban": numbers.iban(play.random, row.country)}
    return update(row, patch), "They have changed their bank; letter of the management attached."


def owner(play: Play) -> Proposal:
    """Somebody else answers for a cost center."""
    row = play.random.choice(list(CostCenter.objects.filter(status="active").order_by("code")))
    land = BY_COUNTRY[row.country]
    name = f"{play.random.choice(land.first_names)} {play.random.choice(land.last_names)}"
    return update(row, {"owner": name}), "New head of department."


def budget(play: Play) -> Proposal:
    """A project gets more money."""
    row = play.random.choice(list(Project.objects.filter(status="active").order_by("code")))
    return update(row, {"budget": str(play.random.randint(3, 99) * 10_000)}), "Steering committee."


def retire(play: Play) -> Proposal:
    """Nothing was bought there for years."""
    row = supplier(play, country="US")
    return update(row, {}, Action.RETIRE), "No orders since 2022."


def reactivate(play: Play) -> Proposal:
    """It is bought there again."""
    retired = Supplier.objects.filter(status="retired")
    latest = retired.aggregate(at=Max("code"))["at"]
    row = retired.filter(code=latest).first()
    if row is None:
        return retire(play)
    return update(row, {}, Action.REACTIVATE), "Awarded the new tender."


KINDS: dict[str, Callable[[Play], Proposal]] = {
    "terms": terms,
    "move": move,
    "owner": owner,
    "phone": phone,
    "account": account,
    "budget": budget,
    "block": block,
    "trade_name": trade_name,
    "retire": retire,
    "unblock": unblock,
    "terms_again": terms,
    "reactivate": reactivate,
}
