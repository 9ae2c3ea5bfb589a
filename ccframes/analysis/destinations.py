"""Which links were clicked, and which places they lead to, whatever email they were in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from ccframes.analysis.arrays import Ints, Mask, floats, whole_numbers
from ccframes.analysis.codes import UNKNOWN, count_distinct, paired, shared_codes, shared_pairs
from ccframes.analysis.columns import require, warn_of
from ccframes.analysis.moments import earliest, latest, microseconds, times_of
from ccframes.analysis.proportions import wilson
from ccframes.analysis.urls import TRACKING_PARAMETERS, destination_of, domain_of
from ccframes.errors import ConfigError
from ccframes.frames.conform import STR
from ccframes.frames.measures import counts_of, share

By: TypeAlias = Literal["link", "destination", "domain"]
Counts: TypeAlias = "dict[str, pd.Series[Any]]"
_Naming: TypeAlias = Callable[[str], "str | None"]

_ACTIVITY: Final = "campaign_activity_id"
_LINK: Final = (_ACTIVITY, "url_id")
_LINK_COLUMNS: Final = (*_LINK, "link_url")
_CLICK_COLUMNS: Final = (*_LINK_COLUMNS, "contact_id", "created_time")
_LINKS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(_LINK_COLUMNS, STR),
    "link_tag": STR,
    "unique_clicks": "Int64",
    "position": "Int64",
}
_COUNTS: Final = (
    *("links", "activities", "link_tag", "position"),
    *("clicks", "all_clicks", "click_share", "first_click", "last_click"),
    *("clickers", "unique_clicks"),
    *("emails_clicked", "delivered", "click_rate", "low", "high"),
    *("all_activities", "ci"),
)


def link_ranking(
    links: pd.DataFrame,
    clicks: pd.DataFrame | None = None,
    *,
    stats: pd.DataFrame | None = None,
    by: By = "link",
    keep_query: bool = False,
    ignore: Sequence[str] = TRACKING_PARAMETERS,
    ci: float = 0.95,
) -> pd.DataFrame:
    """Rank links, or the places they lead to, by their clicks.

    Parameters
    ----------
    links : pandas.DataFrame
        What `load_links()` gives; with `no_clicks=True` also the links that nobody clicked.
    clicks : pandas.DataFrame, optional
        What `load_clicks()` gives for the same activities, with or without machines. Links that
        only the clicks name have rows, too.
    stats : pandas.DataFrame, optional
        The campaign table or `load_activity_stats()`, for `delivered`.
    by : {"link", "destination", "domain"}
        What a row is: a link in one email; an address, over all emails, in the spelling of
        `analysis.destination_of`; or a host without `www.`.
    keep_query : bool, default False
        Whether destinations differ by the parameters of their queries, but for `ignore`.
    ignore : list of str
        Parameters that do not make another destination; `*` stands for anything.
    ci : float, default 0.95
        Level of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per link (campaign_activity_id, url_id, link_url), destination or domain, by
        clicks or else unique_clicks, the most first:

        - links, activities: how many of each the row stands for;
        - link_tag: the label given to the link, several with commas between them;
        - position: place of the link in the API's list of its email, from 1; of several links
          the first. The API does not say what order that is: in all likelihood that of the email;
        - clicks [events], of all_clicks [events] in the same email or, for destinations and
          domains, in all; click_share [0–1], the one over the other; first_click, last_click [UTC];
        - clickers: contacts who clicked, each counted once;
        - unique_clicks [contacts]: the API's counts, added over the links: a contact who clicked
          two links counts twice, so that it is at least `clickers`;
        - emails_clicked: pairs of activity and contact, of delivered [contacts] over the
          activities; click_rate [0–1], the one over the other; low, high, its Wilson interval;
        - all_activities: how many the whole ranking is of; ci, the level of the intervals.

        What takes `clicks` or `stats` is missing without them. Without `clicks` the counts of
        contacts are the API's where these cannot count anybody twice: clickers of a single link,
        emails_clicked where no email has two of the links; elsewhere they are missing.

    Raises
    ------
    ColumnsError, ConfigError
        A frame lacks a column, or `by` is none of the three.

    Warns
    -----
    PartialResultWarning
        Clicks without an id of activity or link: they are not counted.

    Notes
    -----
    Links to the API's own pages and to some payment services are not tracked. Scanners click
    every link; `analysis.human_only` takes their clicks out, but not out of `unique_clicks`.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.analysis.destinations import link_ranking
    >>> client = ccf.connect(demo=True)
    >>> campaigns = ccf.load_campaign_summaries().head(3)
    >>> links, clicks = ccf.load_links(campaigns, no_clicks=True), ccf.load_clicks(campaigns)
    >>> link_ranking(links, clicks, by="domain")[["domain", "links", "activities"]]
                     domain  links  activities
    0        garden.example     12           4
    1   shop.garden.example      4           4
    2        social.example      4           4

    Source: GET /reports/email_reports/{campaign_activity_id}/links; Wilson (1927), J. Am. Stat.
    Assoc. 22, 209–212.
    """
    naming = _naming(by, keep_query, ignore)
    require(links, [*_LINK_COLUMNS, "unique_clicks"], "load_links()", what="links")
    if clicks is not None:
        require(clicks, _CLICK_COLUMNS, "load_clicks()", what="clicks")
        clicks = clicks.reset_index(drop=True)
    groups = _grouped(links.reset_index(drop=True), clicks, by, naming)
    counts = {**_links_in(groups), **_clicks_in(groups)}
    counts |= _contacts_in(groups, counts)
    counts |= _rate_in(groups, counts, stats, ci)
    made = groups.labels.assign(**{name: counts[name] for name in _COUNTS})
    ranked = made.sort_values(["clicks", "unique_clicks"], ascending=False)
    return ranked.reset_index(drop=True)


def _naming(by: str, keep_query: bool, ignore: Sequence[str]) -> _Naming | None:
    """Return what names the place that an address leads to; None where each link is its own."""
    namings: dict[str, _Naming | None] = {
        "link": None,
        "destination": partial(destination_of, keep_query=keep_query, ignore=ignore),
        "domain": domain_of,
    }
    if by not in namings:
        raise ConfigError(f"by={by!r} is none of {', '.join(map(repr, namings))}")
    return namings[by]


# --- which link and which click is in which group -------------------------------------------


@dataclass(frozen=True, slots=True)
class _Groups:
    """Links and clicks, and the number of the group that each is in.

    Attributes
    ----------
    labels : pandas.DataFrame
        One row per group: what names it.
    links : pandas.DataFrame
        One row per link, with the columns of `_LINKS`.
    of_link, activity : arrays of int64
        The group and the activity of each link.
    are_clicks_known : bool
        Whether clicks were given; otherwise there are none here.
    clicks : pandas.DataFrame
        One row per click on one of the links.
    link_of_click : array of int64
        The row in `links` of each click.
    """

    labels: pd.DataFrame
    links: pd.DataFrame
    of_link: Ints
    activity: Ints
    are_clicks_known: bool
    clicks: pd.DataFrame
    link_of_click: Ints

    def summed(self, group: Ints, weights: Any = None) -> pd.Series[Any]:
        """Return for each group how many there are, or the sum of their weights."""
        return pd.Series(whole_numbers(np.bincount(group, weights, minlength=len(self.labels))))

    def distinct(self, group: Ints, key: Ints) -> pd.Series[Any]:
        """Return for each group how many different keys there are."""
        return pd.Series(whole_numbers(count_distinct(group, key, len(self.labels))))


def _grouped(
    links: pd.DataFrame, clicks: pd.DataFrame | None, by: str, naming: _Naming | None
) -> _Groups:
    happened = pd.DataFrame(columns=[*_CLICK_COLUMNS]) if clicks is None else clicks
    every, link_of_click = _every_link(links, happened)
    known = link_of_click != UNKNOWN
    warn_of(~known, f"clicks have no {' or no '.join(_LINK)} and are not counted")
    labels, of_link = _labelled(every, by, naming)
    [activity], _ = shared_codes(every[_ACTIVITY])
    given = clicks is not None
    return _Groups(labels, every, of_link, activity, given, happened[known], link_of_click[known])


def _labelled(links: pd.DataFrame, by: str, naming: _Naming | None) -> tuple[pd.DataFrame, Ints]:
    """Return what names each group, and the group of each link."""
    if naming is None:
        return links[[*_LINK_COLUMNS]], np.arange(len(links))
    of_link, names = pd.factorize(_named(links["link_url"], naming), use_na_sentinel=False)
    return pd.DataFrame({by: pd.Series(names, dtype=STR)}), of_link


def _named(urls: pd.Series[Any], naming: _Naming) -> pd.Series[Any]:
    codes, different = pd.factorize(urls)
    names = np.array([*map(naming, different), None], dtype=object)
    return pd.Series(names[codes], dtype=STR)


def _every_link(links: pd.DataFrame, clicks: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Return one row per link, last those that only clicks name, and the row of each click."""
    of_link, of_click = shared_pairs([links, clicks], _LINK)
    listed = (of_link == UNKNOWN) | _first_of_each(of_link)
    unlisted = _first_of_each(of_click) & ~np.isin(of_click, of_link)
    places = links[listed].groupby(_ACTIVITY, dropna=False).cumcount() + 1
    named_by_clicks = clicks.loc[unlisted, [*_LINK_COLUMNS]]
    every = _stacked([links[listed].assign(position=places), named_by_clicks], _LINKS)
    numbers = np.concatenate([of_link[listed], of_click[unlisted]])
    row = np.full(2 + max(numbers.max(initial=UNKNOWN), of_click.max(initial=UNKNOWN)), UNKNOWN)
    row[numbers] = np.arange(len(numbers))
    row[UNKNOWN] = UNKNOWN
    return every, row[of_click]


def _stacked(frames: Sequence[pd.DataFrame], dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """Return these columns of the frames as one; missing where a frame has none."""
    made = {}
    for name, dtype in dtypes.items():
        parts = [frame.get(name, pd.Series(index=frame.index, dtype=object)) for frame in frames]
        made[name] = pd.concat([part.astype(dtype) for part in parts], ignore_index=True)
    return pd.DataFrame(made)


def _first_of_each(numbers: Ints) -> Mask:
    """Tell which rows are the first with their number; those without one are not."""
    repeated = pd.Series(numbers).duplicated().to_numpy()
    return np.asarray((numbers != UNKNOWN) & ~repeated, dtype=np.bool_)


# --- what is counted of each group ----------------------------------------------------------


def _links_in(groups: _Groups) -> Counts:
    links = groups.links.groupby(groups.of_link)
    return {
        "links": groups.summed(groups.of_link),
        "activities": groups.distinct(groups.of_link, groups.activity),
        "all_activities": pd.Series(
            groups.links[_ACTIVITY].nunique(), index=groups.labels.index, dtype="Int64"
        ),
        "link_tag": links["link_tag"].agg(_listed).astype(STR),
        "position": links["position"].min().astype("Int64"),
        "unique_clicks": groups.summed(groups.of_link, floats(groups.links["unique_clicks"])),
    }


def _listed(tags: pd.Series[Any]) -> Any:
    return ", ".join(tags.dropna().unique()) or np.nan


def _clicks_in(groups: _Groups) -> Counts:
    of_click, at = groups.of_link[groups.link_of_click], microseconds(groups.clicks["created_time"])
    clicks, every = groups.summed(of_click), _all_clicks(groups)
    counts: Counts = {
        "clicks": clicks,
        "all_clicks": every,
        "click_share": share(clicks, every),
        "first_click": pd.Series(times_of(earliest(of_click, at, len(clicks)))),
        "last_click": pd.Series(times_of(latest(of_click, at, len(clicks)))),
    }
    return counts if groups.are_clicks_known else {name: _missing(counts[name]) for name in counts}


def _all_clicks(groups: _Groups) -> pd.Series[Any]:
    """Return the clicks that each group has a share in: in the same email, or in all."""
    if _LINK[1] not in groups.labels:
        total = len(groups.link_of_click)
        return pd.Series(total, index=groups.labels.index, dtype="Int64")
    activities = 1 + groups.activity.max(initial=UNKNOWN)
    in_email = np.bincount(groups.activity[groups.link_of_click], minlength=activities)
    return pd.Series(np.append(in_email, 0)[groups.activity]).astype("Int64")


def _contacts_in(groups: _Groups, counts: Counts) -> Counts:
    if not groups.are_clicks_known:
        unique, links = counts["unique_clicks"], counts["links"]
        once_an_email = unique.where(links == counts["activities"])
        return {"clickers": unique.where(links == 1), "emails_clicked": once_an_email}
    of_click = groups.of_link[groups.link_of_click]
    [contact], _ = shared_codes(groups.clicks["contact_id"])
    email = paired(groups.activity[groups.link_of_click], contact)
    return {
        "clickers": groups.distinct(of_click, contact),
        "emails_clicked": groups.distinct(of_click, email),
    }


def _rate_in(groups: _Groups, counts: Counts, stats: pd.DataFrame | None, ci: float) -> Counts:
    delivered = _delivered(groups, stats)
    part = counts["emails_clicked"]
    low, high = wilson(part, delivered, ci)
    return {
        "delivered": delivered,
        "click_rate": share(part, delivered),
        "low": pd.Series(low),
        "high": pd.Series(high),
        "ci": pd.Series(ci, index=delivered.index, dtype="float64"),
    }


def _delivered(groups: _Groups, stats: pd.DataFrame | None) -> pd.Series[Any]:
    """Return to how many contacts the emails of each group were delivered; missing if unknown."""
    if stats is None:
        return _missing(groups.summed(groups.of_link))
    require(stats, [_ACTIVITY], "load_campaign_table() or load_activity_stats()", what="stats")
    [activity, known], _ = shared_codes(groups.links[_ACTIVITY], stats[_ACTIVITY])
    delivered = np.full(2 + max(activity.max(initial=UNKNOWN), known.max(initial=UNKNOWN)), np.nan)
    delivered[known] = floats(counts_of(stats)["delivered"])
    delivered[UNKNOWN] = np.nan
    once = _first_of_each(paired(groups.of_link, activity))
    return groups.summed(groups.of_link[once], delivered[activity[once]])


def _missing(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.where(np.zeros(len(column), dtype=np.bool_))
