"""Campaigns, their activities and their statistics as records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ccframes.demo.clock import DAY, HOUR, instant
from ccframes.demo.ids import random_uuid
from ccframes.demo.memo import Memo
from ccframes.demo.programme import RESEND_AFTER, TYPE_CODES, Activity, Campaign
from ccframes.demo.records import NoStatistics, Record, Rows, Unknown, found
from ccframes.demo.statistics import (
    activity_counts,
    campaign_counts,
    link_counts,
    percents,
    unique_counts,
)
from ccframes.demo.zones import offset
from ccframes.endpoints import REPORTED_ROLES

if TYPE_CHECKING:
    from ccframes.demo.events import Outcome
    from ccframes.demo.world import World

_MINUTE = 60
_ACCOUNT_UNDER_REVIEW = 2
_REQUEST_IDS = 1_000_000


class CampaignReports:
    """Builds what /emails, the summaries and the statistics say."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._counts = Memo[dict[str, int]](size=4_096)

    def campaigns(self) -> Rows:
        """Return all campaigns, newest first."""
        campaigns = self._world.programme.campaigns[::-1]
        return Rows(
            len(campaigns),
            lambda part: [_campaign(each, each.status) for each in campaigns[part]],
        )

    def campaign_summaries(self) -> Rows:
        """Return the summaries of what was sent, the last sent first.

        A row plays its campaign when it is first asked for, and keeps the counts. So the first
        page of 500 of the large account takes 6 to 10 seconds, and any later one milliseconds.
        """
        sent = [campaign for campaign in self._world.programme.campaigns if campaign.sent]
        sent.sort(key=lambda campaign: campaign.sent[-1].sent_at, reverse=True)
        return Rows(len(sent), lambda part: [self._summary(campaign) for campaign in sent[part]])

    def campaign_activities(self, key: str) -> Record:
        """Return a campaign with its activities."""
        campaign = found(self._world.campaigns, key)
        activities = [
            {"campaign_activity_id": activity.id, "role": activity.role}
            for activity in campaign.activities
        ]
        return {"campaign_activities": activities} | _campaign(campaign, campaign.status.upper())

    def campaign_activity_details(self, key: str) -> Record:
        """Return sender, subject and lists of an activity."""
        activity, campaign = self._kept(key)
        name, address = activity.sender
        return {
            "campaign_activity_id": activity.id,
            "campaign_id": campaign.id,
            "role": activity.role,
            "contact_list_ids": self._list_ids(activity),
            "segment_ids": [],
            "current_status": campaign.status.upper(),
            "format_type": 5 if campaign.type == "CUSTOM_CODE_EMAIL" else 4,
            "from_email": address,
            "from_name": name,
            "reply_to_email": address,
            "subject": activity.subject,
            **({"preheader": activity.preheader} if activity.preheader else {}),
            "document_id": random_uuid(activity.id, "document"),
        }

    def campaign_stats(self, key: str) -> Record:
        """Return the statistics of a campaign."""
        campaign = found(self._world.campaigns, key)
        if not campaign.sent:
            raise NoStatistics(key)
        counts = self._counts.get(key, lambda: campaign_counts(self._counted(campaign)))
        return {
            "campaign_id": campaign.id,
            "stats": counts,
            "percents": percents(counts),
            "last_refresh_time": instant(self._world.refreshed_at(campaign.id)),
        }

    def activity_stats(self, key: str) -> Record:
        """Return the statistics of an activity."""
        activity, campaign = self.reported(key)
        if not activity.sent_at:
            raise NoStatistics(key)
        at = self._world.refreshed_at(campaign.id)
        outcome = partial(self._world.outcome, activity)
        return {
            "campaign_id": campaign.id,
            "campaign_activity_id": activity.id,
            "stats": self._counts.get(key, lambda: activity_counts(outcome().until(at))),
            "last_refresh_time": instant(at),
        }

    def links(self, key: str) -> Record:
        """Return the links of an activity, and how many contacts clicked each."""
        activity, _ = self.reported(key)
        clicked = link_counts(self._world.outcome(activity))
        links = [
            {
                "link_url": link.url,
                "url_id": link.url_id,
                "unique_clicks": clicked.get(place, 0),
                **({"link_tag": link.tag} if link.tag else {}),
            }
            for place, link in enumerate(activity.links if activity.sent_at else ())
        ]
        return {"campaign_activity_id": activity.id, "link_click_counts": links}

    def send_history(self, key: str) -> list[Record]:
        """Return the sends of an activity: one, none, or one that failed."""
        activity, campaign = self._kept(key)
        if campaign.status != "Error" and not activity.sent_at:
            return []
        failed = not activity.sent_at
        run_at = activity.sent_at or campaign.updated_at
        return [
            {
                "send_id": 1,
                "contact_list_ids": self._list_ids(activity),
                "segment_ids": [],
                "count": len(self._world.outcome(activity).sends),
                "run_date": instant(run_at),
                "send_status": "ERRORED" if failed else "COMPLETED",
                "reason_code": _ACCOUNT_UNDER_REVIEW if failed else 0,
            }
        ]

    def resends(self, key: str) -> list[Record]:
        """Return the resend of a primary email to those who had not opened, if it has one."""
        activity, campaign = self._kept(key)
        again = [each for each in campaign.sent if each.role == "resend"]
        return [
            {
                "delay_days": RESEND_AFTER // DAY,
                "delay_minutes": RESEND_AFTER // _MINUTE,
                "resend_subject": resend.subject,
                "resend_request_id": str(int(resend.id[:8], 16) % _REQUEST_IDS),
                "resend_date": instant(resend.sent_at),
                "resend_status": "DONE",
            }
            for resend in again
            if activity.role == "primary_email"
        ]

    def schedules(self, key: str) -> list[Record]:
        """Return when an activity is scheduled to be sent, if it is."""
        activity, campaign = self._kept(key)
        scheduled = campaign.status == "Scheduled" and activity.role == "primary_email"
        return [{"scheduled_date": instant(self._world.now + DAY)}] if scheduled else []

    def ab_tests(self, key: str) -> Record:
        """Return the A/B test of a primary email; raise Unknown where there is none."""
        activity, _ = self._kept(key)
        if activity.trial is None:
            raise Unknown(key)
        return {
            "alternative_subject": activity.trial.subject,
            "test_size": activity.trial.size,
            "winner_wait_duration": activity.trial.wait,
        }

    def sms_summaries(self) -> list[Record]:
        """Return the SMS campaigns, the last sent first."""
        return [
            {
                "campaign_id": each.id,
                "campaign_name": each.name,
                "campaign_type": "SMS",
                "last_sent_date": _with_offset(each.sent_at),
                "unique_counts": {
                    "sends": each.sends,
                    "delivers": each.delivers,
                    "clicks": each.clicks,
                    "optouts": each.optouts,
                },
            }
            for each in reversed(self._world.texting.campaigns)
        ]

    def reported(self, key: str) -> tuple[Activity, Campaign]:
        """Return an activity that has reports: no permalink, and not removed; raise Unknown."""
        activity, campaign = self._kept(key)
        if activity.role not in REPORTED_ROLES:
            raise Unknown(key)
        return activity, campaign

    def _kept(self, key: str) -> tuple[Activity, Campaign]:
        activity: Activity = found(self._world.activities, key)
        campaign = self._world.campaigns[activity.campaign_id]
        if campaign.status == "Removed":
            raise Unknown(key)
        return activity, campaign

    def _summary(self, campaign: Campaign) -> Record:
        key = ("summary", campaign.id)
        return {
            "campaign_id": campaign.id,
            "campaign_type": campaign.type.replace("_", " ").title(),
            "last_sent_date": instant(campaign.sent[-1].sent_at),
            "unique_counts": self._counts.get(key, lambda: unique_counts(self._counted(campaign))),
        }

    def _counted(self, campaign: Campaign) -> list[Outcome]:
        """Return what had come of a campaign when its statistics were refreshed."""
        at = self._world.refreshed_at(campaign.id)
        return [outcome.until(at) for outcome in self._world.outcomes(campaign)]

    def _list_ids(self, activity: Activity) -> list[str]:
        return [self._world.programme.list_ids[name] for name in activity.lists]


def _campaign(campaign: Campaign, status: str) -> Record:
    return {
        "campaign_id": campaign.id,
        "created_at": instant(campaign.created_at),
        "current_status": status,
        "name": campaign.name,
        "type": campaign.type,
        "type_code": TYPE_CODES[campaign.type],
        "updated_at": instant(campaign.updated_at),
    }


def _with_offset(at: int) -> str:
    """Return an instant as SMS summaries have it: on the account's clock, with its offset."""
    ahead = offset(at)
    return f"{instant(at + ahead)[:-1]}-{-ahead // HOUR:02d}:00"
