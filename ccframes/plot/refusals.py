"""Bounces over time: by code, and by provider with the emails that were refused on the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ccframes.analysis.deliverability import KINDS, bounce_summary
from ccframes.analysis.incidents import bounce_spikes
from ccframes.analysis.proportions import wilson
from ccframes.endpoints import BOUNCE_CODES
from ccframes.frames.conform import STR
from ccframes.frames.measures import share
from ccframes.plot import canvas
from ccframes.plot.bars import as_percent
from ccframes.plot.lettering import drawable, name_of
from ccframes.plot.marks import marker, sample, whiskers
from ccframes.plot.ticks import date_axis, days, show_all
from ccframes.plot.wording import FEW, counted, level, percent

_MOST_LINES = 6
"""So many providers have a colour of their own; the others share the seventh."""
_MOST_NAMED = 4
"""So many incidents are named beside their dots."""
_MOST_MARKED = 40
"""Of more periods, marks and bands would hide the lines."""
_CODE = "bounce_code"
_SAME = ("ci", "time_zone_id")
_TOLD = {
    *("period", "kind", "bounces", *KINDS, "contacts", "sends", "share", "low", "high"),
    *_SAME,
}
"""Columns of a summary of bounces that do not say what its rows are for."""
_MADE_OF = "not delivered / sent"


def refusals(
    bounces: pd.DataFrame, sends: pd.DataFrame, *, by: str, over: str, tz: str, ci: float
) -> pd.DataFrame:
    """Return each email's share that was not delivered, by provider, with its interval."""
    table = bounce_spikes(bounces, sends, by=by, period=over, tz=tz)
    low, high = wilson(table["bounced"], table["sends"], ci)
    zone = pd.Series(tz, index=table.index, dtype=STR)
    return table.assign(low=low, high=high, ci=ci, time_zone_id=zone)


def shares_of_codes(
    bounces: pd.DataFrame, sends: pd.DataFrame, *, over: str, tz: str, ci: float
) -> pd.DataFrame:
    """Return each code's share of what was sent in each period, none included."""
    found = bounce_summary(bounces, sends, by=[_CODE, over], tz=tz, ci=ci)
    every = bounce_summary(bounces, sends, by=over, tz=tz, ci=ci)[["period", "sends", *_SAME]]
    codes = found[[_CODE, "kind"]].drop_duplicates().sort_values(_CODE, kind="stable")
    filled = every.merge(codes, how="cross").merge(
        found.drop(columns=["sends", "share", "low", "high", *_SAME]),
        on=["period", _CODE, "kind"],
        how="left",
    )
    counts = ["bounces", *KINDS, "contacts"]
    filled[counts] = filled[counts].fillna(0)
    filled["share"] = share(filled["bounces"], filled["sends"])
    filled["low"], filled["high"] = wilson(filled["bounces"], filled["sends"], ci)
    ordered = filled.sort_values(["period", _CODE], kind="stable", ignore_index=True)
    return ordered[list(found.columns)]


def keys_of(table: pd.DataFrame) -> list[str]:
    """Return what the rows of a summary of bounces are for, but for their period."""
    return [str(name) for name in table if name not in _TOLD]


def named(keys: list[str]) -> str:
    """Return keys in words.

    >>> named(["bounce_code", "provider"])
    'bounce code and provider'
    """
    return " and ".join(key.replace("_", " ") for key in keys)


def row_name(row: Mapping[Any, Any], keys: list[str]) -> str:
    """Return what a row is called: the code, what it means and its kind; the provider."""
    parts = (
        code_name(row[key], row["kind"]) if key == _CODE else _whose(row[key], 30) for key in keys
    )
    return " · ".join(parts)


def draw_periods(ax: Axes, table: pd.DataFrame, ci: float, tz: str, style: dict[str, Any]) -> None:
    """Draw a line with its interval for each code, provider or what the rows are for."""
    names = {
        "x": f"period of sending, by its first day [{tz}]",
        "y": "share of the emails sent [%]",
    }
    if table.empty:
        canvas.label(ax, title="Bounced / sent over time", **names)
        canvas.say_empty(ax, "no bounces")
        return
    keys = keys_of(table)
    periods = pd.DatetimeIndex(table["period"].dropna().unique()).sort_values()
    lines = _lines_of(table, keys, periods)
    handles = [_line(ax, rows, name, number, style) for number, (name, rows) in enumerate(lines)]
    _finish(ax, pd.concat([rows["high"] for _, rows in lines]))
    show_all(ax, days(periods))
    date_axis(ax.xaxis, "UTC")  # days have no zone
    canvas.label(ax, title=_title(table, keys, len(lines)), note=_bands(table, keys, ci), **names)
    if keys:
        canvas.legend(ax, handles)


def _lines_of(
    table: pd.DataFrame, keys: list[str], periods: pd.DatetimeIndex
) -> list[tuple[str, pd.DataFrame]]:
    """Return the name and the periods of what has the most bounces, in the order of the keys."""
    grouped = table.groupby(keys, dropna=False, observed=True) if keys else [((), table)]
    groups = [rows for _, rows in grouped]
    counts = pd.Series([int(rows["bounces"].sum()) for rows in groups])
    most = [groups[place] for place in sorted(counts.nlargest(_MOST_LINES + 1).index)]
    return [
        (row_name(rows.iloc[0], keys), rows.set_index("period").reindex(periods)) for rows in most
    ]


def _line(ax: Axes, rows: pd.DataFrame, name: str, number: int, style: dict[str, Any]) -> Line2D:
    looks: dict[str, Any] = {"color": canvas.colour(number), "marker": marker(number)}
    at, crowded = days(pd.DatetimeIndex(rows.index)), len(rows) > _MOST_MARKED
    shares, low, high = (rows[name].to_numpy("float64") for name in ("share", "low", "high"))
    ax.plot(at, shares, **canvas.chosen(style, Line2D, **looks, markersize=2 if crowded else 4))
    ax.fill_between(
        at, low, high, color=looks["color"], alpha=0.05 if crowded else 0.12, linewidth=0
    )
    known = np.pad(~np.isnan(shares), 1)
    alone = known[1:-1] & ~known[:-2] & ~known[2:]  # a band of no width cannot be seen
    ax.vlines(at[alone], low[alone], high[alone], color=looks["color"], linewidth=1.3)
    return sample(name, **looks)


def _title(table: pd.DataFrame, keys: list[str], lines: int) -> str:
    """Return what is shown, and over what: the emails sent, once for all codes."""
    by = f" by {named(keys)}" if keys else ""
    number = len(table[keys].drop_duplicates()) if keys else 1
    cut = f", the {lines} with the most bounces of {number:,}" if lines < number else ""
    once = ["period", *(key for key in keys if key != _CODE)]
    sent = int(table.drop_duplicates(once)["sends"].sum())
    periods = counted(table["period"].nunique(), "period")
    return f"Bounced / sent{by}{cut} over {periods}, {sent:,} emails sent"


def _bands(table: pd.DataFrame, keys: list[str], ci: float) -> str:
    said = f"Bands: {level(ci)} intervals."
    every = table["period"].nunique() * len(table[keys].drop_duplicates()) if keys else 0
    return said + (" Gaps: none in that period." if len(table) < every else "")


def draw_spikes(ax: Axes, table: pd.DataFrame, ci: float, tz: str, style: dict[str, Any]) -> None:
    """Draw a dot for each email and provider, and ring and name those that are incidents."""
    names = {"x": f"when it was sent [{tz}]", "y": f"{_MADE_OF} [%]"}
    by = str(table.columns[0])
    if table.empty:
        canvas.label(ax, title=f"{_MADE_OF.capitalize()} by {by}", **names)
        canvas.say_empty(ax, "no emails to show")
        return
    keys = [_dots(ax, rows, name, number, style) for number, name, rows in _lines(table, by)]
    flagged = table[table["flagged"].to_numpy(dtype=bool)]
    if len(flagged):
        keys.append(_ring(ax, flagged))
    _finish(ax, pd.concat([table["bounce_rate"], flagged["high"]]))
    show_all(ax, days(table["first_sent"]))
    date_axis(ax.xaxis, tz)
    what = "email" if "campaign_activity_id" in table else "period"
    number = counted(len(flagged), "incident")
    title = f"{_MADE_OF.capitalize()} by {what} and {by}: {number} among {len(table):,}"
    hollow = f"Hollow: fewer than {FEW} emails."
    lines = f" Lines: {level(ci)} intervals, of incidents." if len(flagged) else ""
    canvas.label(ax, title=title, note=hollow + lines, **names)
    canvas.legend(ax, keys)
    _name_incidents(ax, flagged, by)


def _lines(table: pd.DataFrame, by: str) -> list[tuple[int, str, pd.DataFrame]]:
    """Return the largest providers, each with its number and rows, and the others as one."""
    sends = table.groupby(by, dropna=False, observed=True)["sends"].sum()
    largest = sends.sort_values(ascending=False, kind="stable").index[:_MOST_LINES]
    lines = [
        (number, _whose(name), table[table[by].isna() if pd.isna(name) else table[by].eq(name)])
        for number, name in enumerate(largest)
    ]
    if len(sends) > _MOST_LINES:
        rest = table[~table[by].isin(largest)]
        lines.append((_MOST_LINES, f"{len(sends) - _MOST_LINES:,} others", rest))
    return lines


def _dots(ax: Axes, rows: pd.DataFrame, name: str, number: int, style: dict[str, Any]) -> Line2D:
    looks = canvas.chosen(
        style, Line2D, color=canvas.colour(number), marker=marker(number), markersize=4
    )
    hollow = (rows["sends"] < FEW).to_numpy(dtype=bool)
    for which, face in ((~hollow, {}), (hollow, {"markerfacecolor": "none"})):
        at, rate = days(rows["first_sent"])[which], rows["bounce_rate"].to_numpy("float64")[which]
        ax.plot(at, rate, linestyle="none", alpha=0.75, **looks | face)
    return sample(name, linestyle="none", **looks)


def _ring(ax: Axes, flagged: pd.DataFrame) -> Line2D:
    ink = canvas.setting("text.color")
    looks: dict[str, Any] = {"color": ink, "marker": "o", "markersize": 9, "zorder": 4}
    at, rate, low, high = (
        days(flagged["first_sent"]),
        *(flagged[name].to_numpy("float64") for name in ("bounce_rate", "low", "high")),
    )
    empty = np.ones(len(flagged), dtype=bool)
    whiskers(
        ax, at, rate, (low, high), hollow=~empty, upright=True, markerfacecolor="none", **looks
    )
    return sample("far above usual", linestyle="none", markerfacecolor="none", **looks)


def _name_incidents(ax: Axes, flagged: pd.DataFrame, by: str) -> None:
    """Write beside the worst dot of each provider what was refused and why."""
    worst = flagged.sort_values("bounce_rate", ascending=False, kind="stable")
    firsts = worst[~worst[by].duplicated()].head(_MOST_NAMED)
    middle = float(np.mean(ax.get_xlim()))
    for row in firsts.to_dict("records"):
        same = flagged[by].isna() if pd.isna(row[by]) else flagged[by].eq(row[by])
        at = float(days(pd.DatetimeIndex([row["first_sent"]]))[0])
        is_left = at < middle
        said = f"{_whose(row[by])}: {percent(row['bounce_rate'])}, mostly {row[_CODE]}"
        further = int(same.sum()) - 1
        ax.annotate(
            said + (f"\nand {further:,} more" if further else ""),
            (at, row["bounce_rate"]),
            xytext=(9 if is_left else -9, 0),
            textcoords="offset points",
            ha="left" if is_left else "right",
            va="center",
            fontsize="small",
        )


def _finish(ax: Axes, tops: pd.Series[Any]) -> None:
    as_percent(ax, "y")
    ax.set_ylim(0, min(1.04, 1.1 * (float(tops.max()) or 0.1)))


def _whose(name: Any, longest: int = 24) -> str:
    return "(none)" if pd.isna(name) else name_of(name, longest)


def code_name(code: Any, kind: Any) -> str:
    """Return a bounce code with what it means and its kind."""
    meaning = BOUNCE_CODES.get(str(code), "not documented").split(",")[0].split(":")[0]
    return drawable(f"{'(none)' if pd.isna(code) else code}: {meaning} ({kind})")
