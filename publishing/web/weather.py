"""What an operator of a demo does to the simulators: let things go wrong, enter a tax code."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from mdm import ledger, permissions
from mdm.errors import NotAllowed, NotFound
from mdm.web.forms import DressedForm
from mdm.web.page import page
from publishing.twins.control import Control, Refused, Unreachable
from publishing.twins.faults import KINDS

TWINS = ("coupa", "s4")


class FaultForm(DressedForm):
    """What a simulator is to do wrong."""

    rate = forms.IntegerField(
        label="Requests that go wrong (%)", min_value=0, max_value=100, initial=0
    )
    kinds = forms.MultipleChoiceField(
        label="How",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, kind.replace("_", " ").capitalize()) for kind in KINDS],
    )
    only_writes = forms.BooleanField(label="Only requests that write", required=False)
    down = forms.BooleanField(label="Down: 503 to everything", required=False)
    per_second = forms.FloatField(
        label="Requests a second (0 is no limit)",
        min_value=0,
        max_value=10_000,
        initial=0,
    )

    @classmethod
    def of(cls, plan: Mapping[str, Any], **kwargs: Any) -> "FaultForm":
        """The form as it is set now."""
        now = {
            "rate": round(100 * float(plan.get("rate") or 0)),
            "kinds": list(plan.get("kinds") or ()),
            "only_writes": bool(plan.get("only_writes")),
            "down": bool(plan.get("down")),
            "per_second": plan.get("per_second") or 0,
        }
        return cls(initial=now, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Something that goes wrong goes wrong somehow."""
        said = super().clean() or {}
        if said.get("rate") and not said.get("kinds"):
            self.add_error("kinds", "Choose at least one way in which they go wrong.")
        return said


class TaxCodeForm(DressedForm):
    """A tax code as a person enters it in S/4HANA."""

    procedure = forms.CharField(label="Procedure", max_length=6, initial="TAXD")
    code = forms.CharField(label="Code", max_length=2)
    name = forms.CharField(label="Name", max_length=50)


def control() -> Control:
    """The simulators of this installation."""
    host, port = settings.MDM_TWINS_LISTEN
    return Control(f"http://{host}:{port}")


def _require_demo(user: Any) -> None:
    permissions.require(user, "publish")
    if not settings.MDM_DEMO:
        raise NotAllowed("Simulators are changed by hand only in a demo.")


@require_POST
@page
def simulator_faults(request: HttpRequest, twin: str) -> HttpResponse:
    """Let a simulator fail, or stop failing."""
    _require_demo(request.user)
    if twin not in TWINS:
        raise NotFound(f"There is no simulator {twin!r}.")
    form = FaultForm(request.POST, prefix=twin)
    if not form.is_valid():
        said = "; ".join(f"{form.fields[n].label}: {e[0]}" for n, e in form.errors.items())
        messages.error(request, f"Nothing was changed. {said}")
        return redirect("simulator-list")
    plan = dict(form.cleaned_data)
    plan |= {"rate": plan["rate"] / 100, "kinds": plan["kinds"] or list(KINDS)}
    try:
        control().set_faults(twin, **plan)
    except (Unreachable, Refused) as error:
        messages.error(request, str(error))
    else:
        ledger.append(
            "simulator_faults",
            person=request.user.get_username(),
            subject=twin,
            rate=str(plan["rate"]),
            down="true" if plan["down"] else "",
        )
        messages.success(request, "Set. It counts from the next request on.")
    return redirect("simulator-list")


@require_POST
@page
def simulator_tax_code(request: HttpRequest) -> HttpResponse:
    """Enter a tax code in S/4HANA, as a person there would."""
    _require_demo(request.user)
    form = TaxCodeForm(request.POST)
    if not form.is_valid():
        said = "; ".join(f"{form.fields[n].label}: {e[0]}" for n, e in form.errors.items())
        messages.error(request, f"Nothing was entered. {said}")
        return redirect("simulator-list")
    try:
        held = control().enter_tax_code(**form.cleaned_data)
    except (Unreachable, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"S/4HANA has {held.key} now.")
    return redirect("simulator-list")
