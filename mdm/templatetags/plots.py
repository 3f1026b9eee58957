"""Small plots, each with a sentence that says what it shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from mdm.web import plots

register = template.Library()

AGES = ("under 1 d", "1–3 d", "3–7 d", "over 7 d")


@register.inclusion_tag("components/spark.html")
def spark(values: Sequence[float], sentence: str, tone: str = "idle") -> dict[str, Any]:
    """A line through a few values."""
    return {"line": plots.spark_line(values), "sentence": sentence, "tone": tone}


@register.inclusion_tag("components/spark.html")
def spark_bars(values: Sequence[float], sentence: str, tone: str = "idle") -> dict[str, Any]:
    """A bar per hour or day."""
    return {"bars": plots.spark_bars(values), "sentence": sentence, "tone": tone}


@register.inclusion_tag("components/meter.html")
def meter(value: float | None, word: str = "", tone: str = "") -> dict[str, Any]:
    """A share of a hundred as a short bar and its number; quiet from 80 upwards."""
    share = max(0, min(100, round(value or 0)))
    chosen = tone or ("warn" if share < 80 else "idle")
    return {"missing": value is None, "value": share, "word": word, "tone": chosen}


@register.inclusion_tag("components/age_bars.html")
def age_bars(label: str, counts: Sequence[int], url: str = "") -> dict[str, Any]:
    """Open work by age: how many are under a day old, up to 3 days, up to 7, older."""
    said = ", ".join(f"{n} {age}" for n, age in zip(counts, AGES, strict=True) if n)
    paints = [f"ts-age-{i}" for i in range(1, 5)]
    return {
        "label": label,
        "url": url,
        "total": sum(counts),
        "bars": plots.shares(counts, paints),
        "sentence": f"{label}, by age: {said or 'none'}",
    }


@register.inclusion_tag("components/age_key.html")
def age_key() -> dict[str, Any]:
    """What the four shades of age mean."""
    return {"ages": [(f"ts-age-{i}", age) for i, age in enumerate(AGES, 1)]}


@register.inclusion_tag("components/columns.html")
def columns(
    slots: Sequence[Mapping[str, float]], series: Sequence[tuple[str, str]], sentence: str
) -> dict[str, Any]:
    """Stacked columns. A slot has a `name` and a count per paint; a series is (paint, word)."""
    counts = [{k: v for k, v in slot.items() if k != "name"} for slot in slots]
    every = max(1, len(slots) // 4)
    names = [str(s.get("name", "")) if i % every == 0 else "" for i, s in enumerate(slots)]
    order = [paint for paint, _ in series]
    return {
        "plot": plots.columns(counts, order, names),
        "sentence": sentence,
        "key": [(p, word, sum(c.get(p, 0) for c in counts)) for p, word in series],
    }


@register.inclusion_tag("components/waterfall.html")
def waterfall(
    prior: float,
    weights: Sequence[plots.Weight],
    limits: Sequence[tuple[str, float]],
    sentence: str,
) -> dict[str, Any]:
    """Why two records match: the prior, one bar per attribute, the total, and the limits."""
    return {
        "plot": plots.waterfall(prior, weights, limits),
        "prior": plots.signed(prior),
        "weights": weights,
        "total": plots.signed(prior + sum(w.weight for w in weights)),
        "sentence": sentence,
    }
