"""The two clocks on pages: read from the address, said in a banner, set by a form of two dates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from mdm.clocks import Clocks
from mdm.web.forms import DressedForm

NAMES = ("as_of", "known_at")
NO_DAY = "Found no day. Expected one such as 2026-03-01."


class ClocksForm(DressedForm):
    """The two dates."""

    as_of = forms.DateField(
        label="As of",
        required=False,
        widget=forms.DateInput(),
        help_text="The business day.",
        error_messages={"invalid": NO_DAY},
    )
    known_at = forms.DateField(
        label="As known on",
        required=False,
        widget=forms.DateInput(),
        help_text="What was recorded by the end of that day (UTC).",
        error_messages={"invalid": NO_DAY},
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: a form, and the clocks when both dates can be read."""

    form: ClocksForm
    effective: date | None = None
    known_on: date | None = None

    @property
    def is_readable(self) -> bool:
        """Whether both dates are dates."""
        return not self.form.errors

    @property
    def clocks(self) -> Clocks:
        """The day, and the end of the day of knowledge."""
        known = datetime.combine(self.known_on, time.max, tzinfo=UTC) if self.known_on else None
        return Clocks.at(self.effective, known)

    @property
    def day(self) -> date:
        """The day that is shown."""
        return self.effective or timezone.localdate()

    @property
    def is_to_come(self) -> bool:
        """Whether the day lies after today: what is shown is planned, and today comes first."""
        return self.day > timezone.localdate()

    @property
    def query(self) -> str:
        """The part of an address that asks the same elsewhere."""
        query = QueryDict(mutable=True)
        for name, day in zip(NAMES, (self.effective, self.known_on), strict=True):
            if day is not None:
                query[name] = day.isoformat()
        return query.urlencode()


def is_asked(query: QueryDict) -> bool:
    """Whether the address asks for another day or time than now."""
    return any(query.get(name) for name in NAMES)


def asked(query: QueryDict) -> Asked:
    """The clocks of an address."""
    form = ClocksForm({name: query.get(name, "") for name in NAMES})
    if not form.is_valid():
        return Asked(form)
    found: dict[str, Any] = form.cleaned_data
    return Asked(form, found["as_of"], found["known_at"])


def blank() -> ClocksForm:
    """The form before anything is asked."""
    return ClocksForm(auto_id="clock_%s")
