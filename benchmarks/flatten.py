"""Pages to the final typed frame: seconds of ours and of `json_normalize`."""

from __future__ import annotations

import gc
import importlib.util
import json
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from benchmarks.normalize import normalize_at_once, normalize_page_by_page
from benchmarks.ours import flatten_as_they_come
from benchmarks.pages import click_pages

WAYS: dict[str, Callable[[list[bytes]], pd.DataFrame]] = {
    "ours": flatten_as_they_come,
    "json_normalize, once": normalize_at_once,
    "json_normalize, page by page": normalize_page_by_page,
}


def measure(pages: list[bytes], runs: int) -> dict[str, list[tuple[float, float]]]:
    """Return wall and process seconds of every way, which take turns; the first turn is dropped."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    for _ in range(runs + 1):
        for name, way in WAYS.items():
            gc.collect()
            wall, process = time.perf_counter(), time.process_time()
            way(pages)
            taken[name].append((time.perf_counter() - wall, time.process_time() - process))
    return {name: seconds[1:] for name, seconds in taken.items()}


def versions() -> dict[str, str]:
    """Return the versions that matter."""
    arrow = "none"
    if importlib.util.find_spec("pyarrow"):
        import pyarrow  # noqa: PLC0415

        arrow = pyarrow.__version__
    return {"Python": platform.python_version(), "pandas": pd.__version__, "pyarrow": arrow}


def main(count: int, runs: int) -> dict[str, Any]:
    """Check that all ways give the same frame, then measure them."""
    pages = list(click_pages(count))
    ours, *others = (way(pages) for way in WAYS.values())
    for other in others:
        pd.testing.assert_frame_equal(ours, other)
    del ours, others, other
    return {
        "versions": versions(),
        "megabytes": sum(map(len, pages)) / 1e6,
        "seconds": measure(pages, runs),
    }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
