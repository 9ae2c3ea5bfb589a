"""`Controls`: the stock widgets that a picker is made of."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from ccframes.widgets.dates import DateRangePicker
from ccframes.widgets.layout import button, field, in_line
from ccframes.widgets.listing import Listing

_ROWS = 10


class Controls:
    """What one sees of a picker.

    Attributes
    ----------
    search, clear_search : ipywidgets.Text, ipywidgets.Button
        Words to look for, and none.
    facets : dict of str to ipywidgets.Dropdown
        Values that can be asked for, by their titles.
    days : DateRangePicker
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
            **field("auto", flex="1 1 14rem", max_width="40rem"),
        )
        self.clear_search = button("Clear search", f"Show all {nouns} again")
        self.facets = {
            title: ipywidgets.Dropdown(description=title, **field()) for title in listing.facets
        }
        self.days = DateRangePicker()
        for day in (self.days.first, self.days.last):
            day.tooltip = f"Days of the time zone {listing.zone}" if listing.zone else None
        self.order = ipywidgets.Dropdown(description="Sort by", **field("21rem"))
        kind = ipywidgets.SelectMultiple if multiple else ipywidgets.Select
        self.list = kind(
            description=nouns.capitalize(),
            rows=_ROWS,
            tooltip="Ctrl or Cmd with a click adds to what is chosen" if multiple else None,
            **field("auto"),
        )
        self.more = button("Show more", f"List more of the {nouns} that match")
        self.only_chosen = button(
            "Only chosen", "List only what is chosen", ipywidgets.ToggleButton
        )
        self.choose_shown = button("Select all matching", f"Choose all {nouns} that match")
        self.clear = button("Clear selection", "Choose nothing")
        self.undo = button("Undo", "Choose what was chosen before")
        self.status = ipywidgets.HTML()

    def lines(self, listing: Listing, *, multiple: bool) -> Sequence[ipywidgets.Widget]:
        """Return them line by line, in the order in which the Tab key walks them."""
        days = () if listing.days is None else (self.days,)
        several = (self.only_chosen, self.choose_shown) if multiple else ()
        return (
            in_line(self.search, self.clear_search),
            in_line(*self.facets.values(), *days, self.order),
            self.list,
            in_line(*several, self.clear, self.undo, self.more, below_fields=True),
            in_line(self.status, below_fields=True),
        )
