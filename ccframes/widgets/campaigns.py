"""`CampaignPicker`: campaigns by name, type, status, date and rates."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.client import Client, default_client
from ccframes.errors import ConfigError
from ccframes.widgets.days import as_day, local, zone_in
from ccframes.widgets.listing import Listing, Order, column, one_per_id
from ccframes.widgets.names import folded, legible
from ccframes.widgets.picker import Picker
from ccframes.widgets.results import Results

_KEY = "campaign_id"
_LOADERS = "load_campaign_summaries(), load_campaigns() or load_campaign_table()"
_SENT = ("last_sent_date", "sent_at", "created_at", "updated_at")
_OF_ONE_EMAIL = ("campaign_activity_id", "role")


class CampaignPicker(Picker):
    """Choose campaigns by what they are called, when they were sent and how they did.

    Parameters
    ----------
    campaigns : pandas.DataFrame, optional
        Campaigns to choose from: of `load_campaign_summaries()`, `load_campaigns()`,
        `load_campaign_table()`, or any frame with campaign_id. Of one row per email, that of the
        primary email stands for the campaign. By default all sent campaigns are loaded, with
        their names and statuses.
    multiple : bool, default True
        Whether more than one can be chosen.
    client : Client, optional
        The client to load them with; by default the one that `connect()` made last.
    tz : str, optional
        IANA name of the zone in which days are counted; by default the account's where campaigns
        are loaded here, that in the frame's `time_zone_id`, or UTC.

    Attributes
    ----------
    value : tuple of str
        The campaign ids that are chosen. Assign to it to choose; `observe(function, "value")`
        calls a function once for each real change.
    frame : pandas.DataFrame
        The rows of the campaigns chosen, one per campaign; loaders take the picker itself.
    campaigns : pandas.DataFrame
        All campaigns to choose from; assign others to refresh the list. What is chosen stays.

    Raises
    ------
    ColumnsError
        The frame has no campaign ids.
    ConfigError
        There is no client to load campaigns with, or no such zone.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> picker = ccf.CampaignPicker(ccf.load_campaign_summaries())
    >>> picker
    <CampaignPicker: 111 campaigns, 0 chosen>
    >>> picker.value = picker.campaigns["campaign_id"].head(2)
    >>> picker.frame["name"].tolist()
    ['June Announcement 111', 'June Newsletter 110']
    >>> links = ccf.load_links(picker)

    Source: GET /reports/summary_reports/email_campaign_summaries, /emails (scope campaign_data),
    where campaigns are not given
    """

    def __init__(
        self,
        campaigns: pd.DataFrame | None = None,
        *,
        multiple: bool = True,
        client: Client | None = None,
        tz: str | None = None,
    ) -> None:
        if campaigns is None:
            client = client or default_client()
            campaigns = client.load_summaries_with_names(further=("current_status",))
            tz = tz or _zone_of(client)
        self._tz = tz
        super().__init__(campaign_listing(campaigns, tz), multiple=multiple)

    @property
    def campaigns(self) -> pd.DataFrame:
        """All campaigns to choose from."""
        return self.choices.state.listing.rows

    @campaigns.setter
    def campaigns(self, frame: pd.DataFrame) -> None:
        self.choices.refresh(campaign_listing(frame, self._tz))


def campaign_listing(frame: pd.DataFrame, tz: str | None = None) -> Listing:
    """Return campaigns as a list shows them, one line each."""
    rows = one_per_id(_primary_first(frame), _KEY, _LOADERS)
    zone = tz or zone_in(rows)
    sent = local(column(rows, *_SENT), zone)
    results = Results.of(rows)
    names = column(rows, "name", "subject", _KEY)
    kinds = column(rows, "campaign_type", "type")
    return Listing(
        rows=rows.drop(columns=[name for name in _OF_ONE_EMAIL if name in rows]),
        key=_KEY,
        noun="campaign",
        nouns="campaigns",
        lines=_lines(sent, names, results),
        searched=[names, column(rows, "subject"), kinds],
        facets={"Type": kinds, "Status": column(rows, "current_status")},
        orders=[
            Order("Newest first", sent, ascending=False),
            Order("Oldest first", sent),
            Order("Name", names.map(folded, na_action="ignore")),
            *results.orders(),
        ],
        days=sent,
        zone=zone,
        hint="words of a name, a subject, a type or a date",
    )


def _zone_of(client: Client) -> str | None:
    try:
        return client.time_zone()
    except ConfigError:
        return None


def _primary_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Let the primary email stand for its campaign, not a resend, which is newer."""
    if not isinstance(frame, pd.DataFrame) or "role" not in frame:
        return frame
    return frame.iloc[(frame["role"] != "primary_email").argsort(kind="stable")]


def _lines(sent: pd.Series[Any], names: pd.Series[Any], results: Results) -> list[str]:
    said = zip(sent, names, results.lines(), strict=True)
    return [" · ".join([as_day(day), legible(name), *numbers]) for day, name, numbers in said]
