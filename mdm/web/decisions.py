"""What people do with a change: approve, reject, ask, comment, submit, take back, take up, look.

Each button sends the hash of the content that its page showed. What cannot be done is said on the
page of the change, with what was entered still there.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mdm import changes, ledger, links, permissions, vault
from mdm.errors import Conflict, Invalid, MdmError, NotAllowed, NotFound
from mdm.models import Change, Review
from mdm.web.change_page import Failed, find, show, whole_number
from mdm.web.change_steps import safe_next
from mdm.web.change_voices import label_of
from mdm.web.forms import DressedForm
from mdm.web.page import page
from mdm.web.standing import NOTHING_WRITTEN, in_words, wrote_nothing

State, Verdict = Change.State, Review.Verdict
DECISIONS = {"approve": Verdict.APPROVE, "ask": Verdict.ASK, "reject": Verdict.REJECT}
NOT_READ = "none"
"""Stands for the content of a form that does not say what its sender read."""
STATUS: tuple[tuple[type[MdmError], int], ...] = ((NotAllowed, 403), (Conflict, 409))


class SaidForm(DressedForm):
    """What comes with every button: a comment, what was read, and where to go on."""

    comment = forms.CharField(required=False)
    content_hash = forms.CharField(required=False, max_length=64)
    path = forms.CharField(required=False, max_length=120)
    next = forms.CharField(required=False, max_length=2000)


def _said(request: HttpRequest) -> dict[str, str]:
    form = SaidForm(request.POST)
    if not form.is_valid():
        name, wrong = next(iter(form.errors.items()))
        raise Invalid(str(request.POST.get(name, "")), f"a {name}", str(wrong[0]))
    said: dict[str, str] = form.cleaned_data
    return said


@require_POST
@page
def change_decide(request: HttpRequest, number: str, verdict: str) -> HttpResponse:
    """Approve it, reject it, or ask for changes."""
    found, said = find(request.user, number), _said(request)
    try:
        found = changes.decide(
            found,
            DECISIONS[verdict],
            by=request.user,
            comment=said["comment"],
            content_hash=said["content_hash"] or NOT_READ,
        )
    except MdmError as error:
        return _failed(request, number, error, said["comment"])
    _tell(request, found, DECISIONS[verdict])
    return redirect(safe_next(request, said["next"]) or links.change(number))


def _failed(
    request: HttpRequest, number: str, error: MdmError, comment: str = "", tab: str = "changes"
) -> HttpResponse:
    """The page of the change as it is now, with what went wrong and what was entered."""
    found = find(request.user, number)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 422)
    said = str(error)
    if said.startswith("It is ") and (last := _last(found)):
        said = f"{said} {last}"
    return show(request, found, tab, failed=Failed(said, comment, tab != "changes", status))


def _last(found: Change) -> str:
    """Who decided while somebody else was still reading."""
    review = found.reviews.exclude(verdict=Verdict.COMMENT).select_related("by").last()
    if review is None:
        return ""
    who = review.by.get_full_name() or review.by.get_username()
    return f"{who} was faster: {review.get_verdict_display().lower()}."


def _tell(request: HttpRequest, found: Change, verdict: str) -> None:
    number = found.number
    if verdict == Verdict.REJECT:
        messages.success(request, f"{number} is rejected; nothing is written.")
    elif verdict == Verdict.ASK:
        messages.success(request, f"{number} goes back to its author with your question.")
    elif found.state in (State.CONFLICTED, State.PARTLY_APPLIED):
        word = found.get_state_display().lower()
        messages.warning(request, f"{number} is approved, but it is {word}: the page says why.")
    elif found.state == State.SUBMITTED:
        people = "person" if (count := changes.missing(found)[1]) == 1 else "people"
        messages.success(request, f"You approved {number}; {in_words(count)} more {people} must.")
    else:
        messages.success(request, f"{number} is approved. {_next_step(found)}")


def _next_step(found: Change) -> str:
    match found.state:
        case State.COOLING:
            return "It cools off before anything is written."
        case State.SCHEDULED:
            return f"It takes effect on {found.effective_from:%-d %b %Y}."
        case State.APPLYING:
            return "A worker writes it now."
        case State.APPLIED if wrote_nothing(found):
            return NOTHING_WRITTEN
        case _:
            return "It is written, and on its way to the targets."


@require_POST
@page
def change_comment(request: HttpRequest, number: str) -> HttpResponse:
    """Say something about the change, or about one of its values."""
    found, said = find(request.user, number), _said(request)
    path = said["path"]
    if path and not label_of(found, path):
        raise Invalid(path, "a value of this change")
    try:
        changes.decide(found, Verdict.COMMENT, by=request.user, comment=said["comment"], path=path)
    except MdmError as error:
        return _failed(request, number, error, said["comment"], "conversation")
    messages.success(request, "Your comment is in the conversation.")
    return redirect(links.change(number) + ("" if path else "conversation/"))


@require_POST
@page
def change_submit(request: HttpRequest, number: str) -> HttpResponse:
    """Put it before its reviewers, after an edit again."""
    found = find(request.user, number)
    try:
        found = changes.submit_explained(found, by=request.user)
    except MdmError as error:
        return _failed(request, number, error)
    need = found.policy.get("sentence", "")
    messages.success(request, f"{number} is submitted. It needs: {need}")
    return redirect(links.change(number))


@require_POST
@page
def change_rework(request: HttpRequest, number: str) -> HttpResponse:
    """Work out anew what would flip by a change of rules."""
    found = find(request.user, number)
    try:
        changes.work_out_anew(found, by=request.user)
    except MdmError as error:
        return _failed(request, number, error)
    messages.success(request, f"{number} holds what would flip now; approvals so far are void.")
    return redirect(links.change(number))


@require_POST
@page
def change_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take it back before it is applied."""
    found, said = find(request.user, number), _said(request)
    try:
        changes.withdraw(found, by=request.user)
    except MdmError as error:
        return _failed(request, number, error)
    messages.success(request, f"{number} is withdrawn; nothing is written.")
    return redirect(safe_next(request, said["next"]) or links.change(number))


@require_POST
@page
def change_rebase(request: HttpRequest, number: str) -> HttpResponse:
    """Take a change in conflict up again, with a choice for each value that moved."""
    found = find(request.user, number)
    choices = {
        name.removeprefix("take:"): value
        for name, value in request.POST.items()
        if name.startswith("take:") and value in ("ours", "theirs")
    }
    try:
        changes.rebase(found, choices, by=request.user)
    except MdmError as error:
        return _failed(request, number, error)
    messages.success(request, f"{number} is taken up again, against what is there now.")
    return redirect(links.change(number))


@require_POST
@page
def change_take_up(request: HttpRequest, number: str) -> HttpResponse:
    """Draft anew what a partly applied change could not write."""
    found = find(request.user, number)
    try:
        fresh = changes.take_up(found, by=request.user)
    except MdmError as error:
        return _failed(request, number, error)
    messages.success(request, f"{fresh.number} holds what {number} could not write. Submit it.")
    return redirect(links.change(fresh.number))


@require_POST
@page
def change_reveal(request: HttpRequest, number: str) -> HttpResponse:
    """The page with one part's secret values shown, once; the ledger notes who looked."""
    found = find(request.user, number)
    position = whole_number(request.POST.get("part", "")) - 1
    part = found.parts.filter(position=position).first()
    if part is None:
        raise NotFound(f"{found.number} has no such part.")
    codes = [code for code in part.company_codes.split(",") if code]
    permissions.require(request.user, "reveal", part.subject, codes)
    _note_look(request.user, found, part)
    return show(request, found, revealed=(part.position,))


def _note_look(user: Any, found: Change, part: Any) -> None:
    secret = [p for p, v in part.patch.items() if _holds_secret(v)]
    ledger.append(
        "change.revealed",
        person=user.get_username(),
        subject=found.number,
        correlation_id=found.correlation_id,
        part=str(part.position),
        paths=", ".join(secret),
        channel="page",
    )


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(vault.is_sealed(v) for v in value.values())
    return vault.is_sealed(value)
