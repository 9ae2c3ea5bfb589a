"""Event rows held against the statistics: what agrees, what differs, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Floats
from ccframes.analysis.checks import Check, statistics_checks
from ccframes.analysis.columns import require
from ccframes.analysis.crosschecks import rows_checks
from ccframes.analysis.ledger import EVENT_REPORTS, Ledger
from ccframes.analysis.mail import EVENT
from ccframes.analysis.totals import campaign_checks, links_checks
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.ids import ids_from

_NEEDED: dict[str, tuple[str, ...]] = {
    "activity_stats": ("campaign_activity_id",),
    **dict.fromkeys(EVENT_REPORTS, EVENT),
    "clicks": (*EVENT, "url_id"),
    "links": ("campaign_activity_id", "url_id", "unique_clicks"),
    "campaign_stats": ("campaign_id",),
    "campaign_summaries": ("campaign_id",),
    "campaign_activities": ("campaign_activity_id", "role"),
    "contacts": ("contact_id",),
}


def reconcile(frames: Mapping[str, pd.DataFrame], *, activities: Any = None) -> pd.DataFrame:
    """Hold event rows against the statistics, and say of each difference whether it is one.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        Reports by name: `activity_stats`, and any of sends, opens, unique_opens, did_not_opens,
        clicks, forwards, optouts, bounces, links, campaign_stats, campaign_summaries,
        campaign_activities (which tells permalinks) and contacts. Whatever can be checked with
        them is.
    activities : optional
        The activities to check, as ids, Series or frame; by default all that are in the frames.
        Name them where rows were loaded for some activities only: for others they would be
        missing.

    Returns
    -------
    pandas.DataFrame
        One row per check and activity, campaign or link: campaign_activity_id (missing where
        the check is on a campaign), campaign_id (missing where activity_stats does not tell),
        `url_id` (missing where the check is not on a link); `check`, what should hold;
        `expected`, what the statistics say (0 where there should be none), `found`, what the
        rows or the other statistics say, `difference`, found − expected; `explained`, and
        `explanation` in words. Where the API does not give a count, or the frame lacks
        the row that has it, `expected` is missing, and nothing is wrong as far as one can tell.

        `frame[~frame["explained"]]` is what is wrong.

    Raises
    ------
    ConfigError
        There is no `activity_stats`, or a report is of no use here.
    ColumnsError
        A frame lacks a column that the checks need.

    Notes
    -----
    A difference is explained only if the rows themselves prove the reason:

    - rows newer than last_refresh_time: counted up to then, they give the API's number;
    - em_not_opened is max(0, sends − opens − bounces), which takes contacts who bounced and yet
      opened (as after a vacation reply) twice, while did_not_opens lists who did neither;
    - rows that are alike, of events in the same instant, if the API counts each of them;
    - a contact counts once in a campaign, and at each link clicked: such counts do not add up;
    - permalinks have no statistics;
    - contacts in the rows, and not in contacts, were deleted since.

    Two explanations rest on bounds, since the reports that would prove them were not given:
    em_not_opened without sends, opens and bounces is bounded by em_bounces_vacation, and em_opens
    against unique_opens without opens by the rows that are not newer than the statistics.

    Load the reports at one go: what happened between two loads is in one and not in the other,
    and is not explained. What leaves every count intact cannot be seen: clicks dated later than
    they were, newest rows lost that the statistics do not count yet, faults that cancel out.

    Examples
    --------
    >>> import ccframes as ccf
    >>> _ = ccf.connect(demo=True)
    >>> stats = ccf.load_activity_stats(campaigns=ccf.load_campaign_summaries().head(2))
    >>> opens = ccf.load_opens(stats)
    >>> report = reconcile({"activity_stats": stats, "opens": opens})
    >>> report["explained"].all()
    np.True_
    >>> collapsed = opens.drop_duplicates(["campaign_activity_id", "contact_id"])
    >>> report = reconcile({"activity_stats": stats, "opens": collapsed})
    >>> report.loc[~report["explained"], "explanation"].iloc[0]
    'rows of opens: ... missing; no contact has two rows: repeats may have been collapsed'

    Source: GET /reports/stats/email_campaign_activities/{campaign_activity_ids}, whose counts are
    held against those of the tracking reports.
    """
    _check(frames)
    chosen = None if activities is None else ids_from(activities, "campaign_activity_id")
    ledger = Ledger(frames, chosen)
    checks = [
        *statistics_checks(ledger),
        *rows_checks(ledger),
        *links_checks(ledger),
        *campaign_checks(ledger),
    ]
    return _report(ledger, checks)


def _check(frames: Mapping[str, pd.DataFrame]) -> None:
    if not isinstance(frames, Mapping):
        raise ConfigError(
            f"frames: reports by their names are needed, as in {{'activity_stats': ...}}, not "
            f"{type(frames).__name__}"
        )
    for name, frame in frames.items():
        if name not in _NEEDED:
            raise ConfigError(f"no check needs {name!r}; frames may be: {', '.join(_NEEDED)}")
        require(frame, _NEEDED[name], f"load_{name}()", what=name)
    if "activity_stats" not in frames:
        raise ConfigError("frames have no 'activity_stats'; load_activity_stats() gives it")


def _report(ledger: Ledger, checks: list[Check]) -> pd.DataFrame:
    """Put the checks together, one row for each test."""
    activities = pd.array([*ledger.activities, None], dtype=STR)
    campaigns = pd.array([*ledger.campaigns, None], dtype=STR)
    tests = [len(check.place) for check in checks]
    activity = np.concatenate(
        [np.full(len(one.place), -1) if one.of_campaigns else one.place for one in checks]
    )
    campaign = np.concatenate(
        [one.place if one.of_campaigns else ledger.campaign[one.place] for one in checks]
    )
    expected = np.concatenate([one.expected for one in checks])
    found = np.concatenate([one.found for one in checks])
    verdicts = [_verdict(check) for check in checks]
    return pd.DataFrame(
        {
            "campaign_activity_id": activities[activity],
            "campaign_id": campaigns[campaign],
            "url_id": pd.array([link for one in checks for link in _links(one)], dtype=STR),
            "check": pd.Categorical.from_codes(
                np.repeat(np.arange(len(checks)), tests),
                pd.Index([check.name for check in checks], dtype=STR),
            ),
            "expected": _whole(expected),
            "found": _whole(found),
            "difference": _whole(found - expected),
            "explained": pd.array(
                np.concatenate([explained for explained, _ in verdicts]), dtype="boolean"
            ),
            "explanation": pd.array([text for _, texts in verdicts for text in texts], dtype=STR),
        }
    )


def _links(check: Check) -> list[str] | list[None]:
    return [None] * len(check.place) if check.links is None else check.links


def _whole(values: Floats) -> Any:
    return pd.array(values, dtype="Float64").astype("Int64")


def _verdict(check: Check) -> tuple[Any, list[str]]:
    """Say of each test whether it is explained, and in which words."""
    unknown = np.isnan(check.expected) | np.isnan(check.found)
    agrees = check.expected == check.found
    lags = check.expected == (check.found if check.then is None else check.then)
    excused = agrees if check.excused is None else check.excused
    explained = unknown | agrees | lags | excused
    texts = np.where(unknown, "this count is not given", "agrees").astype(object)
    for test in np.flatnonzero(~unknown & ~agrees).tolist():
        if check.then is not None and lags[test]:
            newer = check.found[test] - check.then[test]
            texts[test] = f"newer than last_refresh_time: {newer:,.0f}"
        else:
            texts[test] = check.excuse(test) if excused[test] else check.clue(test)
    return explained, texts.tolist()
