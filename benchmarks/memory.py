"""A long load, page by page: the peak of memory, and the wait from the last page to the frame."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator

import pandas as pd

from benchmarks.normalize import normalize_at_once
from benchmarks.ours import flatten_as_they_come
from benchmarks.pages import click_pages

_PER_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
WAYS: dict[str, Callable[[Iterator[bytes]], pd.DataFrame]] = {
    "ours": flatten_as_they_come,
    "json_normalize": normalize_at_once,
}


class Arrivals:
    """Pages that arrive one by one and that nobody keeps, and how long making them took."""

    def __init__(self, count: int) -> None:
        self._pages = click_pages(count)
        self.making = 0.0
        self.last = 0.0

    def __iter__(self) -> Iterator[bytes]:
        """Yield each page, and take note of when it came."""
        while True:
            began = time.perf_counter()
            page = next(self._pages, None)
            self.making += time.perf_counter() - began
            if page is None:
                return
            self.last = time.perf_counter()
            yield page


def main(way: str, count: int) -> dict[str, float]:
    """Load so many pages; this process must be a fresh one."""
    before = _peak()
    arrivals = Arrivals(count)
    began = time.perf_counter()
    frame = WAYS[way](iter(arrivals))
    ended = time.perf_counter()
    return {
        "rows": len(frame),
        "megabytes": _peak() - before,
        "frame_megabytes": float(frame.memory_usage(deep=True).sum() / 1e6),
        "seconds": ended - began - arrivals.making,
        "seconds_after_last_page": ended - arrivals.last,
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MEGABYTE


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
