"""Contacts by how much, or how lately, they open."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from ccframes.analysis.audience import engagement as engagement_of
from ccframes.analysis.columns import require
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.plot import canvas
from ccframes.plot.bars import as_counts
from ccframes.plot.canvas import Theme
from ccframes.plot.wording import counted, percent, reached

EngagementBy: TypeAlias = Literal["opens_last_n", "open_rate", "days_since_open"]
BY: tuple[EngagementBy, ...] = get_args(EngagementBy)
_NEEDED = ("last_n", "never_opened")
_NEVER = "never"
_RATES = (0.0, *np.round(np.arange(0.1, 1.0, 0.1), 1), 1.0)
_RATE_NAMES = ("none", "≤ 10", *(f"{low}–{low + 10}" for low in range(10, 100, 10)))
_DAYS = (7, 30, 90, 180, 365)
_DAY_NAMES = ("≤ 7", "8–30", "31–90", "91–180", "181–365", "> 365", _NEVER)


def engagement(
    people: pd.DataFrame,
    opens: pd.DataFrame | None = None,
    *,
    by: EngagementBy = "opens_last_n",
    ax: Axes | None = None,
    theme: Theme = "light",
    **style: Any,
) -> Axes:
    """Draw how many contacts open how much, or how long ago they last did.

    Parameters
    ----------
    people, opens, by
        As `engagement_table` takes them.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure, if left out.
    theme : "light" or "dark"
        The style.
    **style
        Passed on to the bars.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on; `engagement_table` has the numbers. Contacts who never opened anything
        are hatched.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or there is no such `by`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> people = pd.DataFrame(
    ...     {"last_n": [3, 3], "opens_last_n": [0, 2], "never_opened": [True, False]}
    ... )
    >>> engagement(people, ax=Figure().subplots()).get_ylabel()
    'contacts'
    """
    table = engagement_table(people, opens, by=by)
    names = {"x": _UNITS[by].format(over=table["over"].iloc[0]), "y": "contacts"}
    with canvas.axes(ax, theme=theme, size=(7.6, 4.2)) as drawn:
        if not int(table["contacts"].sum()):
            canvas.label(drawn, title=f"Contacts by {_TITLES[by]}", **names)
            canvas.say_empty(drawn, "no contacts to show")
        else:
            _draw(drawn, table, by, names, style)
    return drawn


_TITLES = {
    "opens_last_n": "how many of the last emails they opened",
    "open_rate": "the share of emails they opened",
    "days_since_open": "the time since they last opened one",
}
_UNITS = {
    "opens_last_n": "emails opened",
    "open_rate": "opened / {over} [%]",
    "days_since_open": "days since the last open",
}


def engagement_table(
    people: pd.DataFrame,
    opens: pd.DataFrame | None = None,
    *,
    by: EngagementBy = "opens_last_n",
    **more: Any,
) -> pd.DataFrame:
    """Count contacts by how much, or how lately, they open.

    Parameters
    ----------
    people : pandas.DataFrame
        What `analysis.engagement` gives; or sends, with `opens` and further keywords of it.
    opens : pandas.DataFrame, optional
        What `load_opens()` gives, of the same activities.
    by : {"opens_last_n", "open_rate", "days_since_open"}
        How many of the last emails they opened; which share of all that were delivered; or how
        long ago they last opened one.
    **more
        Further keywords of `analysis.engagement`, such as `bounces` and `last`.

    Returns
    -------
    pandas.DataFrame
        One row per group, those without contacts included: group [emails, percent or days, as
        text]; contacts; never_opened, of them those who opened none of all their emails; of,
        contacts in all groups; share, contacts over of [0–1]; left_out, contacts in no group
        [contacts]; over, what counts as an email to them: those "delivered", or "sent" where
        nothing was taken off for bounces. Those to whom fewer emails were delivered than to
        others, up to the `last`, are left out, and of days those to whom nothing was.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks what is needed, or there is no such `by`.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {
    ...         "last_n": [3, 3, 1],
    ...         "opens_last_n": [0, 2, 1],
    ...         "never_opened": [True, False, False],
    ...     }
    ... )
    >>> engagement_table(people)[["group", "contacts", "never_opened", "left_out"]]
      group  contacts  never_opened  left_out
    0     0         1             1         1
    1     1         0             0         1
    2     2         1             0         1
    3     3         0             0         1
    """
    if by not in BY:
        raise ConfigError(f"by={by!r} is none of {', '.join(BY)}")
    if opens is not None:
        people = engagement_of(people, opens, **more)
    require(people, (*_NEEDED, by), "analysis.engagement()")
    known = people[_known(people, by)]
    names, place = _groups(known, by)
    never = known["never_opened"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    contacts = np.bincount(place, minlength=len(names))
    return pd.DataFrame(
        {
            "group": pd.Series(names, dtype=STR),
            "contacts": pd.array(contacts, dtype="Int64"),
            "never_opened": pd.array(
                np.bincount(place[never], minlength=len(names)), dtype="Int64"
            ),
            "of": pd.array([len(known)] * len(names), dtype="Int64"),
            "share": contacts / max(1, len(known)),
            "left_out": pd.array([len(people) - len(known)] * len(names), dtype="Int64"),
            "over": pd.array([_over(people)] * len(names), dtype=STR),
        }
    )


def _over(people: pd.DataFrame) -> str:
    known = {"sent", "delivered"} <= set(people)
    return reached(people["sent"].sum(), people["delivered"].sum()) if known else "delivered"


def _known(people: pd.DataFrame, by: str) -> Any:
    """Tell of which contacts one can say it, and alike."""
    looked_at = people["last_n"].to_numpy("int64", na_value=0)
    least = 1 if by == "days_since_open" else max(1, int(looked_at.max(initial=0)))
    return looked_at >= least


def _groups(people: pd.DataFrame, by: str) -> tuple[list[str], Any]:
    """Return the names of all groups, and the place of each contact's."""
    values = people[by].to_numpy("float64", na_value=np.nan)
    if by == "open_rate":
        return list(_RATE_NAMES), np.searchsorted(_RATES, values)
    if by == "days_since_open":
        place = np.searchsorted(_DAYS, values)
        return list(_DAY_NAMES), np.where(np.isnan(values), len(_DAY_NAMES) - 1, place)
    most = int(people["last_n"].max()) if len(people) else 0
    return [str(number) for number in range(most + 1)], values.astype("int64")


def _draw(
    ax: Axes, table: pd.DataFrame, by: EngagementBy, names: dict[str, str], style: dict[str, Any]
) -> None:
    places = np.arange(len(table))
    never, contacts = (table[name].to_numpy("float64") for name in ("never_opened", "contacts"))
    ground = canvas.setting("axes.facecolor")
    unread: dict[str, Any] = {
        "facecolor": canvas.colour(1),
        "hatch": "///",
        "edgecolor": ground,
        "linewidth": 0,
    }
    ax.bar(places, never, width=0.82, **unread)
    ours = canvas.chosen(style, Rectangle, color=canvas.colour(0), width=0.82)
    ax.bar(places, contacts - never, bottom=never, **ours)
    for place, height, share in zip(places, contacts, table["share"], strict=True):
        ax.annotate(
            percent(share) if height else "0",
            (place, height),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize="small",
        )
    ax.set_xticks(places, table["group"].tolist())
    ax.set_ylim(0, 1.1 * float(contacts.max()))
    ax.grid(visible=False, axis="x")
    as_counts(ax, "y")
    canvas.label(ax, title=_title(table, by), note=_note(table, by), **names)
    kinds = [Patch(**unread, label="never opened any email")]
    canvas.legend(ax, [*kinds, Patch(color=ours["color"], label="has opened an email")])


def _title(table: pd.DataFrame, by: EngagementBy) -> str:
    over = counted(int(table["of"].iloc[0]), "contact")
    what = _TITLES[by]
    if by == "opens_last_n":
        what = f"how many of the last {len(table) - 1:,} emails they opened"
        if len(table) <= 2:
            what = "whether they opened the last email"
    return f"{over} by {what}"


def _note(table: pd.DataFrame, by: EngagementBy) -> str:
    never, over = int(table["never_opened"].sum()), int(table["of"].iloc[0])
    note = f"{never:,} of {over:,} ({percent(never / over)}) never opened an email."
    left_out = int(table["left_out"].iloc[0])
    if left_out:
        few = "nothing was" if by == "days_since_open" else "fewer emails were"
        note += f" Left out: {counted(left_out, 'contact')} to whom {few} {table['over'].iloc[0]}."
    return note
