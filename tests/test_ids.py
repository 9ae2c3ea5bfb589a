"""What may be passed where ids are wanted, and what may not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from ccframes import errors
from ccframes.ids import ids_from
from tests.serving import activity_id

KEY = "campaign_activity_id"
IDS = [activity_id(1), activity_id(2)]
FRAME = pd.DataFrame({KEY: IDS, "sends": [1, 2]})


@pytest.mark.parametrize(
    "carrier",
    [
        IDS,
        tuple(IDS),
        (one for one in IDS),
        dict.fromkeys(IDS).keys(),
        pd.Series(IDS),
        pd.Index(IDS),
        FRAME[KEY].to_numpy(),
        FRAME,
        SimpleNamespace(frame=FRAME, value=IDS),
        [UUID(one) for one in IDS],
        [f" {one.upper()}\n" for one in IDS],
        pd.concat([FRAME, FRAME]),
        pd.DataFrame({KEY: [IDS[0], None, IDS[1]]}),
    ],
    ids=lambda carrier: type(carrier).__name__,
)
def test_ids_come_out_of_any_carrier_distinct_and_in_order(carrier: Any) -> None:
    assert ids_from(carrier, KEY) == IDS


def test_one_id_is_one_id() -> None:
    assert ids_from(IDS[0], KEY) == IDS[:1]


def test_permalinks_are_left_out_where_roles_are_known() -> None:
    roles = pd.Series(["permalink", "resend"], dtype="category")
    assert ids_from(FRAME.assign(role=roles), KEY) == IDS[1:]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "opens",
        "4399ce90-5b89-13e7-ba80-00163e498a9",
        f"{IDS[0]}/../x",
        f"{IDS[0]}?limit=1",
        "../../account/summary",
        f"{IDS[0]},{IDS[1]}",
        f"{IDS[0]}%2F",
        "４399ce90-5b89-13e7-ba80-00163e498a99",
        7,
        None,
        float("nan"),
        b"4399ce90-5b89-13e7-ba80-00163e498a99",
    ],
)
def test_what_is_no_id_is_refused_and_named(bad: Any) -> None:
    with pytest.raises(errors.ConfigError, match=r"nothing was sent"):
        ids_from([IDS[0], bad], KEY)


@pytest.mark.parametrize("bad", [7, b"x", {"a": 1}, object()])
def test_what_holds_no_ids_is_refused(bad: Any) -> None:
    with pytest.raises(errors.ConfigError, match="holds no ids"):
        ids_from(bad, KEY)


def test_nothing_given_says_where_ids_come_from() -> None:
    with pytest.raises(errors.ConfigError, match="load_campaign_activities"):
        ids_from(None, KEY)


def test_a_frame_without_the_ids_says_which_loader_has_them() -> None:
    with pytest.raises(errors.ColumnsError, match="load_campaign_summaries"):
        ids_from(FRAME, "campaign_id")


def test_a_series_of_other_ids_is_refused() -> None:
    with pytest.raises(errors.ColumnsError, match="contact_ids"):
        ids_from(pd.Series(IDS, name="contact_id"), KEY)


def test_a_role_that_nobody_knows_is_asked_for() -> None:
    assert ids_from(FRAME.assign(role="primary_ab"), KEY) == IDS


@pytest.mark.parametrize(
    "frame",
    [FRAME.assign(role="permalink"), FRAME.assign(**{KEY: float("nan")})],
    ids=["permalinks", "missing"],
)
def test_a_frame_of_which_nothing_can_be_asked_for_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(errors.ColumnsError, match="none of the frame's 2 rows"):
        ids_from(frame, KEY)


def test_an_empty_frame_has_no_ids() -> None:
    assert ids_from(FRAME.head(0), KEY) == []


def test_a_doubled_column_is_refused() -> None:
    with pytest.raises(errors.ColumnsError, match="more than one"):
        ids_from(pd.concat([FRAME, FRAME], axis=1), KEY)
