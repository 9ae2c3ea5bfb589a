"""Pictures look as they did when somebody last looked at them; with one matplotlib, pinned.

tools/matrix.py draws them in the combination that has that version. After a change that is meant
to be seen, look at what pytest names, and copy the new pictures over those in `images/`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from ccframes import plot
from ccframes.plot.canvas import themed
from tests.analysis.accounts import account_of
from tests.test_matrix import EXPECTED

PINNED = "3.9.4"
IMAGES = Path(__file__).parent / "images"
_TOLERANCE = 2.0  # root mean square of the differences, of 255: fonts hint a little differently


def account() -> Any:
    """A small account, always the same."""
    return account_of("pictures", contacts=200, weeks=60)


def table() -> pd.DataFrame:
    """What the campaign table has of it."""
    stats = account().activity_stats.drop(columns="campaign_id")
    joined: pd.DataFrame = account().activities.merge(stats, on="campaign_activity_id")
    return joined


PICTURES: dict[str, Callable[[Any, Any], object]] = {
    "funnel": lambda ax, theme: plot.funnel(table(), ax=ax, theme=theme),
    "rates": lambda ax, theme: plot.rates(table(), top=8, ax=ax, theme=theme),
    "trend": lambda ax, theme: plot.trend(table(), ax=ax, theme=theme),
    "devices": lambda ax, theme: plot.devices(table(), ax=ax, theme=theme),
    "compare": lambda ax, theme: plot.compare(table(), by="role", ax=ax, theme=theme),
    "opens_over_time": lambda ax, theme: plot.opens_over_time(
        account().opens, account().sends, bounces=account().bounces, ax=ax, theme=theme
    ),
    "hours": lambda ax, theme: plot.hours(table(), tz="US/Eastern", ax=ax, theme=theme),
    "links": lambda ax, theme: plot.links(account().links, account().clicks, ax=ax, theme=theme),
    "bounces": lambda ax, theme: plot.bounces(
        account().bounces, account().sends, ax=ax, theme=theme
    ),
    "incidents": lambda ax, theme: plot.bounces(
        account().bounces, account().sends, over="email", ax=ax, theme=theme
    ),
    "engagement": lambda ax, theme: plot.engagement(
        account().sends, account().opens, ax=ax, theme=theme
    ),
    "retention": lambda ax, theme: plot.retention(
        account().sends, account().opens, ax=ax, theme=theme
    ),
}


def test_the_pinned_matplotlib_is_there_where_the_matrix_says_so() -> None:
    pinned = EXPECTED.get("pandas") == "2.3" and EXPECTED.get("pyarrow") == "yes"
    assert mpl.__version__ == PINNED or not pinned


def test_every_stored_picture_is_one_that_is_drawn() -> None:
    stored = {path.stem for path in IMAGES.glob("*.png")}
    assert stored == {f"{name}_{theme}" for name in PICTURES for theme in ("light", "dark")}


if mpl.__version__ == PINNED:

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("name", PICTURES)
    def test_a_picture_looks_as_it_did(name: str, theme: Any, tmp_path: Path) -> None:
        drawn = tmp_path / f"{name}_{theme}.png"
        with themed(theme):
            figure = Figure(figsize=(7, 4), dpi=60)
            PICTURES[name](figure.subplots(), theme)
            figure.savefig(drawn, dpi=60)
        stored = IMAGES / drawn.name
        assert stored.exists(), f"look at {drawn}, and store it as {stored}"
        assert compare_images(str(stored), str(drawn), tol=_TOLERANCE) is None
