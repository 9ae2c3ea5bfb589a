"""Differences between arms, with what can be said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.analysis.columns import require
from ccframes.analysis.comparison import compare as compared
from ccframes.analysis.verdicts import outcome
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import name_of, shortened

_NEEDED = (
    *("arm", "baseline", "metric", "difference", "difference_low", "difference_high"),
    *("numerator", "denominator", "rate", "baseline_rate", "verdict"),
)
_COLOURS = {"higher": 2, "lower": 1, "undecided": 6}
_MARKERS = {"higher": "^", "lower": "v", "undecided": "o"}


def compare_table(frame: pd.DataFrame, **question: Any) -> pd.DataFrame:
    """Return what `analysis.compare` says of the arms of a frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        What `analysis.compare` returned, which comes back as it is; or what it takes.
    **question
        As `analysis.compare` takes it: `b=`, `by=`, `metric=`, `unit=`, `baseline=`, `ci=`.

    Returns
    -------
    pandas.DataFrame
        One row per arm other than the baseline, as `analysis.compare` gives them.

    Raises
    ------
    ColumnsError, ConfigError
        As `analysis.compare`.

    Examples
    --------
    >>> arms = pd.DataFrame(
    ...     {"arm": "ab", "em_sends": 90, "em_bounces": 0, "em_opens": [30, 45]}
    ...     | {"arm": ["a", "b"]}
    ... )
    >>> compare_table(arms, by="arm")["difference"].round(3).tolist()
    [0.167]
    """
    if question or "difference_low" not in frame:
        return compared(frame, **question)
    require(frame, _NEEDED, "analysis.compare()")
    return frame


def compare(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    theme: Theme = "light",
    **question: Any,
) -> Axes:
    """Draw by how much the rate of each arm differs from the baseline's.

    Parameters
    ----------
    frame, **question
        As `compare_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `compare_table` has the numbers.

    Raises
    ------
    ColumnsError, ConfigError
        As `analysis.compare`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> arms = pd.DataFrame(
    ...     {"arm": ["a", "b"], "em_sends": 90, "em_bounces": 0, "em_opens": [30, 45]}
    ... )
    >>> compare(arms, by="arm", ax=Figure().subplots()).get_xlabel()
    "difference from the baseline's rate [points]"
    """
    table = compare_table(frame, **question)
    with canvas.axes(ax, theme=theme, size=(7.6, 1.7 + 0.55 * max(2, len(table)))) as drawn:
        unit = "difference from the baseline's rate [points]"
        if table.empty:
            canvas.label(drawn, title="Nothing to compare", x=unit)
            canvas.say_empty(drawn, "fewer than two arms")
            return drawn
        _intervals(drawn, table)
        drawn.axvline(0, color=canvas.setting("axes.edgecolor"), linewidth=1)
        drawn.set_yticks(range(len(table)), [_arm(row) for row in table.itertuples(index=False)])
        drawn.set_ylim(len(table) - 0.4, -0.7)
        drawn.grid(visible=False, axis="y")
        first = table.iloc[0]
        metric = str(first["metric"]).replace("_", " ")
        base = f"{shortened(first['baseline'], 40)} ({first['baseline_rate']:.1%})"
        canvas.label(drawn, title=f"{metric.capitalize()} against {base}", x=unit)
    return drawn


def _intervals(ax: Axes, table: pd.DataFrame) -> None:
    """Draw each difference with its interval, and say what it comes to."""
    ends = table[["difference", "difference_low", "difference_high"]].to_numpy("float64") * 100
    span = max(np.nanmax(np.abs(ends), initial=0.0), 1.0) * 1.08
    ax.set_xlim(-span, span)
    for place, ((middle, low, high), said) in enumerate(zip(ends, table["verdict"], strict=True)):
        word = outcome(said)
        colour = canvas.colour(_COLOURS[word])
        ax.hlines(place, low, high, color=colour, linewidth=2)
        ax.add_line(Line2D([middle], [place], color=colour, marker=_MARKERS[word], markersize=7))
        at = middle if np.isfinite(middle) else 0.0
        beside = "left" if at < -span / 3 else "right" if at > span / 3 else "center"
        ax.annotate(
            said.split(":")[0] if word == "undecided" else said,
            ({"left": -span, "right": span}.get(beside, at), place),
            xytext=({"left": 4, "right": -4}.get(beside, 0), 8),
            textcoords="offset points",
            ha=beside,
            fontsize="small",
        )


def _arm(row: Any) -> str:
    return f"{name_of(row.arm, 26)}\n{row.rate:.1%} of {row.denominator:,}"
