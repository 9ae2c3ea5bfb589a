"""`Controls`: the stock widgets that a picker is made of, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from ccframes.widgets.listing import Listing

ANY = "Any"
_ROWS = 10
_LABEL = "5.5rem"
_GAP = "8px"  # which ipywidgets leaves between a label and its field
_FIELD = "17rem"


class Controls:
    """What one sees of a picker.

    Attributes
    ----------
    search, clear_search : ipywidgets.Text, ipywidgets.Button
        Words to look for, and none.
    facets : dict of str to ipywidgets.Dropdown
        Values that can be asked for, by their titles.
    since, until : ipywidgets.DatePicker
        First and last day.
    order : ipywidgets.Dropdown
        How the list is sorted.
    list : ipywidgets.SelectMultiple or ipywidgets.Select
        A line for each of the first rows that match.
    more : ipywidgets.Button
        List more of them.
    only_chosen : ipywidgets.ToggleButton
        List what is chosen, and nothing else.
    choose_shown, clear, undo : ipywidgets.Button
        Change what is chosen.
    status : ipywidgets.HTML
        How many are chosen, and how many match.
    """

    def __init__(self, listing: Listing, *, multiple: bool) -> None:
        nouns = listing.nouns
        self.search = ipywidgets.Text(
            description="Search",
            placeholder=listing.hint,
            continuous_update=True,
            **_aligned("auto", flex="1 1 14rem", max_width="40rem"),
        )
        self.clear_search = _button("Clear search", "Show everything again")
        self.facets = {title: _dropdown(title) for title in listing.facets}
        self.since = _day("From")
        self.until = _day("To")
        self.order = _dropdown("Sort by")
        kind = ipywidgets.SelectMultiple if multiple else ipywidgets.Select
        self.list = kind(
            description=nouns.capitalize(),
            rows=_ROWS,
            tooltip="Ctrl or Cmd with a click adds to what is chosen" if multiple else None,
            **_aligned("auto"),
        )
        self.more = _button("Show more", f"List more of the {nouns} that match")
        self.only_chosen = ipywidgets.ToggleButton(
            description="Only chosen", tooltip="List only what is chosen", layout=_as_wide()
        )
        self.choose_shown = _button("Select all matching", f"Choose all {nouns} that match")
        self.clear = _button("Clear selection", "Choose nothing")
        self.undo = _button("Undo", "Choose what was chosen before")
        self.status = ipywidgets.HTML()

    def rows(self, *, multiple: bool) -> Sequence[ipywidgets.Widget]:
        """Return them line by line, in the order in which the Tab key walks them."""
        several = (self.only_chosen, self.choose_shown) if multiple else ()
        return (
            _in_line(self.search, self.clear_search),
            _in_line(*self.facets.values(), self.since, self.until, self.order),
            self.list,
            _in_line(*several, self.clear, self.undo, self.more, indented=True),
            _in_line(self.status, indented=True),
        )


def _aligned(width: str, **layout: str) -> dict[str, object]:
    return {
        "layout": ipywidgets.Layout(width=width, min_width="0", **layout),
        "style": {"description_width": _LABEL},
    }


def _dropdown(title: str) -> ipywidgets.Dropdown:
    return ipywidgets.Dropdown(description=title, **_aligned(_FIELD))


def _day(title: str) -> ipywidgets.DatePicker:
    return ipywidgets.DatePicker(description=title, **_aligned(_FIELD))


def _button(description: str, tooltip: str) -> ipywidgets.Button:
    return ipywidgets.Button(description=description, tooltip=tooltip, layout=_as_wide())


def _as_wide() -> ipywidgets.Layout:
    return ipywidgets.Layout(width="auto", flex="0 0 auto")


def _in_line(*widgets: ipywidgets.Widget, indented: bool = False) -> ipywidgets.HBox:
    padding = f"0 0 0 calc({_LABEL} + {_GAP})" if indented else None
    return ipywidgets.HBox(widgets, layout=ipywidgets.Layout(flex_flow="row wrap", padding=padding))
