"""Warnings that point at the caller's line, not at ours."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_PACKAGE = str(Path(__file__).parent) + os.sep

Hearer = Callable[[str], None]
_hearer: ContextVar[Hearer | None] = ContextVar("hearer", default=None)


@contextmanager
def heard_by(hearer: Hearer) -> Iterator[None]:
    """Tell the warnings of this thread within the block to the hearer, and to nobody else.

    >>> with heard_by(print):
    ...     warn("the frame is not whole", UserWarning)
    the frame is not whole
    """
    before = _hearer.set(hearer)
    try:
        yield
    finally:
        _hearer.reset(before)


def warn(message: str, category: type[Warning]) -> None:
    """Warn as if from the nearest line outside of ccframes, or tell who asked to hear it."""
    hearer = _hearer.get()
    if hearer is not None:
        hearer(message)
        return
    # skip_file_prefixes= does this from Python 3.12 on
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
