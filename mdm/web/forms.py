"""The look of form fields, in one place: which class each kind of control has."""

from collections.abc import Mapping
from typing import Any

from django import forms

from mdm.standardise import text

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.SelectMultiple, "form-select"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


TOO_LONG = "It has %(show_value)s characters, and at most %(limit_value)s are kept. Shorten it."


def said(sent: Mapping[str, str], most: int, what: str = "reason") -> str:
    """The comment that came with a button. Raises `Refused` where it is too long."""
    return text.within(sent.get("comment", ""), most, what)


def dress(fields: dict[str, forms.Field]) -> None:
    """Give every control its class; a date is typed or picked as a date.

    What is too long is refused with a sentence: a browser told of the limit cuts it unseen.
    """
    for field in fields.values():
        widget = field.widget
        field.error_messages["max_length"] = TOO_LONG
        widget.attrs.pop("maxlength", None)
        widget.attrs.setdefault(
            "class", next(c for kind, c in _CLASSES if isinstance(widget, kind))
        )
        if isinstance(widget, forms.DateInput):
            widget.input_type = "date"
            widget.format = "%Y-%m-%d"


class DressedForm(forms.Form):
    """A form whose controls look like the rest of the pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self.fields)
