"""Between a model's columns and values as text: the only place that knows both."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from mdm.domains.spec import Attribute, Kind, Subject, Values
from mdm.errors import Invalid


def to_text(attribute: Attribute, stored: Any) -> str:
    """A column's value as text; "" for none."""
    if stored is None:
        return ""
    if attribute.kind is Kind.FLAG:
        return "true" if stored else ""
    if attribute.kind is Kind.DECIMAL:
        return plain_decimal(stored)
    if isinstance(stored, date):
        return stored.isoformat()
    return str(stored)


def to_column(attribute: Attribute, text: str) -> Any:
    """Text as its column stores it. Raises `Invalid` when it cannot be."""
    try:
        match attribute.kind:
            case Kind.FLAG:
                return text == "true"
            case Kind.DATE:
                return date.fromisoformat(text) if text else None
            case Kind.INTEGER:
                return int(text) if text else None
            case Kind.DECIMAL:
                return Decimal(text) if text else None
            case Kind.REFERENCE:
                return UUID(text) if text else None
            case _:
                return text
    except (ValueError, InvalidOperation) as error:
        raise Invalid(
            found=text, expected=f"{attribute.label}: a {attribute.kind.value}"
        ) from error


def plain_decimal(number: Decimal | int | str) -> str:
    """A number without an exponent and without needless zeros: 19, 7.5, 0."""
    text = format(Decimal(number).normalize(), "f")
    return "0" if text in ("-0", "") else text


def read(subject: Subject, row: Any) -> Values:
    """What a row (or its history row) holds, as stored: sealed values stay sealed."""
    values: Values = {a.code: to_text(a, getattr(row, a.column)) for a in subject.attributes}
    for collection in subject.collections:
        values[collection.code] = [dict(item) for item in getattr(row, collection.code)]
    values["status"] = row.status
    values["golden_id"] = str(row.golden_id)
    if hasattr(row, "extensions"):
        values["extensions"] = dict(row.extensions)
    return values


def write(subject: Subject, row: Any, values: Values) -> None:
    """Set a row's columns from values; `status` too when the values carry one."""
    for attribute in subject.attributes:
        setattr(row, attribute.column, to_column(attribute, values[attribute.code]))
    for collection in subject.collections:
        setattr(row, collection.code, values[collection.code])
    if status := values.get("status"):
        row.status = status
    if "extensions" in values:
        row.extensions = values["extensions"]
