"""Addresses that keep the page's state: sort, filters and page stay in the query string."""

from collections.abc import Mapping

from django import template
from django.http import QueryDict

register = template.Library()


@register.simple_tag
def keeping(query: QueryDict | Mapping[str, str] | None, **changes: object) -> str:
    """The query string with some values replaced; None leaves one out. Always starts with `?`."""
    copy = _copy(query)
    for name, value in changes.items():
        if value is None or value == "":
            copy.pop(name, None)
        else:
            copy[name] = str(value)
    return f"?{copy.urlencode()}"


@register.simple_tag
def without(query: QueryDict | None, name: str, value: str = "") -> str:
    """The query string without one value of a filter, and from the first page again."""
    copy = _copy(query)
    left = [v for v in copy.getlist(name) if value and v != value]
    copy.setlist(name, left)
    if not left:
        copy.pop(name, None)
    copy.pop("page", None)
    return f"?{copy.urlencode()}"


@register.simple_tag
def sort_link(query: QueryDict | None, key: str) -> str:
    """The query string that sorts by a column, or the other way round when it already does."""
    copy = _copy(query)
    copy["sort"] = f"-{key}" if copy.get("sort") == key else key
    copy.pop("page", None)
    return f"?{copy.urlencode()}"


def _copy(query: QueryDict | Mapping[str, str] | None) -> QueryDict:
    if isinstance(query, QueryDict):
        return query.copy()
    copy = QueryDict(mutable=True)
    copy.update(dict(query or {}))
    return copy
