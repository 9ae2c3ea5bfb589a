"""Small frames of events, written by hand or drawn at random."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from ccframes.frames.conform import STR

Row = tuple[Any, ...]
COLUMNS = ("campaign_activity_id", "contact_id", "created_time")


def events(rows: Iterable[Row], *more: str) -> pd.DataFrame:
    """Return rows of activity, contact and day (the first is 2026-01-01), and what `more` names."""
    frame = pd.DataFrame(list(rows), columns=[*COLUMNS, *more])
    days = pd.to_timedelta(frame["created_time"].astype("float64"), unit="D")
    at = (pd.Timestamp("2026-01-01", tz="UTC") + days).astype("datetime64[us, UTC]")
    texts = [name for name in frame if name != "created_time"]
    return frame.astype(dict.fromkeys(texts, STR)).assign(created_time=at)


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples, of which the type checker knows no types."""
    return list(frame.itertuples())


def random_mail() -> st.SearchStrategy[tuple[list[Row], list[Row], list[Row]]]:
    """Draw sends, and opens and bounces of some of them, repeats included."""
    pairs = st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("wxyz"), st.integers(0, 300)),
        min_size=1,
        max_size=20,
        unique_by=lambda row: row[:2],
    )
    return pairs.flatmap(
        lambda sent: st.tuples(
            st.just(sent),
            st.lists(_later(sent), max_size=30),
            st.lists(_later(sent, "BFV"), max_size=8, unique_by=lambda row: row[:2]),
        )
    )


def _later(sent: list[Row], codes: str = "") -> st.SearchStrategy[Row]:
    code = [st.sampled_from(codes)] if codes else []
    return st.tuples(st.sampled_from(sent), st.integers(0, 60), *code).map(
        lambda drawn: (*drawn[0][:2], drawn[0][2] + drawn[1], *drawn[2:])
    )
