"""How values are written on pages."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mdm.templatetags import formats

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.number(12408), "12,408"),
        (formats.number("none"), "none"),
        (formats.money("18240", "EUR"), "18,240.00 EUR"),
        (formats.money("", "EUR"), ""),
        (formats.percent(0.998), "99.8 %"),
        (formats.percent(1), "100 %"),
        (formats.grouped("DE89370400440532013000"), "DE89 3704 0044 0532 0130 00"),
        (formats.mask("DE89370400440532013000"), "•••• 3000"),
        (formats.mask("12345"), "••••"),
        (formats.mask("•••• 3000"), "•••• 3000"),
        (formats.mask(None), ""),
        (formats.span(timedelta(days=2, hours=4)), "2 d 4 h"),
        (formats.span(timedelta(minutes=48)), "48 min"),
        (formats.span(12), "12 s"),
    ],
)
def test_a_value_is_written_in_full(written, expected):
    assert written == expected


def test_a_date_carries_its_iso_form():
    shown = '<time datetime="2026-12-01" title="2026-12-01">1 Dec 2026</time>'

    assert formats.day("2026-12-01") == shown
    assert formats.day(datetime(2026, 12, 1, tzinfo=UTC).date()) == shown
    assert formats.day("soon") == "soon"


@pytest.mark.parametrize(
    ("when", "moment", "ago"),
    [
        (NOW - timedelta(seconds=0), "today, 12:00", "just now"),
        (NOW - timedelta(minutes=12), "today, 11:48", "12 min ago"),
        (NOW + timedelta(minutes=8), "today, 12:08", "in 8 min"),
        (NOW - timedelta(days=1, hours=2), "yesterday, 10:00", "1 d 2 h ago"),
        (NOW - timedelta(days=30), "26 Oct, 12:00", "26 Oct"),
        (NOW - timedelta(days=400), "21 Oct 2025, 12:00", "21 Oct 2025"),
    ],
)
def test_a_time_is_told_near_and_exact(when, moment, ago):
    with time_machine.travel(NOW, tick=False):
        shown = (formats.moment(when), formats.ago(when))

    exact = f'<time datetime="{when.isoformat()}" title="{when:%Y-%m-%d %H:%M:%S} UTC">'
    assert shown == (f"{exact}{moment}</time>", f"{exact}{ago}</time>")
