"""Targets: how each is set up and fares, whether its credentials open the door, its history."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import history, ledger, permissions, vault
from mdm.domains import DOMAINS
from mdm.domains.values import read
from mdm.errors import MdmError, Refused
from mdm.models import LedgerEntry
from mdm.queries.words import Words
from mdm.templatetags.formats import span
from mdm.web.forms import DressedForm
from mdm.web.page import page, panel_url
from mdm.web.versions import timeline
from publishing import figures, sentences, standing, targets
from publishing.addresses import AddressRefused
from publishing.connectors.base import Outcome, Support
from publishing.models import Target
from publishing.preparing import context_for
from publishing.targets import TARGETS
from publishing.web import exchanges, overview, words

SUPPORT = {
    Support.WRITE: "written",
    Support.FILE: "by file",
    Support.MANUAL: "by a person",
    Support.READ_ONLY: "only read",
}
SHOWN_VERSIONS, SHOWN_ACTS = 10, 8
ACTS = {
    "target_paused": "paused it",
    "target_resumed": "resumed it",
    "target_suspended": "suspended it",
    "target_credentials": "set its credentials",
    "target_tested": "tested it",
}
FIELDS = {
    "sap-s4hana": (("username", "User"), ("password", "Password")),
    "coupa": (("client_id", "Client id"), ("client_secret", "Client secret")),
}


class CredentialsForm(DressedForm):
    """What opens a target's door; written, never shown."""

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FIELDS.get(target.connector, (("token", "Token"),)):
            is_secret = name not in ("username", "client_id")
            widget = forms.PasswordInput if is_secret else forms.TextInput
            self.fields[name] = forms.CharField(
                label=label,
                max_length=500,
                widget=widget(attrs={"autocomplete": "off", "class": "form-control"}),
            )


@page
def target_list(request: HttpRequest) -> HttpResponse:
    """Every target with how it fares."""
    permissions.require(request.user, "see")
    rows = overview.target_rows(request.user, figures.health(by=request.user))
    others = Target.objects.exclude(status="active").order_by("code")
    context = {
        "rows": rows,
        "others": others,
        "new_url": panel_url("reference-new", (TARGETS.path,))
        if permissions.may(request.user, "govern")
        else "",
    }
    return render(request, "publishing/target_list.html", context)


@page
def target(request: HttpRequest, code: str) -> HttpResponse:
    """One target: settings, health, what it takes, history."""
    return _shown(request, targets.find(code))


def _shown(
    request: HttpRequest,
    row: Target,
    *,
    form: CredentialsForm | None = None,
    tested: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    permissions.require(request.user, "see")
    health = next((h for h in figures.health(by=request.user) if h.target.pk == row.pk), None)
    shown = overview.target_rows(request.user, [health]) if health else []
    versions = history.versions(TARGETS, row.pk)
    may_publish = targets.may_run(request.user, row)
    context = {
        "target": row,
        "crumbs": [("Targets", reverse("target-list"))],
        "row": shown[0] if shown else None,
        "groups": _groups(row),
        "options": sorted(targets.options(row).items()),
        "takes": _takes(row),
        "connector": targets.connector(row).label,
        "limits": targets.limits(row),
        "lease": span(targets.lease(row)),
        "entries": timeline(TARGETS, row.pk, versions[:SHOWN_VERSIONS]),
        "version_count": len(versions),
        "history_url": panel_url("reference-row-history", (TARGETS.path, row.pk)),
        "propose_url": panel_url("reference-row-propose", (TARGETS.path, row.pk))
        if permissions.may(request.user, "govern")
        else "",
        "may_publish": may_publish,
        "has_credentials": bool(targets.state(row).credentials),
        "form": (form or CredentialsForm(target=row)) if may_publish else None,
        "tested": tested,
        "acts": _acts(row),
    }
    return render(request, "publishing/target.html", context, status=status)


def _groups(row: Target) -> list[dict[str, Any]]:
    """Its values in words, group by group."""
    values = vault.mask_values(TARGETS, read(TARGETS, row))
    say = Words(TARGETS).learn(values)
    groups: dict[str, list[dict[str, Any]]] = {}
    for attribute in TARGETS.attributes:
        value = values.get(attribute.code) or ""
        is_set = "Empty" in attribute.help and not value
        shown = "all" if is_set else say.say(attribute, value)
        is_flag = attribute.code == "takes_bank_data"
        groups.setdefault(attribute.group, []).append(
            {
                "label": attribute.label,
                "value": shown or ("No" if is_flag else ""),
                "is_code": attribute.code in ("code", "address", "system"),
                "hint": attribute.help if is_set else "",
            }
        )
    return [{"label": label, "fields": fields} for label, fields in groups.items()]


def _takes(row: Target) -> list[dict[str, Any]]:
    """Per domain how it is written, and where its deliveries are."""
    found = []
    for domain in DOMAINS.values():
        support = targets.connector(row).supports(domain.code)
        taken = targets.takes_domain(row, domain.code)
        said = SUPPORT[support] if support else "it has no place for them"
        found.append(
            {
                "label": domain.plural,
                "icon": domain.icon,
                "said": said if taken or not support else "left out by its filter",
                "taken": taken,
                "url": words.list_url(target=row.code, domain=domain.code) if taken else "",
            }
        )
    return found


def _acts(row: Target) -> list[dict[str, Any]]:
    """What was done with it lately: paused, resumed, tested, credentials set."""
    rows = LedgerEntry.objects.filter(kind__in=ACTS, subject=row.code).order_by("-id")
    return [
        {
            "person": entry.person,
            "said": ACTS[entry.kind],
            "at": entry.at,
            "why": entry.facts.get("reason") or entry.facts.get("why") or "",
        }
        for entry in rows[:SHOWN_ACTS]
    ]


@require_POST
@page
def target_test(request: HttpRequest, code: str) -> HttpResponse:
    """Knock at its door: nothing is changed there."""
    row = targets.find(code)
    targets.require_run(request.user, row)
    return _shown(request, row, tested=_knock(row, request.user))


def _knock(row: Target, user: Any) -> dict[str, Any]:
    try:
        talked = targets.connector(row).test(context_for(row), targets.channel(row))
    except AddressRefused as error:
        return {"is_good": False, "said": str(error), "exchanges": []}
    is_good = talked.outcome is Outcome.OK
    said = sentences.said(talked.errors) or f"It ended as {talked.outcome.value.replace('_', ' ')}."
    ledger.append(
        "target_tested",
        person=user.get_username(),
        subject=row.code,
        outcome=talked.outcome.value,
    )
    return {
        "is_good": is_good,
        "said": f"{row.name} lets us in." if is_good else said,
        "exchanges": [exchanges.of(each) for each in talked.exchanges],
    }


@require_POST
@page
def target_credentials(request: HttpRequest, code: str) -> HttpResponse:
    """Set its credentials, and knock with them."""
    row = targets.find(code)
    targets.require_run(request.user, row)
    form = CredentialsForm(request.POST, target=row)
    if not form.is_valid():
        return _shown(request, row, form=form, status=400)
    try:
        standing.set_credentials(row, form.cleaned_data, by=request.user)
    except (MdmError, Refused) as error:
        messages.error(request, str(error))
        return redirect("target", code=row.code)
    messages.success(request, "The credentials are kept, encrypted; nobody can read them here.")
    return _shown(request, row, tested=_knock(row, request.user))
