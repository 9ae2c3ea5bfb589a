"""Plots of events: openings, hours, links, bounces, contacts, generations, a campaign on a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cbook import is_math_text
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Text

from ccframes import analysis, plot
from ccframes.endpoints import BOUNCE_CODES
from ccframes.errors import ColumnsError, ConfigError
from ccframes.plot.canvas import THEMES, Theme
from ccframes.plot.lettering import name_of
from ccframes.plot.readers import BY
from ccframes.plot.wording import FEW, between, percent
from tests.analysis.accounts import Frames, account_of
from tests.plot.artists import legend, spans, title, widths
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
    "bounces_of_codes_and_providers": lambda **k: plot.bounces(
        analysis.bounce_summary(account().bounces, account().sends), **k
    ),
    "incidents": lambda **k: plot.bounces(account().bounces, account().sends, over="email", **k),
    "codes_by_month": lambda **k: plot.bounces(
        account().bounces, account().sends, by="bounce_code", over="M", **k
    ),
    "engagement": lambda **k: plot.engagement(account().sends, account().opens, **k),
    "engagement_by_rate": lambda **k: plot.engagement(
        account().sends, account().opens, by="open_rate", **k
    ),
    "engagement_by_days": lambda **k: plot.engagement(
        account().sends, account().opens, by="days_since_open", **k
    ),
    "link_rates": lambda **k: plot.links(account().links, account().clicks, stats=emails(), **k),
    "retention": lambda **k: plot.retention(account().sends, account().opens, **k),
}
NOTHING: dict[str, Case] = {
    "opens_over_time": lambda **k: plot.opens_over_time(
        none_of(account().opens), none_of(account().sends), **k
    ),
    "hours": lambda **k: plot.hours(none_of(emails()), **k),
    "links": lambda **k: plot.links(none_of(account().links), **k),
    "bounces": lambda **k: plot.bounces(none_of(account().bounces), account().sends, **k),
    "incidents": lambda **k: plot.bounces(
        none_of(account().bounces), none_of(account().sends), over="email", **k
    ),
    "codes_by_month": lambda **k: plot.bounces(
        none_of(account().bounces), none_of(account().sends), by="bounce_code", over="M", **k
    ),
    "hours_of_reading": lambda **k: plot.hours(
        analysis.time_to_open(none_of(account().opens), none_of(account().sends)), **k
    ),
    "opens_on_the_calendar": lambda **k: plot.opens_over_time(none_of(account().opens), **k),
    "engagement_by_days": lambda **k: plot.engagement(
        none_of(account().sends), none_of(account().opens), by="days_since_open", **k
    ),
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


def of_tokyo() -> dict[str, Any]:
    return {"tz": "Asia/Tokyo", "ci": 0.5}


def months(by: Any, **keywords: Any) -> pd.DataFrame:
    return analysis.bounce_summary(account().bounces, account().sends, by=by, **keywords)


def large() -> tuple[pd.DataFrame, pd.DataFrame]:
    return account_of().bounces, account_of().sends


def times() -> pd.DataFrame:
    return analysis.time_to_open(account().opens, account().sends)


MADE_BEFORE: dict[str, tuple[Callable[[], Axes], list[str]]] = {
    "links": (
        lambda: plot.links(
            analysis.link_ranking(account().links, account().clicks, stats=emails(), ci=0.5)
        ),
        ["50 %"],
    ),
    "bounces": (lambda: plot.bounces(months("provider", ci=0.5)), ["50 %"]),
    "codes_by_month": (
        lambda: plot.bounces(months(["bounce_code", "M"], **of_tokyo())),
        ["50 %", "Asia/Tokyo"],
    ),
    "incidents": (
        lambda: plot.bounces(plot.bounces_table(*large(), over="email", **of_tokyo())),
        ["50 %", "Asia/Tokyo"],
    ),
    "hours_of_sending": (
        lambda: plot.hours(analysis.send_hours(emails(), **of_tokyo())),
        ["Asia/Tokyo"],
    ),
    "hours_of_reading": (
        lambda: plot.hours(analysis.read_hours(times(), **of_tokyo())),
        ["Asia/Tokyo"],
    ),
    "hours_of_each_contact": (
        lambda: plot.hours(
            analysis.read_hours(times(), tz=dict.fromkeys(times()["contact_id"], "Asia/Tokyo"))
        ),
        ["each contact’s own time"],
    ),
    "retention": (
        lambda: plot.retention(
            analysis.cohorts(account().sends, account().opens, period="M", tz="Asia/Tokyo")
        ),
        ["by month of", "[months since", "Asia/Tokyo"],
    ),
}


@pytest.mark.parametrize(("draw", "words"), MADE_BEFORE.values(), ids=list(MADE_BEFORE))
def test_a_table_made_before_is_drawn_with_its_own_level_zone_and_period(
    draw: Callable[[], Axes], words: list[str]
) -> None:
    ax = draw()
    notes = [text.get_text().replace("\n", " ") for text in ax.texts]
    said = " | ".join([title(ax), ax.get_xlabel(), ax.get_ylabel(), *notes])
    assert [word for word in words if word not in said] == []
    assert not any(default in said for default in ("95 %", "UTC", "quarter"))


@pytest.mark.parametrize(
    ("draw", "table", "lacking"),
    [
        (plot.links, lambda: analysis.link_ranking(account().links), "ci"),
        (plot.bounces, lambda: months("provider"), "ci"),
        (plot.bounces, lambda: months("M"), "time_zone_id"),
        (plot.bounces, lambda: plot.bounces_table(*large(), over="email"), "ci"),
        (plot.hours, lambda: analysis.send_hours(emails()), "n_missing"),
        (plot.hours, lambda: analysis.read_hours(times()), "time_zone_id"),
        (plot.retention, lambda: analysis.cohorts(account().sends, account().opens), "unit"),
    ],
)
def test_a_table_that_does_not_say_what_the_picture_states_is_refused(
    draw: Callable[..., Axes], table: Callable[[], pd.DataFrame], lacking: str
) -> None:
    with pytest.raises(ColumnsError, match=f"{lacking}.*analysis"):
        draw(table().drop(columns=lacking))


@pytest.mark.parametrize("bounces", [None, account().bounces])
def test_pictures_over_all_sends_say_sent_and_over_delivered_ones_delivered(bounces: Any) -> None:
    over = "sent" if bounces is None else "delivered"
    given = account().sends, account().opens
    ax = plot.retention(*given, bounces=bounces)
    assert title(ax).startswith(f"Opened / {over} by quarter")
    assert says(ax, f"fewer than {FEW} emails {over}.")
    people = analysis.engagement(*given, bounces=bounces)
    assert plot.engagement_table(people)["over"].unique().tolist() == [over]
    by_rate = plot.engagement(people, by="open_rate")
    assert by_rate.get_xlabel() == f"opened / {over} [%]"
    assert says(by_rate, f"to whom fewer emails were {over}.")


# --- each ---------------------------------------------------------------------------------------


def test_the_curve_of_openings_is_the_estimate_of_the_analysis() -> None:
    sends, opens = account().sends, account().opens
    ax = plot.opens_over_time(opens, sends)
    times = analysis.time_to_open(opens, sends)
    longest: Any = max(ax.lines, key=lambda line: len(np.asarray(line.get_ydata())))
    drawn = np.asarray(longest.get_ydata())
    at = np.asarray(longest.get_xdata())[~np.isnan(drawn)][2:]  # the first are at the axis' end
    expected = analysis.time_curve(times, at=at)["share"].to_numpy()
    assert len(at) > 100
    assert drawn[~np.isnan(drawn)][2:] == pytest.approx(100 * expected)
    assert ax.get_ylim()[0] == 0
    assert f"of {len(sends):,} emails sent" in title(ax)


def test_the_half_of_openings_is_marked_on_the_curve_even_in_a_large_account() -> None:
    """A curve that was thinned by rows, not by events, was flat where most had opened."""
    large = account_of()
    table = plot.opens_over_time_table(large.opens, large.sends)
    half = table["half_seconds"].iloc[0]
    opened = table.loc[table["seconds"] <= half, "events"].max()
    assert opened / table["events"].iloc[-1] == pytest.approx(0.5, abs=0.03)
    ax = plot.opens_over_time(large.opens, large.sends)
    [dot] = [line for line in ax.lines if line.get_marker() == "o"]
    assert np.asarray(dot.get_xdata()).tolist() == [half]


def test_a_curve_is_dashed_only_where_some_emails_were_watched_for_less() -> None:
    sends, opens = account().sends, account().opens
    one = sends["campaign_activity_id"].iloc[0]
    same = [frame[frame["campaign_activity_id"] == one] for frame in (opens, sends)]
    assert says(plot.opens_over_time(*same), "Every email was watched for")
    assert says(plot.opens_over_time(opens, sends), "Dashed, after")


def says(ax: Axes, what: str) -> bool:
    """Tell whether a text in or below the axes has these words."""
    return any(what in text.get_text().replace("\n", " ") for text in ax.texts)


def test_bars_on_the_calendar_are_first_opens_and_repeats() -> None:
    ax = plot.opens_over_time(account().opens, unit="month")
    table = plot.opens_over_time_table(account().opens, unit="month")
    bars: Any = ax.patches
    heights = [bar.get_height() for bar in bars]
    assert heights[: len(table)] == table["first_opens"].tolist()
    assert heights[len(table) :] == (table["opens"] - table["first_opens"]).tolist()
    assert sum(heights) == len(account().opens)


def mesh(ax: Axes) -> QuadMesh:
    [found] = [each for each in ax.collections if isinstance(each, QuadMesh)]
    return found


def cells(ax: Axes) -> Any:
    return np.ma.filled(np.ma.asarray(mesh(ax).get_array()), np.nan)


def hatched(ax: Axes) -> int:
    found = [each for each in ax.collections if isinstance(each, PatchCollection)]
    assert all(each.get_hatch() for each in found)
    return sum(len(each.get_paths()) for each in found)


def written(ax: Axes) -> list[str]:
    """Return what stands in the cells of a map."""
    return [text.get_text() for text in ax.texts if text.get_bbox_patch()]


def test_the_cells_of_the_week_are_the_rates_and_few_are_hatched() -> None:
    ax = plot.hours(emails(), tz="US/Eastern")
    table = analysis.send_hours(emails(), tz="US/Eastern")
    assert cells(ax) == pytest.approx(table["rate"].to_numpy().reshape(7, 24), nan_ok=True)
    few = (table["n"] < 3) | (table["denominator"] < FEW)
    assert hatched(ax) == (few & (table["denominator"] > 0)).sum() > 0
    assert written(ax) == [str(n) for n in table["n"] if n]
    assert "US/Eastern" in ax.get_xlabel()


def test_emails_without_a_count_are_told_below_the_hours_and_colour_their_hour_still() -> None:
    frame = emails().head(4).assign(sent_at=pd.Timestamp("2026-01-05T10:30Z"))
    frame["em_opens"] = frame["em_opens"].astype("Int64").where(np.arange(4) < 3)
    ax = plot.hours(frame)
    assert written(ax) == ["3"]
    assert cells(ax)[0, 10] == pytest.approx(analysis.rates(frame, metrics="open_rate")["rate"])
    assert says(ax, "Left out, since counts are missing: 1.")
    assert not says(plot.hours(emails()), "Left out")


def test_a_cell_of_few_contacts_does_not_set_the_scale_of_colours() -> None:
    counts = {"em_sends": [*[1_000] * 3, 4], "em_opens": [*[300] * 3, 4]}
    sent_at = pd.DatetimeIndex([*["2026-01-05T10:00Z"] * 3, "2026-01-06T11:00Z"])
    none: dict[str, Any] = {"em_bounces": 0, "em_bounces_vacation": 0}
    frame = emails().head(4).assign(**counts, **none, sent_at=sent_at)
    assert mesh(plot.hours(frame)).get_clim() == pytest.approx((0.0, 0.3))


def test_the_cells_of_the_week_may_come_in_any_order() -> None:
    table = analysis.send_hours(emails())
    shuffled = plot.hours(table.sample(frac=1, random_state=1))
    assert cells(shuffled) == pytest.approx(cells(plot.hours(table)), nan_ok=True)


def test_hours_of_reading_add_up_to_the_open_rate() -> None:
    times = analysis.time_to_open(account().opens, account().sends)
    ax = plot.hours(times)
    assert cells(ax).sum() == pytest.approx(times["observed"].mean())
    assert f"{int(times['observed'].sum()):,} of {len(times):,} emails" in title(ax)
    assert hatched(ax) == 0
    assert hatched(plot.hours(times.head(FEW - 1))) == 7 * 24


def test_the_cells_of_generations_are_the_rates_of_the_cohorts() -> None:
    ax = plot.retention(account().sends, account().opens, period="M")
    table = analysis.cohorts(account().sends, account().opens, period="M")
    expected = table.pivot(index="cohort", columns="age", values="open_rate").to_numpy("float64")
    assert cells(ax) == pytest.approx(expected, nan_ok=True)
    assert written(ax) == [f"{100 * rate:.0f}" for rate in table["open_rate"]]
    assert hatched(ax) == (table["delivered"] < FEW).sum() > 0
    first = f"{table['cohort'].iloc[0]:%Y-%m} [{table['contacts'].iloc[0]:,}]"
    assert ax.get_yticklabels()[0].get_text() == first


def test_one_generation_is_a_cell_that_can_be_seen() -> None:
    ax = plot.retention(account().sends.head(FEW), account().opens.head(0))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, 0.5), (0.5, -0.5))
    assert cells(ax).tolist() == [[0.0]]


def test_generations_and_ages_beyond_those_that_fit_are_counted_in_the_title() -> None:
    born = pd.date_range("2020-01-01", periods=30, freq="MS")
    rows = [(day, age) for place, day in enumerate(born) for age in range(30 - place)]
    table = pd.DataFrame(rows, columns=["cohort", "age"])
    told: dict[str, Any] = {"open_rate": 0.2, "unit": "month", "time_zone_id": "UTC"}
    ax = plot.retention(table.assign(contacts=500, sent=500, delivered=500, **told))
    assert cells(ax).shape == (24, 24)
    assert "the last 24 of 30 generations, the first 24 of 30 months" in title(ax)


def test_the_bars_of_links_are_the_contacts_who_clicked_zero_included() -> None:
    ax = plot.links(account().links, account().clicks)
    table = analysis.link_ranking(account().links, account().clicks, by="destination")
    assert sorted(widths(ax)) == sorted(table["clickers"].astype(float))
    assert 0.0 in widths(ax)
    assert ax.get_xlabel() == "contacts who clicked"
    assert says(ax, f"{(table['clicks'] == 0).sum()} of {len(table)} destinations had no click")


def test_links_with_statistics_are_rates_with_their_intervals() -> None:
    known: dict[str, Any] = {"stats": emails(), "ci": 0.9}
    ax = plot.links(account().links, account().clicks, **known)
    table = plot.links_table(account().links, account().clicks, **known)
    table = table.sort_values("click_rate", ascending=False, kind="stable")
    assert widths(ax) == pytest.approx(table["click_rate"].tolist())
    assert spans(ax) == pytest.approx(np.sort(table[["low", "high"]].to_numpy(), axis=0))
    assert "90 % intervals" in title(ax)


def test_links_beyond_the_top_and_emails_are_counted_in_the_title() -> None:
    ax = plot.links(account().links, by="link", top=4)
    assert len(widths(ax)) == 4
    number = account().links["campaign_activity_id"].nunique()
    assert f"the 4 first of {len(account().links)} links of {number} emails" in title(ax)
    whole = plot.links(account().links, account().clicks, by="domain")
    assert title(whole).endswith(f" domains of {number} emails")


def test_an_address_that_is_empty_is_said_to_be_missing() -> None:
    ax = plot.links(hostile_links(), by="link")
    assert [each.get_text() for each in ax.get_yticklabels()].count("(no address)") == 1


def test_the_bars_of_bounces_are_shares_and_name_code_meaning_and_kind() -> None:
    ax = plot.bounces(account().bounces, account().sends)
    table = analysis.bounce_summary(account().bounces, account().sends, by="bounce_code")
    assert sorted(widths(ax)) == pytest.approx(sorted(table["share"]))
    assert spans(ax) == pytest.approx(np.sort(table[["low", "high"]].to_numpy(), axis=0))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert all(label[0] in BOUNCE_CODES and label.endswith(")") for label in labels)
    assert any(label.startswith("V: a vacation") and "(delivered)" in label for label in labels)


def test_the_axis_of_bounces_says_what_the_shares_are_by() -> None:
    axis = "share of the emails sent{} [%]"
    by_email = plot.bounces(months("campaign_activity_id"))
    assert by_email.get_xlabel() == axis.format(", by campaign activity id")
    assert plot.bounces(months("bounce_code")).get_xlabel() == axis.format("")


def test_bars_of_code_and_provider_name_both_and_count_their_pairs() -> None:
    pairs = analysis.bounce_summary(account().bounces, account().sends)
    ax = plot.bounces(pairs, top=5)
    labels = [label.get_text().split(" · ") for label in ax.get_yticklabels()]
    assert {provider for _, provider in labels} <= set(pairs["provider"])
    assert len({tuple(label) for label in labels}) == 5
    assert f"bounce code and provider, the 5 worst of {len(pairs)}" in title(ax)


def test_every_email_and_provider_is_a_dot_and_incidents_are_ringed_and_named() -> None:
    large = account_of()
    table = plot.bounces_table(large.bounces, large.sends, over="email")
    ax = plot.bounces(large.bounces, large.sends, over="email")
    heights = {
        size: [rate for line in ax.lines if line.get_markersize() == size for rate in ys(line)]
        for size in (4, 9)
    }
    flagged = table[table["flagged"].to_numpy(dtype=bool)]
    assert sorted(heights[4]) == pytest.approx(sorted(table["bounce_rate"]))
    assert sorted(heights[9]) == pytest.approx(sorted(flagged["bounce_rate"]))
    [incident] = [text.get_text() for text in ax.texts if "mostly" in text.get_text()]
    assert incident.startswith(f"{flagged['provider'].iloc[0]}: ")
    assert incident.endswith(f"mostly Z\nand {len(flagged) - 1} more")
    assert f"{len(flagged)} incidents among {len(table):,}" in title(ax)


def ys(line: Any) -> list[float]:
    return list(np.asarray(line.get_ydata(), dtype="float64"))


def test_codes_over_time_have_every_period_also_without_a_bounce() -> None:
    bounces, sends = account().bounces, account().sends
    table = plot.bounces_table(bounces, sends, by="bounce_code", over="M")
    months = sends["created_time"].dt.tz_localize(None).dt.to_period("M").nunique()
    assert len(table) == months * bounces["bounce_code"].nunique()
    assert table.groupby("period")["sends"].first().sum() == len(sends)
    assert table["bounces"].eq(0).any()
    again = ["campaign_activity_id", "contact_id", "bounce_code"]
    assert table["bounces"].sum() == len(bounces.drop_duplicates(again))
    ax = plot.bounces(bounces, sends, by="bounce_code", over="M")
    shares = [rows["share"].tolist() for _, rows in table.groupby("bounce_code", observed=True)]
    assert [ys(line) for line in ax.lines] == [pytest.approx(each) for each in shares]


def test_bounces_by_month_alone_are_one_line() -> None:
    table = months("M")
    ax = plot.bounces(table)
    [line] = ax.lines
    assert ys(line) == pytest.approx(table.sort_values("period")["share"].tolist())
    assert ax.get_legend() is None
    assert (
        title(ax)
        == f"Bounced / sent over {len(table)} periods, {len(account().sends):,} emails sent"
    )


def test_bounces_by_month_and_provider_are_a_line_for_each_provider() -> None:
    table = months(["M", "provider"])
    ax = plot.bounces(table)
    lines = table.sort_values("period").groupby("provider")
    shares = {name: rows["share"].tolist() for name, rows in lines}
    assert legend(ax) == list(shares)
    assert [ys(line) for line in ax.lines] == [pytest.approx(each) for each in shares.values()]
    assert f"by provider over {table['period'].nunique()} periods" in title(ax)
    assert f"{len(account().sends):,} emails sent" in title(ax)


def test_periods_without_a_row_are_gaps_and_said() -> None:
    table = months(["bounce_code", "M"])
    ax = plot.bounces(table)
    drawn = np.array([ys(line) for line in ax.lines])
    assert drawn.shape == (table["bounce_code"].nunique(), table["period"].nunique())
    assert np.isfinite(drawn).sum() == len(table) < drawn.size
    assert says(ax, "Gaps: none in that period.")
    assert not says(plot.bounces(months("M")), "Gaps")


def test_of_many_lines_over_time_those_with_the_most_bounces_are_drawn() -> None:
    table = months(["M", "campaign_activity_id"])
    ax = plot.bounces(table)
    most = table.groupby("campaign_activity_id")["bounces"].sum().nlargest(7)
    assert len(ax.lines) == 7
    assert sorted(legend(ax)) == sorted(name_of(each, 30) for each in most.index)
    assert f"the 7 with the most bounces of {table['campaign_activity_id'].nunique()}" in title(ax)


def test_one_email_over_time_does_not_stretch_over_years() -> None:
    one = account().sends["campaign_activity_id"].iloc[0]
    bounces, sends = (
        frame[frame["campaign_activity_id"] == one]
        for frame in (account().bounces, account().sends)
    )
    low, high = plot.bounces(bounces, sends, over="email").get_xlim()
    assert high - low < 2


def test_contacts_who_never_opened_are_told_apart_and_counted() -> None:
    people = analysis.engagement(account().sends, account().opens)
    ax = plot.engagement(people)
    table = plot.engagement_table(people)
    bars: Any = ax.patches
    never, others = bars[: len(table)], bars[len(table) :]
    assert [bar.get_height() for bar in never] == table["never_opened"].tolist()
    assert [bar.get_y() + bar.get_height() for bar in others] == table["contacts"].tolist()
    assert all(bar.get_hatch() for bar in never)
    assert not any(bar.get_hatch() for bar in others)
    assert table["contacts"].sum() == table["of"].iloc[0]
    assert table["of"].iloc[0] + table["left_out"].iloc[0] == len(people)
    assert says(ax, f"{table['never_opened'].sum():,} of {table['of'].iloc[0]:,}")


DELIVERED = st.integers(0, 6)


@given(st.lists(st.tuples(DELIVERED, DELIVERED, st.floats(0, 900)), min_size=1, max_size=30))
def test_each_contact_is_in_the_group_that_says_so_or_left_out(
    rows: list[tuple[int, int, float]],
) -> None:
    people = people_of(rows)
    groups = {}
    for by in BY:
        table = plot.engagement_table(people, by=by)
        assert int(table["contacts"].sum()) + int(table["left_out"].iloc[0]) == len(people)
        groups[by] = table.set_index("group")["contacts"]
    days = people.loc[people["last_n"] > 0, "days_since_open"]
    assert groups["days_since_open"]["≤ 7"] == (days <= 7).sum()
    assert groups["days_since_open"]["> 365"] == (days > 365).sum()
    assert groups["days_since_open"]["never"] == days.isna().sum()
    rates = people.loc[people["last_n"] == max(1, people["last_n"].max()), "open_rate"]
    assert groups["open_rate"]["none"] == (rates == 0).sum()
    assert groups["open_rate"]["≤ 10"] == ((rates > 0) & (rates <= 0.1)).sum()
    assert groups["open_rate"]["90–100"] == (rates > 0.9).sum()


def people_of(rows: list[tuple[int, int, float]]) -> pd.DataFrame:
    """Return contacts to whom so many were delivered, who opened so many, the last days ago."""
    frame = pd.DataFrame(rows, columns=["last_n", "opens_last_n", "days_since_open"])
    frame["opens_last_n"] = frame[["last_n", "opens_last_n"]].min(axis=1)
    never = frame["opens_last_n"] == 0
    frame["never_opened"] = never.astype("boolean").mask(frame["last_n"] == 0)
    frame["days_since_open"] = frame["days_since_open"].mask(never)
    frame["open_rate"] = frame["opens_last_n"] / frame["last_n"].where(frame["last_n"] > 0)
    return frame.astype({"last_n": "Int64", "opens_last_n": "Int64"})


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "by": (
        lambda: plot.engagement(account().sends, account().opens, by="age"),  # type: ignore[arg-type]
        "days_since_open",
    ),
    "over": (
        lambda: plot.bounces(account().bounces, account().sends, over="century"),
        "'email', 'D'",
    ),
    "unit": (lambda: plot.opens_over_time(account().opens, unit="year"), "month"),  # type: ignore[arg-type]
    "unit_of_a_curve": (
        lambda: plot.opens_over_time(account().opens, account().sends, unit="year"),  # type: ignore[arg-type]
        "month",
    ),
    "zone_of_a_curve": (
        lambda: plot.opens_over_time(account().opens, account().sends, tz="Nowhere/Land"),
        "Nowhere/Land",
    ),
    "top_of_links": (lambda: plot.links(account().links, top=0), "at least 1"),
    "top_of_bounces": (
        lambda: plot.bounces(account().bounces, account().sends, top=0),
        "at least 1",
    ),
}


@pytest.mark.parametrize(("draw", "possible"), REFUSED.values(), ids=list(REFUSED))
def test_keywords_that_cannot_be_used_are_refused_with_those_that_can(
    draw: Callable[[], Any], possible: str
) -> None:
    with pytest.raises(ConfigError, match=possible):
        draw()


@pytest.mark.parametrize(
    ("name", "style", "seen"),
    [
        ("opens_over_time", {"lw": 5}, lambda ax: ax.lines[0].get_linewidth() == 5),
        ("hours_of_sending", {"vmax": 0.9}, lambda ax: mesh(ax).get_clim() == (0.0, 0.9)),
        ("retention", {"cmap": "magma"}, lambda ax: mesh(ax).get_cmap().name == "magma"),
        ("links", {"fc": "red"}, lambda ax: is_red(ax.patches[0])),
        ("bounces", {"color": "red"}, lambda ax: is_red(ax.patches[0])),
        ("engagement", {"fc": "red"}, lambda ax: is_red(ax.patches[-1])),
        ("incidents", {"ms": 3}, lambda ax: ax.lines[0].get_markersize() == 3),
    ],
)
def test_style_goes_to_the_main_artist_by_any_alias(
    name: str, style: dict[str, Any], seen: Callable[[Any], bool]
) -> None:
    assert seen(CASES[name](**style))


def is_red(bar: Any) -> bool:
    return bool(bar.get_facecolor() == to_rgba("red"))


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
    page = panels["rates"].figure
    page.canvas.draw()
    texts = [text for ax in panels.values() for text in ax.get_children() if isinstance(text, Text)]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= page.bbox.x1 for box in boxes), "cut at the edge"
    assert title(panels["rates"]).replace("\\", "") == (
        "<b>May</b> $5 & $6: pooled rates with 95 % Wilson intervals"
    )
    assert "emails delivered" in title(panels["opens"])
    assert not any("needs" in text.get_text() for ax in panels.values() for text in ax.texts)
    assert len(plt.get_fignums()) == 1


def test_a_summary_says_the_level_of_its_intervals_and_percents_as_all_plots_do() -> None:
    panels = plot.summary(emails(), ci=0.5, fig=Figure())
    assert "32 emails of 26 campaigns: pooled rates with 50 % Wilson intervals" in title(
        panels["rates"]
    )
    written_there = {text.get_text() for text in panels["rates"].texts}
    for row in plot.summary_table(emails(), ci=0.5).to_dict("records"):
        assert {percent(row["rate"]), between(row["low"], row["high"])} <= written_there
    with pytest.raises(ConfigError, match="between 0 and 1"):
        plot.summary(emails(), ci=95)


def test_a_summary_of_nothing_is_said_to_be_nothing() -> None:
    panels = plot.summary(emails().head(0), fig=Figure())
    assert panels["rates"].texts[0].get_text() == "no emails to show"


def test_every_plot_has_its_table_and_both_are_exported_in_order() -> None:
    names = [name for name in plot.__all__ if not name.endswith("_table")]
    assert plot.__all__ == sorted(plot.__all__)
    assert {f"{name}_table" for name in names} == set(plot.__all__) - set(names)
