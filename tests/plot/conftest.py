"""Plots are drawn without a screen, and closed."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what the test has drawn."""
    assert not plt.get_fignums()
    yield
    plt.close("all")
