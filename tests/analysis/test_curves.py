"""Curves and quantiles are those of statsmodels, group by group, and find the planted waiting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from ccframes.analysis.curves import time_curve, time_quantiles
from ccframes.analysis.survival import KaplanMeier
from ccframes.analysis.timing import time_to_open
from ccframes.demo.causes import Causes
from ccframes.errors import ColumnsError, ConfigError
from tests.analysis.accounts import account_of

CURVE = ["seconds", "share", "low", "high", "at_risk", "events", "n"]
QUANTILES = ["q", "seconds", "low", "high", "events", "n", "seconds_among_events"]
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.booleans()), min_size=1, max_size=60
)


def times_of(rows: list[tuple[str, int, bool]]) -> pd.DataFrame:
    group, seconds, observed = zip(*rows, strict=True)
    return pd.DataFrame(
        {"group": group, "seconds": np.array(seconds, dtype=float), "observed": observed}
    )


@settings(deadline=None)
@given(ROWS)
def test_each_group_has_the_curve_of_its_own_rows(rows: list[tuple[str, int, bool]]) -> None:
    times = times_of(rows)
    curves = time_curve(times, by="group")
    assert curves["group"].unique().tolist() == sorted(times["group"].unique())
    for group, some in times.groupby("group"):
        curve = curves[curves["group"] == group].reset_index(drop=True)
        pd.testing.assert_frame_equal(curve.drop(columns="group"), time_curve(some))
        rises = curve[curve["seconds"].isin(some.loc[some["observed"], "seconds"])]
        if len(rises):
            theirs = SurvfuncRight(some["seconds"], some["observed"].astype(int))
            at = np.isin(theirs.surv_times, rises["seconds"])
            assert rises["share"].to_numpy() == pytest.approx(1 - theirs.surv_prob[at], abs=1e-9)
            assert rises["at_risk"].tolist() == theirs.n_risk[at].tolist()
            assert rises["events"].tolist() == theirs.n_events.cumsum()[at].tolist()
        assert (curve["n"] == len(some)).all()


@settings(deadline=None)
@given(ROWS, st.lists(st.integers(-3, 25), min_size=1, max_size=8))
def test_a_curve_may_be_asked_for_at_any_time(
    rows: list[tuple[str, int, bool]], at: list[int]
) -> None:
    times = times_of(rows)
    curve = time_curve(times, at=at)
    assert curve["seconds"].tolist() == at
    every = time_curve(times)
    for row in curve.to_dict("records"):
        before = every[every["seconds"] <= row["seconds"]]
        assert row["at_risk"] == (times["seconds"] >= row["seconds"]).sum()
        assert row["events"] == (times["observed"] & (times["seconds"] <= row["seconds"])).sum()
        if pd.isna(row["share"]):
            assert row["seconds"] > times["seconds"].max()
        else:
            assert row["share"] == (before["share"].iloc[-1] if len(before) else 0)


def test_fewer_points_are_points_of_the_same_curve() -> None:
    account = account_of()
    times = time_to_open(account.opens, account.sends, bounces=account.bounces)
    every = time_curve(times, points=10_000_000).set_index("seconds")
    for points in (2, 3, 40, 500):
        some = time_curve(times, points=points).set_index("seconds")
        assert len(some) <= points
        assert (some.index[0], some.index[-1]) == (0, every.index[-1])
        pd.testing.assert_frame_equal(some, every.loc[some.index])


def test_points_are_left_out_only_where_the_curve_rises_little() -> None:
    account = account_of()
    times = time_to_open(account.opens, account.sends, bounces=account.bounces)
    every = time_curve(times, points=10_000_000).set_index("seconds")
    some = time_curve(times, points=101)
    at_once = every["events"].diff()[some["seconds"].iloc[1:]].to_numpy()
    left_out = some["events"].diff().iloc[1:].to_numpy() - at_once
    assert left_out.max() <= every["events"].iloc[-1] / 100


@settings(deadline=None)
@given(ROWS)
def test_quantiles_are_where_the_curve_reaches_them(rows: list[tuple[str, int, bool]]) -> None:
    times = times_of(rows)
    found = time_quantiles(times, (0.25, 0.5), by="group", ci=0.9)
    for group, some in times.groupby("group"):
        mine = found[found["group"] == group]
        fitted = KaplanMeier.fit(some["seconds"], some["observed"])
        for name, theirs in zip(
            ("seconds", "low", "high"), fitted.quantiles([0.25, 0.5], 0.9), strict=True
        ):
            assert np.array_equal(mine[name], theirs, equal_nan=True)
        done = some.loc[some["observed"], "seconds"]
        expected = (
            np.quantile(done, [0.25, 0.5], method="inverted_cdf") if len(done) else [np.nan] * 2
        )
        assert np.array_equal(mine["seconds_among_events"], expected, equal_nan=True)
        assert mine[["events", "n"]].drop_duplicates().to_numpy().tolist() == [
            [len(done), len(some)]
        ]


def test_groups_keep_their_columns_dtypes_and_those_that_are_missing() -> None:
    times = times_of([("a", 3, True), ("b", 4, False), ("b", 2, True)]).assign(
        device=pd.Categorical(["mobile", None, "mobile"], ["computer", "mobile"]),
        part=pd.array([2, 1, 1], dtype="Int64"),
    )
    found = time_quantiles(times, 0.5, by=["device", "part"])
    assert found.columns.tolist() == ["device", "part", *QUANTILES]
    assert found["device"].dtype == times["device"].dtype
    assert found["part"].tolist() == [1, 2, 1]
    assert found["device"].isna().tolist() == [False, False, True]
    assert found["n"].sum() == 3


@pytest.mark.parametrize("by", [None, "group", ["group"]])
def test_no_emails_give_a_typed_frame(by: Any) -> None:
    nothing = times_of([("a", 1, True)]).head(0)
    curve, quantiles = time_curve(nothing, by), time_quantiles(nothing, 0.5, by)
    labels = ["group"] if by else []
    assert curve.columns.tolist() == labels + CURVE
    assert quantiles.columns.tolist() == labels + QUANTILES
    assert len(curve) == len(quantiles) == 0
    full = time_curve(times_of([("a", 1, True)]), by)
    assert curve.dtypes.astype(str).tolist() == full.dtypes.astype(str).tolist()
    full = time_quantiles(times_of([("a", 1, True)]), 0.5, by)
    assert quantiles.dtypes.astype(str).tolist() == full.dtypes.astype(str).tolist()


def test_a_group_in_which_nobody_opened_has_its_place() -> None:
    curve = time_curve(times_of([("a", 9, False), ("b", 2, True)]), by="group")
    assert curve["group"].tolist() == ["a", "b", "b"]
    assert curve["share"].tolist() == [0, 0, 1]
    assert curve["at_risk"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "seconds"}, "rename it"),
        ({"ci": 1}, "ci=1"),
        ({"at": [float("nan")]}, "numbers of seconds"),
        ({"at": [[1.0]]}, "numbers of seconds"),
        ({"at": ["an hour"]}, "at: numbers are needed"),
        ({"points": 1}, "2 points"),
    ],
)
def test_what_cannot_be_used_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        time_curve(times_of([("a", 1, True)]), **wrong)


def test_quantiles_are_asked_for_by_one_number_or_several() -> None:
    times = times_of([("a", 1, True), ("a", 3, True)])
    several: list[Any] = [0.5, np.float32(0.5), [0.5], pd.Series([0.5]), ["0.5"]]
    for q in several:
        assert time_quantiles(times, q)["seconds"].tolist() == [1]
    with pytest.raises(ConfigError, match="q: numbers are needed, not 'half'"):
        time_quantiles(times, "half")  # type: ignore[arg-type]


def test_a_column_that_is_there_twice_is_refused_and_not_counted_twice() -> None:
    times = times_of([("a", 1, True)])
    with pytest.raises(ColumnsError, match="several columns 'seconds'; keep one of each"):
        time_curve(pd.concat([times, times[["seconds"]]], axis=1))


def test_a_frame_that_lacks_a_column_is_told_where_to_find_it() -> None:
    with pytest.raises(ColumnsError, match=r"'observed'; time_to_open\(\)"):
        time_quantiles(pd.DataFrame({"seconds": [1.0]}))
    with pytest.raises(ColumnsError, match="'lists'"):
        time_curve(times_of([("a", 1, True)]), by="lists")


def test_the_planted_median_of_human_opens_is_found() -> None:
    """Without machines and nights, of those who open: half by `half_open_within`."""
    day, week = (1.0,) * 24, (1.0,) * 7
    causes = Causes(proxied=0, leaving=0, attention_hour=day, attention_weekday=week)
    planted = causes.half_open_within
    for seed in ("first", "second", "third"):
        account = account_of(seed, contacts=400, weeks=80, causes=causes)
        times = time_to_open(account.opens, account.sends)
        opened = times[times["observed"]]
        found = time_quantiles(opened, 0.5, ci=0.999).iloc[0]
        assert found["low"] < planted < found["high"]
        assert found["high"] - found["low"] < planted / 2


def test_the_share_that_opens_in_the_end_does_not_depend_on_when_one_looks() -> None:
    account = account_of()
    times = time_to_open(account.opens, account.sends, bounces=account.bounces)
    middle = times["sent_at"].iloc[len(times) // 2]
    early = time_to_open(account.opens, account.sends, bounces=account.bounces, until=middle)
    weeks = [7 * 86_400, 28 * 86_400]
    known = times[times["sent_at"] <= middle]
    then, now = time_curve(early, at=weeks), time_curve(known, at=weeks)
    assert (then["low"] < now["share"]).all()
    assert (now["share"] < then["high"]).all()
