"""What the simulators hold: their objects, their log, and whether anything is there twice."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import links, permissions
from mdm.domains import DOMAINS
from mdm.errors import NotAllowed, NotFound
from mdm.web.forms import DressedForm
from mdm.web.page import page
from publishing.connectors import masking
from publishing.twins.control import Control, HeldObject, LogEntry, Refused, TwinState, Unreachable
from publishing.web.exchanges import readable
from publishing.web.weather import FaultForm, TaxCodeForm, control

PER_PAGE = 25
LINES = 25
LONGEST_PATH = 56
WINDOW = 400  # of the newest lines of the log, the ones that are looked through


class LookForm(DressedForm):
    """What to look for in a simulator."""

    q = forms.CharField(
        label="Code, key or contents",
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {
            "aria-label": "Search code, key or contents",
            "placeholder": "Code, key or contents",
        }


class Objects(Sequence[HeldObject]):
    """What a simulator has of a domain, fetched page by page."""

    def __init__(self, twins: Control, twin: str, domain: str, search: str) -> None:
        self._page = lambda limit, offset: twins.objects(
            twin, domain, search=search, limit=limit, offset=offset
        )
        self._total = self._page(1, 0).total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            start, stop, _ = at.indices(self._total)
            return list(self._page(stop - start, start).objects) if stop > start else []
        return self._page(1, at).objects[0]


def require_whole(user: Any, domain: str) -> None:
    """Simulators know no company codes: who sees one sees all it holds of a domain."""
    permissions.require(user, "see", domain)
    if permissions.seen_company_codes(user, domain) is not None:
        label = DOMAINS[domain].plural.lower()
        raise NotAllowed(
            f"A simulator shows the {label} of every company code. It takes a role for all of them."
        )


def seen(user: Any) -> list[str]:
    """The domains of which the person may look into simulators."""
    return [
        code
        for code in DOMAINS
        if permissions.may(user, "see", code) and permissions.seen_company_codes(user, code) is None
    ]


@page
def simulator_list(request: HttpRequest) -> HttpResponse:
    """Every simulator: how much it holds, what is doubled, what is set to go wrong."""
    permissions.require(request.user, "see")
    mine = seen(request.user)
    if not mine:
        require_whole(request.user, next(iter(DOMAINS)))
    may_set = settings.MDM_DEMO and permissions.may(request.user, "publish")
    is_whole = len(mine) == len(DOMAINS)
    only = request.GET.get("twin", "")
    try:
        known = control().state()
        if only and only not in known:
            raise NotFound(f"There is no simulator {only[:40]!r}.")
        log = newest(control(), twin=only) if is_whole else []
    except Unreachable as error:
        return _unreachable(request, error)
    context = {
        "twins": [_twin(name, state, mine, may_set=may_set) for name, state in known.items()],
        "log": log,
        "only": only,
        "is_whole": is_whole,
        "may_set": may_set,
        "tax_form": TaxCodeForm() if may_set and "tax_code" in mine else None,
    }
    return render(request, "publishing/simulators.html", context)


def _unreachable(request: HttpRequest, error: Unreachable) -> HttpResponse:
    return render(request, "publishing/simulators_off.html", {"said": str(error)})


def _twin(name: str, state: TwinState, mine: Sequence[str], *, may_set: bool) -> dict[str, Any]:
    doubled = {d: codes for d, codes in state.doubled.items() if codes and d in mine}
    return {
        "name": name,
        "label": state.label,
        "domains": [
            {
                "name": DOMAINS[code].plural,
                "icon": DOMAINS[code].icon,
                "number": count,
                "note": "held",
                "url": reverse("simulator", args=[name, code]),
            }
            for code, count in state.objects.items()
            if code in mine
        ],
        "checked": ", ".join(sorted(DOMAINS[d].plural.lower() for d in state.doubled if d in mine)),
        "doubled": [
            (DOMAINS[d].plural, ", ".join(codes[:20])) for d, codes in sorted(doubled.items())
        ],
        "goes_wrong": goes_wrong(state.faults),
        "faults_form": FaultForm.of(state.faults, prefix=name) if may_set else None,
    }


def goes_wrong(plan: Mapping[str, Any]) -> str:
    """What a simulator is set to do wrong, as a sentence; "" for nothing."""
    if plan.get("down"):
        return "It is set to be down: every request is answered with 503."
    said = []
    if rate := float(plan.get("rate") or 0):
        which = "writing requests" if plan.get("only_writes") else "requests"
        kinds = ", ".join(str(kind).replace("_", " ") for kind in plan.get("kinds", ()))
        said.append(f"{rate:.0%} of its {which} go wrong: {kinds}.")
    if per_second := float(plan.get("per_second") or 0):
        said.append(f"It takes {per_second:g} requests a second.")
    return " ".join(said)


def newest(
    twins: Control, *, twin: str = "", code: str = "", window: int = WINDOW
) -> list[dict[str, Any]]:
    """The newest lines of the log, newest first."""
    entries = twins.log(max(0, twins.last_seq() - window), twin=twin, code=code)
    return [_line(entry) for entry in entries[::-1][:LINES]]


def _line(entry: LogEntry) -> dict[str, Any]:
    """A line with the end of its path, which tells more than its beginning."""
    path = unquote(masking.text(entry.path))
    is_long = len(path) > LONGEST_PATH
    return {"entry": entry, "path": path, "short": f"…{path[-LONGEST_PATH:]}" if is_long else path}


@page
def simulator(request: HttpRequest, twin: str, domain: str) -> HttpResponse:
    """What one simulator holds of one domain."""
    kind = _domain(request, domain)
    form = LookForm(request.GET)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    try:
        state = _state(twin, domain)
        held = Objects(control(), twin, domain, search)
        shown = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    except Unreachable as error:
        return _unreachable(request, error)
    mine = seen(request.user)
    context = {
        "twin": twin,
        "domain": kind,
        "state": state,
        "doubled": state.doubled.get(domain, ()),
        "is_checked": domain in state.doubled,
        "goes_wrong": goes_wrong(state.faults),
        "page": shown,
        "form": form,
        "search": search,
        "tabs": [
            {
                "label": DOMAINS[code].plural,
                "url": reverse("simulator", args=[twin, code]),
                "current": code == domain,
                "count": count,
            }
            for code, count in state.objects.items()
            if code in mine
        ],
        "crumbs": [("Simulators", reverse("simulator-list"))],
    }
    return render(request, "publishing/simulator.html", context)


@page
def simulator_object(request: HttpRequest, twin: str, domain: str) -> HttpResponse:
    """One object of a simulator with everything that belongs to it, personal data masked."""
    kind = _domain(request, domain)
    key = request.GET.get("key", "")[:200]
    try:
        state = _state(twin, domain)
        held = control().object(twin, domain, key)
        log = newest(control(), twin=twin, code=held.code, window=20 * WINDOW) if held.code else []
    except Unreachable as error:
        return _unreachable(request, error)
    except Refused as error:
        raise NotFound(str(error)) from error
    row = kind.model.objects.filter(code=held.code).first() if held.code else None
    context = {
        "domain": kind,
        "label": state.label,
        "held": held,
        "document": readable(masking.body(dict(held.document))),
        "log": log,
        "row": row,
        "record_url": links.record(kind, row.pk) if row else "",
        "crumbs": [
            ("Simulators", reverse("simulator-list")),
            (f"{kind.plural} in {state.label}", reverse("simulator", args=[twin, domain])),
        ],
    }
    return render(request, "publishing/simulator_object.html", context)


def _domain(request: HttpRequest, code: str) -> Any:
    if code not in DOMAINS:
        raise NotFound(f"There is no domain {code!r}.")
    require_whole(request.user, code)
    return DOMAINS[code]


def _state(twin: str, domain: str) -> TwinState:
    state = control().state().get(twin)
    if state is None or domain not in state.objects:
        raise NotFound("There is no such simulator, or it takes nothing of that domain.")
    return state
