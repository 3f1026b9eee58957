"""Two values beside each other, with the letters marked in which they differ."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from mdm.web.differences import Piece, pieces

register = template.Library()


@register.simple_tag
def old_marked(old: object, new: object) -> SafeString:
    """The old value, marked where the new one differs."""
    return _written(pieces(str(old or ""), str(new or ""))[0])


@register.simple_tag
def new_marked(old: object, new: object) -> SafeString:
    """The new value, marked where the old one differs."""
    return _written(pieces(str(old or ""), str(new or ""))[1])


def _written(parts: tuple[Piece, ...]) -> SafeString:
    return format_html_join(
        "",
        "{}{}{}",
        (
            (
                mark_safe("<mark>") if part.marked else "",
                part.text,
                mark_safe("</mark>") if part.marked else "",
            )
            for part in parts
        ),
    )
