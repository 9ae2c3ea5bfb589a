"""`df.ccf` offers what fits a frame, as the functions do it, and says what others lack."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ccframes as ccf
from ccframes import analysis, errors
from ccframes.accessor.frames import FrameAccessor
from ccframes.accessor.offers import offers_of
from ccframes.analysis.local_times import local_time
from ccframes.frames.unnest import unnest
from ccframes.naming import named
from tests.analysis.accounts import Frames, account_of

EVERYWHERE = {"describe", "report"}
NOT_OF_ONE_FRAME = {"reconcile"}  # it takes a mapping of frames
BESIDE: dict[str, Callable[..., Any]] = {
    "local_time": local_time,
    "named": named,
    "unnest": unnest,
}


def on(frame: Any) -> Any:
    """Return `frame.ccf`, of which the type checker knows nothing."""
    return frame.ccf


def delegates() -> dict[str, Callable[..., Any]]:
    """Return the public functions of the analysis whose first argument is a frame."""
    functions = {name: getattr(analysis, name) for name in analysis.__all__}
    return {
        name: function
        for name, function in functions.items()
        if callable(function)
        and next(iter(inspect.signature(function).parameters.values())).annotation == "pd.DataFrame"
    }


def taken_by(function: Callable[..., Any]) -> list[tuple[Any, ...]]:
    """Return what a function takes besides its first argument: name, kind, default and type."""
    _, *taken = inspect.signature(function).parameters.values()
    return [(each.name, each.kind, each.default, each.annotation) for each in taken]


@pytest.fixture
def account() -> Frames:
    return account_of("some seed", contacts=300, weeks=60)


# --- what is offered ----------------------------------------------------------------------------


def test_every_function_of_a_frame_is_offered_and_nothing_else() -> None:
    offered = {name for name in vars(FrameAccessor) if not name.startswith("_")}
    assert offered == delegates().keys() | BESIDE.keys() | EVERYWHERE | {"plot"}
    assert NOT_OF_ONE_FRAME.isdisjoint(offered)


@pytest.mark.parametrize("name", [*delegates(), *BESIDE])
def test_a_method_takes_what_its_function_takes_but_for_the_frame(name: str) -> None:
    function = (delegates() | BESIDE)[name]
    assert taken_by(getattr(FrameAccessor, name)) == taken_by(function)


@pytest.mark.parametrize("name", [*delegates(), *BESIDE])
def test_a_method_has_the_documentation_of_its_function(name: str) -> None:
    function = (delegates() | BESIDE)[name]
    said = inspect.getdoc(getattr(FrameAccessor, name)) or ""
    assert f"{function.__module__}.{name}" in said
    assert "\nReturns\n-------\n" in said
    assert "Examples\n--------" not in said


@pytest.mark.parametrize(
    ("report", "fitting"),
    [
        ("opens", {"human_only", "named", "local_time", "plot", "suspect_machine", "time_to_open"}),
        (
            "unique_opens",
            {"human_only", "named", "local_time", "plot", "suspect_machine"} | {"time_to_open"},
        ),
        ("clicks", {"human_only", "named", "local_time", "suspect_machine", "time_to_click"}),
        (
            "sends",
            {"cohorts", "engagement", "engagement_matrix", "fatigue", "fatigue_trend"}
            | {"named", "local_time", "plot"},
        ),
        ("did_not_opens", {"named", "local_time"}),
        ("forwards", {"named", "local_time"}),
        (
            "bounces",
            {"bounce_spikes", "bounce_summary", "repeat_bouncers", "named", "local_time"}
            | {"plot"},
        ),
        ("links", {"link_ranking", "named", "plot"}),
        (
            "activity_stats",
            {"compare", "differences", "explain", "human_rates", "rates"}
            | {"named", "local_time", "plot"},
        ),
        (
            "campaign_summaries",
            {"compare", "differences", "explain", "rates", "send_hours"} | {"local_time", "plot"},
        ),
        ("contacts", {"local_time", "unnest"}),
        ("segments", {"local_time"}),
    ],
)
def test_what_fits_a_report_is_listed(account: Frames, report: str, fitting: set[str]) -> None:
    accessor = on(getattr(account, report))
    assert set(dir(accessor)) == fitting | EVERYWHERE
    there = {name for name in vars(FrameAccessor) if hasattr(accessor, name)}
    assert {name for name in there if not name.startswith("_")} == fitting | EVERYWHERE


def test_the_campaign_table_offers_what_counts_roles_and_times_allow() -> None:
    with ccf.connect(demo=True):
        table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(5))
    assert set(dir(on(table))) - EVERYWHERE == {
        *("compare", "differences", "explain", "human_rates", "local_time", "named", "plot"),
        *("rates", "resend_lift", "send_hours", "unnest"),
    }
    assert on(table).report == "campaign_table"


def test_what_the_analysis_made_offers_the_next_step(account: Frames) -> None:
    times = on(account.opens).time_to_open(account.sends)
    assert {"time_curve", "time_quantiles", "read_hours"} <= set(dir(on(times)))
    people = on(account.sends).engagement(account.opens)
    assert "never_opened" in dir(on(people))


# --- that it does what the functions do ---------------------------------------------------------


def calls(account: Frames) -> list[tuple[str, str, tuple[Any, ...], dict[str, Any]]]:
    sends, opens, clicks = account.sends, account.opens, account.clicks
    suspects = analysis.suspect_machine(opens, sends)
    return [
        (
            "rates",
            "activity_stats",
            (),
            {"weighting": "campaign", "ci": 0.9, "metrics": "open_rate"},
        ),
        ("compare", "activity_stats", (account.campaign_stats, "click_rate"), {"unit": "campaign"}),
        ("differences", "activity_stats", ("campaign_id",), {"permutations": 99, "seed": 1}),
        ("explain", "campaign_stats", ("click_rate",), {"weighting": "pooled"}),
        ("send_hours", "campaign_summaries", (), {"tz": "US/Eastern", "by": "hour", "ci": 0.9}),
        ("human_rates", "activity_stats", (sends, opens, clicks), {"open_suspects": suspects}),
        ("engagement", "sends", (opens, clicks), {"last": 3, "bounces": account.bounces}),
        ("engagement_matrix", "sends", (opens,), {"clicks": clicks, "sparse": False}),
        ("cohorts", "sends", (opens,), {"period": "Y", "tz": "US/Eastern"}),
        ("fatigue", "sends", (opens,), {"unit_months": 2, "bounces": account.bounces}),
        ("fatigue_trend", "sends", (opens,), {"ci": 0.9}),
        ("time_to_open", "opens", (sends,), {"bounces": account.bounces}),
        ("time_to_click", "clicks", (sends,), {"until": "2030-01-01"}),
        ("suspect_machine", "clicks", (sends,), {"links": account.links, "burst_within": 9.0}),
        ("human_only", "opens", (suspects,), {}),
        ("bounce_summary", "bounces", (sends,), {"by": "provider", "ci": 0.9}),
        ("bounce_spikes", "bounces", (sends,), {"period": "M", "least": 5, "factor": 1.1}),
        ("repeat_bouncers", "bounces", (sends,), {"at_least": 1}),
        ("link_ranking", "links", (clicks,), {"by": "domain", "stats": account.activity_stats}),
    ]


def test_a_method_gives_what_its_function_gives(account: Frames) -> None:
    for name, report, arguments, keywords in calls(account):
        frame = getattr(account, report)
        wanted = getattr(analysis, name)(frame, *arguments, **keywords)
        found = getattr(on(frame), name)(*arguments, **keywords)
        pd.testing.assert_frame_equal(found, wanted, obj=name)


def test_a_method_of_derived_frames_gives_what_its_function_gives(account: Frames) -> None:
    times = analysis.time_to_open(account.opens, account.sends)
    keywords: dict[str, dict[str, Any]] = {
        "time_curve": {"ci": 0.9, "at": [60.0, 3600.0]},
        "time_quantiles": {"q": 0.3, "by": "campaign_activity_id", "ci": 0.8},
        "read_hours": {"tz": "US/Eastern", "by": "hour"},
    }
    for name, given_ in keywords.items():
        wanted = getattr(analysis, name)(times, **given_)
        pd.testing.assert_frame_equal(getattr(on(times), name)(**given_), wanted, obj=name)
    people = analysis.engagement(account.sends, account.opens)
    wanted = analysis.never_opened(people, last=2)
    pd.testing.assert_frame_equal(on(people).never_opened(last=2), wanted)


def test_local_time_and_unnest_are_the_functions(account: Frames) -> None:
    wanted = local_time(account.sends, "US/Eastern", "created_time")
    found = on(account.sends).local_time("US/Eastern", "created_time")
    pd.testing.assert_frame_equal(found, wanted)
    contacts = account.contacts
    pd.testing.assert_frame_equal(
        on(contacts).unnest("list_memberships"), ccf.unnest(contacts, "list_memberships")
    )


def test_names_and_roles_open_what_needs_them() -> None:
    with ccf.connect(demo=True):
        table = ccf.load_campaign_table(ccf.load_campaign_summaries().head(5))
        stats = ccf.load_activity_stats(table)
        assert not hasattr(on(stats), "resend_lift")
        lift = on(on(stats).named()).resend_lift()
    pd.testing.assert_frame_equal(
        lift[["resend_id", "added"]], on(table).resend_lift()[["resend_id", "added"]]
    )


def test_describe_says_what_the_columns_of_the_frame_are(account: Frames) -> None:
    said = on(account.clicks[["url_id", "created_time"]].assign(mine=1)).describe()
    assert said["column"].tolist() == ["url_id", "created_time", "mine"]
    assert said["unit"].tolist()[0] == "id"


# --- what does not fit --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "columns", "loader"),
    [
        ("rates", "'em_sends' or 'unique_sends'", "load_campaign_table()"),
        ("time_to_open", "'contact_id'", "load_opens()"),
        ("bounce_summary", "'bounce_code'", "load_bounces()"),
        ("link_ranking", "'url_id'", "load_links()"),
        ("time_curve", "'seconds'", "time_to_open()"),
        ("never_opened", "'unopened_run'", "engagement()"),
        ("named", "'campaign_activity_id'", "load_opens()"),
        ("local_time", "instants", "load_opens()"),
        ("unnest", "'list_memberships'", "load_contacts"),
        ("plot", "no picture", "load_campaign_table()"),
    ],
)
def test_for_other_frames_it_is_said_what_is_missing_and_who_has_it(
    method: str, columns: str, loader: str
) -> None:
    frame = pd.DataFrame({"revenue": [1.0]})
    with pytest.raises(errors.UnfitFrameError) as caught:
        getattr(on(frame), method)
    assert isinstance(caught.value, AttributeError)
    assert isinstance(caught.value, errors.ColumnsError)
    assert str(caught.value).startswith(f"{method}: ")
    assert columns in str(caught.value)
    assert loader in str(caught.value)


def test_rows_of_another_report_are_refused_though_the_columns_are_there(account: Frames) -> None:
    assert set(analysis.mail.EVENT) <= set(account.sends)
    with pytest.raises(errors.UnfitFrameError, match=r"rows of em_sends.*em_opens.*load_opens\(\)"):
        _ = on(account.sends).time_to_open
    both = pd.concat([account.opens, account.forwards])
    with pytest.raises(errors.UnfitFrameError, match="em_forwards"):
        _ = on(both).suspect_machine


def test_opens_and_clicks_in_one_frame_can_be_looked_at_together(account: Frames) -> None:
    both = pd.concat([account.opens, account.clicks], ignore_index=True)
    found = on(both).suspect_machine(account.sends)
    pd.testing.assert_frame_equal(found, analysis.suspect_machine(both, account.sends))
    assert not hasattr(on(both), "time_to_open")


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=3), unique=True))
def test_any_frame_has_the_accessor_and_an_unfit_one_offers_little(names: list[str]) -> None:
    frame = pd.DataFrame([[0] * len(names)], columns=names)
    assert hasattr(frame, "ccf")
    assert set(dir(on(frame))) == EVERYWHERE
    assert on(frame).report == ""
    assert "no report's frame" in repr(on(frame))
    with pytest.raises(AttributeError):
        _ = on(frame).no_such_thing


def test_of_what_is_nearly_a_report_it_is_said_what_it_lacks(account: Frames) -> None:
    nearly = account.bounces.drop(columns=["email_address", "contact_id"])
    assert "most like bounces but for contact_id, email_address" in repr(on(nearly))


# --- which frames it works on -------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        pd.DataFrame.copy,
        copy.copy,
        copy.deepcopy,
        lambda frame: pickle.loads(pickle.dumps(frame)),
        lambda frame: pd.concat([frame, frame], ignore_index=True),
        lambda frame: frame.assign(mine=1),
        lambda frame: frame.iloc[:0],
        lambda frame: frame[::-1],
        lambda frame: pd.read_csv(StringIO(frame.to_csv(index=False)), dtype={"url_id": "str"}),
        lambda frame: frame.rename_axis(columns="field"),
    ],
    ids=["copy", "shallow", "deep", "pickle", "concat", "assign", "empty", "turned", "csv", "axis"],
)
def test_it_survives_what_pandas_does_to_a_frame(
    account: Frames, again: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    assert on(account.clicks).report == "clicks"
    frame = again(account.clicks)
    frame.attrs = {}
    assert on(frame).report == "clicks"
    assert "time_to_click" in dir(on(frame))


def test_a_column_added_later_is_seen() -> None:
    frame = pd.DataFrame({"em_sends": [1]})
    accessor = on(frame)
    assert not hasattr(accessor, "rates")
    frame["em_bounces"] = [0]
    assert hasattr(accessor, "rates")
    assert hasattr(on(frame), "rates")


def test_attrs_that_lie_change_nothing(account: Frames) -> None:
    frame = account.sends.copy()
    frame.attrs["ccframes"] = {"endpoint": "opens"}
    assert on(frame).report == "sends"


# --- what it costs ------------------------------------------------------------------------------


class Untouchable:
    """What stands for a frame of which nothing is asked."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"the frame was asked for its {name}")

    def __getitem__(self, name: str) -> Any:
        raise AssertionError(f"the frame was asked for its column {name}")


def test_an_access_asks_the_frame_for_nothing() -> None:
    frames: Any = pd.DataFrame
    untouched = Untouchable()
    accessor = frames.ccf(untouched)
    assert isinstance(accessor, FrameAccessor)
    with pytest.raises(AssertionError, match="columns"):
        _ = accessor.report


def test_it_keeps_nothing_but_the_frame(account: Frames) -> None:
    assert FrameAccessor.__slots__ == ("_frame",)
    accessor = on(account.sends)
    assert not hasattr(accessor, "__dict__")
    assert accessor._frame is account.sends


def test_importing_ccframes_registers_it_and_imports_no_method() -> None:
    code = (
        "import sys, ccframes, pandas as pd; frame = pd.DataFrame(); "
        "heavy = [name for name in sys.modules if name.startswith(('ccframes.analysis', "
        "'ccframes.accessor.', 'matplotlib'))]; print(heavy, hasattr(frame, 'ccf')); "
        "frame.ccf.report; print('matplotlib' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["[] True", "False"]


def test_to_register_again_changes_nothing() -> None:
    before: Any = pd.DataFrame
    registered = before.ccf
    ccf.accessor.register()
    assert before.ccf is registered


def test_offers_are_found_on_the_class_as_plain_methods() -> None:
    assert offers_of(FrameAccessor).keys() == delegates().keys() | BESIDE.keys()
    assert all(inspect.isfunction(getattr(FrameAccessor, name)) for name in delegates())
