"""`Picker`: a searchable list as a widget. The base of all pickers that list rows."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING, Any

import ipywidgets
import pandas as pd
import traitlets

from ccframes.errors import ColumnsError, ConfigError
from ccframes.ids import frame_of
from ccframes.widgets import still
from ccframes.widgets.choices import Choices
from ccframes.widgets.controls import Controls
from ccframes.widgets.debounce import Debounced
from ccframes.widgets.keys import KEYS_CLASS, keeping_keys
from ccframes.widgets.layout import as_status, close_within
from ccframes.widgets.linked import Bindable
from ccframes.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.widgets.state import Ids, State

_ANY = "Any"
_PAUSE = 0.04
"""Seconds without a keystroke after which the list follows the search."""


class _Ids(traitlets.TraitType[Any, Any]):
    """Ids that a picker can choose: given as text, an iterable, a Series, a frame or a picker."""

    def validate(self, obj: Any, value: Any) -> Ids:
        state: State = obj.choices.state
        rows, key = frame_of(value), state.listing.key
        if rows is not None:
            return state.checked(_column_of(rows, key))
        if isinstance(value, bytes | dict) or not isinstance(value, Iterable):
            raise ConfigError(
                f"{type(value).__name__} holds no ids; assign a string, a list, a Series or a "
                f"frame with the column {key!r}, and [] to choose nothing"
            )
        return state.checked(value)


def _column_of(rows: pd.DataFrame, key: str) -> pd.Series[Any]:
    if list(rows.columns).count(key) != 1:
        raise ColumnsError(
            f"the frame has no column {key!r}, or more than one; rows of the picker have it, and "
            "an index becomes a column by .reset_index()"
        )
    return rows[key]


class Picker(Bindable, ipywidgets.VBox, ipywidgets.ValueWidget):
    """A list of rows to choose from; `CampaignPicker` and its like are made of it.

    Parameters
    ----------
    listing : Listing
        The rows to choose from.
    multiple : bool
        Whether more than one can be chosen.

    Attributes
    ----------
    value : tuple of str
        The ids that are chosen, in the order in which they were. Assign to it to choose;
        `observe(function, "value")` calls a function once for each real change.
    frame : pandas.DataFrame
        The rows of what is chosen; every loader takes the picker in place of it.
    choices : Choices
        The state, without its widgets.
    controls : Controls
        The widgets.
    """

    value = _Ids(())

    def __init__(self, listing: Listing, *, multiple: bool = True) -> None:
        self.choices = Choices(listing, multiple=multiple)
        self.controls = Controls(listing, multiple=multiple)
        self._listed: tuple[str, ...] = ()
        self._painter: int | None = None
        super().__init__((*self.controls.lines(listing, multiple=multiple), keeping_keys()))
        self.add_class(KEYS_CLASS)
        self._paint()
        self._listen()
        self.choices.on_change(self._follow)

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of what is chosen, in the order of the value."""
        return self.choices.frame

    def __repr__(self) -> str:
        """Say how many there are to choose from, and how many are chosen."""
        return f"<{type(self).__name__}: {still.in_short(self.choices.state)}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        state = self.choices.state
        words = f"{type(self).__name__}: {still.as_text(state)}"
        return {**bundle, "text/plain": words, "text/html": still.as_html(state)}

    def close(self) -> None:
        """Remove it and its widgets; what was chosen in it can still be read."""
        if self.comm is not None:  # it is open
            close_within(self)
        super().close()

    # --- from the value to the state and back -----------------------------------------------

    @traitlets.observe("value")
    def _choose(self, change: Any) -> None:
        self.choices.choose(change["new"])

    def _follow(self) -> None:
        self._paint()
        self.value = self.choices.value

    # --- from the widgets to the state ------------------------------------------------------

    def _listen(self) -> None:
        controls, choices = self.controls, self.choices
        search = Debounced(lambda: choices.search(controls.search.value), _PAUSE)
        self._on(controls.search, lambda _: search())
        self._on(controls.order, choices.sort)
        self._on(controls.only_chosen, choices.show_only_chosen)
        for title, dropdown in controls.facets.items():
            self._on(dropdown, lambda value, title=title: choices.narrow(title, value or None))
        self._on(controls.days, lambda days: choices.between(*days))
        self._on(controls.list, self._take, "index")
        for button, act in (
            (controls.clear_search, self._clear_search),
            (controls.choose_shown, choices.choose_shown),
            (controls.clear, choices.clear),
            (controls.undo, choices.undo),
            (controls.more, choices.show_more),
        ):
            button.on_click(lambda _, act=act: act())

    def _on(self, widget: ipywidgets.Widget, act: Any, trait: str = "value") -> None:
        def told(change: Any) -> None:
            if self._painter != get_ident():
                act(change["new"])

        widget.observe(told, trait)

    def _take(self, index: Any) -> None:
        at = (index,) if isinstance(index, int) else index or ()
        self.choices.choose_listed(self._listed, [self._listed[i] for i in at])

    def _clear_search(self) -> None:
        self.controls.search.value = ""
        self.choices.search("")

    # --- from the state to the widgets ------------------------------------------------------

    def _paint(self) -> None:
        """Show what holds; what the widgets say meanwhile is our own doing, and no choice."""
        state, controls = self.choices.state, self.controls
        with self._painting():
            for title, dropdown in controls.facets.items():
                _offer_facet(dropdown, state, title)
            _offer(controls.order, [(title, title) for title in state.listing.titles], state.order)
            self._list(state)
            controls.only_chosen.value = state.only_chosen
            controls.more.layout.display = None if len(state.shown) > state.limit else "none"
            controls.clear.disabled = not state.value
            controls.undo.disabled = not state.past
            controls.choose_shown.disabled = not set(state.shown) - set(state.value)
            controls.status.value = as_status(still.said(state))

    @contextmanager
    def _painting(self) -> Iterator[None]:
        self._painter = get_ident()
        try:
            yield
        finally:
            self._painter = None

    def _list(self, state: State) -> None:
        labels, positions = state.listing.labels, state.listing.positions
        self._listed = state.listed
        lines = tuple(labels[positions[one]] for one in self._listed)
        chosen = set(state.value)
        index: Any = tuple(i for i, one in enumerate(self._listed) if one in chosen)
        if not state.multiple:
            index = index[0] if index else None
        shown = self.controls.list
        with shown.hold_sync():
            if shown.options != lines:
                shown.options = lines
            shown.index = index


def _offer_facet(dropdown: ipywidgets.Dropdown, state: State, title: str) -> None:
    values = state.listing.values_of(title)
    _offer(
        dropdown, [(_ANY, ""), *((value, value) for value in values)], state.facets.get(title, "")
    )
    dropdown.layout.display = None if len(values) > 1 else "none"


def _offer(dropdown: ipywidgets.Dropdown, options: list[tuple[str, Any]], value: Any) -> None:
    with dropdown.hold_sync():
        if dropdown.options != tuple(options):
            dropdown.options = tuple(options)
        dropdown.value = value
