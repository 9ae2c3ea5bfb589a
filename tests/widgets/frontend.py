"""A front end without a browser: it gets widgets' messages, and sends what a person does."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets
from comm.base_comm import BaseComm


class FrontEnd:
    """Keeps what the messages say each widget looks like, and counts them.

    Attributes
    ----------
    looks : dict
        By model id, the state of each widget as a browser would have it.
    messages : list of (str, dict)
        Model id and content of each message since they were last cleared.
    """

    def __init__(self) -> None:
        self.looks: dict[str, dict[str, Any]] = {}
        self.messages: list[tuple[str, dict[str, Any]]] = []

    def comm(self, **settings: Any) -> BaseComm:
        front_end = self

        class Line(BaseComm):
            def publish_msg(self, msg_type: str, data: Any = None, *_: Any, **__: Any) -> None:
                front_end.receive(self.comm_id, json.loads(json.dumps(data or {}, default=str)))

        return Line(**settings)

    def receive(self, model: str, content: dict[str, Any]) -> None:
        self.messages.append((model, content))
        if content.get("method") != "echo_update":
            self.looks.setdefault(model, {}).update(content.get("state", {}))

    def shows(self, widget: ipywidgets.Widget) -> dict[str, Any]:
        """Return how a widget looks in the browser."""
        return self.looks[widget.model_id]

    def lines(self, widget: ipywidgets.Widget) -> list[str]:
        """Return the lines of a list that are marked as chosen in the browser."""
        shown = self.shows(widget)
        index = shown["index"]
        at = [] if index is None else [index] if isinstance(index, int) else index
        return [shown["_options_labels"][one] for one in at]

    def do(self, widget: ipywidgets.Widget, **state: Any) -> None:
        """Change a widget as a person does in the browser."""
        self.shows(widget).update(state)
        self._send(widget, {"method": "update", "state": state, "buffer_paths": []})

    def click(self, button: ipywidgets.Button) -> None:
        """Press a button, unless it cannot be pressed."""
        shown = self.shows(button)
        assert not shown["disabled"], f"{shown['description']} cannot be pressed"
        self._send(button, {"method": "custom", "content": {"event": "click"}})

    def _send(self, widget: ipywidgets.Widget, data: dict[str, Any]) -> None:
        widget.comm.handle_msg({"content": {"data": data}, "buffers": []})

    @property
    def bytes(self) -> int:
        """How long the messages are that came."""
        return sum(len(json.dumps(content)) for _, content in self.messages)
