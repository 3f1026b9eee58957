"""How values are written: numbers, money, dates and times, masked and grouped identifiers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

DOTS = "••••"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@register.filter
def number(value: object) -> str:
    """A whole number with thousands apart; text that is none stays as it is."""
    amount = _decimal(value)
    return str(value) if amount is None else f"{amount:,.0f}"


@register.filter
def money(value: object, currency: str = "") -> str:
    """An amount in full, with its currency: 18,240.00 EUR."""
    amount = _decimal(value)
    return str(value) if amount is None else f"{amount:,.2f} {currency}".strip()


@register.filter
def percent(value: object, places: int = 1) -> str:
    """A share of one as percent: 0.998 is 99.8 %; a whole one needs no places."""
    amount = _decimal(value)
    if amount is None:
        return str(value)
    text = f"{amount * 100:.{places}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


@register.filter
def grouped(value: object) -> str:
    """An identifier in groups of four: an IBAN is read like that."""
    text = str(value or "").replace(" ", "")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


@register.filter
def mask(value: object) -> str:
    """A secret value, of which only the last four letters are shown."""
    text = str(value or "").replace(" ", "")
    if not text or text.startswith(DOTS):
        return str(value or "")
    return f"{DOTS} {text[-4:]}" if len(text) > 6 else DOTS


@register.filter
def day(value: object) -> SafeString | str:
    """A date in words, with the ISO date on it: 1 Dec 2026."""
    when = _moment(value)
    if when is None:
        return str(value or "")
    iso = when.date().isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, iso, _day(when.date()))


@register.filter
def moment(value: object) -> SafeString | str:
    """A point in time in words: today, 12:04; 20 Nov, 08:02; 20 Nov 2025, 11:40."""
    when = _moment(value)
    if when is None:
        return str(value or "")
    return _time(when, f"{_near(when)}, {when:%H:%M}")


@register.filter
def ago(value: object) -> SafeString | str:
    """How long ago, or in how long, with the exact time on it; older than a week is a date."""
    when = _moment(value)
    if when is None:
        return str(value or "")
    passed = timezone.now() - when
    if abs(passed) > timedelta(days=7):
        return _time(when, _near(when))
    length = span(abs(passed))
    if length == "now":
        return _time(when, "just now")
    return _time(when, f"{length} ago" if passed >= timedelta(0) else f"in {length}")


@register.filter
def span(value: object) -> str:
    """A length of time in its two largest units: 2 d 4 h, 48 min, 12 s."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else float(str(value)))
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min"
    return f"{seconds} s" if seconds else "now"


def _decimal(value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _moment(value: object) -> datetime | None:
    """What a value says of time, in the time zone of the page; None when it says nothing."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        aware = value if timezone.is_aware(value) else value.replace(tzinfo=UTC)
        return timezone.localtime(aware)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=timezone.get_current_timezone())
    return None


def _time(when: datetime, words: str) -> SafeString:
    exact = when.isoformat(timespec="seconds")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', exact, f"{when:%Y-%m-%d %H:%M:%S %Z}", words
    )


def _day(when: date) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _near(when: datetime) -> str:
    today = timezone.localdate()
    if when.date() == today:
        return "today"
    if when.date() == today - timedelta(days=1):
        return "yesterday"
    if when.year == today.year:
        return f"{when.day} {_MONTHS[when.month - 1]}"
    return _day(when.date())
