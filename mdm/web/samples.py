"""Sample data of the style guide, kept in `samples.json`.

It is invented; identifiers have right check digits in unused ranges.
"""

import json
from pathlib import Path
from typing import Any

from django import forms

from mdm.web.forms import DressedForm
from mdm.web.plots import Weight

_DATA: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))


class SampleForm(DressedForm):
    """One field of each kind."""

    name = forms.CharField(label="Legal name", help_text="As in the trade register.")
    iban = forms.RegexField(
        r"^[A-Z]{2}\d{20}$",
        label="IBAN",
        error_messages={"invalid": "Found DE00, expected 22 characters with right check digits."},
    )
    terms = forms.ChoiceField(label="Payment terms", choices=[("N030", "N030, 30 days net")])
    starts = forms.DateField(label="Takes effect on", required=False, widget=forms.DateInput())
    block = forms.BooleanField(label="Block for payment", required=False)
    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 2}), required=False)


def _slot(hour: int) -> dict[str, Any]:
    late = 4 if hour > 18 else 0
    return {
        "name": f"{hour:02d}:00",
        "ok": 40 + 9 * hour,
        "info": hour % 4,
        "warn": hour % 3,
        "bad": late,
    }


FULL: dict[str, Any] = {
    **_DATA,
    "weights": [Weight(*row) for row in _DATA["weights"]],
    "slots": [_slot(hour) for hour in range(24)],
}
EMPTY: dict[str, Any] = {
    **{key: [] for key, value in FULL.items() if isinstance(value, list)},
    "tabs": FULL["tabs"],
    "ages": [0, 0, 0, 0],
    "done": 0,
    "total": 0,
}
