"""Dots are differences in points, zero is the baseline, and verdicts stand beside them in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from ccframes.analysis.comparison import compare as compare_arms
from ccframes.errors import ColumnsError, ConfigError
from ccframes.plot import compare, compare_table
from tests.plot import frames
from tests.plot.artists import note, spans, title


def arms(*opens: int, sends: int = 1_000) -> pd.DataFrame:
    return pd.DataFrame({"arm_name": list("abcdefghijklmnopqrstuvwxyz"[: len(opens)])}).assign(
        em_sends=sends, em_bounces=0, em_opens=list(opens)
    )


def marks(ax: Any) -> dict[float, tuple[float, str]]:
    """Return by its place the difference of each arm, and the marker."""
    return {
        float(y): (float(x), line.get_marker())
        for line in ax.lines
        if line.get_marker() in "<>o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def said(ax: Any) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in ax.texts[1:]]


def test_the_table_is_that_of_the_analysis_or_what_was_given() -> None:
    found = compare_arms(arms(300, 400, 290), by="arm_name", ci=0.9)
    pd.testing.assert_frame_equal(compare_table(arms(300, 400, 290), by="arm_name", ci=0.9), found)
    assert compare_table(found) is found
    a, b = arms(300), arms(400)
    pd.testing.assert_frame_equal(compare_table(a, b), compare_arms(a, b))


def test_differences_their_intervals_and_verdicts_are_drawn() -> None:
    found = compare_arms(arms(300, 400, 200, 302), by="arm_name")
    ax = compare(found)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "c", "d"]
    drawn = marks(ax)
    assert [drawn[place][0] for place in (0, 1, 2)] == pytest.approx([10, -10, 0.2])
    assert [drawn[place][1] for place in (0, 1, 2)] == [">", "<", "o"]
    limits = found[["difference_low", "difference_high"]].to_numpy() * 100
    assert spans(ax) == pytest.approx(np.sort(limits, axis=0))
    assert said(ax) == found["verdict"].tolist()


def test_zero_is_in_the_picture_and_a_line() -> None:
    for opens in ((300, 600), (600, 300), (300, 300)):
        ax = compare(arms(*opens), by="arm_name")
        low, high = ax.get_xlim()
        assert low < 0 < high
        assert np.asarray(ax.lines[0].get_xdata()).tolist() == [0, 0]


def test_the_title_names_rate_and_baseline_and_the_note_the_units() -> None:
    ax = compare(arms(300, 400), by="arm_name", baseline="b")
    heading = title(ax)
    assert heading == "Opened / delivered: 1 arm against the baseline “b” (40.0 %)"
    assert "95 % interval of the difference, contacts as units" in note(ax)
    assert "50 % interval" in note(compare(arms(300, 400), by="arm_name", ci=0.5))
    assert "50 % interval" in note(compare(compare_arms(arms(300, 400), by="arm_name", ci=0.5)))
    assert ax.get_xlabel() == "difference to the baseline [percentage points]"


def test_dollars_in_names_are_drawn_as_they_are_written() -> None:
    ax = compare(arms(300, 400).assign(subject=["save $5, not $10", "win $1"]), by="subject")
    drawn = [title(ax), ax.get_yticklabels()[0].get_text()]
    plain = [text.replace(r"\$", "$") for text in drawn]
    assert "“save $5, not $10” (30.0 %)" in plain[0]
    assert plain[1] == "win $1"
    assert not any("\\" in text for text in plain)


def test_of_many_arms_those_with_the_most_contacts_are_drawn_and_that_is_said() -> None:
    frame = frames.many().assign(email=lambda all_: range(len(all_)))
    found = compare_arms(frame, by="email", unit="contact")
    ax = compare(found)
    heading = title(ax)
    assert f"the 12 of {len(found):,} arms with the most contacts" in heading
    shown = [label.get_text() for label in ax.get_yticklabels()]
    least = found.set_index("arm").loc[shown, "denominator"].min()
    assert len(shown) == 12
    assert (found["denominator"] > least).sum() < 12


def test_no_interval_is_drawn_without_whiskers_and_said() -> None:
    ax = compare(arms(300), arms(400), unit="campaign")
    assert marks(ax)[0.0][0] == pytest.approx(10)
    assert marks(ax)[0.0][1] == "o"
    assert "No whiskers" in note(ax)
    assert "several campaigns" in said(ax)[0]


def test_nothing_delivered_is_no_difference_but_has_its_verdict() -> None:
    ax = compare(arms(300), arms(0, sends=0))
    assert np.isnan(marks(ax)[0.0][0])
    assert said(ax) == ["nothing to compare: one of the two has nothing in the denominator"]
    assert np.isfinite(ax.get_xlim()).all()


def test_in_small_axes_a_word_stands_for_the_verdict() -> None:
    _, axes = plt.subplots(2, 2, figsize=(6, 4))
    ax = compare(arms(300, 400, 200, 302), by="arm_name", ax=axes[0, 0])
    assert said(ax) == ["higher", "lower", "undecided"]


def test_verdicts_do_not_overlap_in_a_figure_of_ours() -> None:
    ax = compare(arms(*range(300, 340, 3)), by="arm_name", top=20)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts[1:]]
    assert len(boxes) == 13
    assert all(
        not one.overlaps(other) for place, one in enumerate(boxes) for other in boxes[:place]
    )


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ConfigError, match="by="):
        compare(arms(300, 400))
    with pytest.raises(ColumnsError, match="DataFrame"):
        compare([1, 2])  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="at least 1"):
        compare(arms(300, 400), by="arm_name", top=0)
