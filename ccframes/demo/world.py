"""The embedded account's truth: people, programme, and what came of each mailing."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo.behaviour import Post, outcome_of
from ccframes.demo.causes import Causes
from ccframes.demo.events import Outcome
from ccframes.demo.landing import LandingPage, landing_pages, sms_since
from ccframes.demo.mailings import Mailings
from ccframes.demo.memo import Memo
from ccframes.demo.people import People
from ccframes.demo.programme import Activity, Campaign, programme_of
from ccframes.demo.texting import Texting, texting_of

if TYPE_CHECKING:
    from ccframes.demo.draws import Ints


class World:
    """An organisation over so many weeks, the same for the same seed everywhere.

    What becomes of an email depends on the mailing and the contact alone. So nothing is played
    before it is asked for, a mailing or a contact can be played by itself, and what was played
    may be forgotten, since it can be played again.

    Parameters
    ----------
    seed : str
        What all chance hangs on.
    contacts : int
        How many contacts with an email address there are in the end.
    weeks : int
        How long the organisation has been mailing.
    editions : int
        How many emails take the place of each.
    lag : int
        By how many seconds the statistics of every other campaign are behind its rows.
    causes : Causes, optional
        The planted parameters.
    """

    def __init__(
        self,
        seed: str = "harbour garden",
        *,
        contacts: int = 1_800,
        weeks: int = 130,
        editions: int = 1,
        lag: int = 0,
        causes: Causes | None = None,
    ) -> None:
        self.seed = seed
        self.lag = lag
        self.causes = causes or Causes()
        self.programme = programme_of(weeks, editions, seed)
        self.mailings = Mailings(self.programme, self.causes)
        self.people = People(self.programme, self.mailings, contacts, seed, self.causes)
        self._outcomes = Memo[Outcome](size=160)

    @property
    def now(self) -> int:
        """The instant at which the account is seen, in seconds since 1970."""
        return self.programme.now

    @cached_property
    def campaigns(self) -> dict[str, Campaign]:
        """Every campaign by id, oldest first."""
        return {campaign.id: campaign for campaign in self.programme.campaigns}

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """Every activity by id, permalinks included."""
        return {
            activity.id: activity
            for campaign in self.programme.campaigns
            for activity in campaign.activities
        }

    @cached_property
    def landing_pages(self) -> tuple[LandingPage, ...]:
        """The landing pages, oldest first."""
        return landing_pages(self.programme, self.people, self.seed)

    @cached_property
    def texting(self) -> Texting:
        """The SMS campaigns, and who may be texted."""
        since = sms_since(self.landing_pages, self.people)
        return texting_of(self.programme, self.people, since, self.seed)

    def outcome(self, activity: Activity) -> Outcome:
        """Return what came of a mailing: nothing, if it was not sent."""
        return self._outcomes.get(activity.id, lambda: outcome_of(self.post(activity), self.now))

    def outcomes(self, campaign: Campaign) -> list[Outcome]:
        """Return what came of each mailing of a campaign."""
        return [self.outcome(activity) for activity in campaign.sent]

    def story(self, person: int) -> Outcome:
        """Return what came of all emails to one contact."""
        suited = self.mailings.is_primary & (self.mailings.lists & self.people.lists[person] > 0)
        primary = outcome_of(self._post(np.flatnonzero(suited), person), self.now)
        resends = self.mailings.resend[primary.did_not_opens["mailing"]]
        resends = np.sort(resends[resends >= 0])
        return primary.and_(outcome_of(self._post(resends, person), self.now))

    def post(self, activity: Activity) -> Post:
        """Return the emails of a mailing: of a resend, to those who had not opened."""
        if not activity.sent_at:
            return self._post(np.zeros(0, np.int64), 0)
        mailing = self.mailings.number[activity.id]
        if activity.role == "resend":
            primary = self.outcome(self.campaigns[activity.campaign_id].sent[0])
            person = np.sort(primary.did_not_opens["person"])
        else:
            person = np.flatnonzero(self.people.lists & self.mailings.lists[mailing])
        return self._post(mailing, person)

    def refreshed_at(self, campaign_id: str) -> int:
        """Return until when the statistics of a campaign and its activities count."""
        return self.now - (self.lag if int(campaign_id[:8], 16) % 2 else 0)

    def _post(self, mailing: Ints | int, person: Ints | int) -> Post:
        mailing, person = np.broadcast_arrays(mailing, person)
        return Post(self.causes, self.mailings, self.people, mailing, person).subscribed()
