"""The propose form: one control per attribute and per field of each item, from the declaration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.forms import BoundField
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from mdm import changes
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Kind, Problem, Subject, Values
from mdm.queries.words import Words
from mdm.web.forms import DressedForm, dress
from mdm.web.holding import NO_PINS, Choice, Holding
from mdm.web.picking import Picks
from mdm.web.proposal_values import Layout, Raw, controls

ABOUT = ("about_reason", "about_day")
"""What a form says of the change itself."""
NO_REASON = "Give a reason: the reviewer has nothing else to go by."

TOO_EARLY = f"It lies before {changes.EARLIEST:%Y}: give the day on which it takes effect."


@dataclass(frozen=True, slots=True)
class Control:
    """One control with the value that the record has now."""

    field: BoundField
    now: str
    is_changed: bool
    is_wide: bool
    is_flag: bool
    hold: Choice | None = None  # how long it is to hold


@dataclass(frozen=True, slots=True)
class ItemControls:
    """One item of a collection."""

    path: str
    title: str
    is_new: bool
    is_gone: bool
    is_fresh: bool
    controls: list[Control]
    was: str  # in words, for one that goes
    hold: Choice | None = None


@dataclass(frozen=True, slots=True)
class CollectionControls:
    """A collection with its items and a way to add one."""

    code: str
    label: str
    singular: str
    items: list[ItemControls]


class ProposalForm(DressedForm):
    """A form over one kind. It shows what was entered; `proposal_values` reads and cleans it."""

    holding: Holding = NO_PINS

    about_day = forms.DateField(
        label="Takes effect on",
        required=False,
        widget=forms.DateInput(),
        validators=[MinValueValidator(changes.EARLIEST, TOO_EARLY)],
        help_text="Empty: the day it is approved. A later day waits, an earlier one is back-dated.",
    )
    about_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=changes.LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
        help_text="Whoever reviews it reads this first, and so does an auditor years later.",
    )

    def __init__(
        self,
        *,
        kind: Subject,
        layout: Layout,
        raw: Raw,
        before: Raw,
        picks: Picks,
        about: Mapping[str, str],
        is_new: bool,
        needs_reason: bool = False,
    ) -> None:
        data: MultiValueDict[str, str] = MultiValueDict({p: [v] for p, v in raw.items()})
        for path, attribute in controls(kind, layout):
            if attribute.kind is Kind.SET:
                data.setlist(path, [v for v in raw[path].split(",") if v])
        for name in ABOUT:
            data[name] = about.get(name, "")
        super().__init__(data, use_required_attribute=False)
        self.kind, self.layout, self.raw, self.before = kind, layout, raw, before
        self.is_new, self.picks = is_new, picks
        self.fields["about_reason"].required = needs_reason
        self.fields["about_reason"].is_needed = not is_new  # type: ignore[attr-defined]
        self.fields["about_reason"].error_messages["required"] = NO_REASON
        for path, attribute in controls(kind, layout):
            self.fields[path] = _field(attribute, picks, raw[path])
        fresh = [path for path in self.fields if layout.fresh and path.startswith(layout.fresh)]
        if fresh:
            self.fields[fresh[0]].widget.attrs["autofocus"] = True
        dress(self.fields)

    def blame(self, problems: Iterable[Problem]) -> None:
        """Say beside each control what is wrong with it; the rest stands above the form."""
        for problem in problems:
            text = sentence(problem)
            path = problem.path.removesuffix(".hold").removesuffix(".until")
            self.add_error(path if path in self.fields else None, text)

    def groups(self, words: Words, base: Values) -> list[tuple[str, list[Control]]]:
        """The scalar attributes by heading."""
        return [
            (
                label,
                [
                    self._control(a.code, a, words, base)
                    for a in self.kind.attributes
                    if a.group == label
                ],
            )
            for label in self.kind.groups()
        ]

    def collections(self, words: Words, base: Values) -> list[CollectionControls]:
        """The collections with their items."""
        return [
            CollectionControls(
                c.code,
                c.label,
                c.singular,
                [
                    self._item(c, path, number, words, base)
                    for number, path in enumerate(self.layout.paths(c.code), 1)
                ],
            )
            for c in self.kind.collections
        ]

    def _item(
        self, collection: Collection, path: str, number: int, words: Words, base: Values
    ) -> ItemControls:
        held = patches.get(base, path)
        is_gone = path in self.layout.gone
        return ItemControls(
            path=path,
            title=f"{collection.singular} {number}",
            is_new=held is None,
            is_gone=is_gone,
            is_fresh=path == self.layout.fresh,
            controls=[]
            if is_gone
            else [self._control(f"{path}.{f.code}", f, words, base) for f in collection.fields],
            was=_summary(collection, words, held or {}),
            hold=self.holding.choice(self.kind, path),
        )

    def _control(self, path: str, attribute: Attribute, words: Words, base: Values) -> Control:
        at = patches.parse(path)
        held = patches.item_of(base, at.code, at.item) if at.item else base
        value = (held or {}).get(at.field or at.code, "")
        masked = bool(value) and attribute.sealed(held or {})
        now = self.before.get(path, "") if masked else words.say(attribute, value)
        if not now and attribute.kind is Kind.FLAG:
            now = "No"
        return Control(
            field=self[path],
            now="" if self.is_new or held is None else now or "empty",
            is_changed=self.raw[path].strip() != self.before.get(path, "").strip(),
            is_wide=attribute.kind is Kind.LONG_TEXT,
            is_flag=attribute.kind is Kind.FLAG,
            hold=None if at.item else self.holding.choice(self.kind, path),
        )


def _summary(collection: Collection, words: Words, item: Mapping[str, str]) -> str:
    secret = {f.label for f in collection.fields if item.get(f.code) and f.sealed(item)}
    return ", ".join(text for label, text in words.item(collection, item) if label not in secret)


def sentence(problem: Problem) -> str:
    """What is wrong, for a place that names the value already."""
    found = f"Found “{problem.found}”" if problem.found else "It is empty"
    return " ".join(p for p in (f"{found}, expected {problem.expected}.", problem.hint) if p)


def _field(attribute: Attribute, picks: Picks, raw: str) -> forms.Field:
    """The control that fits an attribute's kind. What is typed is cleaned later, by the domain."""
    common: dict[str, Any] = {
        "label": attribute.label,
        "required": False,
        "help_text": attribute.help,
    }
    match attribute.kind:
        case Kind.FLAG:
            made: forms.Field = forms.BooleanField(**common)
        case Kind.SET:
            ticks = forms.CheckboxSelectMultiple(choices=attribute.choices)
            made = forms.Field(widget=ticks, **common)
        case Kind.CHOICE:
            made = forms.CharField(widget=_select(attribute.choices, raw), **common)
        case Kind.LISTED if picks.is_select(attribute):
            made = forms.CharField(widget=_select(picks.of(attribute), raw), **common)
        case Kind.LISTED | Kind.REFERENCE:
            made = forms.CharField(widget=forms.TextInput(_suggestions(attribute)), **common)
        case Kind.LONG_TEXT:
            made = forms.CharField(widget=forms.Textarea({"rows": 3}), **common)
        case Kind.DATE:
            made = forms.CharField(widget=forms.DateInput(), **common)
        case Kind.INTEGER | Kind.DECIMAL:
            made = forms.CharField(widget=forms.TextInput({"inputmode": "decimal"}), **common)
        case _:
            made = forms.CharField(widget=forms.TextInput({"autocomplete": "off"}), **common)
    made.is_needed = attribute.required  # type: ignore[attr-defined]
    return made


def _select(choices: Iterable[tuple[str, str]], raw: str) -> forms.Select:
    """A select that also holds what it was opened with, should that be no choice any more."""
    known = [("", "none"), *choices]
    if raw not in dict(known):
        known.append((raw, raw))
    return forms.Select(choices=known)


def _suggestions(attribute: Attribute) -> dict[str, str]:
    """A text control that suggests what there is; records are looked up while one types."""
    attrs = {"list": f"pick-{attribute.refers_to}", "autocomplete": "off"}
    if attribute.kind is Kind.REFERENCE:
        attrs |= {
            "hx-get": reverse("pick", args=[attribute.refers_to]),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#pick-{attribute.refers_to}",
            "hx-sync": "this:replace",
            "placeholder": "Code or name",
        }
    return attrs
