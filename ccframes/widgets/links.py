"""`LinkPicker`: the links of emails by their address and their clicks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ccframes.widgets.listing import Listing, Order, column, one_per_id
from ccframes.widgets.names import folded, legible
from ccframes.widgets.picker import Picker

_KEY = "url_id"
_LONGEST = 90


class LinkPicker(Picker):
    """Choose links by their address.

    Parameters
    ----------
    links : pandas.DataFrame
        Links to choose from, of `load_links()`, or any frame with url_id and link_url. Its
        `.ccf.named()` tells which campaign each is in.
    multiple : bool, default True
        Whether more than one can be chosen.

    Attributes
    ----------
    value : tuple of str
        The url_ids that are chosen. Assign to it to choose; `observe(function, "value")` calls a
        function once for each real change.
    frame : pandas.DataFrame
        The rows of the links chosen, all of those that share an id.
    links : pandas.DataFrame
        All links to choose from; assign others to refresh the list. What is chosen stays.

    Raises
    ------
    ColumnsError
        The frame has no link ids.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.widgets import LinkPicker
    >>> client = ccf.connect(demo=True)
    >>> picker = LinkPicker(ccf.load_links(ccf.load_campaign_summaries().head(1)))
    >>> picker.value = picker.links.loc[picker.links["link_tag"] == "donate"]
    >>> clicks = ccf.load_clicks(picker, url_id=picker.value[0])
    >>> clicks["link_url"].unique().tolist()
    ['https://garden.example/donate']
    """

    def __init__(self, links: pd.DataFrame, *, multiple: bool = True) -> None:
        super().__init__(link_listing(links), multiple=multiple)

    @property
    def links(self) -> pd.DataFrame:
        """All links to choose from."""
        listing = self.choices.state.listing
        return listing.rows if listing.every is None else listing.every

    @links.setter
    def links(self, frame: pd.DataFrame) -> None:
        self.choices.refresh(link_listing(frame))


def link_listing(frame: pd.DataFrame) -> Listing:
    """Return links as a list shows them, one line for each id; its clicks are added up."""
    rows = one_per_id(frame, _KEY, "load_links()")
    every = frame.dropna(subset=[_KEY])
    addresses, tags, names = (column(rows, name) for name in ("link_url", "link_tag", "name"))
    clicks = _clicks(rows, every)
    said = zip(addresses, tags, names, clicks, strict=True)
    return Listing(
        rows=rows,
        key=_KEY,
        noun="link",
        nouns="links",
        lines=[_line(*one) for one in said],
        searched=[addresses, tags, names],
        orders=[
            *([Order("Most clicks first", clicks, ascending=False)] if clicks.any() else []),
            Order("Address", addresses.map(folded, na_action="ignore")),
        ],
        every=every,
        hint="words of an address, a tag or a campaign",
    )


def _clicks(rows: pd.DataFrame, every: pd.DataFrame) -> pd.Series[Any]:
    """Return the clicks of each id, over all emails that have it; missing where none is known."""
    counted = pd.to_numeric(column(every, "unique_clicks"), errors="coerce")
    clicks: pd.Series[Any] = rows[_KEY].map(counted.groupby(every[_KEY]).sum(min_count=1))
    return clicks.astype("Float64")


def _line(address: Any, tag: Any, name: Any, clicks: Any) -> str:
    parts = [legible(address, _LONGEST), *(legible(one) for one in (tag, name) if pd.notna(one))]
    return " · ".join(parts if pd.isna(clicks) else [*parts, f"{clicks:,.0f} clicks"])
