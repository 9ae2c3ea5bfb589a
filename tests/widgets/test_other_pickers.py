"""Links and contacts to choose from."""

from __future__ import annotations

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.errors import ColumnsError
from ccframes.widgets import ContactPicker, LinkPicker
from tests.widgets.rows import id_of


def links() -> pd.DataFrame:
    """Return links of an email and its resend, which shares one of them."""
    return pd.DataFrame(
        {
            "campaign_activity_id": [id_of(1), id_of(1), id_of(2)],
            "url_id": ["1100577727321", "4573437301193285472", "1100577727321"],
            "link_url": ["https://a.example/x", "https://b.example/<img src=x>", None],
            "link_tag": [None, "donate", None],
            "unique_clicks": pd.array([3, 4, 2], dtype="Int64"),
        }
    )


def contacts(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contact_id": [id_of(number) for number in range(count)],
            "email_address": [f"reader{number}@garden.example" for number in range(count)],
            "first_name": ["Zoë", None] * (count // 2),
            "last_name": "Müller",
        }
    )


def test_links_are_listed_by_their_clicks_added_up_over_emails() -> None:
    picker = LinkPicker(links())
    assert picker.controls.list.options == (
        "\u2068https://a.example/x\u2069 · 5 clicks",
        "\u2068https://b.example/<img src=x>\u2069 · \u2068donate\u2069 · 4 clicks",
    )


def test_a_link_that_two_emails_share_is_chosen_in_both() -> None:
    picker = LinkPicker(links())
    picker.value = "1100577727321"
    pd.testing.assert_frame_equal(picker.frame, links().iloc[[0, 2]])
    pd.testing.assert_frame_equal(picker.links, links())
    picker.value = ["4573437301193285472", "1100577727321"]
    assert picker.frame.index.tolist() == [1, 0, 2]


def test_links_are_found_by_address_and_tag_and_have_no_days() -> None:
    picker = LinkPicker(links(), multiple=False)
    picker.controls.search.value = "DONATE b.example"
    assert picker.choices.state.shown == ("4573437301193285472",)
    assert not picker.choices.state.listing.facets
    picker.links = links().iloc[[0]]
    assert picker.controls.list.options == ()


def test_links_that_were_named_tell_their_campaign() -> None:
    picker = LinkPicker(links().assign(name="June"))
    assert picker.controls.list.options[0].endswith(" · \u2068June\u2069 · 5 clicks")
    picker.controls.search.value = "june"
    assert len(picker.choices.state.shown) == 2


def test_links_of_numbers_as_ids_can_be_chosen_too() -> None:
    picker = LinkPicker(links().assign(url_id=[1, 2, 1]))
    picker.value = ["2"]
    assert picker.frame["unique_clicks"].tolist() == [4]
    picker.value = picker.links.iloc[[0]]
    assert picker.value == ("1",)
    picker.value = [2, 1]
    assert picker.value == ("2", "1")


def test_few_contacts_are_listed_and_found_by_address_and_name() -> None:
    picker = ContactPicker(contacts(4))
    assert picker.controls.list.options[:2] == (
        "\u2068reader0@garden.example\u2069 · \u2068Zoë Müller\u2069",
        "\u2068reader1@garden.example\u2069 · \u2068Müller\u2069",
    )
    picker.controls.search.value = "zoe reader2"
    assert picker.choices.state.shown == (id_of(2),)


def test_of_very_many_contacts_none_is_listed_before_something_is_typed() -> None:
    picker = ContactPicker(contacts(1_002))
    assert picker.controls.list.options == ()
    assert "type to search 1,002 contacts" in picker.controls.status.value
    picker.value = [id_of(7)]
    picker.controls.search.value = "reader1001"
    assert len(picker.controls.list.options) == 1
    assert picker.value == (id_of(7),)
    picker.controls.search.value = ""
    picker.controls.only_chosen.value = True
    assert picker.choices.state.shown == (id_of(7),)


def test_loaders_of_contact_reports_take_the_picker() -> None:
    with ccf.connect(demo=True) as client:
        everybody = ccf.load_contacts(client=client)
        picker = ContactPicker(everybody)
        picker.value = everybody["contact_id"].iloc[40:42]
        activity = ccf.load_contact_activity(picker, client=client)
    assert set(activity["contact_id"]) == set(picker.value)


def test_contacts_without_address_and_name_say_so() -> None:
    picker = ContactPicker(contacts(2)[["contact_id"]])
    assert all(line.startswith("(no address) · ") for line in picker.controls.list.options)
    assert len(set(picker.controls.list.options)) == 2


@pytest.mark.parametrize(
    ("kind", "loader"), [(LinkPicker, "load_links"), (ContactPicker, "load_con")]
)
def test_frames_without_ids_are_refused_naming_a_loader(kind: type, loader: str) -> None:
    with pytest.raises(ColumnsError, match=loader):
        kind(pd.DataFrame({"name": ["x"]}))
