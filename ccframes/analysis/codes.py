"""Ids as whole numbers: millions of rows are matched without comparing text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask
from ccframes.errors import ConfigError, PartialResultWarning
from ccframes.frames.conform import STR
from ccframes.warn import warn

Lookup: TypeAlias = "pd.Series[Any] | Mapping[str, Any]"
"""A value for each id."""

UNKNOWN: Final = -1
"""The number of what has no id, or one that is not among the names."""


def shared_codes(*columns: pd.Series[Any]) -> tuple[list[Ints], list[str]]:
    """Return whole numbers for the values of several columns, the same for the same value.

    Returns
    -------
    codes : list of arrays of int64
        For each column, each row's place in the names; UNKNOWN where it is missing.
    names : list of str
        The distinct values as text, in the order of their first appearance.

    Examples
    --------
    >>> shared_codes(pd.Series(["b", "a", None]), pd.Series(["a", "c"], dtype="category"))
    ([array([ 0,  1, -1]), array([1, 2])], ['b', 'a', 'c'])
    """
    own = [pd.factorize(column) for column in columns]
    texts = [pd.Index(values).astype(STR) for _, values in own]
    names = pd.Index([], dtype=STR).append(texts).unique()
    return [_placed(names, text, codes) for text, (codes, _) in zip(texts, own, strict=True)], (
        names.tolist()
    )


def codes_in(names: Sequence[str], column: pd.Series[Any]) -> Ints:
    """Return each row's place in the names; UNKNOWN for what is not among them.

    >>> codes_in(["mobile", "tablet"], pd.Series(["tablet", None, "watch"]))
    array([ 1, -1, -1])
    """
    codes, values = pd.factorize(column)
    return _placed(pd.Index(list(names), dtype=STR), pd.Index(values).astype(STR), codes)


def shared_pairs(frames: Sequence[pd.DataFrame], columns: tuple[str, str]) -> list[Ints]:
    """Return numbers from 0 on for the pairs of ids in several frames: equal for equal pairs.

    A pair of which an id is missing is UNKNOWN.

    >>> opens = pd.DataFrame({"campaign_activity_id": ["a", "b"], "contact_id": ["c", "c"]})
    >>> pairs = shared_pairs([opens, opens.tail(1)], ("campaign_activity_id", "contact_id"))
    >>> [numbers.tolist() for numbers in pairs]
    [[0, 1], [1]]
    """
    first, second = (
        np.concatenate(shared_codes(*(frame[name] for frame in frames))[0]) for name in columns
    )
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return np.split(paired(first, second), ends)


def paired(first: Ints, second: Ints) -> Ints:
    """Return one number for two, from 0 on; UNKNOWN where either is.

    >>> paired(np.array([7, 7, 7, -1]), np.array([3, 4, 3, 4])).tolist()
    [0, 1, 0, -1]
    """
    known = (first >= 0) & (second >= 0)
    numbers = np.full(len(first), UNKNOWN)
    numbers[known], _ = pd.factorize(first[known] * (1 + second.max(initial=0)) + second[known])
    return numbers


def distinct(numbers: Ints) -> Ints:
    """Return the different numbers in their order, as `np.unique`, which takes longer for many.

    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(numbers)
    return ordered[is_first(ordered)]


def is_first(ordered: Ints) -> Mask:
    """Tell where each number stands first; equal numbers have to stand together.

    >>> is_first(np.array([1, 1, 3]))
    array([ True, False,  True])
    """
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def count_distinct(group: Ints, thing: Ints, groups: int) -> Ints:
    """Count the different things of each group; what has no group or is UNKNOWN does not count.

    >>> count_distinct(np.array([0, 0, 0, 2]), np.array([5, 6, 5, -1]), 3)
    array([2, 0, 0])
    """
    known = (group >= 0) & (thing >= 0)
    span = int(thing.max(initial=0)) + 1
    pairs = distinct(group[known] * span + thing[known])
    return np.bincount(pairs // span, minlength=groups)


def looked_up(values: Lookup, ids: Any, name: str, what: str = "values") -> Any:
    """Return the value of each id as objects; missing for those without.

    >>> looked_up({"ann": 1}, ["ann", "ben"], "joined").tolist()
    [1, nan]
    """
    if not isinstance(values, pd.Series | Mapping):
        raise ConfigError(
            f"{name}=: a Series or a mapping is needed, with ids for its index or keys, not "
            f"{type(values).__name__}"
        )
    given = values if isinstance(values, pd.Series) else pd.Series(dict(values), dtype=object)
    if not given.index.is_unique:
        raise ConfigError(f"{name}=: an id has two {what}; give one for each")
    wanted = pd.Index(ids).astype(STR)
    if len(wanted) and len(given) and not given.index.isin(wanted).any():
        warn(
            f"{name}= has {what} for none of the {wanted.nunique():,} ids, {wanted[0]} the first "
            "of them; its index, or its keys, have to be such ids",
            PartialResultWarning,
        )
    return given.astype(object).reindex(wanted).to_numpy(dtype=object)


def _placed(names: pd.Index[Any], values: pd.Index[Any], codes: Any) -> Ints:
    """Return the place in the names of each row, of which the codes say which value it has."""
    # a place more than there are values: it is where the code −1 points to
    places: Ints = np.append(names.get_indexer(values), UNKNOWN)[codes]
    return places
