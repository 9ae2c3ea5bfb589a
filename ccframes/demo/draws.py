"""Chance for many things at once: the same on every machine and every version of numpy.

numpy's own generators may change their streams between versions, and logarithms their last digit
between C libraries. So each decision is a hash (splitmix64) of what is decided and for whom,
turned into a number by steps that IEEE 754 rounds exactly, and into a choice by a threshold or a
table. It depends on neither the order nor the number of the others: one email can be played
alone, and a whole mailing costs milliseconds.
"""

from __future__ import annotations

from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ccframes.demo.chance import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints: TypeAlias = NDArray[Any]
"""Whole numbers of any size."""
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Keys: TypeAlias = NDArray[np.uint64]

_STIR = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
_GOLDEN = 0x9E3779B97F4A7C15
_FARTHEST = float(1 << 40)
"""The longest wait in seconds: what is that far away does not come."""


def mixed(keys: Keys) -> Keys:
    """Return the keys stirred, so that close ones have nothing in common (splitmix64)."""
    keys = keys + np.uint64(_GOLDEN)
    for shift, factor in _STIR:
        keys = (keys ^ (keys >> np.uint64(shift))) * np.uint64(factor)
    return keys ^ (keys >> np.uint64(31))


@cache
def key_of(*parts: object) -> np.uint64:
    """Return the key that belongs to the parts."""
    return np.uint64(digest(*parts) & 0xFFFF_FFFF_FFFF_FFFF)


@cache
def table(weights: Sequence[float]) -> Floats:
    """Return the running share of the weights: a table to draw from."""
    sums = list(accumulate(weights))
    return np.array([part / sums[-1] for part in sums[:-1]] + [1.0])


class Draws:
    """Decisions about many things, each with a key of its own."""

    __slots__ = ("keys",)

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def only(self, which: Mask) -> Draws:
        """Return the decisions about some of the things: they stay what they were."""
        return Draws(self.keys[which])

    def share(self, purpose: str) -> Floats:
        """Return a number from 0 up to 1 for each thing."""
        return (mixed(self.keys ^ key_of(purpose)) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def happens(self, purpose: str, probability: float | Floats) -> Mask:
        """Tell for which things something of this probability happens."""
        return self.share(purpose) < probability

    def below(self, purpose: str, end: int) -> Ints:
        """Return a whole number from 0 to `end` − 1 for each thing."""
        return (self.share(purpose) * end).astype(np.int64)

    def pick(self, purpose: str, weights: Sequence[float]) -> Ints:
        """Return for each thing the place of one of the weights, as likely as it is heavy."""
        return np.searchsorted(table(tuple(weights)), self.share(purpose), side="right")

    def wait(self, purpose: str, median: float) -> Ints:
        """Return whole seconds of waits with that median and a long tail (log-logistic)."""
        point = self.share(purpose)
        return np.minimum(median * point / (1.0 - point), _FARTHEST).astype(np.int64)
