"""One delivery: its way from approved to landed, each try with what was said, and the next step."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import history, links, permissions
from mdm.domains import DOMAINS
from mdm.errors import Conflict, Invalid, MdmError, NotFound
from mdm.queries import differences
from mdm.web.forms import DressedForm
from mdm.web.forms import said as said_with
from mdm.web.page import page
from publishing import mending, monitor, preparing
from publishing import replay as replaying
from publishing.models import Attempt, Replica
from publishing.replay import Which
from publishing.web import exchanges, words

State = Replica.State
TABS = {State.DEAD: "Dead letters", State.BLOCKED: "Blocked", State.MANUAL: "Manual tasks"}
TONES = {"Approved": ("change", ""), "Sent": ("publish", ""), "Done by hand": ("user", "ok")}


class DoneForm(DressedForm):
    """What a person has done in the target themselves."""

    key = forms.CharField(
        label="Their key",
        required=False,
        max_length=200,
        help_text="What the target calls it, such as TAXD V1.",
    )
    note = forms.CharField(
        label="What you did",
        max_length=300,
        help_text="And where it can be seen: a ticket, a transport, a screenshot's name.",
    )


def found(user: Any, pk: UUID) -> Replica:
    """A delivery the person may see. Raises `NotFound`."""
    replica = monitor.find(pk, by=user)
    if replica is None:
        raise NotFound("There is no such delivery, or none that you may see.")
    return replica


@page
def delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything known of one delivery."""
    return _shown(request, found(request.user, pk), DoneForm())


def _shown(
    request: HttpRequest, replica: Replica, form: DoneForm, status: int = 200
) -> HttpResponse:
    detail = monitor.detail(replica)
    kind = DOMAINS[replica.domain]
    may = permissions.may(request.user, "publish", replica.domain)
    attempt = _chosen(request, detail.attempts)
    context = {
        "replica": replica,
        "kind": kind,
        "detail": detail,
        "crumbs": _crumbs(replica),
        "record_url": links.record(kind, replica.golden_id),
        "target_url": reverse("target", args=[replica.target.code]),
        "sentence": mending.sentence(replica, clock=words.clock),
        "key": monitor.main_key(replica),
        "keys": words.keys_of(replica),
        "steps": list(_steps(detail)),
        "may_publish": may,
        "form": form,
        "lane": Replica.Lane(replica.lane).label,
        **_try(request, replica, attempt),
        **(_again(replica, detail.attempts) if may else {}),
        **_what_may_be_done(replica, may),
    }
    return render(request, "publishing/delivery.html", context, status=status)


def _crumbs(replica: Replica) -> list[tuple[str, str]]:
    above = TABS.get(State(replica.state), "Deliveries")
    state = replica.state if replica.state in TABS else ""
    return [("Publishing", reverse("publishing")), (above, words.list_url(state=state))]


def _what_may_be_done(replica: Replica, may: bool) -> dict[str, bool]:
    state = State(replica.state)
    at_rest = state not in (*replaying.UNDER_WAY, State.LANDED, State.SKIPPED)
    return {
        "may_replay": may
        and state not in (*replaying.UNDER_WAY, State.MANUAL)
        and replica.wanted_version > 0,
        "may_discard": may and at_rest,
        "may_be_done": may and state == State.MANUAL,
    }


def _chosen(request: HttpRequest, attempts: tuple[Attempt, ...]) -> Attempt | None:
    """The try that is looked at: the one asked for, else the last."""
    asked = request.GET.get("try", "")
    if not asked:
        return attempts[-1] if attempts else None
    for attempt in attempts:
        if str(attempt.number) == asked:
            return attempt
    raise NotFound(f"This delivery has no try {asked[:10]}.")


def _try(request: HttpRequest, replica: Replica, attempt: Attempt | None) -> dict[str, Any]:
    """One try with the tab that is open."""
    shown = request.GET.get("show", "sent" if attempt and attempt.exchanges else "trace")
    if shown not in dict(exchanges.PARTS):
        raise Invalid(shown, f"one of {', '.join(code for code, _ in exchanges.PARTS)}")
    number = f"try={attempt.number}&" if attempt else ""
    made = exchanges.rendered(replica, attempt) if shown == "trace" else None
    return {
        "attempt": attempt,
        "took": words.lag(attempt.finished_at - attempt.started_at)
        if attempt and attempt.finished_at
        else "",
        "show": shown,
        "parts": [
            {"label": label, "url": f"?{number}show={code}#try", "current": code == shown}
            for code, label in exchanges.PARTS
            if attempt or code == "trace"
        ],
        "exchanges": exchanges.exchanges(attempt)
        if attempt and shown in ("sent", "answer")
        else [],
        "canonical": exchanges.canonical(attempt) if attempt and shown == "canonical" else "",
        "lines": exchanges.lines(replica.domain, made),
        "is_same_mapping": attempt is None or exchanges.is_same_mapping(replica, attempt),
        "is_erased": shown == "trace" and made is None,
    }


def _steps(detail: monitor.Detail) -> Iterator[dict[str, Any]]:
    """The timeline as its component takes it."""
    for step in detail.timeline:
        icon, tone = TONES.get(step.label, ("s-half", "info"))
        attempt, said = step.attempt, ""
        if attempt is not None and step.label != "Sent":
            paint = next((p for p, many in words.PAINTS.items() if attempt.outcome in many), "idle")
            tone = paint
            icon = {"ok": "s-ok", "warn": "retry", "bad": "s-bad", "info": "s-half"}[paint]
            if attempt.exchanges:  # else the words are ours, and are in the sentence
                said = "\n".join(e["message"] for e in attempt.errors if e.get("message"))
        if attempt is None and step.label not in TONES:
            icon, tone = "s-wait", ""
        yield {
            "icon": icon,
            "tone": tone,
            "who": step.label,
            "what": step.sentence,
            "when": step.at,
            "url": f"?try={attempt.number}#try" if attempt and step.label == "Sent" else "",
            "link": "Show it",
            "note": f"{words.lag(step.after)} later" if step.after else "",
            "said": said if said.strip(" .") not in step.sentence else "",
        }


def _again(replica: Replica, attempts: tuple[Attempt, ...]) -> dict[str, Any]:
    """What sending it again would do: which version, what moved since, what the target does."""
    event = replica.wanted_event
    if event is None:
        return {}
    last = attempts[-1] if attempts else None
    made = exchanges.rendered(replica, None)
    is_newer = last is not None and last.version < replica.wanted_version
    return {
        "is_newer": is_newer,
        "last": last,
        "moved": _moved(replica, last.version) if is_newer and last else [],
        "problems": exchanges.problems(replica.domain, made),
        "requests": made.requests if made else (),
        "again_key": preparing.idempotency_key(replica.target, event),
        "effect": _effect(replica, was_sent=any(a.exchanges for a in attempts)),
    }


def _moved(replica: Replica, version: int) -> list[differences.Row]:
    kind = DOMAINS[replica.domain]
    pairs = history.compare(kind, replica.golden_id, version, replica.wanted_version)
    patch = {pair["path"]: pair["after"] for pair in pairs}
    return differences.rows(kind, patch, {pair["path"]: pair["before"] for pair in pairs})


def _effect(replica: Replica, *, was_sent: bool) -> str:
    """What the target will do with it."""
    name, key = replica.target.name, monitor.main_key(replica)
    if replica.state == State.MANUAL:
        return f"{name} has no way to write it; it becomes a task for a person again."
    if key:
        return f"{name} knows it as {key} and updates that. No second record is made."
    if replica.is_in_doubt and was_sent:
        return f"{name} may have it already, so it is looked up first. No second record is made."
    return f"{name} does not have it yet. It is looked up by our number first, then created."


@require_POST
@page
def delivery_replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send it again."""
    replica = found(request.user, pk)
    permissions.require(request.user, "publish", replica.domain)
    which = request.POST.get("which", Which.CURRENT)
    if which not in list(Which):
        raise Invalid(which, "current or same")
    try:
        count = replaying.replay(
            Replica.objects.filter(pk=replica.pk),
            by=request.user,
            which=Which(which),
            overwrite=request.POST.get("overwrite") == "on",
            because=said_with(request.POST, 300),
        )
    except MdmError as error:
        messages.error(request, str(error))
    else:
        replica.refresh_from_db()
        queued = "It is queued." if replica.state == State.READY else "It is held back for now."
        none = "Nothing was sent: it is under way already, or a newer version is wanted."
        (messages.success if count else messages.warning)(request, queued if count else none)
    return redirect("delivery", pk=pk)


@require_POST
@page
def delivery_discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it up, with a reason."""
    replica = found(request.user, pk)
    permissions.require(request.user, "publish", replica.domain)
    try:
        replaying.discard(replica, by=request.user, because=said_with(request.POST, 300))
    except MdmError as error:
        messages.error(request, str(error))
    else:
        words_ = f"{replica.target.name} stays without this version; its next one is sent again."
        messages.success(request, words_)
    return redirect("delivery", pk=pk)


@require_POST
@page
def delivery_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody has maintained it in the target by hand."""
    replica = found(request.user, pk)
    permissions.require(request.user, "publish", replica.domain)
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            replaying.done_by_hand(replica, by=request.user, **form.cleaned_data)
        except Conflict as error:
            form.add_error("key", str(error))
        except MdmError as error:
            messages.error(request, str(error))
            return redirect("delivery", pk=pk)
    if not form.is_valid():
        return _shown(request, replica, form, status=400)
    messages.success(request, f"{replica.target.name} counts as having it now.")
    return redirect("delivery", pk=pk)
