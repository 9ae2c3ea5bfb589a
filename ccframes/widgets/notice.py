"""`Notice`: a line that says how things stand, and one button for what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets


class Notice(ipywidgets.HBox):
    """Words and a button. It is one button throughout, so that the keyboard's focus stays on it.

    >>> notice = Notice()
    >>> notice.say("Loading …", action="Cancel", act=lambda: notice.say("Cancelled."))
    >>> notice.button.click()
    >>> notice.text
    'Cancelled.'
    """

    def __init__(self) -> None:
        self.text = ""
        self.words = ipywidgets.HTML(layout=ipywidgets.Layout(flex="1 1 16rem", min_width="0"))
        self.button = ipywidgets.Button(layout=ipywidgets.Layout(width="auto", flex="0 0 auto"))
        self.button.on_click(lambda _: self._act())
        layout = ipywidgets.Layout(flex_flow="row wrap", align_items="baseline")
        super().__init__([self.button, self.words], layout=layout)
        self.say("")

    def say(
        self,
        text: str,
        *,
        notes: Sequence[str] = (),
        action: str = "",
        act: Callable[[], None] = lambda: None,
        alert: bool = False,
    ) -> None:
        """Say how things stand and, in lines of their own, what is to be noted.

        Parameters
        ----------
        text, notes : str, sequence of str
            Plain text, of whoever; it is escaped.
        action : str
            What the button is called; without that there is none.
        act : callable
            What it does.
        alert : bool
            Whether a screen reader should interrupt what it reads.
        """
        self._act = act
        lines = [line for line in (text, *notes) if line]
        self.text = "\n".join(lines)
        shown = "".join(f"<div>{escape(line)}</div>" for line in lines)
        self.words.value = f'<div role="{"alert" if alert else "status"}">{shown}</div>'
        self.button.layout.display = None if action else "none"
        if action:
            self.button.description = action
