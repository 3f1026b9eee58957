"""Eighteen months in order: set-up, three lists, daily work, and what is open today."""

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string

from mdm import changes
from mdm.changes import PartSpec
from mdm.demo import authority, house, organisation, routine, sources, taxes, today
from mdm.demo.clock import DAYS_BACK
from mdm.demo.play import Play
from mdm.models import CostCenter, ImportRun

SETUP, AUTHORITY, TARGETS, CENTERS, PROJECTS, TAXES = 0, 1, 2, 5, 9, 12
FIRST_LIST, SECOND_LIST, REVIEW, DAILY_FROM = 20, 75, 78, 90
RESOLVED = 10  # of the probable duplicates; the others wait


def tell(play: Play, lists: sources.Sources) -> None:
    """All of it."""
    set_up(play)
    authority.settle(play, AUTHORITY)
    organise(play)
    first_lists(play, lists)
    review_duplicates(play)
    routine.days(play, DAILY_FROM, DAYS_BACK - 8)
    authority.pin(play)
    today.leave_open(play, lists)
    authority.leave_open(play)


def set_up(play: Play) -> None:
    """Reference data, systems, targets."""
    with play.on(SETUP):
        change = play.propose(
            [*house.reference(), *house.systems(), *_of_targets("systems")],
            by="steward",
            title="Legal entities, terms and systems",
            reason="First set-up.",
        )
    with play.on(SETUP, 11):
        play.approve(change, "approver_a")
    with play.on(TARGETS):
        change = play.propose(
            _of_targets("targets"),
            by="integrator",
            title="Coupa and S/4HANA with their code maps",
            reason="Connect the procurement system and the ERP.",
        )
    with play.on(TARGETS, 14):
        need, _ = changes.missing(change)
        play.approve(change, *("approver_a", "approver_b")[: need.approvals])
    with play.on(TARGETS + 2, 15):
        changes.apply_due()
        import_string("publishing.demo.open_doors")(by=play.people["integrator"])


def _of_targets(what: str) -> list[PartSpec]:
    """Targets are the other package's; it is named only by string."""
    specs: list[PartSpec] = import_string(f"publishing.demo.{what}")()
    return specs


def organise(play: Play) -> None:
    """Cost centers, projects, tax codes."""
    plans: tuple[tuple[int, Any, str, str], ...] = (
        (
            CENTERS,
            organisation.cost_centers(play.random),
            "Cost center hierarchy",
            "Standard hierarchy of the group.",
        ),
        (
            TAXES,
            taxes.tax_codes(),
            "Tax codes of six countries",
            "As the tax department lists them.",
        ),
    )
    for day, specs, title, reason in plans:
        play.settle(day, 9, specs, by="steward", title=title, reason=reason)
    centers = CostCenter.objects.filter(code__regex=r"^[A-Z]{2}\d{8}$").order_by("code")
    rows = [(str(c.golden_id), c.company_code) for c in centers]
    specs = list(organisation.projects(play.random, rows, play.today))
    play.settle(
        PROJECTS + 5, 9, specs, by="steward", title="Running projects", reason="Project register."
    )


def first_lists(play: Play, lists: sources.Sources) -> None:
    """The ERP's vendors under dual control of the file, then the procurement system's suppliers."""
    with play.on(FIRST_LIST):
        run = play.upload(
            "erp", "vendors_full_export.csv", lists.erp(), sources.ERP_COLUMNS, by="steward"
        )
        run = play.run(run)
    _approve_payment(play, FIRST_LIST, run)
    with play.on(SECOND_LIST):
        run = play.upload(
            "procurement",
            "suppliers_2025.csv",
            lists.procurement(),
            sources.PROCUREMENT_COLUMNS,
            by="integrator",
        )
        run = play.run(run)
    with play.on(SECOND_LIST, 16):
        if run.change is not None:
            play.approve(run.change, "approver_b", comment="Sample of 20 rows checked.")


def _approve_payment(play: Play, day: int, run: ImportRun) -> None:
    if run.change is None:
        return
    with play.on(day, 14):
        play.approve(run.change, "approver_a", comment="Control total agrees with the ERP.")
    with play.on(day + 1, 9):
        run.change.refresh_from_db()
        play.approve(run.change, "approver_b", comment="Control total agrees with the ERP.")
    with play.on(day + 3, 10):
        changes.apply_due()


def review_duplicates(play: Play) -> None:
    """A steward says of some waiting records what they are; the others are still waiting."""
    steward = play.people["steward"]
    pairs = _of_matching("waiting_pairs")(steward)
    for n, pair in enumerate(pairs[:RESOLVED]):
        verdict = "different" if n % 5 == 4 else "same"
        with play.on(REVIEW + n, 10):
            change = _of_matching(verdict)(pair, steward)
        if change is not None:
            with play.on(REVIEW + n, 15):
                play.approve(change, play.approver())


def _of_matching(what: str) -> Callable[..., Any]:
    """Duplicates are the other package's; it is named only by string."""
    found: Callable[..., Any] = import_string(f"matching.demo.{what}")
    return found
