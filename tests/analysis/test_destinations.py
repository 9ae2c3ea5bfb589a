"""Links and the places they lead to: every click in one row, every contact once."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

import ccframes as ccf
from ccframes.analysis.destinations import link_ranking
from ccframes.analysis.urls import destination_of, domain_of
from ccframes.errors import ColumnsError, ConfigError, PartialResultWarning
from ccframes.frames.measures import counts_of
from tests.analysis.accounts import account_of
from tests.analysis.test_urls import HOSTILE

ACCOUNT = account_of("some seed", contacts=300, weeks=60)
LINKS, CLICKS, STATS = ACCOUNT.links, ACCOUNT.clicks, ACCOUNT.activity_stats
LABELS = {
    "link": ["campaign_activity_id", "url_id", "link_url"],
    "destination": ["destination"],
    "domain": ["domain"],
}
COUNTS = {
    "links": "Int64",
    "activities": "Int64",
    "link_tag": "str",
    "position": "Int64",
    "clicks": "Int64",
    "all_clicks": "Int64",
    "click_share": "float64",
    "first_click": "datetime64[us, UTC]",
    "last_click": "datetime64[us, UTC]",
    "clickers": "Int64",
    "unique_clicks": "Int64",
    "emails_clicked": "Int64",
    "delivered": "Int64",
    "click_rate": "float64",
    "low": "float64",
    "high": "float64",
    "all_activities": "Int64",
    "ci": "float64",
}
URLS = ("https://a.example/x", "HTTPS://A.example/x/?utm_id=1", "https://b.example", "mailto:x")


@st.composite
def reports(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Links of some emails, and clicks on them and on others."""
    ids = st.tuples(st.sampled_from("ab"), st.integers(0, 3))
    links = draw(st.lists(ids, max_size=8, unique=True))
    clicks = draw(st.lists(st.tuples(ids, st.sampled_from("xyz"), st.integers(0, 99)), max_size=20))
    text = {"campaign_activity_id": "str", "url_id": "str", "link_url": "str"}
    listed = pd.DataFrame(
        [(activity, f"{number}", URLS[number]) for activity, number in links], columns=[*text]
    ).astype(text)
    happened = pd.DataFrame(
        [(activity, f"{number}", URLS[number], who, at) for (activity, number), who, at in clicks],
        columns=[*text, "contact_id", "created_time"],
    ).astype(text)
    at = pd.to_datetime(happened["created_time"].astype("int64"), unit="s", utc=True)
    unique = happened.groupby(["campaign_activity_id", "url_id"])["contact_id"].nunique()
    counts = listed.join(unique.rename("unique_clicks"), on=["campaign_activity_id", "url_id"])
    counts["unique_clicks"] = counts["unique_clicks"].fillna(0).astype("Int64")
    return counts, happened.assign(created_time=at)


@settings(deadline=None, max_examples=40)
@given(reports(), st.sampled_from([*LABELS]))
def test_every_count_is_that_of_the_rows(
    frames: tuple[pd.DataFrame, pd.DataFrame], by: Any
) -> None:
    links, clicks = frames
    names = {"destination": destination_of, "domain": domain_of}
    ranking = link_ranking(links, clicks, by=by)
    every = pd.concat([links, clicks])
    assert ranking["clicks"].sum() == len(clicks)
    assert ranking["links"].sum() == len(every[LABELS["link"]].drop_duplicates())
    for row in ranking.to_dict("records"):

        def mine(frame: pd.DataFrame, row: dict[Any, Any] = row) -> pd.DataFrame:
            if by == "link":
                same = [frame[name] == row[name] for name in LABELS["link"]]
            else:
                same = [frame["link_url"].map(names[by]) == row[by]]
            return frame[np.logical_and.reduce(same)]

        some = mine(clicks)
        assert row["clicks"] == len(some)
        assert row["clickers"] == some["contact_id"].nunique()
        emails = some[["campaign_activity_id", "contact_id"]].drop_duplicates()
        assert row["emails_clicked"] == len(emails)
        assert row["activities"] == mine(every)["campaign_activity_id"].nunique()
        if len(some):
            assert (row["first_click"], row["last_click"]) == (
                some["created_time"].min(),
                some["created_time"].max(),
            )


@settings(deadline=None, max_examples=40)
@given(reports(), st.sampled_from([*LABELS]))
def test_without_clicks_contacts_are_counted_where_none_can_count_twice(
    frames: tuple[pd.DataFrame, pd.DataFrame], by: Any
) -> None:
    links, clicks = frames
    listed = clicks.merge(links[["campaign_activity_id", "url_id"]])
    known, counted = link_ranking(links, listed, by=by), link_ranking(links, by=by)
    both = known.merge(counted, on=LABELS[by], suffixes=("", "_counted"))
    assert len(both) == len(counted) == len(known)
    for name in ("clickers", "emails_clicked"):
        said = both[f"{name}_counted"].notna()
        assert (both.loc[said, f"{name}_counted"] == both.loc[said, name]).all()
    assert both.loc[both["links"] == 1, "clickers_counted"].notna().all()
    assert (both["unique_clicks"] >= both["emails_clicked"]).all()
    assert (both["emails_clicked"] >= both["clickers"]).all()
    assert counted[["clicks", "all_clicks", "click_share", "first_click"]].isna().all(axis=None)


@pytest.mark.parametrize("by", [*LABELS])
def test_columns_and_dtypes_are_the_same_whatever_comes(by: Any) -> None:
    nothing = ccf.flatten("links", []), ccf.flatten("clicks", [])
    for frames in ((LINKS, CLICKS), (LINKS, None), (LINKS.head(0), CLICKS), nothing):
        for stats in (STATS, STATS.head(0), None):
            made = link_ranking(*frames, stats=stats, by=by)
            assert {name: str(dtype) for name, dtype in made.dtypes.items()} == {
                **dict.fromkeys(LABELS[by], "str"),
                **COUNTS,
            }
            assert isinstance(made.index, pd.RangeIndex)
    assert len(made) == 0


def test_links_that_nobody_clicked_are_ranked_last() -> None:
    ranking = link_ranking(LINKS, CLICKS)
    assert len(ranking) == len(LINKS)
    assert ranking["clicks"].is_monotonic_decreasing
    silent = ranking[ranking["link_url"].str.endswith("/imprint")]
    assert len(silent) == LINKS["campaign_activity_id"].nunique()
    assert (silent["clicks"] == 0).all()
    assert silent["first_click"].isna().all()
    assert (link_ranking(LINKS)["unique_clicks"]).is_monotonic_decreasing


def test_the_clickers_of_a_link_are_as_many_as_the_api_counts() -> None:
    ranking = link_ranking(LINKS, CLICKS)
    assert (ranking["clickers"] == ranking["unique_clicks"]).all()
    assert (ranking["clickers"] == ranking["emails_clicked"]).all()
    assert (ranking["click_share"] * ranking["all_clicks"]).sum() == pytest.approx(len(CLICKS))


def test_positions_are_those_of_the_api() -> None:
    one = link_ranking(LINKS).sort_values("position")
    for _, links in one.groupby("campaign_activity_id"):
        assert links["position"].tolist() == [1, 2, 3, 4, 5]
        assert links["link_url"].iloc[0] == "https://garden.example/donate"
        assert links["link_tag"].iloc[0] == "donate"
    places = link_ranking(LINKS, by="destination").set_index("destination")["position"]
    assert places["https://garden.example/imprint"] == 5


def test_rates_are_over_those_to_whom_it_was_delivered() -> None:
    delivered = counts_of(STATS)["delivered"]
    rates = link_ranking(LINKS, CLICKS, stats=STATS, by="domain", ci=0.9)
    assert (rates["delivered"] == delivered.sum()).all()
    assert rates["click_rate"].to_numpy() == pytest.approx(
        rates["emails_clicked"].to_numpy(float) / delivered.sum(), abs=1e-12
    )
    low, high = proportion_confint(
        rates["emails_clicked"].to_numpy(float), delivered.sum(), 0.1, method="wilson"
    )
    assert rates["low"].to_numpy() == pytest.approx(low, abs=1e-9)
    assert rates["high"].to_numpy() == pytest.approx(high, abs=1e-9)


def test_what_was_delivered_is_missing_where_an_activity_is() -> None:
    some = STATS[STATS["campaign_activity_id"] != LINKS["campaign_activity_id"].iloc[0]]
    ranking = link_ranking(LINKS, CLICKS, stats=some)
    unknown = ranking["delivered"].isna()
    assert unknown.sum() == 5
    assert ranking.loc[unknown, ["click_rate", "low", "high"]].isna().all(axis=None)
    assert link_ranking(LINKS, CLICKS, stats=some, by="domain")["delivered"].isna().all()


def test_links_that_only_clicks_name_have_rows() -> None:
    ranking = link_ranking(LINKS.head(3), CLICKS)
    assert ranking["clicks"].sum() == len(CLICKS)
    new = ranking["unique_clicks"].isna()
    assert len(ranking) - new.sum() == 3
    assert ranking.loc[new, "position"].isna().all()
    assert (ranking.loc[new, "link_url"].str.len() > 0).all()


def test_a_link_that_is_listed_twice_is_one() -> None:
    twice = pd.concat([LINKS, LINKS.head(7)])
    pd.testing.assert_frame_equal(link_ranking(twice, CLICKS), link_ranking(LINKS, CLICKS))


def test_several_labels_of_a_place_are_all_said() -> None:
    links = LINKS.head(10).copy()
    links.loc[5, "link_tag"] = "give"
    tags = link_ranking(links, by="destination").set_index("destination")["link_tag"]
    assert tags["https://garden.example/donate"] == "donate, give"
    assert tags.isna().sum() == 4


def test_hostile_addresses_are_ranked_like_others() -> None:
    links = pd.DataFrame(
        {
            "campaign_activity_id": "a",
            "url_id": [str(number) for number in range(len(HOSTILE) + 1)],
            "link_url": [*(url.replace("\ud800", "?") for url in HOSTILE), None],
            "unique_clicks": pd.array([1] * (len(HOSTILE) + 1), dtype="Int64"),
        }
    )
    for by in LABELS:
        ranking = link_ranking(links, by=by)  # type: ignore[arg-type]
        assert ranking["links"].sum() == len(links)
        assert ranking["unique_clicks"].sum() == len(links)


def test_clicks_without_an_id_are_named_and_not_counted() -> None:
    clicks = CLICKS.copy()
    clicks.loc[[0, 4], "url_id"] = None
    with pytest.warns(PartialResultWarning, match="^2 of .* clicks have no"):
        assert link_ranking(LINKS, clicks)["clicks"].sum() == len(clicks) - 2
    links = LINKS.copy()
    links.loc[[0, 1], "url_id"] = None
    assert len(link_ranking(links)) == len(links)


def test_frames_from_a_csv_file_give_the_same_and_are_left_as_they_were() -> None:
    frames = [LINKS, CLICKS, STATS]
    before = [frame.copy() for frame in frames]
    read = [pd.read_csv(io.StringIO(frame.to_csv(index=False))) for frame in frames]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(
            link_ranking(read[0], read[1], stats=read[2]),
            link_ranking(LINKS, CLICKS, stats=STATS),
        )
    for frame, as_it_was in zip(frames, before, strict=True):
        pd.testing.assert_frame_equal(frame, as_it_was)


def test_an_index_called_like_a_column_does_not_matter() -> None:
    links, clicks, stats = (
        frame.set_index("campaign_activity_id", drop=False) for frame in (LINKS, CLICKS, STATS)
    )
    pd.testing.assert_frame_equal(
        link_ranking(links, clicks, stats=stats), link_ranking(LINKS, CLICKS, stats=STATS)
    )


def test_the_planted_shares_of_the_links_are_found() -> None:
    account = account_of()
    types = account.activities.set_index("campaign_activity_id")["type"]
    causes = [
        row.cause
        for one in account.activities["campaign_activity_id"]
        for row in account.truth.rows("clicks", one)
    ]
    human = account.clicks[np.array(causes) == "person"]
    coupons = human[human["campaign_activity_id"].map(types) == "COUPON"]
    found = link_ranking(account.links.head(0), coupons, by="destination")
    assert found["destination"].iloc[0] == "https://shop.garden.example"
    assert found["click_share"].iloc[0] == pytest.approx(0.72, abs=0.05)


def test_what_cannot_be_used_is_refused() -> None:
    with pytest.raises(ConfigError, match="'link', 'destination', 'domain'"):
        link_ranking(LINKS, by="colour")  # type: ignore[arg-type]
    with pytest.raises(ColumnsError, match=r"links: .*'unique_clicks'.*load_links\(\)"):
        link_ranking(LINKS.drop(columns="unique_clicks"))
    with pytest.raises(ColumnsError, match=r"clicks: .*'link_url'.*load_clicks\(\)"):
        link_ranking(LINKS, CLICKS.drop(columns="link_url"))
    with pytest.raises(ColumnsError, match=r"stats: .*load_campaign_table\(\)"):
        link_ranking(LINKS, stats=STATS.drop(columns="campaign_activity_id"))


@pytest.mark.parametrize("by", [*LABELS])
def test_every_row_says_over_how_many_emails_the_ranking_is_and_its_level(by: Any) -> None:
    ranking = link_ranking(LINKS, CLICKS, by=by, ci=0.5)
    emails = pd.concat([LINKS, CLICKS])["campaign_activity_id"].nunique()
    assert ranking["all_activities"].unique().tolist() == [emails]
    assert ranking["ci"].unique().tolist() == [0.5]
