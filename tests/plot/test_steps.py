"""The funnel's bars and whiskers are the table's counts and intervals, and its table the rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from ccframes.analysis.performance import rates
from ccframes.plot import funnel, funnel_table
from tests.plot import frames
from tests.plot.artists import bars, note, spans, title, widths


def counts(*rows: tuple[int | None, ...]) -> pd.DataFrame:
    names = ["em_sends", "em_bounces", "em_opens", "em_clicks"]
    return pd.DataFrame(rows, columns=names).astype("Int64")


def test_shares_and_intervals_are_those_of_the_rates() -> None:
    table = funnel_table(frames.emails(), ci=0.9).set_index("step")
    found = rates(frames.emails(), ci=0.9).set_index("metric")
    for step, name, metric in [
        ("delivered", "of_previous", "delivery_rate"),
        ("opened", "of_delivered", "open_rate"),
        ("opened", "of_previous", "open_rate"),
        ("clicked", "of_delivered", "click_rate"),
        ("clicked", "of_previous", "click_to_open_rate"),
    ]:
        shown = table.loc[[step], [name, f"{name}_low", f"{name}_high"]].to_numpy()
        assert (shown == found.loc[[metric], ["rate", "low", "high"]].to_numpy()).all()
    assert table["of_delivered"].isna().tolist() == [True, True, False, False]
    assert table["of_previous"].isna().tolist() == [True, False, False, False]


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(*[st.integers(0, 500)] * 4).map(lambda each: sorted(each, reverse=True)),
        min_size=1,
        max_size=5,
    )
)
def test_bars_are_the_sums_of_the_counts(rows: list[list[int]]) -> None:
    frame = counts(*((sent, sent - left, opens, clicks) for sent, left, opens, clicks in rows))
    figure, ax = plt.subplots()
    try:
        funnel(frame, ax=ax)
        assert widths(ax) == np.sum(rows, axis=0).tolist()
        assert {bar.get_x() for bar in bars(ax)} == {0}
    finally:
        plt.close(figure)


def test_whiskers_are_the_intervals_and_the_words_over_the_bars_the_shares() -> None:
    ax = funnel(counts((100, 2, 40, 8)))
    table = funnel_table(counts((100, 2, 40, 8)))
    opened = table.iloc[2]
    assert spans(ax)[1].tolist() == pytest.approx(
        [98 * opened["of_delivered_low"], 98 * opened["of_delivered_high"]]
    )
    said = [text.get_text() for text in ax.texts[1:]]
    assert said == [
        "100",
        "98 · 98.0 % of sent (93.0 to 99.4)",
        "40 · 40.8 % of delivered (31.6 to 50.7)",
        "8 · 8.2 % of delivered (4.2 to 15.3) · 20.0 % of opened (10.5 to 34.8)",
    ]


def test_rows_without_all_counts_add_to_no_step_and_are_counted() -> None:
    frame = counts((100, 0, 40, 8), (50, 0, None, 1))
    table = funnel_table(frame)
    assert table["count"].tolist() == [100, 100, 40, 8]
    assert table[["n", "n_missing"]].drop_duplicates().to_numpy().tolist() == [[1, 1]]
    ax = funnel(frame)
    assert "1 of 2 campaigns" in title(ax)
    assert "counts are missing: 1." in note(ax)


def test_what_a_contact_counts_once_in_is_said() -> None:
    assert funnel(frames.emails()).get_xlabel() == "contacts, each counted once per email"
    assert funnel(frames.campaigns()).get_xlabel() == "contacts, each counted once per campaign"


def test_few_contacts_are_faded_and_that_is_said() -> None:
    for sends, alpha in ((99, 0.45), (100, 1.0)):
        ax = funnel(counts((sends, 0, 40, 8)))
        assert {bar.get_alpha() for bar in bars(ax)} == {alpha}
        assert ("Faded" in ax.texts[0].get_text()) == (sends < 100)


def test_in_narrow_axes_the_words_are_short_enough_to_stay_in_them() -> None:
    figure, axes = plt.subplots(1, 3, figsize=(9, 3))
    funnel(counts((100, 2, 40, 8)), ax=axes[0])
    assert axes[0].texts[-1].get_text() == "8 · 8.2 % of delivered · 20.0 % of opened"
    figure.canvas.draw()


def test_nothing_delivered_has_counts_but_no_shares() -> None:
    ax = funnel(counts((5, 5, 0, 0)))
    assert [text.get_text() for text in ax.texts[1:]] == [
        "5",
        "0 · 0 % of sent (0 to 43.4)",
        "0 · – of delivered",
        "0 · – of delivered · – of opened",
    ]
