"""Lists of whatever text: each row has a line of its own, and is found by the words of its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccframes.widgets.activities import activity_listing
from ccframes.widgets.campaigns import campaign_listing
from ccframes.widgets.contacts import contact_listing
from ccframes.widgets.links import link_listing
from ccframes.widgets.listing import Listing
from ccframes.widgets.names import in_one_line
from tests.widgets.rows import HOSTILE, id_of

NAMED: dict[Callable[[pd.DataFrame], Listing], tuple[str, list[str]]] = {
    campaign_listing: ("campaign_id", ["name", "subject", "campaign_type", "current_status"]),
    activity_listing: ("campaign_activity_id", ["name", "subject"]),
    link_listing: ("url_id", ["link_url", "link_tag", "name"]),
    contact_listing: ("contact_id", ["email_address", "first_name", "last_name", "company_name"]),
}
TEXTS = st.lists(st.none() | st.text(st.characters(codec=None), max_size=12), max_size=5)


@pytest.mark.parametrize("listing_of", NAMED)
@given(texts=TEXTS)
@example(texts=list(HOSTILE))
@example(texts=["same", "same", None, None])
@settings(max_examples=40, deadline=None)
def test_rows_of_whatever_text_have_lines_of_their_own_and_are_found_by_it(
    listing_of: Callable[[pd.DataFrame], Listing], texts: list[str | None]
) -> None:
    key, columns = NAMED[listing_of]
    ids = [id_of(number) for number in range(len(texts))]
    named = {column: pd.Series(texts, dtype="object") for column in columns}

    listing = listing_of(pd.DataFrame({key: pd.Series(ids, dtype="object"), **named}))

    assert listing.ids == ids
    assert len(set(listing.labels)) == len(ids)
    for line in listing.labels:
        assert not {char for char in line if unicodedata.category(char) in {"Cc", "Cs"}}
        assert line.count("\u2068") == line.count("\u2069")
        assert not {"\u202d", "\u202e", "\u2066", "\u2067"} & set(line)
    for row, text in enumerate(texts):
        assert listing.with_words(text or "")[row]
    for facet in listing.facets:
        values = listing.values_of(facet)
        assert set(values) <= {in_one_line(text) for text in texts} - {""}
        assert all(listing.with_value(facet, value).any() for value in values)


def test_the_values_of_a_facet_are_the_legible_ones_there_are_each_once() -> None:
    rows = pd.DataFrame({"campaign_id": [id_of(number) for number in range(4)]})
    rows["campaign_type"] = pd.Series(["b\n", "b", None, "a\u202e"], dtype="object")
    listing = campaign_listing(rows)
    assert listing.values_of("Type") == ["a", "b"]
    assert listing.with_value("Type", "b").tolist() == [True, True, False, False]
    assert listing.offers("Type", "a")
    assert not listing.offers("Type", "a\u202e")
    assert not listing.offers("Colour", "a")
