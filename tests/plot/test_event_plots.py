"""Plots of events: openings, hours, links, bounces, contacts, generations, a campaign on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cbook import is_math_text
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

from ccframes import analysis, plot
from ccframes.endpoints import BOUNCE_CODES
from ccframes.errors import ColumnsError
from ccframes.plot.canvas import THEMES, Theme
from ccframes.plot.wording import FEW
from tests.analysis.accounts import Frames, account_of
from tests.plot.artists import note, title, widths
from tests.plot.frames import emails

URLS = (
    *("javascript:alert(1)", f"https://{'x' * 400}/end", "http://münchen.example/?q=$5$"),
    *("not a url", "data:text/html,<script>", "", "\u202ehttps://b.example/", "https://a.example"),
)


def account() -> Frames:
    return account_of("plots", contacts=300, weeks=30)


def hostile_links() -> pd.DataFrame:
    links = account().links.head(len(URLS)).copy()
    links["link_url"] = list(URLS)
    return links


def none_of(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(0)


Case = Callable[..., Axes]
CASES: dict[str, Case] = {
    "opens_over_time": lambda **k: plot.opens_over_time(account().opens, account().sends, **k),
    "opens_on_the_calendar": lambda **k: plot.opens_over_time(account().opens, **k),
    "hours_of_sending": lambda **k: plot.hours(emails(), tz="US/Eastern", **k),
    "hours_of_reading": lambda **k: plot.hours(
        analysis.time_to_open(account().opens, account().sends), **k
    ),
    "links": lambda **k: plot.links(account().links, account().clicks, **k),
    "hostile_links": lambda **k: plot.links(hostile_links(), by="link", **k),
    "bounces": lambda **k: plot.bounces(account().bounces, account().sends, **k),
    "providers": lambda **k: plot.bounces(account().bounces, account().sends, by="provider", **k),
    "engagement": lambda **k: plot.engagement(account().sends, account().opens, **k),
    "retention": lambda **k: plot.retention(account().sends, account().opens, **k),
}
NOTHING: dict[str, Case] = {
    "opens_over_time": lambda **k: plot.opens_over_time(
        none_of(account().opens), none_of(account().sends), **k
    ),
    "hours": lambda **k: plot.hours(none_of(emails()), **k),
    "links": lambda **k: plot.links(none_of(account().links), **k),
    "bounces": lambda **k: plot.bounces(none_of(account().bounces), account().sends, **k),
    "engagement": lambda **k: plot.engagement(
        none_of(account().sends), none_of(account().opens), **k
    ),
    "retention": lambda **k: plot.retention(
        none_of(account().sends), none_of(account().opens), **k
    ),
}


# --- all of them --------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("draw", CASES.values(), ids=list(CASES))
def test_each_is_drawn_with_title_and_labels_and_no_formula(draw: Case, theme: Theme) -> None:
    ax = draw(theme=theme)
    ax.figure.canvas.draw()
    texts = [text.get_text() for text in ax.figure.findobj(Text)]
    assert title(ax)
    assert ax.get_xlabel()
    assert not any(is_math_text(text) is True for text in texts)
    assert not any("\u202e" in text or "x" * 60 in text for text in texts)


@pytest.mark.parametrize("draw", NOTHING.values(), ids=list(NOTHING))
def test_nothing_to_draw_draws_labelled_axes_that_say_why(draw: Case) -> None:
    ax = draw()
    ax.figure.canvas.draw()
    assert title(ax)
    assert not ax.patches
    assert any(word in text.get_text() for text in ax.texts for word in ("no ", "nothing"))


@pytest.mark.parametrize("draw", [*CASES.values(), *NOTHING.values()])
def test_given_axes_are_drawn_on_and_no_figure_is_made(draw: Case) -> None:
    ax = Figure().subplots()
    assert draw(ax=ax) is ax
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("draw", "loader"),
    [
        (lambda: plot.hours(pd.DataFrame({"a": [1]})), "load_"),
        (lambda: plot.links(pd.DataFrame({"a": [1]})), "load_links"),
        (lambda: plot.bounces(account().bounces), "load_sends"),
        (lambda: plot.engagement(pd.DataFrame({"a": [1]})), "analysis.engagement"),
        (lambda: plot.retention(account().sends), "load_opens"),
        (lambda: plot.opens_over_time(pd.DataFrame({"a": [1]})), "load_opens"),
    ],
)
def test_frames_that_lack_something_are_refused(draw: Callable[[], Any], loader: str) -> None:
    with pytest.raises(ColumnsError, match=loader):
        draw()


# --- each ---------------------------------------------------------------------------------------


def test_the_curve_of_openings_is_the_estimate_of_the_analysis() -> None:
    sends, opens = account().sends, account().opens
    ax = plot.opens_over_time(opens, sends)
    curve = plot.opens_over_time_table(opens, sends)
    estimate = analysis.time_curve(analysis.time_to_open(opens, sends))
    assert set(estimate["seconds"]) <= set(curve["seconds"])
    longest: Any = max(ax.lines, key=lambda line: len(np.asarray(line.get_ydata())))
    drawn = np.asarray(longest.get_ydata())
    drawn = drawn[~np.isnan(drawn)]  # where the dashes begin
    shares = 100 * curve["share"].to_numpy()
    assert len(drawn) > 100
    assert np.abs(drawn[:, None] - shares).min(axis=1).max() < 1e-9
    assert ax.get_ylim()[0] == 0
    assert f"of {len(sends):,} emails sent" in title(ax)


def mesh(ax: Axes) -> Any:
    [found] = [each for each in ax.collections if isinstance(each, QuadMesh)]
    return np.ma.getdata(np.ma.asarray(found.get_array()))


def test_the_cells_of_the_week_are_the_rates_and_few_are_hatched() -> None:
    ax = plot.hours(emails(), tz="US/Eastern")
    table = analysis.send_hours(emails(), tz="US/Eastern")
    rate = table["rate"].to_numpy().reshape(7, 24)
    drawn = mesh(ax)
    known = ~np.isnan(rate)
    assert drawn[known] == pytest.approx(rate[known])
    few = table["denominator"].between(1, FEW - 1).sum()
    assert len([patch for patch in ax.patches if patch.get_hatch()]) == few > 0
    assert "US/Eastern" in ax.get_xlabel()


def test_a_cell_of_few_contacts_does_not_set_the_scale_of_colours() -> None:
    frame = (
        emails()
        .head(2)
        .assign(
            em_sends=[1_000, 4],
            em_bounces=0,
            em_bounces_vacation=0,
            em_opens=[300, 4],
            sent_at=pd.DatetimeIndex(["2026-01-05T10:00Z", "2026-01-06T11:00Z"]),
        )
    )
    [colours] = [each for each in plot.hours(frame).collections if isinstance(each, QuadMesh)]
    assert colours.get_clim() == pytest.approx((0.0, 0.3))


def test_the_cells_of_generations_are_the_rates_of_the_cohorts() -> None:
    ax = plot.retention(account().sends, account().opens, period="M")
    table = analysis.cohorts(account().sends, account().opens, period="M")
    drawn = mesh(ax)
    expected = table.pivot(index="cohort", columns="age", values="open_rate").to_numpy("float64")
    known = ~np.isnan(expected)
    assert drawn[known] == pytest.approx(expected[known])
    assert ax.get_yticklabels()[0].get_text() == f"{table['cohort'].min():%Y-%m}"


def test_the_bars_of_links_are_the_contacts_who_clicked_zero_included() -> None:
    ax = plot.links(account().links, account().clicks)
    table = analysis.link_ranking(account().links, account().clicks, by="destination")
    assert sorted(widths(ax)) == sorted(table["clickers"].astype(float))
    assert 0.0 in widths(ax)
    assert ax.get_xlabel() == "contacts who clicked"


def test_links_beyond_the_top_are_counted_in_the_title() -> None:
    ax = plot.links(account().links, by="link", top=4)
    assert len(widths(ax)) == 4
    assert f"the 4 first of {len(account().links)} links" in title(ax)


def test_the_bars_of_bounces_are_shares_and_name_code_meaning_and_kind() -> None:
    ax = plot.bounces(account().bounces, account().sends)
    table = analysis.bounce_summary(account().bounces, account().sends, by="bounce_code")
    assert sorted(widths(ax)) == pytest.approx(sorted(table["share"]))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert all(label[0] in BOUNCE_CODES and label.endswith(")") for label in labels)
    assert any(label.startswith("V: a vacation") and "(delivered)" in label for label in labels)


def test_contacts_who_opened_none_are_told_apart_and_counted() -> None:
    people = analysis.engagement(account().sends, account().opens)
    ax = plot.engagement(people)
    table = plot.engagement_table(people)
    bars: Any = ax.patches
    assert [bar.get_height() for bar in bars] == table["contacts"].tolist()
    assert [bool(bar.get_hatch()) for bar in bars] == [True, *[False] * (len(table) - 1)]
    assert table["contacts"].sum() == table["of"].iloc[0]
    assert table["of"].iloc[0] + table["fewer"].iloc[0] == len(people)
    assert f"of whom {table['contacts'].iloc[0]:,}" in note(ax)


# --- a campaign on a page -----------------------------------------------------------------------


def test_a_summary_has_all_panels_and_says_what_it_lacks() -> None:
    panels = plot.summary(emails().head(1), fig=Figure())
    assert set(panels) == {"rates", "funnel", "opens", "devices", "links", "bounces"}
    said = {name: [text.get_text() for text in ax.texts] for name, ax in panels.items()}
    assert said["opens"] == ["needs opens= and sends="]
    assert said["links"] == ["needs links= (and clicks=)"]
    assert said["bounces"] == ["needs bounces= and sends="]


@pytest.mark.parametrize("theme", THEMES)
def test_a_summary_of_one_campaign_is_named_and_drawn_whole(theme: Theme) -> None:
    one = emails().head(1).assign(name="<b>May</b> $5 & $6")
    events = {
        name: getattr(account(), name) for name in ("opens", "sends", "clicks", "links", "bounces")
    }
    of_one = {
        name: frame[frame["campaign_activity_id"].isin(one["campaign_activity_id"])]
        for name, frame in events.items()
    }
    panels = plot.summary(one, **of_one, theme=theme)
    panels["rates"].figure.canvas.draw()
    assert title(panels["rates"]).replace("\\", "") == "<b>May</b> $5 & $6"
    assert not any("needs" in text.get_text() for ax in panels.values() for text in ax.texts)
    assert len(plt.get_fignums()) == 1


def test_a_summary_of_nothing_is_said_to_be_nothing() -> None:
    panels = plot.summary(emails().head(0), fig=Figure())
    assert panels["rates"].texts[0].get_text() == "no emails to show"


def test_every_plot_has_its_table_and_both_are_exported_in_order() -> None:
    names = [name for name in plot.__all__ if not name.endswith("_table")]
    assert plot.__all__ == sorted(plot.__all__)
    assert {f"{name}_table" for name in names} == set(plot.__all__) - set(names)
