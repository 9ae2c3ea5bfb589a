"""The embedded account's truth: people, programme, and what came of each mailing."""

from __future__ import annotations

from functools import cached_property

from ccframes.demo.behaviour import Outcome, outcome_of
from ccframes.demo.memo import Memo
from ccframes.demo.people import NEVER, Contact, people_of
from ccframes.demo.programme import Activity, Campaign, programme_of


class World:
    """An organisation over so many weeks, the same for the same seed everywhere.

    Nothing that is costly happens before it is asked for: the outcome of a mailing is made from
    a seed of its own, and kept as long as there is room.
    """

    def __init__(
        self, seed: str = "harbour garden", *, contacts: int = 1_800, weeks: int = 130
    ) -> None:
        self.seed = seed
        self.programme = programme_of(weeks, seed)
        self.people = people_of(self.programme, contacts, seed)
        self._outcomes = Memo[Outcome](size=256)

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

    def outcome(self, activity: Activity) -> Outcome:
        """Return what came of a mailing: nothing, if it was not sent."""
        return self._outcomes.get(activity.id, lambda: self._play(activity))

    def outcomes(self, campaign: Campaign) -> list[Outcome]:
        """Return what came of each mailing of a campaign."""
        return [self.outcome(activity) for activity in campaign.sent]

    def recipients(self, activity: Activity) -> list[Contact]:
        """Return the contacts a mailing went to: of a resend, those who had not opened."""
        at = activity.sent_at
        if not at:
            return []
        if activity.role != "resend":
            return [contact for contact in self.people if contact.subscribes(activity, at)]
        primary = self.outcome(self.campaigns[activity.campaign_id].sent[0])
        left = [event.contact for event in reversed(primary.did_not_opens)]
        return [contact for contact in left if contact.subscribes(activity, at)]

    def _play(self, activity: Activity) -> Outcome:
        closes_at = NEVER
        if activity.role == "primary_email":
            sent = self.campaigns[activity.campaign_id].sent
            closes_at = sent[-1].sent_at if len(sent) > 1 else NEVER
        return outcome_of(activity, self.recipients(activity), closes_at, self.now, self.seed)
