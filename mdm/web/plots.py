"""The geometry of the small plots: numbers in, SVG attributes out.

Pure. Lengths are attributes of SVG elements, because the content security policy allows no inline
style; they are text already, because a template would write a number the way the locale does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_HEIGHT = 24.0
_GAP = 0.6


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle, with the class that colours it."""

    x: str
    y: str
    width: str
    height: str
    paint: str


@dataclass(frozen=True, slots=True)
class Label:
    """One piece of text in a plot."""

    x: str
    y: str
    text: str
    anchor: str = "start"


def _n(number: float) -> str:
    return f"{number:.1f}"


def spark_line(values: Sequence[float]) -> str:
    """A path through the values, left to right, in a box of 100 by 24."""
    if not values:
        return ""
    if len(values) == 1:
        values = [values[0], values[0]]
    low, high = min(values), max(values)
    step, span = 100 / (len(values) - 1), (high - low) or 1
    points = (f"{_n(i * step)} {_n(22 - 19 * (v - low) / span)}" for i, v in enumerate(values))
    return "M" + " ".join(points)


def spark_bars(values: Sequence[float]) -> tuple[Bar, ...]:
    """One bar per value, in a box of 100 by 24; a value of nothing is a line on the ground."""
    if not values:
        return ()
    high, slot = max(values) or 1, 100 / len(values)
    return tuple(
        Bar(_n(i * slot), _n(_HEIGHT - (h := 22 * v / high)), _n(slot * 0.7), _n(h), "v")
        if v
        else Bar(_n(i * slot), "23.0", _n(slot * 0.7), "1.0", "z")
        for i, v in enumerate(values)
    )


def shares(counts: Sequence[float], paints: Sequence[str]) -> tuple[Bar, ...]:
    """A bar split by the counts, in percent of its width, with a hairline between its pieces."""
    total, at, bars = sum(counts), 0.0, []
    for count, paint in zip(counts, paints, strict=False):
        if not count:
            continue
        width = 100 * count / total
        bars.append(Bar(f"{_n(at)}%", "0", f"{_n(max(width - _GAP, _GAP))}%", "100%", paint))
        at += width
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Columns:
    """Stacked columns over time, with a grid of two lines above the ground."""

    bars: tuple[Bar, ...]
    ticks: tuple[Label, ...]
    names: tuple[Label, ...]


def columns(
    slots: Sequence[Mapping[str, float]], order: Sequence[str], names: Sequence[str]
) -> Columns:
    """Stack each slot's counts in the order given; `names` are written under their slots."""
    high = _round_up(max((sum(s.values()) for s in slots), default=0))
    slot = 400 / max(len(slots), 1)
    bars = []
    for i, counts in enumerate(slots):
        top = 200.0
        for paint in order:
            if height := 156 * counts.get(paint, 0) / high:
                top -= height
                bars.append(
                    Bar(_n(40 + i * slot), _n(top), _n(slot * 0.76), _n(height), f"ts-f-{paint}")
                )
    ticks = tuple(
        Label("28", _n(204 - 156 * share), f"{high * share:,.0f}", "end") for share in (0, 0.5, 1)
    )
    under = tuple(
        Label(_n(40 + i * slot + slot * 0.38), "222", name, "middle")
        for i, name in enumerate(names)
        if name
    )
    return Columns(tuple(bars), ticks, under)


def _round_up(number: float) -> float:
    """The next number that halves well: 2, 4, 10, 20, 40, 100 and so on."""
    size = 1.0
    while True:
        for step in (2, 4, 10):
            if number <= step * size:
                return step * size
        size *= 10


@dataclass(frozen=True, slots=True)
class Weight:
    """One reason for or against a match: the values compared, how they agree, and the weight."""

    label: str
    values: str
    agreement: str
    weight: float

    @property
    def signed(self) -> str:
        """The weight with its sign, as it is written at the end of its line."""
        return signed(self.weight)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a waterfall: its bar and its words."""

    weight: Weight
    bar: Bar
    middle: str
    join: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The sum of evidence, drawn: each bar starts where the one before it ended."""

    steps: tuple[Step, ...]
    limits: tuple[Label, ...]
    band: Bar | None
    axis: str
    bottom: str
    height: str


_LEFT, _RIGHT, _LINE, _TOP = 330.0, 845.0, 26, 34


def waterfall(
    prior: float, weights: Sequence[Weight], limits: Sequence[tuple[str, float]]
) -> Waterfall:
    """Lay out prior, weights and total on one axis of log odds, with the limits as dashed lines."""
    sums = [0.0, prior]
    for weight in weights:
        sums.append(sums[-1] + weight.weight)
    marks = [*sums, *(at for _, at in limits)]
    low, span = min(marks), (max(marks) - min(marks)) or 1

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / span

    rows = [Weight("Start", "before anything is compared", "", prior), *weights]
    steps = [
        _step(i, row, x(a), x(b), "w-base" if i == 0 or not row.weight else "")
        for i, (row, (a, b)) in enumerate(zip(rows, pairwise(sums), strict=True))
    ]
    total = Weight("Total", "", "", sums[-1])
    steps.append(_step(len(rows), total, x(0), x(sums[-1]), "w-total"))
    bottom = _TOP + _LINE * len(steps)
    band = None
    if len(limits) == 2:
        a, b = x(limits[0][1]), x(limits[1][1])
        band = Bar(_n(a), "18", _n(b - a), _n(bottom - 18), "band")
    words = tuple(
        Label(_n(x(at)), "12", word, "end" if i == 0 else "start")
        for i, (word, at) in enumerate(limits)
    )
    return Waterfall(tuple(steps), words, band, _n(x(0)), _n(bottom), _n(bottom + 6))


def _step(index: int, weight: Weight, start: float, end: float, paint: str) -> Step:
    top = _TOP + _LINE * index
    bar = Bar(
        _n(min(start, end)),
        _n(top),
        _n(max(abs(end - start), 2)),
        "16",
        paint or ("w-plus" if weight.weight > 0 else "w-minus"),
    )
    join = f"M{_n(end)} {top}V{top + _LINE}" if paint != "w-total" else ""
    return Step(weight, bar, _n(top + 12), join)


def signed(number: float) -> str:
    """A weight with its sign; a minus that is as wide as a plus."""
    return f"{number:+.1f}".replace("-", "−") if round(number, 1) else "0"
