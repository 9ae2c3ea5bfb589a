"""Bursts: many different things in a short time, found for millions of rows at once."""

from __future__ import annotations

import numpy as np

from ccframes.analysis.arrays import Ints, Mask


def in_bursts(key: Ints, thing: Ints, at: Ints, *, within: int, needed: Ints) -> Mask:
    """Tell which rows are part of a burst.

    A burst is a stretch of rows of one key, no longer than `within`, with at least so many
    different things as are needed.

    Parameters
    ----------
    key, thing, at : arrays of int64
        Who, what and when: one value for each row, in any order.
    within : int
        Length of a burst, both ends included, in the unit of `at`.
    needed : array of int64
        How many different things make a burst; one value for each row, the same for all of a key.

    Examples
    --------
    >>> key, thing, at = np.array([[1, 1, 1, 2, 2], [5, 6, 5, 5, 6], [0, 10, 90, 0, 90]])
    >>> in_bursts(key, thing, at, within=60, needed=np.full(5, 2))
    array([ True,  True, False, False, False])
    """
    order = np.lexsort((at, key))
    first = _window_starts(key[order], at[order], within)
    distinct = _distinct_in_windows(first, _previous_same(key[order], thing[order]))
    full = np.flatnonzero(distinct >= needed[order])
    depth = np.zeros(len(key) + 1, dtype=np.int64)
    np.add.at(depth, first[full], 1)
    np.add.at(depth, full + 1, -1)
    inside = np.empty(len(key), dtype=np.bool_)
    inside[order] = np.cumsum(depth)[:-1] > 0
    return inside


def _window_starts(key: Ints, at: Ints, within: int) -> Ints:
    """Return, for each row, the first row of its key that is not more than `within` before it.

    All keys are put on one line, longer gaps than that shortened so that numbers stay small.
    """
    apart = within + 1
    same = key[1:] == key[:-1]
    gaps = np.where(same, np.minimum(at[1:] - at[:-1], apart), apart)
    line = np.cumsum(np.r_[0, gaps])[: len(key)]
    return np.searchsorted(line, line - within, side="left")


def _previous_same(key: Ints, thing: Ints) -> Ints:
    """Return, for each row, the last row before it with its key and thing; −1 for none."""
    order = np.lexsort((thing, key))
    same = (key[order][1:] == key[order][:-1]) & (thing[order][1:] == thing[order][:-1])
    previous = np.full(len(key), -1)
    previous[order[1:][same]] = order[:-1][same]
    return previous


def _distinct_in_windows(first: Ints, previous: Ints) -> Ints:
    """Count the different things between the first row of each window and the row it ends with.

    A thing counts where it appears in the window for the first time.
    """
    distinct = np.zeros(len(first), dtype=np.int64)
    ends = np.arange(len(first))
    back = 0
    while len(ends):
        distinct[ends] += previous[ends - back] < first[ends]
        back += 1
        ends = ends[ends - back >= first[ends]]
    return distinct
