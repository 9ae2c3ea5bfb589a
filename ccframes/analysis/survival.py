"""Times that are only partly known: how many have done it by when, though some may do it yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ccframes.analysis.arrays import Floats, Ints
from ccframes.analysis.proportions import normal_quantile
from ccframes.errors import ConfigError

_ROUNDING = 1e-12
"""How far a product of shares may lie above the share that it stands for."""


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The Kaplan–Meier estimate from right-censored times: what share is still without the event.

    Attributes
    ----------
    exits : array of float64
        Each time given, ascending: when the event came, or until when it had not.
    time : array of float64
        The distinct times of events, ascending; the arrays below have one value for each.
    at_risk : array of int64
        How many had neither had the event nor been censored just before that time.
    events : array of int64
        How many events there were at that time.
    survival : array of float64
        Share still without the event just after that time [0–1].
    hazard_variance : array of float64
        Greenwood's sum of d / (n (n − d)): the variance of the logarithm of `survival`; infinite
        where nobody is left.

    Notes
    -----
    S(t) is the product of (n − d) / n over the times of events up to t, of which each had d
    events among n at risk. Censoring must tell nothing about what would have come: those who are
    observed for a short time only must not differ from the others.

    Source: Kaplan and Meier, J. Amer. Statist. Assoc. 53 (1958) 457–481.
    """

    exits: Floats
    time: Floats
    at_risk: Ints
    events: Ints
    survival: Floats
    hazard_variance: Floats

    @classmethod
    def fit(cls, times: ArrayLike, observed: ArrayLike) -> KaplanMeier:
        """Estimate from times and from whether they end with the event; of NaN nothing is known.

        >>> KaplanMeier.fit([1, 2, 2, 3], [True, True, False, False]).survival.tolist()
        [0.75, 0.5]
        """
        given = np.asarray(times, dtype=np.float64)
        known = ~np.isnan(given)
        order = np.argsort(given[known])
        exits = given[known][order]
        ended = np.asarray(observed, dtype=np.bool_)[known][order]
        time, events = np.unique(exits[ended], return_counts=True)
        at_risk = len(exits) - np.searchsorted(exits, time, side="left")
        left = at_risk - events
        with np.errstate(divide="ignore"):  # nobody is left after the last time
            variance = np.cumsum(events / (at_risk * left.astype(np.float64)), dtype=np.float64)
        return cls(
            exits, time, at_risk, events, np.cumprod(left / at_risk, dtype=np.float64), variance
        )

    @property
    def n(self) -> int:
        """How many there were at the beginning."""
        return len(self.exits)

    def at(self, when: ArrayLike) -> Floats:
        """Return the share without the event at these times.

        NaN after the last exit, where nobody was observed; 0 if all had the event.
        """
        when = np.asarray(when, dtype=np.float64)
        share = self.held(self.survival, when, before=1.0)
        over = when > (self.exits[-1] if self.n else -np.inf)
        return np.where(over & (share > 0), np.nan, share)

    def held(self, values: NDArray[Any], when: ArrayLike, *, before: float) -> Floats:
        """Return the value that each time finds, of one for each time of events."""
        place = np.searchsorted(self.time, when, side="right")
        return np.concatenate([[before], values.astype(np.float64)])[place]

    def risked(self, when: ArrayLike) -> Ints:
        """Return how many were at risk just before these times."""
        return self.n - np.searchsorted(self.exits, when, side="left").astype(np.int64)

    def band(self, ci: float = 0.95) -> tuple[Floats, Floats]:
        """Return the ends of the pointwise interval of `survival`; NaN where nobody is left.

        Notes
        -----
        Greenwood's variance on the scale of log(−log S), whose ends stay within 0 and 1:
        S ** exp(±z √v / |log S|) with v = `hazard_variance`.

        Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (1980).
        """
        z = normal_quantile(ci)
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.log(self.survival)
            spread = np.exp(z * np.sqrt(self.hazard_variance) / -log)
        spread[self.survival == 0] = np.nan
        return np.exp(log * spread), np.exp(log / spread)

    def quantiles(self, q: ArrayLike, ci: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Return by when each share has had the event, and the ends of the interval.

        Each is NaN where the estimate, or its interval, does not come so far.

        Notes
        -----
        The first time at which the share is at least `q`. The ends are the first times at which
        the band of the curve gets there, as in R's `survfit`.

        Source: Brookmeyer and Crowley, Biometrics 38 (1982) 29–41.
        """
        shares = np.asarray(q, dtype=np.float64)
        if not ((shares > 0) & (shares < 1)).all():
            raise ConfigError(f"q: shares are between 0 and 1, not {q!r}")
        low, high = self.band(ci)
        estimate, first, last = (self._reached(each, shares) for each in (self.survival, low, high))
        return estimate, first, last

    def _reached(self, survival: Floats, shares: Floats) -> Floats:
        lowest = np.minimum.accumulate(np.nan_to_num(survival, nan=1.0))
        place = np.searchsorted(-lowest, shares - 1 - _ROUNDING, side="left")
        return np.append(self.time, np.nan)[place]
