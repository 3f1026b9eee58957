"""The geometry of small plots."""

from mdm.web.plots import Bar, Weight, columns, shares, spark_bars, spark_line, waterfall


def test_a_line_runs_from_left_to_right_and_from_low_to_high():
    assert spark_line([1, 2, 3]) == "M0.0 22.0 50.0 12.5 100.0 3.0"
    assert spark_line([]) == ""
    assert spark_line([5]) == "M0.0 22.0 100.0 22.0"


def test_nothing_is_a_line_on_the_ground():
    assert spark_bars([0, 4]) == (
        Bar("0.0", "23.0", "35.0", "1.0", "z"),
        Bar("50.0", "2.0", "35.0", "22.0", "v"),
    )


def test_shares_fill_the_bar_and_leave_out_nothing():
    assert shares([3, 0, 1], ["a", "b", "c"]) == (
        Bar("0.0%", "0", "74.4%", "100%", "a"),
        Bar("75.0%", "0", "24.4%", "100%", "c"),
    )
    assert shares([0, 0], ["a", "b"]) == ()


def test_columns_stack_and_their_scale_halves_well():
    plot = columns([{"ok": 150, "bad": 50}], ["ok", "bad"], ["12:00"])

    assert [tick.text for tick in plot.ticks] == ["0", "100", "200"]
    assert [(b.y, b.height, b.paint) for b in plot.bars] == [
        ("83.0", "117.0", "ts-f-ok"),
        ("44.0", "39.0", "ts-f-bad"),
    ]
    assert columns([], ["ok"], []).bars == ()


def test_each_bar_of_a_waterfall_starts_where_the_one_before_ended():
    weights = [Weight("Tax id", "DE1", "equal", 9.0), Weight("City", "A / B", "differ", -2.0)]

    plot = waterfall(-10.0, weights, [("review", -2.0), ("same", 5.0)])

    ends = [(step.weight.signed, step.bar.paint) for step in plot.steps]
    assert ends == [
        ("−10.0", "w-base"),
        ("+9.0", "w-plus"),
        ("−2.0", "w-minus"),
        ("−3.0", "w-total"),
    ]
    start, plus, minus, _ = (step.bar for step in plot.steps)
    assert start.x == plus.x
    assert float(plus.x) + float(plus.width) == float(minus.x) + float(minus.width)
