"""Campaigns to choose from: of whatever frame has them, loaded or given, and ready for loaders."""

from __future__ import annotations

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.errors import ColumnsError, ConfigError
from ccframes.widgets import CampaignPicker
from tests.serving import activity_id, served
from tests.widgets.rows import campaigns, id_of


@pytest.fixture
def client() -> ccf.Client:
    return ccf.connect(demo=True)


def test_without_campaigns_those_of_the_account_are_loaded_with_names_and_statuses(
    client: ccf.Client,
) -> None:
    picker = CampaignPicker()
    assert client.requests_sent == 3  # summaries, campaigns, and the account for its zone
    expected = ccf.load_campaign_summaries()
    assert list(picker.campaigns.columns) == [*expected.columns, "current_status"]
    pd.testing.assert_frame_equal(picker.campaigns[expected.columns], expected)
    assert set(picker.campaigns["current_status"]) == {"Done"}
    assert picker.choices.state.listing.zone == "US/Eastern"


@pytest.mark.filterwarnings("ignore::ccframes.errors.UnknownFieldWarning")
def test_a_name_that_the_summaries_begin_to_send_does_not_cost_the_picker() -> None:
    one = {"campaign_id": activity_id(1)}
    answers = {
        "campaign_summaries": [one | {"name": "theirs"}],
        "campaigns": [one | {"name": "Ours", "current_status": "Done"}],
    }
    with served(answers) as (client, _):
        picker = CampaignPicker(client=client)
    assert picker.campaigns["name"].tolist() == ["Ours"]
    assert picker.campaigns["current_status"].tolist() == ["Done"]


def test_loaders_take_the_picker_for_what_is_chosen_in_it(client: ccf.Client) -> None:
    summaries = ccf.load_campaign_summaries()
    picker = CampaignPicker(summaries)
    assert len(ccf.load_opens(picker)) == 0
    picker.value = summaries["campaign_id"].iloc[[3, 1]]
    opens = ccf.load_opens(picker)
    pd.testing.assert_frame_equal(opens, ccf.load_opens(summaries.iloc[[3, 1]]))
    assert len(opens) > 0
    assert ccf.plan("opens", picker).requests == ccf.plan("opens", summaries.iloc[[3, 1]]).requests
    stats = ccf.load_campaign_stats(picker)
    assert stats["campaign_id"].tolist() == list(picker.value)


@pytest.mark.parametrize(
    "load", [ccf.load_campaign_summaries, ccf.load_campaigns, ccf.load_campaign_table]
)
def test_every_frame_with_campaigns_makes_one_line_for_each(
    client: ccf.Client, load: object
) -> None:
    frame = load()  # type: ignore[operator]
    picker = CampaignPicker(frame)
    assert sorted(picker.campaigns["campaign_id"]) == sorted(frame["campaign_id"].unique())
    assert set(picker.campaigns["name"]) == set(frame["name"])
    picker.value = picker.campaigns["campaign_id"].iloc[[0]]
    assert "campaign_activity_id" not in picker.frame  # or loaders would leave the resends out
    assert "role" not in picker.frame


def test_a_campaign_stands_for_its_resends_whatever_frame_it_came_in(client: ccf.Client) -> None:
    table = ccf.load_campaign_table()
    resent = table.loc[table["role"] == "resend", "campaign_id"].iloc[[0]]
    picker = CampaignPicker(table)
    picker.value = resent
    emails = table[table["campaign_id"].isin(resent)]
    stats = ccf.load_activity_stats(picker)
    assert set(stats["campaign_activity_id"]) == set(emails["campaign_activity_id"])
    assert len(stats) > 1
    sends = emails.loc[emails["role"] == "primary_email", "em_sends"].tolist()[0]
    assert f" · {sends:,} sends · " in picker._repr_mimebundle_()["text/plain"]


def test_the_frame_has_the_columns_that_were_given_and_those_alone() -> None:
    frame = campaigns(4)
    picker = CampaignPicker(frame)
    picker.value = [id_of(2), id_of(0)]
    pd.testing.assert_frame_equal(picker.frame, frame.iloc[[2, 0]])


def test_rows_that_share_an_id_or_have_none_make_one_line_or_none() -> None:
    frame = pd.concat([campaigns(3), campaigns(2)])
    frame.iloc[2, 0] = None
    picker = CampaignPicker(frame)
    assert picker.campaigns["campaign_id"].tolist() == [id_of(0), id_of(1)]


def test_a_frame_of_ids_alone_can_be_chosen_from() -> None:
    picker = CampaignPicker(campaigns(2)[["campaign_id"]])
    assert picker.controls.list.options == tuple(
        f"no date · \u2068{id_of(number)}\u2069" for number in range(2)
    )
    assert [title for title, _ in picker.controls.order.options] == [
        *("Newest first", "Oldest first", "Name")
    ]


def test_categories_sort_by_what_they_say() -> None:
    frame = campaigns(3, names=("b", "c", "a"))
    frame["name"] = pd.Categorical(frame["name"], categories=["c", "b", "a"])
    picker = CampaignPicker(frame)
    picker.controls.order.value = "Name"
    assert picker.choices.state.shown == (id_of(2), id_of(0), id_of(1))


def test_campaigns_are_refreshed_with_the_same_zone() -> None:
    late = campaigns(1).assign(last_sent_date=pd.Timestamp("2026-06-26 01:00", tz="UTC"))
    picker = CampaignPicker(late, tz="US/Eastern")
    picker.campaigns = late
    assert picker.controls.list.options[0].startswith("2026-06-25")


def test_days_are_those_that_the_campaign_table_says(client: ccf.Client) -> None:
    table = ccf.load_campaign_table()
    picker = CampaignPicker(table)
    assert picker.choices.state.listing.zone == "US/Eastern"
    assert picker.controls.days.first.tooltip == "Days of the time zone US/Eastern"


def test_a_frame_without_campaign_ids_is_refused_naming_loaders_that_have_them() -> None:
    with pytest.raises(ColumnsError, match=r"'campaign_id'.*load_campaign_summaries\(\)"):
        CampaignPicker(pd.DataFrame({"name": ["x"]}))
    with pytest.raises(ColumnsError, match="a DataFrame is needed, not list"):
        CampaignPicker([id_of(0)])  # type: ignore[arg-type]


def test_a_refresh_with_another_frame_is_refused_and_changes_nothing() -> None:
    picker = CampaignPicker(campaigns(3))
    with pytest.raises(ColumnsError):
        picker.campaigns = pd.DataFrame({"name": ["x"]})
    assert len(picker.controls.list.options) == 3


def test_without_a_client_it_says_how_to_connect() -> None:
    with pytest.raises(ConfigError, match=r"not connected: call ccf.connect"):
        CampaignPicker()


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="'Mars/Olympus' is no time zone"):
        CampaignPicker(campaigns(1), tz="Mars/Olympus")


def test_a_token_that_may_not_read_the_account_leaves_days_in_utc() -> None:
    client = ccf.connect(demo=True, quirks={"faults": {3: 403}})
    assert CampaignPicker(client=client).choices.state.listing.zone == "UTC"


def test_the_package_offers_its_pickers_on_first_use() -> None:
    assert ccf.CampaignPicker is CampaignPicker
    assert ccf.ActivityPicker is ccf.widgets.ActivityPicker
    assert {"CampaignPicker", "ActivityPicker", "widgets"} <= set(dir(ccf))
