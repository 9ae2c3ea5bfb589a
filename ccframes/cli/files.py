"""Files: written whole or not at all, and CSV without what a spreadsheet would evaluate."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ccframes.errors import CcframesError, ConfigError, MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def partial_name(out: Path) -> Path:
    """Return where the rows of a load that stopped are written."""
    return out.with_name(f"{out.stem}.partial{out.suffix}")


def check_writable(out: Path) -> None:
    """Refuse a file that could not be written, before anything is sent."""
    if out.suffix.lower() == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise MissingDependencyError("Parquet needs pyarrow: pip install 'ccframes[parquet]'")
    if not os.access(out.parent, os.W_OK):
        raise ConfigError(f"cannot write to {out.parent}; nothing was sent")


def write(frame: pd.DataFrame, out: Path, raw: bool) -> int:
    """Write a frame; return how many cells were quoted."""
    return write_whole(out, lambda file: WRITERS[out.suffix.lower()](frame, file, raw))


def write_whole(out: Path, fill: Callable[[IO[bytes]], int]) -> int:
    """Write the whole file or none of it; return what `fill` does."""
    scratch = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("xb") as file:
            filled = fill(file)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(out)
    except OSError as error:
        raise CcframesError(
            f"{out.name} could not be written: {error.strerror or error}"
        ) from error
    finally:
        scratch.unlink(missing_ok=True)
    return filled


def _write_csv(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    text, quoted = _with_iso_times(frame), 0
    if not raw:
        text, quoted = _without_formulas(text)
    text.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
    return quoted


def _write_json(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    file.write(as_json_text(_with_iso_times(frame)).encode())
    return 0


def _write_parquet(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    frame.to_parquet(file, index=False)
    return 0


WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes], bool], int]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".json": _write_json,
}


def as_json_text(frame: pd.DataFrame) -> str:
    """Return the rows as a JSON array of objects."""
    return frame.to_json(
        orient="records", date_format="iso", force_ascii=False, double_precision=15
    )


def _with_iso_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with instants, local times and days as ISO 8601 text."""
    import pandas as pd  # noqa: PLC0415

    spelled = frame.copy(deep=False)
    for name, column in frame.items():
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            spelled[name] = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif pd.api.types.is_datetime64_dtype(column.dtype):
            are_days = (column.dt.normalize() == column).where(column.notna(), True).all()
            spelled[name] = column.dt.strftime("%Y-%m-%d" if are_days else "%Y-%m-%dT%H:%M:%S")
    return spelled


def _without_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame with an apostrophe before text that a spreadsheet would evaluate."""
    import pandas as pd  # noqa: PLC0415

    safe, quoted = frame.copy(deep=False), 0
    for name, column in frame.items():
        if not isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            continue
        text = column.astype(pd.StringDtype(na_value=float("nan")))
        risky = text.str.startswith(_FORMULA, na=False).astype(bool)
        if risky.any():
            safe[name] = text.mask(risky, "'" + text)
            quoted += int(risky.sum())
    return safe, quoted
