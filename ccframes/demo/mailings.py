"""The mailings that went out, as columns: what all emails of one mailing have in common."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo.clock import HOUR, month_of
from ccframes.demo.draws import Floats, Ints, Keys, Mask, key_of
from ccframes.demo.programme import LISTS
from ccframes.demo.words import LINK_SHARES
from ccframes.demo.zones import offset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccframes.demo.causes import Causes
    from ccframes.demo.programme import Activity, Campaign, Programme

NEVER = 1 << 62
"""An instant that does not come."""

_THEMES = tuple(LINK_SHARES)


def mask_of(lists: Sequence[str]) -> int:
    """Return the lists as bits of one number."""
    return sum(1 << LISTS.index(name) for name in lists)


class Mailings:
    """Every activity that was sent, oldest first; columns have one value for each."""

    def __init__(self, programme: Programme, causes: Causes) -> None:
        self._causes = causes
        self._campaigns = {campaign.id: campaign for campaign in programme.campaigns}
        sent = [activity for campaign in programme.campaigns for activity in campaign.sent]
        self.activities = tuple(sorted(sent, key=lambda activity: (activity.sent_at, activity.id)))

    def __len__(self) -> int:
        return len(self.activities)

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each activity, by id."""
        return {activity.id: number for number, activity in enumerate(self.activities)}

    @cached_property
    def key(self) -> Keys:
        """What decisions about a mailing hang on."""
        return np.array([key_of("mailing", activity.id) for activity in self.activities])

    @cached_property
    def sent_at(self) -> Ints:
        """When the sending began."""
        return np.array([activity.sent_at for activity in self.activities])

    @cached_property
    def month(self) -> Ints:
        """The month of the year of the sending."""
        return np.array([month_of(activity.sent_at) for activity in self.activities])

    @cached_property
    def lists(self) -> Ints:
        """The lists mailed to, as bits."""
        return np.array([mask_of(activity.lists) for activity in self.activities])

    @cached_property
    def resend(self) -> Ints:
        """The place of a primary email's resend; −1 for none."""
        return np.array([self._resend(activity) for activity in self.activities])

    @cached_property
    def closes_at(self) -> Ints:
        """When those who have not opened are taken for non-openers, and do not open any more."""
        return np.where(self.resend >= 0, self.sent_at[self.resend], NEVER)

    @cached_property
    def is_primary(self) -> Mask:
        """Which of the mailings are primary emails."""
        return np.array([activity.role == "primary_email" for activity in self.activities])

    @cached_property
    def attraction(self) -> Floats:
        """What subject, season, hour and being a resend do to the chance of an open."""
        return np.array([activity.appeal * self._moment(activity) for activity in self.activities])

    @cached_property
    def rival_attraction(self) -> Floats:
        """The same with the other subject of an A/B test; as `attraction` where there is none."""
        appeals = [each.trial.appeal if each.trial else each.appeal for each in self.activities]
        moments = map(self._moment, self.activities)
        return np.array([a * moment for a, moment in zip(appeals, moments, strict=True)])

    @cached_property
    def tested(self) -> Floats:
        """The share of the recipients who take part in an A/B test."""
        return np.array([each.trial.size / 100 if each.trial else 0.0 for each in self.activities])

    @cached_property
    def trial_lasts(self) -> Ints:
        """Seconds from the test to the sending of the better subject."""
        return np.array([each.trial.wait * HOUR if each.trial else 0 for each in self.activities])

    @cached_property
    def theme(self) -> Ints:
        """The place in `link_shares` of what the clicks go to."""
        types = [self.campaign(activity).type for activity in self.activities]
        return np.array([_THEMES.index(each if each in _THEMES else "") for each in types])

    @cached_property
    def link_shares(self) -> Floats:
        """Running shares of the links, one row for each theme."""
        return np.cumsum(np.array([LINK_SHARES[theme] for theme in _THEMES]), axis=1)

    def campaign(self, activity: Activity) -> Campaign:
        """Return the campaign of an activity."""
        return self._campaigns[activity.campaign_id]

    def last_before(self, at: Ints, lists: Ints) -> Ints:
        """Return the last primary email, A/B tests apart, to any of the lists; −1 for none."""
        found = np.full(len(at), -1)
        for bit in range(len(LISTS)):
            suited = np.flatnonzero(self.is_primary & (self.tested == 0) & _has(self.lists, bit))
            place = np.searchsorted(self.sent_at[suited], at) - 1
            last = np.where(place >= 0, suited[place], -1) if len(suited) else found
            found = np.maximum(found, np.where(_has(lists, bit), last, -1))
        return found

    def _resend(self, activity: Activity) -> int:
        others = self.campaign(activity).sent[1:] if activity.role == "primary_email" else ()
        return self.number[others[0].id] if others else -1

    def _moment(self, activity: Activity) -> float:
        causes = self._causes
        hour = (activity.sent_at + offset(activity.sent_at)) // HOUR % 24
        effect = causes.season[month_of(activity.sent_at) - 1] * causes.send_hour[hour]
        return effect * causes.resend if activity.role == "resend" else effect


def _has(masks: Ints, bit: int) -> Mask:
    has: Mask = masks >> bit & 1 == 1
    return has
