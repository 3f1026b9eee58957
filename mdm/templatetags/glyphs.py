"""Icons, and whatever is shown as a glyph with a word: states, pills, risk, people."""

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm.web.states import state_of

register = template.Library()

_RISK = {"low": 1, "medium": 2, "high": 3}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the sprite, hidden from assistive technology: the word beside it speaks."""
    return format_html(
        '<svg class="ts-i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" ts-i-{size}" if size else "",
        static("mdm/sprite.svg"),
        name,
    )


@register.inclusion_tag("components/state.html")
def state(kind: str, code: object, word: str = "") -> dict[str, Any]:
    """A state as glyph and word; `word` says it more exactly than the table does."""
    known = state_of(kind, code)
    return {"tone": known.tone, "glyph": known.glyph, "word": word or known.word}


@register.inclusion_tag("components/pill.html")
def pill(kind: str, code: object, word: str = "") -> dict[str, Any]:
    """A state as a pill; only beside a title."""
    return state(kind, code, word)


@register.simple_tag
def tone(kind: str, code: object) -> str:
    """The class of a state's tone, for a row or tile that carries its glyph elsewhere."""
    return f"ts-{state_of(kind, code).tone}"


@register.inclusion_tag("components/risk.html")
def risk(level: str) -> dict[str, Any]:
    """Risk as bars and a word: low, medium or high."""
    return {"level": level, "bars": _RISK.get(level, 1)}


@register.filter
def initials(name: str) -> str:
    """Two letters for a person: of first and last name, or the first two of one name."""
    words = str(name).replace("_", " ").replace(".", " ").split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else str(name)[:2]
    return letters.upper()
