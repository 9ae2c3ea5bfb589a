"""The API's own percents: which of ours they stand beside, and of what they are shares."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from ccframes.analysis.columns import require
from ccframes.errors import ColumnsError
from ccframes.frames.measures import counts_of

COMPLEMENT = "did_not_open_percent"
"""What a dashboard may subtract from 100 to get an open rate."""


class ApiPercent(NamedTuple):
    """A percent of the API, by its name and by the count it is a share of."""

    name: str
    denominator: str


API_PERCENTS = {
    "open_rate": ApiPercent("open", "delivered"),
    "click_to_open_rate": ApiPercent("click", "opens"),
    "bounce_rate": ApiPercent("bounce", "sends"),
    "optout_rate": ApiPercent("unsubscribe", "delivered"),
}
"""By our rate, the percent that means the same. `click` is of those who opened."""

_OF_CAMPAIGN = "campaign_{}_percent"
_SPELLINGS = ("{}_percent", _OF_CAMPAIGN)


def api_counts_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the counts as the API has them: a vacation reply is a bounce like any other.

    >>> frame = pd.DataFrame({"em_sends": [10], "em_bounces": [2], "em_bounces_vacation": [1]})
    >>> api_counts_of(frame)["delivered"].tolist(), counts_of(frame)["delivered"].tolist()
    ([8], [9])
    """
    return counts_of(frame.drop(columns="em_bounces_vacation", errors="ignore"))


def percents_of(frame: pd.DataFrame, name: str) -> pd.Series[Any] | None:
    """Return the API's percents of this name [0–100], one for each row; None if there are none.

    >>> percents_of(pd.DataFrame({"open_percent": [40.0]}), "open").tolist()
    [40.0]
    """
    spelt = next((each.format(name) for each in _SPELLINGS if each.format(name) in frame), None)
    if spelt is None:
        return None
    require(frame, [spelt], "load_campaign_stats()")
    try:
        return frame[spelt].astype("float64")
    except (TypeError, ValueError) as error:
        raise ColumnsError(f"{spelt}: numbers of percent are needed: {error}") from error


def one_per_campaign(frame: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Return which rows the percents of this name belong to; the index has to be unique.

    Beside activities stand their campaign's percents, once for each; they belong to the
    campaign's primary email, or, where no roles are known, to the activity with the most sends.
    """
    if _OF_CAMPAIGN.format(name) not in frame or "campaign_id" not in frame:
        return pd.Series(True, index=frame.index)
    suited = frame[frame["role"] == "primary_email"] if "role" in frame else frame
    largest = suited["em_sends"].astype("Float64").fillna(-1).sort_values(ascending=False)
    chosen = frame.loc[largest.index, "campaign_id"].drop_duplicates()
    return pd.Series(frame.index.isin(chosen.index), index=frame.index)
