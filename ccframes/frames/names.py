"""What activity ids stand for: the campaign, its name, the role and the subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from ccframes.endpoints import ENDPOINTS
from ccframes.frames.conform import STR, cast
from ccframes.frames.flatten import assemble

KEY: Final = "campaign_activity_id"
_REPORT = ENDPOINTS["campaign_activities"]
NAMES: Final = tuple(
    column
    for column in (*_REPORT.columns, *_REPORT.joined)
    if column.name in {"campaign_id", "name", "role", "subject"}
)
"""The columns that name an activity, in the order in which they follow its id."""


def names_of(
    activities: pd.DataFrame | None,
    details: pd.DataFrame | None,
    resends: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return the names of activities, as far as these reports tell them.

    Parameters
    ----------
    activities, details, resends : pandas.DataFrame or None
        Rows of `campaign_activities`, `campaign_activity_details` and `resends`. The latter have
        the subject of a resend under the id of its primary email.

    Returns
    -------
    pandas.DataFrame
        One row per activity that the first two know, by its id: campaign_id, name, role, subject.
    """
    listed = _by_id("campaign_activities", activities)
    detailed = _by_id("campaign_activity_details", details)
    ids = listed.index.union(detailed.index, sort=False)
    listed, detailed = listed.reindex(ids), detailed.reindex(ids)
    campaigns = _first_known(listed["campaign_id"], detailed["campaign_id"])
    role = _first_known(listed["role"].astype(STR), detailed["role"].astype(STR))
    resent = _resend_subjects(_by_id("resends", resends), campaigns, role)
    return pd.DataFrame(
        {
            "campaign_id": campaigns,
            "name": campaigns.map(_names(listed)).astype(STR),
            "role": role,
            "subject": _first_known(detailed["subject"], resent),
        }
    )


def with_names(frame: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with names after its activity ids.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with activity ids.
    names : pandas.DataFrame
        What `names_of` returned.

    Returns
    -------
    pandas.DataFrame
        The frame with campaign_id, name, role and subject; where it has one of these columns, that
        stays where it is, and what is missing in it is filled.
    """
    codes, ids = pd.factorize(frame[KEY].astype(STR))
    found = names.reindex(pd.Index(ids, dtype=STR))
    answer = frame.assign()  # a copy, which pandas 3 puts off until it is written to
    place = list(frame.columns).index(KEY) + 1
    for column in NAMES:
        words = cast(column, found[column.name]).array.take(codes, allow_fill=True)
        values = pd.Series(words, index=frame.index)
        if column.name in frame:
            known = _first_known(frame[column.name].astype(STR), values.astype(STR))
            answer[column.name] = cast(column, known)
        else:
            answer.insert(place, column.name, values)
            place += 1
    return answer


def ids_in(frame: pd.DataFrame, column: str = KEY) -> list[str]:
    """Return the distinct ids of a column, in the order of the rows."""
    return frame[column].dropna().astype(STR).unique().tolist()


def _by_id(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    rows = assemble(ENDPOINTS[name], []) if frame is None else frame
    known = rows.dropna(subset=[KEY]).drop_duplicates(KEY)
    return known.set_index(known[KEY].astype(STR))


def _first_known(first: pd.Series[Any], second: pd.Series[Any]) -> pd.Series[Any]:
    return first.where(first.notna(), second)


def _names(listed: pd.DataFrame) -> dict[Any, Any]:
    known = listed.dropna(subset=["campaign_id"])
    return dict(zip(known["campaign_id"], known["name"], strict=True))


def _resend_subjects(
    resends: pd.DataFrame, campaigns: pd.Series[Any], role: pd.Series[Any]
) -> pd.Series[Any]:
    """Return the subject of each resend: that which is told of its campaign's primary email."""
    of_primary = {
        campaigns.get(primary): subject
        for primary, subject in zip(resends.index, resends["resend_subject"], strict=True)
    }
    return campaigns.where(role == "resend").map(of_primary).astype(STR)


def campaigns_of(activities: Iterable[str], names: pd.DataFrame) -> list[str]:
    """Return the distinct campaigns of activities, as far as they are known."""
    found = names["campaign_id"].reindex(pd.Index(list(activities), dtype=STR))
    return list(dict.fromkeys(found.dropna()))
