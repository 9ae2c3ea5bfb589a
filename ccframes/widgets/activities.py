"""`ActivityPicker`: the emails that reports are about, a campaign's primary email and resends."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets
import pandas as pd

from ccframes.client import Client
from ccframes.endpoints import REPORTED_ROLES
from ccframes.ids import frame_of
from ccframes.loaders import load_campaign_activities
from ccframes.widgets.background import Home, Latest, Outcome
from ccframes.widgets.campaigns import CampaignPicker
from ccframes.widgets.days import as_day, local, zone_in
from ccframes.widgets.layout import as_status, button, in_line
from ccframes.widgets.listing import Listing, Order, column, one_per_id
from ccframes.widgets.names import folded, legible
from ccframes.widgets.picker import Picker
from ccframes.widgets.results import Results

_KEY = "campaign_activity_id"
_CAMPAIGN = "campaign_id"
_LOADERS = "load_campaign_activities() or load_campaign_table()"


class ActivityPicker(Picker):
    """Choose among the emails of campaigns: the primary email and resends of each.

    Parameters
    ----------
    campaigns : CampaignPicker, pandas.DataFrame, Series or iterable of str, optional
        Whose emails to choose from. A CampaignPicker is followed: when campaigns are chosen there,
        their emails are looked up in the background, each campaign once. By default, such a picker
        is part of this one. A frame with campaign_activity_id, as of `load_campaign_activities()`
        or `load_campaign_table()`, is listed as it is.
    multiple : bool, default True
        Whether more than one can be chosen.
    client : Client, optional
        The client to look them up with; by default the one that `connect()` made last.
    tz : str, optional
        IANA name of the zone in which days are counted; by default that in the frame's
        `time_zone_id`, or UTC.

    Attributes
    ----------
    value : tuple of str
        The campaign_activity_ids that are chosen. Assign to it to choose;
        `observe(function, "value")` calls a function once for each real change.
    frame : pandas.DataFrame
        The rows of the emails chosen, one per email, with campaign_id, campaign_activity_id, role
        and subject; loaders take the picker itself.
    activities : pandas.DataFrame
        All emails to choose from. Those that are chosen stay among them when campaigns change.
    campaigns : CampaignPicker or None
        The picker that is followed.

    Raises
    ------
    ConfigError
        There is no client to look emails up with, or there is no such zone.
    LoadInterrupted
        The look-up of campaigns that were given stopped part-way.

    Notes
    -----
    A campaign takes one request, and each of its emails another one, for its subject.

    Examples
    --------
    >>> import ccframes as ccf
    >>> client = ccf.connect(demo=True)
    >>> picker = ccf.ActivityPicker(ccf.load_campaign_summaries().head(2))
    >>> picker
    <ActivityPicker: 3 emails, 0 chosen>
    >>> picker.value = picker.activities[picker.activities["role"] == "resend"]
    >>> opens = ccf.load_opens(picker)

    Source: GET /emails/{campaign_id}, /emails/activities/{campaign_activity_id} (scope
    campaign_data)
    """

    def __init__(
        self,
        campaigns: Any = None,
        *,
        multiple: bool = True,
        client: Client | None = None,
        tz: str | None = None,
    ) -> None:
        self._client, self._tz = client, tz
        inner = CampaignPicker(client=client, tz=tz) if campaigns is None else None
        given = inner or campaigns
        self.campaigns = given if isinstance(given, CampaignPicker) else None
        self._found = self._emails_of(given)
        super().__init__(activity_listing(self._found, tz), multiple=multiple)
        self.again = button("Look up again", "Look up the emails of the campaigns chosen")
        self.news = ipywidgets.HTML()
        self._look_up = Latest(Home())
        self._say("")
        if self.campaigns is not None:
            self._follow_choice_of(self.campaigns, () if inner is None else (inner,))

    @property
    def activities(self) -> pd.DataFrame:
        """All emails to choose from."""
        return self.choices.state.listing.rows

    def close(self) -> None:
        """Follow campaigns no more, and remove it and its widgets."""
        if self.comm is not None:  # it is open
            self._look_up.drop()
            if self.campaigns is not None:
                self.campaigns.unobserve(self._follow_campaigns, "value")
        super().close()

    def _emails_of(self, campaigns: Any) -> pd.DataFrame:
        frame = frame_of(campaigns)
        if frame is not None and _KEY in frame:
            return frame
        return load_campaign_activities(
            campaigns, details=True, client=self._client, on_error="warn"
        )

    def _follow_choice_of(self, campaigns: CampaignPicker, above: tuple[Any, ...]) -> None:
        news = in_line(self.news, self.again, below_fields=True)
        self.children: tuple[Any, ...] = (*above, *self.children, news)
        self.again.on_click(self._follow_campaigns)
        campaigns.observe(self._follow_campaigns, "value")

    def _follow_campaigns(self, _: Any) -> None:
        if self.campaigns is not None:
            self._look_up_emails(self.campaigns)

    def _look_up_emails(self, campaigns: CampaignPicker) -> None:
        rows = campaigns.frame
        new = rows.loc[~rows[_CAMPAIGN].isin(self._found[_CAMPAIGN]), [_CAMPAIGN]]
        if new.empty:
            self._look_up.drop()
            self._list_emails(campaigns)
            self._say("")
            return
        whose = "1 campaign" if len(new) == 1 else f"{len(new):,} campaigns"
        self._say(f"looking up the emails of {whose} …")
        self._look_up.start(partial(self._emails_of, new), partial(self._take_in, campaigns))

    def _take_in(self, campaigns: CampaignPicker, outcome: Outcome[pd.DataFrame]) -> None:
        if outcome.value is None:
            self._say(f"the emails could not be looked up: {outcome.error}", failed=True)
            return
        self._found = pd.concat([self._found, outcome.value], ignore_index=True)
        self._list_emails(campaigns)
        self._say("; ".join(outcome.warnings))

    def _list_emails(self, campaigns: CampaignPicker) -> None:
        found = self._found
        listed = found[_CAMPAIGN].isin(campaigns.value) | found[_KEY].isin(self.value)
        self.choices.refresh(activity_listing(found[listed], self._tz))

    def _say(self, words: str, *, failed: bool = False) -> None:
        self.news.value = as_status(words)
        self.again.layout.display = None if failed else "none"


def activity_listing(frame: pd.DataFrame, tz: str | None = None) -> Listing:
    """Return emails as a list shows them, one line each; permalinks have no reports."""
    rows = one_per_id(frame, _KEY, _LOADERS)
    if "role" in rows:
        rows = rows[rows["role"].isin(REPORTED_ROLES)]
    zone = tz or zone_in(rows)
    names, subjects = column(rows, "name", _CAMPAIGN), column(rows, "subject")
    roles = column(rows, "role").astype("object").str.replace("_", " ")
    sent = local(column(rows, "sent_at"), zone)
    results = Results.of(rows)
    said = zip(sent, names, roles, subjects, results.lines(), strict=True)
    return Listing(
        rows=rows,
        key=_KEY,
        noun="email",
        nouns="emails",
        lines=[_line(*one) for one in said],
        searched=[names, subjects],
        facets={"Role": roles},
        orders=[
            *_orders_of_days(sent),
            Order("Campaign", names.map(folded, na_action="ignore")),
            Order("Subject", subjects.map(folded, na_action="ignore")),
            *results.orders(),
        ],
        days=sent if "sent_at" in rows else None,
        zone=zone,
        hint="words of a campaign or a subject",
    )


def _line(sent: Any, name: Any, role: str, subject: Any, numbers: list[str]) -> str:
    when = [] if pd.isna(sent) else [as_day(sent)]
    return " · ".join([*when, legible(name), str(role), legible(subject), *numbers])


def _orders_of_days(sent: pd.Series[Any]) -> list[Order]:
    """Return orders by the day of sending; where it is not known, that of the campaigns."""
    if sent.isna().all():
        as_given = pd.Series(range(len(sent)), index=sent.index)
        return [Order("In the order of the campaigns", as_given)]
    return [Order("Newest first", sent, ascending=False), Order("Oldest first", sent)]
