"""What all public functions of the analysis have in common."""

from __future__ import annotations

import inspect
import io
import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

from benchmarks.accounts import REPORTS
from benchmarks.analysis import PARTS, Reports
from ccframes import analysis
from ccframes.errors import PartialResultWarning
from tests.analysis.accounts import account_of

FUNCTIONS = [name for name in analysis.__all__ if inspect.isfunction(getattr(analysis, name))]
REFUSES_NOTHING = {"destination_of", "domain_of", "equality_test", "holm", "providers_of"}
SECTIONS = ("Parameters", "Returns", "Raises", "Warns", "Notes", "Examples")
WITH_ROWS_OF_NOTHING = {"send_hours", "read_hours", "fatigue_trend"}


def reports() -> Reports:
    account = account_of("some seed", contacts=300, weeks=60)
    more = account.activities[["campaign_activity_id", "role", "subject", "sent_at"]]
    lists = account.campaign_activity_details[["campaign_activity_id", "contact_list_ids"]]
    table = account.activity_stats.merge(more, on="campaign_activity_id")
    events = {name: getattr(account, name) for name in REPORTS}
    return {
        **events,
        "activity_stats": account.activity_stats,
        "links": account.links,
        "table": table.merge(lists, on="campaign_activity_id"),
    }


def answers(given: Reports) -> dict[str, pd.DataFrame]:
    """Return what each analysis makes of these reports."""
    at_hand = dict(given)
    return {name: run(at_hand) for name, run in PARTS.items()}


@cache
def usual_answers() -> dict[str, pd.DataFrame]:
    return answers(reports())


def read_back(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


def public(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(analysis, name)
    return found


def test_names_are_sorted_and_none_is_a_modules() -> None:
    assert list(analysis.__all__) == sorted(analysis.__all__)
    modules = {name for name, found in vars(analysis).items() if inspect.ismodule(found)}
    assert modules
    assert not modules & set(analysis.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_docstring_says_all_and_in_the_order_of_the_house(name: str) -> None:
    text = inspect.getdoc(public(name)) or ""
    found = re.findall(r"^(\w+)\n-+$", text, flags=re.MULTILINE)
    optional = {"Warns"} | ({"Raises"} if name in REFUSES_NOTHING else set())
    assert set(SECTIONS) - set(found) <= optional
    assert found == [section for section in SECTIONS if section in found]
    assert "\n>>> " in text.partition("Examples\n")[2]
    *_, last = text.split("\n\n")
    assert last.startswith("Source: ")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_documented(name: str) -> None:
    text = inspect.getdoc(public(name)) or ""
    documented = text.partition("Parameters\n")[2].partition("\nReturns\n")[0]
    heads = re.findall(r"^(\w[\w, ]*)(?: :|$)", documented, flags=re.MULTILINE)
    named = {name for head in heads for name in head.split(", ")}
    assert set(inspect.signature(public(name)).parameters) <= named


@pytest.mark.parametrize("part", PARTS)
def test_answers_are_plain_frames(part: str) -> None:
    found = usual_answers()[part]
    assert type(found) is pd.DataFrame
    assert len(found) > 0


def test_reports_are_left_as_they_were() -> None:
    given = reports()
    before = {name: frame.copy() for name, frame in given.items()}
    answers(given)
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_reports_without_rows_give_typed_answers() -> None:
    empty = answers({name: frame.head(0) for name, frame in reports().items()})
    for part, full in usual_answers().items():
        if part == "engagement_matrix":
            assert empty[part].shape == (0, 0)
            continue
        assert empty[part].dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict(), part
        assert len(empty[part]) == 0 or part in WITH_ROWS_OF_NOTHING, part


def test_reports_read_back_from_csv_give_the_same_answers() -> None:
    found = answers({name: read_back(frame) for name, frame in reports().items()})
    for part, expected in usual_answers().items():
        # rows that are handed on, as by human_only, stay in the form in which they came
        same = found[part].astype(expected.dtypes.to_dict())
        pd.testing.assert_frame_equal(same, expected, obj=part)


def test_rows_in_another_order_give_the_same_numbers() -> None:
    found = answers({name: frame[::-1].copy() for name, frame in reports().items()})
    for part in ("rates", "send_hours", "cohorts", "fatigue", "fatigue_trend", "read_hours"):
        pd.testing.assert_frame_equal(found[part], usual_answers()[part])


def test_whoever_warns_of_strays_says_so() -> None:
    given = reports()
    activity = given["sends"]["campaign_activity_id"].iloc[0]
    sends = given["sends"][given["sends"]["campaign_activity_id"] != activity]
    at_hand = given | {"sends": sends}
    warned = set()
    for part, run in PARTS.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", PartialResultWarning)
            run(at_hand)
        if caught:
            warned.add(part.partition(",")[0])
    assert {"engagement", "fatigue", "bounce_spikes", "time_to_open"} <= warned
    for name in warned:
        assert "\nWarns\n" in (inspect.getdoc(public(name)) or ""), name
