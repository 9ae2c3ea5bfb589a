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
    from ccframes.spreadsheet import spelled  # noqa: PLC0415 - --help does without pandas

    text, quoted = spelled(frame, raw=raw)
    text.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
    return quoted


def _write_json(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    from ccframes.spreadsheet import with_iso_times  # noqa: PLC0415 - as above

    file.write(as_json_text(with_iso_times(frame)).encode())
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
