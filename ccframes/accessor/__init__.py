"""`df.ccf`: what ccframes can do with a frame, offered on the frame.

The methods stand in `frames.py` and `plots.py`. They are imported when `df.ccf` is first used, so
that `import ccframes` costs no more for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pandas as pd

if TYPE_CHECKING:
    from ccframes.accessor.frames import FrameAccessor

_NAME = "ccf"


def register() -> None:
    """Give every DataFrame its `ccf`, unless it has one: to register anew would warn."""
    if not hasattr(pd.DataFrame, _NAME):
        offers_on = cast("Any", _offers_on)  # pandas calls it with the frame, be it a class or not
        pd.api.extensions.register_dataframe_accessor(_NAME)(offers_on)


def _offers_on(frame: pd.DataFrame) -> FrameAccessor:
    from ccframes.accessor.frames import FrameAccessor  # noqa: PLC0415 - see above

    return FrameAccessor(frame)
