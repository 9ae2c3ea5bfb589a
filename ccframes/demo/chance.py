"""Seeded chance that gives the same on every machine and every version of Python.

Only `random.Random.random` is used, whose sequence Python guarantees, and only arithmetic that
IEEE 754 rounds exactly: no logarithms, whose last digit differs between C libraries.
"""

from __future__ import annotations

import random
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def digest(*parts: object) -> int:
    """Return a 256-bit number that depends on the parts and on nothing else."""
    return int.from_bytes(sha256("\x1f".join(map(str, parts)).encode()).digest(), "big")


class Chance:
    """A sequence of random decisions, the same whenever the parts of its seed are the same."""

    __slots__ = ("random",)

    def __init__(self, *seed: object) -> None:
        self.random = random.Random(digest(*seed)).random  # noqa: S311 (a simulation, no secret)

    def happens(self, probability: float) -> bool:
        """Tell whether something of this probability happens this time."""
        return self.random() < probability

    def below(self, end: int) -> int:
        """Return a whole number from 0 to `end` − 1."""
        return int(self.random() * end)

    def between(self, start: int, end: int) -> int:
        """Return a whole number from `start` to `end` − 1."""
        return start + self.below(end - start)

    def pick(self, things: Sequence[T]) -> T:
        """Return one of the things, each as likely as the other."""
        return things[self.below(len(things))]

    def weigh(self, things: Sequence[tuple[T, float]]) -> T:
        """Return one of the things, each as likely as its weight says; the weights add up to 1."""
        point = self.random()
        for thing, weight in things:
            point -= weight
            if point < 0:
                return thing
        return things[-1][0]
