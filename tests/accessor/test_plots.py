"""`df.ccf.plot` offers the pictures that fit a frame, and the tables of their numbers."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure

import ccframes as ccf
from ccframes import analysis, errors, plot
from ccframes.accessor import wants
from ccframes.accessor.offers import offers_of
from ccframes.accessor.plots import PlotAccessor
from tests.accessor.test_frames import on, taken_by
from tests.analysis.accounts import Frames, account_of

mpl.use("agg")


def frames_for(picture: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return reports that a picture draws, each with the reports that it takes besides."""
    reports: dict[str, list[tuple[str, tuple[str, ...]]]] = {
        "bounces": [("bounces", ("sends",))],
        "compare": [("activity_stats", ("campaign_stats",))],
        "devices": [("activity_stats", ()), ("campaign_stats", ())],
        "engagement": [("sends", ("opens",))],
        "funnel": [("activity_stats", ()), ("campaign_summaries", ())],
        "hours": [("campaign_summaries", ())],
        "links": [("links", ()), ("links", ("clicks",))],
        "opens_over_time": [("opens", ()), ("unique_opens", ()), ("opens", ("sends",))],
        "rates": [("activity_stats", ()), ("campaign_summaries", ())],
        "retention": [("sends", ("opens",))],
        "summary": [("activity_stats", ())],
        "trend": [("campaign_summaries", ())],
    }
    return reports[picture]


@pytest.fixture
def account() -> Frames:
    return account_of("some seed", contacts=300, weeks=60)


def test_every_public_plot_is_offered_and_nothing_else() -> None:
    assert offers_of(PlotAccessor).keys() == set(plot.__all__)
    assert wants.DRAWN.keys() == {name for name in plot.__all__ if not name.endswith("_table")}


@pytest.mark.parametrize("name", plot.__all__)
def test_a_method_takes_what_its_function_takes_but_for_the_frame(name: str) -> None:
    assert taken_by(getattr(PlotAccessor, name)) == taken_by(getattr(plot, name))


@pytest.mark.filterwarnings("ignore::ccframes.errors.PartialResultWarning")
@pytest.mark.parametrize("picture", wants.DRAWN)
def test_a_picture_is_drawn_where_it_was_asked_to_be_and_its_table_is_the_functions(
    account: Frames, picture: str
) -> None:
    for report, besides in frames_for(picture):
        frame, others = getattr(account, report), [getattr(account, one) for one in besides]
        if picture == "summary":
            panels = on(frame).plot.summary(fig=(figure := Figure()), theme="dark")
            assert {axes.get_figure() for axes in panels.values()} == {figure}
        else:
            axes = Figure().add_subplot()
            drawn = getattr(on(frame).plot, picture)(*others, ax=axes, theme="dark")
            assert drawn is axes
            assert axes.get_title(loc="left") or axes.get_title()
        table = getattr(on(frame).plot, f"{picture}_table")
        wanted = getattr(plot, f"{picture}_table")
        pd.testing.assert_frame_equal(table(*others), wanted(frame, *others))


@pytest.mark.parametrize("picture", wants.DRAWN)
def test_keywords_reach_the_function(account: Frames, picture: str) -> None:
    keywords: dict[str, dict[str, Any]] = {
        "bounces": {"by": "provider"},
        "compare": {"metric": "click_rate", "unit": "contact", "ci": 0.5, "worth": 0.3},
        "devices": {"ci": 0.5},
        "engagement": {"last": 3},
        "funnel": {"ci": 0.5},
        "hours": {"tz": "Asia/Tokyo", "metric": "click_rate", "ci": 0.5},
        "links": {"by": "domain"},
        "opens_over_time": {"unit": "month", "tz": "Asia/Tokyo"},
        "rates": {"by": "M", "metrics": "click_rate", "best_first": True, "ci": 0.5},
        "retention": {"period": "Y", "tz": "Asia/Tokyo"},
        "summary": {"ci": 0.5},
        "trend": {"metrics": "click_rate", "by": "Q", "ci": 0.5, "tz": "Asia/Tokyo"},
    }
    report, besides = ("campaign_summaries", ()) if picture == "rates" else frames_for(picture)[0]
    frame, others = getattr(account, report), [getattr(account, one) for one in besides]
    wanted = getattr(plot, f"{picture}_table")(frame, *others, **keywords[picture])
    found = getattr(on(frame).plot, f"{picture}_table")(*others, **keywords[picture])
    pd.testing.assert_frame_equal(found, wanted)
    assert not found.equals(getattr(plot, f"{picture}_table")(frame, *others))


def test_what_fits_is_listed(account: Frames) -> None:
    def listed(frame: Any) -> set[str]:
        return {name for name in dir(on(frame).plot) if not name.endswith("_table")}

    assert listed(account.opens) == {"opens_over_time"}
    assert listed(account.sends) == {"engagement", "retention"}
    assert listed(account.links) == {"links"}
    assert listed(account.bounces) == {"bounces"}
    assert listed(account.activity_stats) == {"compare", "devices", "funnel", "rates", "summary"}
    assert listed(account.campaign_summaries) == {"compare", "funnel", "hours", "rates", "trend"}
    assert "opens_over_time" in repr(on(account.opens).plot)


def test_what_the_analysis_made_can_be_drawn(account: Frames) -> None:
    sends, opens = account.sends, account.opens
    made = {
        "bounces": analysis.bounce_summary(account.bounces, sends, by="bounce_code"),
        "compare": analysis.compare(account.activity_stats, account.campaign_stats),
        "engagement": analysis.engagement(sends, opens),
        "hours": analysis.time_to_open(opens, sends),
        "links": analysis.link_ranking(account.links, by="domain"),
        "retention": analysis.cohorts(sends, opens),
    }
    for picture, frame in made.items():
        assert hasattr(on(frame), "plot"), picture
        wanted = getattr(plot, f"{picture}_table")(frame)
        found = getattr(on(frame).plot, f"{picture}_table")()
        pd.testing.assert_frame_equal(found, wanted, obj=picture)


def test_a_picture_that_does_not_fit_says_what_is_missing(account: Frames) -> None:
    with pytest.raises(errors.UnfitFrameError, match=r"funnel: .*'em_sends'.*load_campaign_table"):
        _ = on(account.opens).plot.funnel
    with pytest.raises(errors.UnfitFrameError, match=r"trend: .*'sent_at' or 'last_sent_date'"):
        _ = on(account.activity_stats).plot.trend
    with pytest.raises(errors.UnfitFrameError, match="em_clicks"):
        _ = PlotAccessor(account.clicks).opens_over_time


def test_the_three_lines_of_the_design_draw(account: Frames) -> None:
    with ccf.connect(demo=True):
        opens = ccf.load_opens(ccf.load_campaign_summaries().head(1))
    axes = Figure().add_subplot()
    assert on(opens).plot.opens_over_time(ax=axes) is axes
