"""The plot of approval lead times: two lines over some weeks, as SVG attributes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mdm.queries.home import Week
from mdm.web.plots import Label

LEFT, RIGHT, TOP, BOTTOM = 40.0, 300.0, 20.0, 112.0
STEPS = (1, 2, 6, 12, 24, 48, 96, 168, 336)
"""Hours between two lines of the grid."""


@dataclass(frozen=True, slots=True)
class LeadPlot:
    """What the plot draws."""

    half: str
    most: str
    ends: tuple[tuple[str, Label], ...]
    grid: tuple[tuple[str, Label], ...]
    names: tuple[Label, ...]
    sentence: str


def lead_plot(weeks: Sequence[Week]) -> LeadPlot | None:
    """The lines through the weeks in which something was decided; None without any."""
    known = [(n, week) for n, week in enumerate(weeks) if week.p50 is not None]
    if not known:
        return None
    highest = max(_hours(week.p90) for _, week in known)
    step = next((s for s in STEPS if highest <= 2 * s), STEPS[-1])
    scale = (BOTTOM - TOP) / max(2 * step, highest)
    width = (RIGHT - LEFT) / max(1, len(weeks) - 1)

    def point(n: int, span: timedelta | None) -> str:
        return f"{LEFT + n * width:.1f} {BOTTOM - _hours(span) * scale:.1f}"

    last_n, last = known[-1]
    return LeadPlot(
        half="M" + " ".join(point(n, week.p50) for n, week in known),
        most="M" + " ".join(point(n, week.p90) for n, week in known),
        ends=_ends(point(last_n, last.p50), point(last_n, last.p90), last),
        grid=tuple(_line(BOTTOM - n * step * scale, n * step) for n in range(3)),
        names=_names(weeks, width),
        sentence=_sentence(weeks, last),
    )


def _ends(half: str, most: str, last: Week) -> tuple[tuple[str, Label], ...]:
    """The last points with their values, the words apart from each other."""
    (hx, hy), (mx, my) = half.split(), most.split()
    low, high = float(hy), float(my)
    if low - high < 13:
        low = min(BOTTOM + 4, low + 6)
        high = low - 13
    x = f"{float(hx) + 8:.1f}"
    return (
        ("p1", Label(hx, hy, "")),
        ("p2", Label(mx, my, "")),
        ("t", Label(x, f"{low + 4:.1f}", _short(last.p50))),
        ("t2", Label(x, f"{high + 4:.1f}", _short(last.p90))),
    )


def _line(y: float, hours: int) -> tuple[str, Label]:
    words = "0" if not hours else f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"
    path = f"M{LEFT:.0f} {y:.1f}H{RIGHT:.0f}"
    return path, Label(f"{LEFT - 8:.0f}", f"{y + 4:.1f}", words, "end")


def _names(weeks: Sequence[Week], width: float) -> tuple[Label, ...]:
    """The month at its first week."""
    labels, seen = [], ""
    for n, week in enumerate(weeks):
        name = f"{week.start:%b}"
        if name != seen and week.start.day <= 14:
            labels.append(Label(f"{LEFT + n * width:.1f}", "130", name))
        seen = name
    return tuple(labels)


def _hours(span: timedelta | None) -> float:
    return (span or timedelta()).total_seconds() / 3600


def _short(span: timedelta | None) -> str:
    hours = _hours(span)
    if hours < 1:
        return f"{round(hours * 60)} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.1f} d"


def _sentence(weeks: Sequence[Week], last: Week) -> str:
    first: date = weeks[0].start
    return (
        f"Approval lead time since {first.isoformat()}: lately half within {_short(last.p50)}, "
        f"nine in ten within {_short(last.p90)}"
    )
