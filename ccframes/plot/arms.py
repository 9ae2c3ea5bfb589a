"""Arms of a comparison: by how much each differs from the baseline, and how sure that is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.analysis.columns import require
from ccframes.analysis.comparison import Unit
from ccframes.analysis.comparison import compare as compare_arms
from ccframes.analysis.grouping import By
from ccframes.analysis.verdicts import outcome
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.lettering import name_of, shortened
from ccframes.plot.marks import whiskers
from ccframes.plot.wording import counted, fraction, hundredths, level, percent

_NEEDED = (
    *("arm", "baseline", "metric", "unit", "denominator", "baseline_rate"),
    *("difference", "difference_low", "difference_high", "ci", "verdict"),
)
_DOT = 0.3  # the height of a dot above its verdict, and of a line of that [inch]
_LINE = 0.15
_CHARACTERS = 70  # of a verdict in a line, at least, in a figure of ours
_LOOKS = {"higher": (">", 0), "lower": ("<", 1), "undecided": ("o", 6)}
"""Of each outcome: its marker, and the number of its colour."""


def compare(
    a: pd.DataFrame,
    b: pd.DataFrame | None = None,
    metric: str = "open_rate",
    *,
    by: By = None,
    unit: Unit | None = None,
    ci: float = 0.95,
    baseline: Any = None,
    worth: float = 0.1,
    tz: str = "UTC",
    top: int = 12,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    r"""Draw by how many points arms differ from the baseline, with intervals and verdicts.

    Parameters
    ----------
    a, b, metric, by, unit, ci, baseline, worth, tz
        As in `analysis.comparison.compare`; or, as `a` alone, what that returned.
    top : int
        How many arms are drawn at most, those with the most contacts; the title says of how many.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the dots.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Its numbers are those of `compare_table`. Arrowheads are differences
        that were found, hollow dots those that the data cannot tell from none.

    Raises
    ------
    ColumnsError
        A frame has no counts, or lacks what `by` names.
    ConfigError
        An argument that cannot be used.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> from ccframes import plot
    >>> arms = pd.DataFrame(
    ...     {
    ...         "subject": ["News", "You made this possible"],
    ...         "em_sends": [1_000, 1_000],
    ...         "em_bounces": [20, 20],
    ...         "em_opens": [300, 400],
    ...     }
    ... )
    >>> ax = plot.compare(arms, by="subject")
    >>> ax.get_title(loc="left").replace("\n", " ")
    'Opened / delivered: 1 arm against the baseline “News” (30.6 %)'
    >>> [text.get_text() for text in ax.texts if "points" in text.get_text()]
    ['higher by 10.2 points (6.0 to 14.4)']
    >>> plt.close(ax.figure)
    """
    canvas.check_top(top)
    table = compare_table(
        a, b, metric, by=by, unit=unit, ci=ci, baseline=baseline, worth=worth, tz=tz
    )
    most = table["denominator"].astype("Float64").fillna(-1).nlargest(top).index
    shown = table[table.index.isin(most)].reset_index(drop=True)
    with canvas.axes(ax, theme=theme, size=(8.0, _height(shown))) as drawn:
        names = [name_of(arm, 28) for arm in shown["arm"]]
        drawn.set_yticks(np.arange(len(shown)), names)
        canvas.label(
            drawn,
            title=_title(table, shown, metric),
            x="difference to the baseline [percentage points]",
            note=_note(shown) if len(shown) else "",
        )
        if shown.empty:
            canvas.say_empty(drawn, "fewer than two arms: nothing to compare")
        else:
            _draw(drawn, shown, style)
    return drawn


def compare_table(
    a: pd.DataFrame,
    b: pd.DataFrame | None = None,
    metric: str = "open_rate",
    *,
    by: By = None,
    unit: Unit | None = None,
    ci: float = 0.95,
    baseline: Any = None,
    worth: float = 0.1,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return the numbers of `compare`: those of `analysis.comparison.compare`.

    Parameters
    ----------
    a, b, metric, by, unit, ci, baseline, worth, tz
        As there; or, as `a` alone, what that returned, which is returned as it is.

    Returns
    -------
    pandas.DataFrame
        One row per arm other than the baseline, as there.

    Raises
    ------
    ColumnsError
        A frame has no counts, or lacks what `by` names.
    ConfigError
        An argument that cannot be used.

    Examples
    --------
    >>> arms = pd.DataFrame(
    ...     {"role": ["x", "y"], "em_sends": 500, "em_bounces": 0, "em_opens": [100, 150]}
    ... )
    >>> compare_table(arms, by="role")[["arm", "baseline", "difference"]].round(3)
      arm baseline  difference
    0   y        x         0.1
    """
    require(a, (), "analysis.comparison.compare()")
    if b is None and by is None and set(_NEEDED) <= set(a.columns):
        return a
    return compare_arms(
        a, b, metric, by=by, unit=unit, ci=ci, baseline=baseline, worth=worth, tz=tz
    )


def _title(table: pd.DataFrame, shown: pd.DataFrame, metric: str) -> str:
    if table.empty:
        return f"{fraction(metric).capitalize()}: no arms to compare"
    first = table.iloc[0]
    arms = counted(len(table), "arm")
    if len(shown) < len(table):
        arms = f"the {len(shown):,} of {arms} with the most contacts"
    against = f"“{shortened(first['baseline'], 28)}” ({percent(first['baseline_rate'])})"
    return f"{fraction(first['metric']).capitalize()}: {arms} against the baseline {against}"


def _note(shown: pd.DataFrame) -> str:
    said = f"Whiskers: {level(shown['ci'].iloc[0])} interval of the difference"
    said += f", {shown['unit'].iloc[0]}s as units. "
    said += "Arrowheads: found higher or lower. Hollow: the data cannot tell."
    if shown["difference_low"].isna().any():
        said += " No whiskers: no interval."
    return said


def _height(shown: pd.DataFrame) -> float:
    """Return how high a figure has to be for all verdicts to be read [inch]."""
    lines = 1 + max(map(len, shown["verdict"]), default=0) // _CHARACTERS
    return max(3.0, 2.0 + (_DOT + 0.1 + lines * _LINE) * len(shown))


def _draw(ax: Axes, shown: pd.DataFrame, style: dict[str, Any]) -> None:
    ax.axvline(0, color=ax.xaxis.label.get_color(), linewidth=1.2)
    ends = hundredths(shown["difference_low"]), hundredths(shown["difference_high"])
    middle = hundredths(shown["difference"])
    outcomes = np.array([outcome(said) for said in shown["verdict"]], dtype=object)
    places = np.arange(len(shown), dtype="float64")
    for name, (shape, number) in _LOOKS.items():
        which = outcomes == name
        looks = {"marker": shape, "color": canvas.colour(number), "markersize": 7}
        whiskers(
            ax,
            places[which],
            middle[which],
            (ends[0][which], ends[1][which]),
            hollow=np.full(int(which.sum()), name == "undecided"),
            **canvas.chosen(style, Line2D, **looks),
        )
    _write_verdicts(ax, shown, places)
    ax.set_ylim(len(shown) - 0.25, -0.5)
    _set_limits(ax, np.concatenate([[0.0], middle, *ends]))
    ax.grid(visible=False, axis="y")


def _write_verdicts(ax: Axes, shown: pd.DataFrame, places: Any) -> None:
    """Write under each dot what it comes to: the whole sentence, if there is room for it."""
    said = [canvas.fitted(ax, text, "legend.fontsize") for text in shown["verdict"]]
    lines = max(text.count("\n") + 1 for text in said)
    inches = ax.get_window_extent().height / ax.figure.dpi / len(shown)
    if inches < _DOT + lines * _LINE * 0.8:  # axes grow a little when they are laid out
        said = [outcome(text) for text in shown["verdict"]]
    ground = {"facecolor": ax.get_facecolor(), "edgecolor": "none", "alpha": 0.85, "pad": 1}
    for place, text in zip(places, said, strict=True):
        ax.annotate(
            text,
            (0.01, place),
            xycoords=ax.get_yaxis_transform(),
            xytext=(0, -8),
            textcoords="offset points",
            va="top",
            fontsize="small",
            bbox=ground,
        )


def _set_limits(ax: Axes, values: Any) -> None:
    low, high = np.nanmin(values), np.nanmax(values)
    margin = 0.08 * (high - low) or 1.0
    ax.set_xlim(low - margin, high + margin)
