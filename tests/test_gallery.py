"""The gallery shows every plot, in both themes."""

from __future__ import annotations

import pytest

from ccframes import plot
from tools.gallery import CALLS, gallery, loaded


def test_every_plot_is_in_the_gallery() -> None:
    assert set(CALLS) == {name for name in plot.__all__ if f"{name}_table" in plot.__all__}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_has_call_picture_and_table_of_each(theme: str) -> None:
    page = gallery(loaded(), "dark" if theme == "dark" else "light")
    assert page.count("<img ") == page.count("<table>") == page.count("<code>") == len(CALLS)
    assert all(f"ccf.plot.{name}(" in page for name in CALLS)
