"""The same by us: what a load does with the pages of a walk."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from benchmarks.normalize import CLICKS
from ccframes.frames.extract import page_form
from ccframes.frames.flatten import Rows, assemble
from ccframes.page import Page


def take(pages: Iterable[bytes]) -> Rows:
    """Take pages in as they arrive; checking their links is part of it, as on the wire."""
    rows = Rows(CLICKS)
    form = page_form(CLICKS)
    for text in pages:
        rows.add(Page.decode(text, form))
    return rows


def frame_of(rows: Rows) -> pd.DataFrame:
    """Return the frame, once the last page is in."""
    return assemble(CLICKS, [rows])


def flatten_as_they_come(pages: Iterable[bytes]) -> pd.DataFrame:
    """Do both."""
    return frame_of(take(pages))
