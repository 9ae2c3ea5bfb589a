"""What a function made, as a widget: pictures with alternative text, tables, text, or itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import pandas as pd
from IPython.core.formatters import DisplayFormatter
from IPython.utils.capture import CapturedIO, capture_output
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccframes.html import as_image, first_rows

_DPI = 110
_NOTHING = "<p>The function returned nothing to show.</p>"


class Rendered(ipywidgets.HTML):
    """HTML that was made to be shown once; what shows something else next has to close it."""

    def close(self) -> None:
        """Remove it with its layout and style; the kernel keeps every widget that is open."""
        if self.comm is not None:  # it is open
            self.layout.close()
            self.style.close()
        super().close()


def rendered(make: Callable[[], Any]) -> ipywidgets.Widget:
    """Call a function and return what it made as a widget.

    What it prints or displays is in the widget too, and in no cell's output. Figures that it opens
    with pyplot are closed again; if it returns nothing, they are what it made.
    """
    with _pyplot_restored() as opened, capture_output() as captured:
        made = make()
        if isinstance(made, ipywidgets.Widget):
            return made
        shown = as_html(opened() if made is None else made)
    return Rendered("".join([shown, *_said(captured)]) or _NOTHING)


def as_html(made: Any) -> str:
    """Return what a function made as HTML; text and frames are escaped.

    >>> as_html("a < b")
    '<pre>a &lt; b</pre>'
    """
    if _is_drawn(made):
        return "".join(_picture(figure) for figure in _figures(made))
    if isinstance(made, pd.Series):
        made = made.to_frame()
    if isinstance(made, pd.DataFrame):
        return first_rows(_with_index(made))
    if isinstance(made, str):
        return _as_text(made)
    bundle, _ = DisplayFormatter().format(made)  # type: ignore[no-untyped-call]
    return _of_bundle(bundle)


def html_of(widget: ipywidgets.Widget) -> str:
    """Return what HTML widgets in a widget show, for where there is no front end."""
    if isinstance(widget, ipywidgets.HTML):
        return str(widget.value)
    return "".join(map(html_of, getattr(widget, "children", ())))


# --- pictures -----------------------------------------------------------------------------------


@contextmanager
def _pyplot_restored() -> Iterator[Callable[[], list[Figure]]]:
    """Close, after the block, the figures that were opened in it; they are yielded when asked."""
    before = set(plt.get_fignums())

    def opened() -> list[Figure]:
        return [plt.figure(number) for number in plt.get_fignums() if number not in before]

    try:
        yield opened
    finally:
        for figure in opened():
            plt.close(figure)


def _is_drawn(made: Any) -> bool:
    parts = _parts(made)
    return made is not None and all(isinstance(part, Artist) for part in parts)


def _figures(made: Any) -> list[Figure]:
    """Return the figures that artists are in, each once."""
    return list(dict.fromkeys(part.figure.figure for part in _parts(made)))


def _parts(made: Any) -> list[Any]:
    if isinstance(made, Mapping):
        return list(made.values())
    if isinstance(made, np.ndarray):
        return list(made.flat)
    return list(made) if isinstance(made, list | tuple) else [made]


def _picture(figure: Figure) -> str:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DPI, bbox_inches="tight")
    return f"<figure>{as_image(written.getvalue(), _in_words(figure.axes))}</figure>"


def _in_words(panels: Iterable[Axes]) -> str:
    """Say what axes are called and what they show along x and y."""
    said = filter(None, (", ".join(filter(None, _written_on(ax))) for ax in panels))
    return " ".join(f"Plot. {'. '.join(said)}".split()).replace(r"\$", "$")


def _written_on(ax: Axes) -> Iterator[str]:
    for place in ("left", "center", "right"):
        yield ax.get_title(loc=place)
    for name, label in (("x", ax.get_xlabel()), ("y", ax.get_ylabel())):
        yield f"{name}: {label}" if label else ""


# --- tables, text, and what others know how to show -----------------------------------------------


def _with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose index, if it says anything, is among the columns."""
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    names = ["" if name is None else name for name in frame.index.names]
    return frame.reset_index(names=names, allow_duplicates=True)


def _said(captured: CapturedIO) -> Iterator[str]:
    for text in (captured.stdout, captured.stderr):
        if text:
            yield _as_text(text)
    for output in captured.outputs:
        yield _of_bundle(output.data)


def _of_bundle(bundle: Mapping[str, Any]) -> str:
    if "text/html" in bundle:
        return str(bundle["text/html"])
    if "image/png" in bundle:
        return as_image(_decoded(bundle["image/png"]), "Picture")
    return _as_text(str(bundle.get("text/plain", "")))


def _decoded(png: bytes | str) -> bytes:
    return png if isinstance(png, bytes) else base64.b64decode(png)


def _as_text(text: str) -> str:
    return f"<pre>{escape(text)}</pre>"
