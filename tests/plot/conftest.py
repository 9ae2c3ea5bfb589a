"""What holds for every test of plots: nothing global is touched, no figure stays open."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

mpl.use("agg")


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Fail where a plot changes the settings of other plots; close what the test has drawn."""
    before = dict(mpl.rcParams.items())
    assert not plt.get_fignums()
    yield
    plt.close("all")
    assert dict(mpl.rcParams.items()) == before
