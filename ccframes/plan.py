"""What a load would cost, before it is sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The cost of a load.

    Attributes
    ----------
    name : str
        Name of the report.
    ids : int
        How many ids it is loaded for.
    requests : int
        Requests it takes, retries excluded.
    at_least : bool
        Whether that is only a lower bound, for want of a count.
    quota, remaining : int or None
        Requests a day of the API key, and those left today as far as this machine knows.
    basis : str
        What the number of requests was reckoned from.
    """

    name: str
    ids: int
    requests: int
    at_least: bool
    seconds_per_request: float
    quota: int | None
    remaining: int | None
    basis: str

    @property
    def seconds(self) -> float:
        """Seconds that the pace makes it take, waiting for answers excluded [s]."""
        return self.requests * self.seconds_per_request

    @property
    def quota_share(self) -> float | None:
        """Share of the day's quota [0–1]; None where there is no quota."""
        return None if self.quota is None else self.requests / self.quota

    def __str__(self) -> str:
        """Say it in a line."""
        bound = "at least " if self.at_least else ""
        share = (
            ""
            if self.quota_share is None
            else f", {self.quota_share:.1%} of the day's {self.quota:,} ({self.remaining:,} left)"
        )
        return (
            f"{self.name}{f' of {self.ids} ids' if self.ids else ''}: {bound}{self.requests:,} "
            f"requests, {bound}{self.seconds:.0f} s at this pace{share}; from {self.basis}"
        )
