"""On which devices emails are opened and clicked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from ccframes.analysis.arrays import floats, whole_numbers
from ccframes.analysis.clusters import campaign_numbers, clusters_of
from ccframes.analysis.columns import require
from ccframes.analysis.grouping import groups_of
from ccframes.analysis.proportions import normal_quantile
from ccframes.analysis.variation import interval_over_campaigns
from ccframes.endpoints import STAT_DEVICES
from ccframes.frames.conform import STR
from ccframes.frames.measures import Rate
from ccframes.plot import canvas
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import FEW, level, percent, scope

_KINDS = ("opens", "clicks")
_WORDS = {"none": "not captured"}
_BAR = 0.36
_CAVEAT = (
    "Not captured: the statistics name no device. Privacy proxies and scanners open and click by "
    "themselves; what they did may be in here, and says nothing of the reader's device."
)
_LOADERS = "load_activity_stats(), load_campaign_stats() or load_campaign_table()"


def devices(
    frame: pd.DataFrame,
    *,
    ci: float = 0.95,
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw on which devices emails were opened and clicked, as bars of shares from 0.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign stats, activity stats, or the campaign table.
    ci : float
        The level of the intervals.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on. Its numbers are those of `devices_table`.

    Raises
    ------
    ColumnsError
        The frame has no counts by device.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> devices = ("computer", "mobile", "tablet", "other", "none")
    >>> counts = dict(zip(devices, (6, 3, 0, 0, 1), strict=True))
    >>> stats = pd.DataFrame(
    ...     {
    ...         f"em_{kind}_all_{device}": [number]
    ...         for kind in ("opens", "clicks")
    ...         for device, number in counts.items()
    ...     }
    ... ).assign(em_opens_all=10, em_clicks_all=10)
    >>> from ccframes import plot
    >>> ax = plot.devices(stats)
    >>> ax.get_xlabel()
    'share of all opens or all clicks, repeats included [%]'
    >>> plt.close(ax.figure)
    """
    table = devices_table(frame, ci=ci)
    kinds = table[table["total"] > 0]
    with canvas.axes(ax, theme=theme, size=(7.0, 4.6)) as drawn:
        names = [_WORDS.get(device, device) for device in STAT_DEVICES]
        drawn.set_yticks(np.arange(len(names)), names)
        canvas.label(
            drawn,
            title=f"Devices of opens and clicks, pooled over {scope(frame)}",
            x="share of all opens or all clicks, repeats included [%]",
            note=f"{_interval_note(table, ci)} {_CAVEAT}" if len(kinds) else "",
        )
        if kinds.empty:
            canvas.say_empty(drawn, "no opens and no clicks")
        else:
            _draw_bars(drawn, kinds, style)
    return drawn


def devices_table(frame: pd.DataFrame, *, ci: float = 0.95) -> pd.DataFrame:
    """Return the numbers of `devices`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Campaign stats, activity stats, or the campaign table.
    ci : float
        The level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per kind and device; none without data. `kind`, "opens" or "clicks"; `device`, of
        which "none" is not captured; `count` and `total` [events], repeats included, the total
        that of the kind; `share` [0–1] with the interval from `low` to `high`, which is over
        campaigns, since events of one contact are not independent, and NaN for one campaign;
        `campaigns`; `n`, the rows whose counts are known, and `n_missing`, the others.

    Raises
    ------
    ColumnsError
        The frame has no counts by device.

    Examples
    --------
    >>> stats = pd.DataFrame(
    ...     {
    ...         f"em_{kind}_all_{device}": [number]
    ...         for kind in ("opens", "clicks")
    ...         for device, number in (
    ...             ("computer", 6), ("mobile", 3), ("tablet", 0), ("other", 0), ("none", 1)
    ...         )
    ...     }
    ... ).assign(em_opens_all=10, em_clicks_all=10)
    >>> devices_table(stats)[["kind", "device", "count", "total", "share"]].head(2)
        kind    device  count  total  share
    0  opens  computer      6     10    0.6
    1  opens    mobile      3     10    0.3
    """
    columns = [f"em_{kind}_all" for kind in _KINDS]
    devices = [f"em_{kind}_all_{device}" for kind in _KINDS for device in STAT_DEVICES]
    require(frame, [*columns, *devices], _LOADERS)
    normal_quantile(ci)  # refuses what is no level
    return pd.concat(
        [_share(frame, kind, device, ci) for kind in _KINDS for device in STAT_DEVICES],
        ignore_index=True,
    )


def _share(frame: pd.DataFrame, kind: str, device: str, ci: float) -> pd.DataFrame:
    """Return one row, or none without data: the share of a device in all events of a kind."""
    rate = Rate(device, f"em_{kind}_all_{device}", f"em_{kind}_all", "")
    clusters = clusters_of(frame, campaign_numbers(frame), groups_of(frame, None), rate)
    low, high = interval_over_campaigns(clusters, ci)
    rows = len(clusters.groups)
    return pd.DataFrame(
        {
            "kind": pd.array([kind] * rows, dtype=STR),
            "device": pd.array([device] * rows, dtype=STR),
            "count": whole_numbers(clusters.numerator()),
            "total": whole_numbers(clusters.denominator()),
            "share": clusters.rate(),
            "low": low,
            "high": high,
            "campaigns": whole_numbers(clusters.size()),
            "n": whole_numbers(clusters.n),
            "n_missing": whole_numbers(clusters.n_missing),
        }
    )


def _interval_note(table: pd.DataFrame, ci: float) -> str:
    if table["low"].isna().all():
        return "No interval: it takes several campaigns."
    return f"Whiskers: {level(ci)} interval over campaigns."


def _draw_bars(ax: Axes, table: pd.DataFrame, style: dict[str, Any]) -> None:
    handles, furthest = [], 0.0
    for number, kind in enumerate(_KINDS):
        rows = table[table["kind"] == kind]
        if rows.empty:
            continue
        total = int(rows["total"].iloc[0])
        looks: dict[str, Any] = {
            "facecolor": canvas.colour(number),
            "alpha": 1.0 if total >= FEW else 0.45,
            "hatch": ("", "///")[number],
            "edgecolor": ax.get_facecolor(),
        }
        bars = canvas.chosen(style, Rectangle, height=_BAR, **looks)
        places = np.arange(len(rows)) + (number - 0.5) * _BAR
        furthest = max(furthest, _draw_kind(ax, rows, places, bars))
        faded = "" if total >= FEW else f", fewer than {FEW}: faded"
        handles.append(Patch(label=f"{kind} ({total:,} in all{faded})", **looks))
    ax.set_ylim(len(STAT_DEVICES) - 0.5, -0.5)
    ax.set_xlim(0, furthest * 1.12)
    ax.grid(visible=False, axis="y")
    canvas.legend(ax, handles)


def _draw_kind(ax: Axes, rows: pd.DataFrame, places: Any, bars: dict[str, Any]) -> float:
    """Draw the bars of a kind, with whiskers and shares; return where the furthest ends."""
    share, low, high = (floats(rows[name]) * 100 for name in ("share", "low", "high"))
    ax.barh(places, share, **bars)
    ink = ax.xaxis.label.get_color()
    reach = np.maximum([share - low, high - share], 0.0)
    ax.errorbar(share, places, xerr=reach, linestyle="none", color=ink, elinewidth=1.2, capsize=2)
    ends = np.fmax(share, high)
    for place, end, text in zip(places, ends, map(percent, rows["share"]), strict=True):
        ax.annotate(
            text, (end, place), (4, 0), textcoords="offset points", va="center", fontsize="small"
        )
    return float(ends.max())
