"""The look of form fields, in one place: which class each kind of control has."""

from typing import Any

from django import forms

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.SelectMultiple, "form-select"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


def dress(fields: dict[str, forms.Field]) -> None:
    """Give every control its class; a date is typed or picked as a date."""
    for field in fields.values():
        widget = field.widget
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
