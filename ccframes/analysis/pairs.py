"""Emails, as pairs of activity and contact: the same number for the same pair in every frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccframes.frames.conform import STR

Ints: TypeAlias = NDArray[np.int64]

EMAIL: Final = ("campaign_activity_id", "contact_id")
"""What one email is known by."""
LINK: Final = ("campaign_activity_id", "url_id")
"""What a link in an email is known by."""
UNKNOWN: Final = -1
"""The number of what has no id."""


def numbered(columns: Sequence[pd.Series[Any]]) -> list[Ints]:
    """Return numbers for the texts of several columns: equal for equal texts, −1 for missing ones.

    >>> [numbers.tolist() for numbers in numbered([pd.Series(["a", "b"]), pd.Series(["b", None])])]
    [[0, 1], [1, -1]]
    """
    own = [pd.factorize(column) for column in columns]
    texts = [pd.Index(words).astype(STR) for _, words in own]
    every = texts[0].append(texts[1:]).unique()
    # a place more than there are words: it is where the number −1 points to
    places = [np.append(every.get_indexer(some), UNKNOWN) for some in texts]
    return [place[codes] for place, (codes, _) in zip(places, own, strict=True)]


def numbered_pairs(frames: Sequence[pd.DataFrame], columns: tuple[str, str] = EMAIL) -> list[Ints]:
    """Return numbers from 0 on for the pairs of ids in several frames: equal for equal pairs.

    A pair of which an id is missing has −1.

    >>> opens = pd.DataFrame({"campaign_activity_id": ["a", "b"], "contact_id": ["c", "c"]})
    >>> [numbers.tolist() for numbers in numbered_pairs([opens, opens.tail(1)])]
    [[0, 1], [1]]
    """
    first, second = (
        np.concatenate(numbered([frame[name] for frame in frames])) for name in columns
    )
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return np.split(paired(first, second), ends)


def paired(first: Ints, second: Ints) -> Ints:
    """Return one number for two, from 0 on; −1 where either is.

    >>> paired(np.array([7, 7, 7, -1]), np.array([3, 4, 3, 4])).tolist()
    [0, 1, 0, -1]
    """
    known = (first >= 0) & (second >= 0)
    numbers = np.full(len(first), UNKNOWN)
    numbers[known], _ = pd.factorize(first[known] * (1 + second.max(initial=0)) + second[known])
    return numbers
