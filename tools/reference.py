"""Write the pages of the reference from what the package makes public and from the table.

The documentation's conf.py calls this before each build, so that a new name, report or column needs
no further line.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import click
import pandas as pd

import ccframes as ccf
from ccframes.accessor.frames import FrameAccessor
from ccframes.accessor.offers import Offer
from ccframes.accessor.plots import PlotAccessor
from ccframes.cli import main as command_line


class Page(NamedTuple):
    """A page of the reference: the public names that it documents, by module."""

    file: str
    title: str
    words: str
    names: tuple[str, ...]


def pages() -> list[Page]:
    """Return the pages that document names, which together document every public one."""
    own = [name for name in ccf.__all__ if not hasattr(getattr(ccf, name), "__path__")]
    loaders = [name for name in own if name.startswith("load_")]
    return [
        Page(
            "loaders",
            "Loaders",
            "One function per report, each giving one frame. [Columns](columns.md) has what they "
            "give, report by report.",
            _under("ccframes", loaders),
        ),
        Page(
            "frames",
            "Connecting, planning, frames",
            "What stands around the loaders.",
            _under("ccframes", [name for name in own if _is_documented_here(name, loaders)]),
        ),
        Page(
            "analysis",
            "Analysis",
            "Frames in, a tidy frame out. Every number says over what.",
            _public("ccframes.analysis"),
        ),
        Page(
            "plots",
            "Plots",
            "A frame in, Axes out; the twin `_table` has the numbers that are drawn. The "
            'gallery <a href="../gallery.html">shows them all</a>.',
            _public("ccframes.plot"),
        ),
        Page(
            "widgets",
            "Widgets",
            "Pickers and the explorer, for notebooks.",
            _public("ccframes.widgets"),
        ),
        Page(
            "errors",
            "Errors and warnings",
            "All errors are `CcframesError`s; each message says what to do next.",
            _public("ccframes.errors"),
        ),
    ]


def write_reference(folder: Path) -> None:
    """Write every page of the reference into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {page.file: _names(page) for page in pages()}
    texts |= {"accessor": _offers(), "columns": _columns(), "command-line": _commands()}
    for file, text in texts.items():
        (folder / f"{file}.md").write_text(text, encoding="utf-8")


def _public(module: str) -> tuple[str, ...]:
    found: Any = importlib.import_module(module)
    names = getattr(found, "__all__", None) or [
        name
        for name, value in vars(found).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module
    ]
    return _under(module, sorted(names))


def _under(module: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" for name in names)


def _is_documented_here(name: str, loaders: list[str]) -> bool:
    value = getattr(ccf, name)
    elsewhere = getattr(value, "__module__", "").startswith("ccframes.widgets")
    return callable(value) and name not in loaders and not elsewhere


def _names(page: Page) -> str:
    listed = "\n".join(f"   {name}" for name in page.names)
    return (
        f"# {page.title}\n\n{page.words}\n\n"
        f"```{{eval-rst}}\n.. autosummary::\n   :toctree: generated\n   :nosignatures:\n\n"
        f"{listed}\n```\n"
    )


def _offers() -> str:
    """Return what `df.ccf` offers on which frames; each method is the function of that name."""
    offers = [
        (f"`{prefix}{name}`", _link(module, name), offer.wants.loaders)
        for accessor, prefix, module in (
            (FrameAccessor, "df.ccf.", "ccframes.analysis"),
            (PlotAccessor, "df.ccf.plot.", "ccframes.plot"),
        )
        for name, offer in vars(accessor).items()
        if isinstance(offer, Offer)
    ]
    return (
        "# On every frame: df.ccf\n\nEvery DataFrame has what fits it as a method: the function of "
        "the same name, with the frame as its first argument. `dir(df.ccf)` lists what fits, "
        "`df.ccf.report` says what the frame is taken for, `df.ccf.describe()` what its columns "
        "mean.\n\n"
        + _markdown(pd.DataFrame(offers, columns=["method", "function", "fits frames of"]))
        + "\n"
    )


def _link(module: str, name: str) -> str:
    public = f"{module}.{name}" in _public(module)
    return f"[{name}](generated/{module}.{name}.rst)" if public else f"`{name}`"


def _columns() -> str:
    parts = [
        "# Columns\n\nEvery report with its columns, from the table that the loaders are made of; "
        "`ccframes.describe(name)` gives the same as a frame."
    ]
    reports: Any = ccf.catalog().itertuples(index=False)
    for report in reports:
        described = ccf.describe(report.name)
        shown = described[["column", "dtype", "unit", "meaning"]].assign(
            column=described["column"].map("`{}`".format)
        )
        parts.append(
            f"## {report.name}\n\n`{report.loader}()`: GET `{report.path}`, scope "
            f"`{report.scope}`.\n\n{_markdown(shown)}"
        )
    return "\n\n".join(parts) + "\n"


def _commands() -> str:
    parts = ["# Command line\n\nThe command `ccframes`, as `--help` says it."]
    for name, command in sorted(command_line.commands.items()):
        context = click.Context(command, info_name=f"ccframes {name}")
        parts.append(f"## ccframes {name}\n\n```text\n{command.get_help(context)}\n```")
    return "\n\n".join(parts) + "\n"


def _markdown(frame: pd.DataFrame) -> str:
    rows = [list(frame.columns), ["---"] * frame.shape[1], *frame.fillna("").to_numpy().tolist()]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("<", "&lt;") for cell in row) + " |"
        for row in rows
    )
