"""By when how many have opened, or clicked: curves and quantiles of what is not over yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccframes.analysis.arrays import Floats, floats
from ccframes.analysis.columns import require
from ccframes.analysis.survival import KaplanMeier
from ccframes.errors import ConfigError

By: TypeAlias = "str | Sequence[str] | None"
Part: TypeAlias = Mapping[str, Any]

_NEEDED: Final = ("seconds", "observed")
_LOADERS: Final = "time_to_open() or time_to_click()"
_CURVE: Final = {
    "seconds": "float64",
    "share": "float64",
    "low": "float64",
    "high": "float64",
    "at_risk": "Int64",
    "events": "Int64",
    "n": "Int64",
}
_QUANTILES: Final = {
    "q": "float64",
    "seconds": "float64",
    "low": "float64",
    "high": "float64",
    "events": "Int64",
    "n": "Int64",
    "seconds_among_events": "float64",
}


def time_curve(
    times: pd.DataFrame,
    by: By = None,
    ci: float = 0.95,
    at: Sequence[float] | None = None,
    *,
    points: int = 500,
) -> pd.DataFrame:
    """Return which share of contacts has opened, or clicked, by which time after sending.

    Parameters
    ----------
    times : pandas.DataFrame
        What `time_to_open` or `time_to_click` gives, perhaps with further columns.
    by : str or list of str, optional
        Columns of `times`; a curve for each of their values.
    ci : float, default 0.95
        Level of the interval.
    at : list of float, optional
        Times to give the curve at [s]. By default 0 and the times at which it rises.
    points : int, default 500
        Without `at`, how many rows a curve may have. Of more rises, some are left out, so that
        about as many events lie between any two that stay; these have the values that they would
        have had.

    Returns
    -------
    pandas.DataFrame
        One row per curve and time: the columns of `by`; seconds after sending; share [0–1] who
        have opened by then; low, high, its pointwise interval; at_risk [emails], those still
        watched and not opened just before; events [emails], opened by then, of n [emails] in
        all. The share is more than events over n where some were not watched so long. It is NaN
        after the last email ceased to be watched, low and high also where there was no event yet
        or nobody is left.

    Raises
    ------
    ColumnsError, ConfigError
        A column is missing, or `ci`, `at` or `points` cannot be used.

    Notes
    -----
    1 − S(t), the Kaplan–Meier estimate, with Greenwood's variance on the scale of log(−log S);
    rows without `seconds` are not in n. It rests on emails that were watched for a short time,
    the recent ones, being opened like the others; and the interval on emails being opened
    independently, so it is too narrow where the same contacts were sent many.

    Examples
    --------
    >>> from ccframes.analysis.curves import time_curve
    >>> times = pd.DataFrame({"seconds": [60.0, 3600, 7200], "observed": [True, True, False]})
    >>> time_curve(times, at=[60, 3600]).round(2)[["seconds", "share", "at_risk", "events", "n"]]
       seconds  share  at_risk  events  n
    0     60.0   0.33        3       1  3
    1   3600.0   0.67        2       2  3

    Source: Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958) 457–481.
    """
    if points < 2:
        raise ConfigError(f"points={points!r}: a curve needs 2 points at least")
    grid = None if at is None else _grid(at)
    names = _names(by, _CURVE)
    require(times, [*names, *_NEEDED], _LOADERS, what="times")
    parts = [
        (head, _curve_at(curve, _rises(curve, points) if grid is None else grid, ci))
        for head, curve in _groups(times, names)
    ]
    return _assembled(times, names, parts, _CURVE)


def time_quantiles(
    times: pd.DataFrame,
    q: float | Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    by: By = None,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Return by which time after sending a share of contacts has opened, or clicked.

    Parameters
    ----------
    times : pandas.DataFrame
        What `time_to_open` or `time_to_click` gives, perhaps with further columns.
    q : float or list of float
        Shares, between 0 and 1.
    by : str or list of str, optional
        Columns of `times`; quantiles for each of their values.
    ci : float, default 0.95
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per group and q: the columns of `by`; q; seconds until a share q of all emails
        was opened, NaN if so many have not; low, high, its interval, each NaN where it has no
        end; events, opened [emails], of n [emails] in all; seconds_among_events until a share q
        of those that were opened was opened.

    Raises
    ------
    ColumnsError, ConfigError
        A column is missing, or `q` or `ci` cannot be used.

    Notes
    -----
    `seconds` is the first time at which the Kaplan–Meier share is at least q; its ends are where
    the band of the curve gets there. `seconds_among_events` leaves out all that may be opened
    yet: it is too short where emails were watched for a short time.

    Examples
    --------
    >>> from ccframes.analysis.curves import time_quantiles
    >>> times = pd.DataFrame({"seconds": [60.0, 3600, 7200], "observed": [True, True, False]})
    >>> time_quantiles(times, 0.5)[["q", "seconds", "events", "n", "seconds_among_events"]]
         q  seconds  events  n  seconds_among_events
    0  0.5   3600.0       2  3                  60.0

    Source: Brookmeyer and Crowley, Biometrics 38 (1982) 29–41.
    """
    shares = np.atleast_1d(_numbers(q, "q")).tolist()
    names = _names(by, _QUANTILES)
    require(times, [*names, *_NEEDED], _LOADERS, what="times")
    parts = [(head, _quantiles_of(curve, shares, ci)) for head, curve in _groups(times, names)]
    return _assembled(times, names, parts, _QUANTILES)


def _names(by: By, made: Mapping[str, str]) -> list[str]:
    names = [by] if isinstance(by, str) else list(by or ())
    taken = [name for name in names if name in made]
    if taken:
        raise ConfigError(f"by={taken[0]!r} is the name of a column of the result; rename it")
    return names


def _grid(at: Sequence[float]) -> Floats:
    grid = _numbers(at, "at")
    if grid.ndim != 1 or not np.isfinite(grid).all():
        raise ConfigError(f"at: a list of numbers of seconds is needed, not {at!r}")
    return grid


def _numbers(given: Any, name: str) -> Floats:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name}: numbers are needed, not {given!r}") from error


def _groups(times: pd.DataFrame, names: list[str]) -> Iterator[tuple[int, KaplanMeier]]:
    """Return for each group a row that is in it, and its estimate."""
    order, starts = _sorted_by(times, names)
    seconds = floats(times["seconds"])
    observed = times["observed"].astype("boolean").fillna(False).to_numpy(dtype=np.bool_)
    for rows in np.split(order, starts[1:]) if len(order) else []:
        yield int(rows[0]), KaplanMeier.fit(seconds[rows], observed[rows])


def _sorted_by(times: pd.DataFrame, names: list[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    if not names:
        return np.arange(len(times)), np.zeros(1, dtype=np.int64)
    group = times.groupby(names, sort=True, dropna=False, observed=True).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    return order, np.flatnonzero(np.diff(group[order], prepend=-1))


def _rises(curve: KaplanMeier, points: int) -> Floats:
    """Return 0 and times of events, of which so many stay: evenly by events, and the last."""
    done = np.cumsum(curve.events)
    if len(done) < points:
        kept = np.arange(len(done))
    else:
        kept = np.unique(
            np.searchsorted(done, np.linspace(done[-1], 0, points - 1, endpoint=False))
        )
    rises = curve.time[kept]
    return rises if len(rises) and rises[0] <= 0 else np.append(0.0, rises)


def _curve_at(curve: KaplanMeier, when: Floats, ci: float) -> Part:
    remaining, (low, high) = curve.at(when), curve.band(ci)
    unknown = np.isnan(remaining)
    return {
        "seconds": when,
        "share": 1 - remaining,
        # more have opened where fewer remain: the ends change places
        "low": np.where(unknown, np.nan, 1 - curve.held(high, when, before=np.nan)),
        "high": np.where(unknown, np.nan, 1 - curve.held(low, when, before=np.nan)),
        "at_risk": curve.risked(when),
        "events": curve.held(np.cumsum(curve.events), when, before=0),
        "n": np.full(len(when), curve.n),
    }


def _quantiles_of(curve: KaplanMeier, q: list[float], ci: float) -> Part:
    seconds, low, high = curve.quantiles(q, ci)
    done = KaplanMeier.fit(np.repeat(curve.time, curve.events), np.ones(curve.events.sum()))
    return {
        "q": q,
        "seconds": seconds,
        "low": low,
        "high": high,
        "events": np.full(len(q), curve.events.sum()),
        "n": np.full(len(q), curve.n),
        "seconds_among_events": done.quantiles(q, ci)[0],
    }


def _assembled(
    times: pd.DataFrame,
    names: list[str],
    parts: list[tuple[int, Part]],
    dtypes: Mapping[str, str],
) -> pd.DataFrame:
    """Return the parts as one frame, each row with what its group has in these columns."""
    lengths = [len(part["seconds"]) for _, part in parts]
    heads = np.repeat([head for head, _ in parts], lengths).astype(np.int64)
    labels = times[names].iloc[heads].reset_index(drop=True)
    columns = {name: np.concatenate([[], *(part[name] for _, part in parts)]) for name in dtypes}
    return pd.concat([labels, pd.DataFrame(columns).astype(dict(dtypes))], axis=1)
