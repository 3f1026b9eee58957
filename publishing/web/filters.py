"""What a list of deliveries is narrowed to, read from the address; the tabs over publishing."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse

from mdm.domains import DOMAINS
from mdm.errors import Invalid
from mdm.web.forms import DressedForm
from publishing import figures
from publishing.models import Replica, Target
from publishing.monitor import Filter
from publishing.web import words

State = Replica.State
GROUPS = (("pending", "On its way"), ("needs_person", "Needs a person"))
NAMES = ("state", "target", "domain", "cause", "q")
DEAD, BLOCKED, MANUAL = State.DEAD.value, State.BLOCKED.value, State.MANUAL.value


class FilterForm(DressedForm):
    """The filters over the list of deliveries."""

    q = forms.CharField(label="Number, name, key or change", required=False, max_length=200)
    state = forms.ChoiceField(label="State", required=False)
    target = forms.ChoiceField(label="Target", required=False)
    domain = forms.ChoiceField(label="Domain", required=False)
    cause = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Target.objects.order_by("name").values_list("code", "name")
        choices: dict[str, list[tuple[str, str]]] = {
            "state": [("", "Every state"), *GROUPS, *State.choices],
            "target": [("", "Every target"), *known],
            "domain": [("", "Every domain"), *((d.code, d.plural) for d in DOMAINS.values())],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered
            field.widget.attrs["aria-label"] = field.label
        self.fields["q"].widget.attrs["placeholder"] = self.fields["q"].label


def form_of(query: QueryDict) -> FilterForm:
    """The filters of an address. Raises `Invalid` for a value that is none of those offered."""
    form = FilterForm(query)
    if not form.is_valid():
        name = next(iter(form.errors))
        offered = form.fields[name]
        known = [code for code, _ in getattr(offered, "choices", ()) if code]
        expected = f"one of {', '.join(known)}" if known else "a shorter text"
        raise Invalid(query.get(name, ""), expected, f"It was asked for as {name}.")
    return form


def filter_of(form: FilterForm) -> Filter:
    """What the queries take."""
    said = form.cleaned_data
    return Filter(said["state"], said["target"], said["domain"], said["cause"], said["q"])


def kept(form: FilterForm) -> dict[str, str]:
    """The filters that are on, for an address."""
    return {name: form.cleaned_data[name] for name in NAMES if form.cleaned_data[name]}


def chips(form: FilterForm, target: Target | None = None) -> Iterator[dict[str, str]]:
    """The filters that are on, each to be taken off."""
    for name in NAMES:
        if value := form.cleaned_data[name]:
            choices = dict(getattr(form.fields[name], "choices", ()))
            domain = form.cleaned_data["domain"]
            word = words.cause_title(value, domain, target) if name == "cause" else value
            label = {"q": "Search", "cause": "Cause"}.get(name, str(form.fields[name].label))
            yield {"name": name, "value": value, "label": label, "word": choices.get(value, word)}


def tabs(current: str, counts: dict[str, int], causes: int | None = None) -> list[dict[str, Any]]:
    """The tabs of publishing; `current` is the name of one, or the state a list is narrowed to."""
    offered = (
        ("overview", "Overview", reverse("publishing"), None),
        ("deliveries", "Deliveries", words.list_url(), sum(counts.values())),
        ("causes", "Errors by cause", reverse("cause-list"), causes),
        (DEAD, "Dead letters", words.list_url(state=DEAD), counts.get(DEAD, 0)),
        (BLOCKED, "Blocked", words.list_url(state=BLOCKED), counts.get(BLOCKED, 0)),
        (MANUAL, "Manual tasks", words.list_url(state=MANUAL), counts.get(MANUAL, 0)),
    )
    return [
        {"label": label, "url": url, "count": count, "current": name == current}
        for name, label, url, count in offered
    ]


def tabs_of(user: Any, current: str) -> list[dict[str, Any]]:
    """The tabs with the counts of what the person may see."""
    return tabs(current, figures.states(by=user))
