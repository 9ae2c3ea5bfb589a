"""What an analyst would do to find the planted causes: nothing here knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ccframes.demo.clock import HOUR, MONTH, month_of
from ccframes.demo.draws import Floats, Mask
from ccframes.demo.zones import offset

if TYPE_CHECKING:
    from ccframes.demo.events import Outcome
    from ccframes.demo.programme import Activity

MACHINE_WITHIN, SCANNER_WITHIN, SCANNED_LINKS = 20, 60, 4


class Mailing(NamedTuple):
    """How many persons opened an email, and what else may have to do with it."""

    sent_at: int
    lists: tuple[str, ...]
    appeal: float
    sends: int
    readers: int

    @property
    def month(self) -> int:
        return month_of(self.sent_at)

    @property
    def hour(self) -> int:
        """The hour of sending in the account's time zone."""
        return (self.sent_at + offset(self.sent_at)) // HOUR % 24


class Effects(NamedTuple):
    """What month and hour of sending do to the chance of an open; 1 on average."""

    season: Floats
    hours: dict[int, float]

    @property
    def best_hour(self) -> int:
        return max(self.hours, key=self.hours.__getitem__)


def mailing_of(activity: Activity, appeal: float, sends: int, readers: int) -> Mailing:
    return Mailing(activity.sent_at, activity.lists, appeal, sends, readers)


def effects_of(mailings: Sequence[Mailing]) -> Effects:
    """Regress the logarithm of the open rate on month, hour, lists and age of the account."""
    some = [each for each in mailings if each.readers >= 20]
    hours, lists = sorted({each.hour for each in some}), sorted({each.lists for each in some})
    start = min(each.sent_at for each in some)
    columns = [
        *([each.month == month for each in some] for month in range(1, 13)),
        *([each.hour == hour for each in some] for hour in hours[1:]),
        *([each.lists == of for each in some] for of in lists[1:]),
        *([((each.sent_at - start) / MONTH) ** power for each in some] for power in (1, 2)),
    ]
    rates = np.log([each.readers / each.sends / each.appeal for each in some])
    weights = np.sqrt([each.readers for each in some])
    table = np.array(columns, dtype=float).T * weights[:, None]
    found = np.exp(np.linalg.lstsq(table, rates * weights, rcond=None)[0])
    season, by_hour = found[:12], np.append(1.0, found[12 : 11 + len(hours)])
    means = by_hour / by_hour.mean()
    return Effects(season / season.mean(), dict(zip(hours, means.tolist(), strict=True)))


def is_machine_open(of: Outcome) -> Mask:
    """Tell which opens came too soon after the sending for a person."""
    quick: Mask = _delays(of, "opens") <= MACHINE_WITHIN
    return quick


def is_scanner_click(of: Outcome) -> Mask:
    """Tell which clicks are of somebody who clicked every link within a minute."""
    quick = _delays(of, "clicks") <= SCANNER_WITHIN
    pairs = np.unique(of.clicks[quick][["person", "link"]])
    links = np.bincount(pairs["person"], minlength=_size(of))
    scanned: Mask = quick & (links[of.clicks["person"]] == SCANNED_LINKS)
    return scanned


def _delays(of: Outcome, kind: str) -> Floats:
    sent_at = np.zeros(_size(of), dtype=np.int64)
    sent_at[of.sends["person"]] = of.sends["at"]
    events = getattr(of, kind)
    delays: Floats = events["at"] - sent_at[events["person"]]
    return delays


def _size(of: Outcome) -> int:
    return int(of.sends["person"].max()) + 1
