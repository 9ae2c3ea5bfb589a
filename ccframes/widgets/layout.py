"""How stock widgets stand: labels in a column, fields beside them, lines that wrap when narrow."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

_LABEL = "5.5rem"
_GAP = "8px"  # which ipywidgets leaves between a label and its field
_FIELD = "17rem"


def field(width: str = _FIELD, **layout: str) -> dict[str, Any]:
    """Return the keywords of a widget whose label stands in the column of labels."""
    return {
        "layout": ipywidgets.Layout(width=width, min_width="0", **layout),
        "style": {"description_width": _LABEL},
    }


def button(description: str, tooltip: str, kind: Any = ipywidgets.Button) -> Any:
    """Return a button that is as wide as what it says."""
    layout = ipywidgets.Layout(width="auto", flex="0 0 auto")
    return kind(description=description, tooltip=tooltip, layout=layout)


def in_line(*widgets: ipywidgets.Widget, below_fields: bool = False) -> ipywidgets.HBox:
    """Return widgets beside each other, in a line that breaks where there is no room."""
    padding = f"0 0 0 calc({_LABEL} + {_GAP})" if below_fields else None
    layout = ipywidgets.Layout(flex_flow="row wrap", padding=padding)
    return ipywidgets.HBox(widgets, layout=layout)


def as_status(words: str) -> str:
    """Return words as HTML that assistive technology knows as a status; they are escaped.

    >>> as_status("<b> is not there")
    '<span role="status">&lt;b&gt; is not there</span>'
    """
    return f'<span role="status">{escape(words)}</span>'


def close_within(box: ipywidgets.Box) -> None:
    """Close all that a box is made of; the kernel keeps what is open, and what that knows of."""
    for part in box.children:
        if isinstance(part, ipywidgets.Box):
            close_within(part)
        part.close()
    for widget in (box, *box.children):
        widget.layout.close()
        if hasattr(widget, "style"):
            widget.style.close()
