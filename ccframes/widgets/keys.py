"""Lets a focused list or dropdown have its own keys in JupyterLab, which takes them for shortcuts.

There the arrow keys go to the next cell, "A" adds one, "2" makes the cell a heading and its widget
is gone: JupyterLab only knows of elements that one types text into that the keys are theirs. It
leaves alone what says `data-lm-suppress-shortcuts`, and no trait of a stock widget can say it.
"""

from __future__ import annotations

from typing import Final

import ipywidgets

KEYS_CLASS: Final = "ccframes-keys"
"""A widget with this class keeps the keys of the lists and dropdowns in it."""

# Shortcuts with Ctrl or Cmd, as for saving, stay JupyterLab's; keys that walk a list do not.
_SCRIPT: Final = f"""
if (!window.ccframesKeys) {{
    window.ccframesKeys = true;
    window.addEventListener("keydown", (event) => {{
        const list = event.target;
        if (!list.matches || !list.matches(".{KEYS_CLASS} select")) return;
        const modified = event.ctrlKey || event.metaKey || event.altKey;
        const ours = /^(Arrow|Home$|End$|Page| $|[aA]$)/.test(event.key);
        list.toggleAttribute("data-lm-suppress-shortcuts",
            event.key !== "Enter" && (ours || !modified));
    }}, true);
}}
"""


def keeping_keys() -> ipywidgets.Output:
    """Return what has to be shown, unseen, with a widget of that class."""
    script = {
        "output_type": "display_data",
        "data": {"application/javascript": _SCRIPT, "text/plain": ""},
        "metadata": {},
    }
    return ipywidgets.Output(outputs=(script,), layout=ipywidgets.Layout(display="none"))
