"""What a person may do with a change, as buttons that ask once more."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from mdm import changes, permissions, seams
from mdm.changes import overtaken, undoing
from mdm.models import Change
from mdm.web.page import panel_url, propose_right
from mdm.web.standing import Standing

State = Change.State
Step = dict[str, Any]


def decisions(change: Change, now: Standing, *, fails: int, following: str) -> list[Step]:
    """The verdicts that are this person's to give; none when none are."""
    hidden = [("content_hash", change.content_hash), ("next", following)]
    steps = [_approve(change, now, fails), _ask(change)] if now.may_approve else []
    if now.may_reject:
        steps.append(_reject(change))
    return [step | {"hidden": hidden} for step in steps]


def _approve(change: Change, now: Standing, fails: int) -> Step:
    last = now.missing == 1
    after = f"then waits {now.need.cooling_hours} hours" if now.need.cooling_hours else "is applied"
    if change.effective_from and not now.need.cooling_hours:
        after = f"takes effect on {change.effective_from:%-d %b %Y}"
    ends = f"Yours is the last approval: it {after}." if last else "One more person must approve."
    label = "Why, although a check fails" if fails else "Comment"
    return {
        "id": "approve",
        "button": "Approve",
        "icon": "check",
        "key": "a",
        "primary": True,
        "title": f"Approve {change.number}?",
        "said": f"{change.title}. Risk {change.risk}. {now.need.sentence} {ends}",
        "url": reverse("change-decide", args=[change.number, "approve"]),
        "comment_label": label,
        "comment_needed": bool(fails),
    }


def _ask(change: Change) -> Step:
    return {
        "id": "ask",
        "button": "Request changes",
        "key": "r",
        "title": f"Ask for changes of {change.number}?",
        "said": "Its author edits it and submits it again; approvals so far fall with the edit.",
        "action": "Request changes",
        "url": reverse("change-decide", args=[change.number, "ask"]),
        "comment_label": "What should change",
        "comment_needed": True,
    }


def _reject(change: Change) -> Step:
    stops = change.state != State.SUBMITTED
    return {
        "id": "reject",
        "button": "Stop it" if stops else "Reject",
        "bad": True,
        "title": f"{'Stop' if stops else 'Reject'} {change.number}?",
        "said": "It ends here, and nothing is written. What was said stays.",
        "url": reverse("change-decide", args=[change.number, "reject"]),
        "comment_label": "Why",
        "comment_needed": True,
    }


def own(change: Change, user: Any, *, following: str = "") -> dict[str, Any]:
    """What its authors may do: edit, submit, take it back."""
    wrote = change.authors.filter(user_id=user.pk).exists()
    may_withdraw = wrote and State.WITHDRAWN in changes.TRANSITIONS[change.state]
    url = reverse("change-withdraw", args=[change.number])
    may_edit = wrote and change.part_count == 1 and not overtaken.is_planned(change)
    return {
        "edit_url": edit_url(change, 0) if may_edit else "",
        "submit_url": reverse("change-submit", args=[change.number])
        if wrote and change.state in (State.DRAFT, State.ASKED)
        else "",
        "withdraw": {"url": url, "hidden": [("next", following)]} if may_withdraw else None,
        "wrote": wrote,
        "take_up_url": reverse("change-take-up", args=[change.number])
        if change.state == State.PARTLY_APPLIED and _may_propose(change, user)
        else "",
    }


def undo_url(change: Change, user: Any) -> str:
    """Where an applied change is taken back; "" for those who may not, or when it cannot be."""
    may = not undoing.refusal(change) and _may_propose(change, user)
    return reverse("change-undo", args=[change.number]) if may else ""


def _may_propose(change: Change, user: Any) -> bool:
    """Whether the person may propose what the change proposes."""
    subjects = change.parts.values_list("subject", flat=True).distinct().order_by()
    return all(permissions.may(user, propose_right(seams.subject(code)), code) for code in subjects)


def edit_url(change: Change, position: int) -> str:
    """Where a part is edited; "" when it cannot be any more."""
    if change.state not in changes.EDITABLE:
        return ""
    url = panel_url("change-edit", (change.number,))
    return f"{url}?part={position}" if url and position else url


def safe_next(request: HttpRequest, wanted: str) -> str:
    """An address of this site to go on to; "" for any other."""
    own_site = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and own_site else ""
