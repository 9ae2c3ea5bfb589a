"""The emails of campaigns: looked up as campaigns are chosen, each once, and none lost thereby."""

from __future__ import annotations

import gc

import pytest

import ccframes as ccf
from ccframes.errors import ConfigError
from ccframes.widgets import ActivityPicker, CampaignPicker
from tests.widgets.kernel import in_a_loop, until


@pytest.fixture
def client() -> ccf.Client:
    return ccf.connect(demo=True)


def emails(picker: ActivityPicker) -> list[tuple[str, str]]:
    return list(zip(picker.activities["campaign_id"], picker.activities["role"], strict=True))


def offers_again(picker: ActivityPicker) -> bool:
    return bool(picker.again.layout.display != "none")


def expected(campaigns: list[str]) -> list[tuple[str, str]]:
    found = ccf.load_campaign_activities(campaigns)
    found = found[found["role"] != "permalink"]
    return list(zip(found["campaign_id"], found["role"], strict=True))


def test_the_emails_of_given_campaigns_are_listed_without_permalinks(client: ccf.Client) -> None:
    campaigns = ccf.load_campaign_summaries().head(3)
    picker = ActivityPicker(campaigns)
    assert emails(picker) == expected(campaigns["campaign_id"].tolist())
    assert {"campaign_activity_id", "campaign_id", "role", "subject"} <= set(picker.activities)
    listed = [line.split(" · ")[0][1:-1] for line in picker.controls.list.options]
    assert listed == picker.activities["name"].tolist()
    picker.value = picker.activities.iloc[[1]]
    opens = ccf.load_opens(picker)
    assert set(opens["campaign_activity_id"]) == set(picker.value)
    picker.controls.search.value = str(picker.frame["subject"].tolist()[0])
    assert picker.value[0] in picker.choices.state.shown


def test_a_frame_of_emails_is_listed_as_it_is_and_nothing_is_sent(client: ccf.Client) -> None:
    table = ccf.load_campaign_table()
    sent = client.requests_sent
    picker = ActivityPicker(table, multiple=False)
    assert client.requests_sent == sent
    assert len(picker.activities) == len(table)
    line = picker.controls.list.options[0]
    assert all(bit in line for bit in (" · primary email · ", " sends · ", " % opened"))
    picker.controls.facets["Role"].value = "resend"
    assert len(picker.choices.state.shown) == (table["role"] == "resend").sum()


def test_a_campaign_picker_is_followed_and_each_campaign_is_asked_for_once(
    client: ccf.Client,
) -> None:
    campaigns = CampaignPicker(ccf.load_campaign_summaries())
    first, second, third = campaigns.campaigns["campaign_id"].head(3)
    campaigns.value = [first]
    picker = ActivityPicker(campaigns)
    assert emails(picker) == expected([first])
    campaigns.value = [first, second]
    assert sorted(emails(picker)) == sorted(expected([first, second]))
    sent = client.requests_sent
    campaigns.value = [second]
    campaigns.value = [second, first]
    assert client.requests_sent == sent
    campaigns.value = [third]
    assert emails(picker) == expected([third])


def test_emails_that_are_chosen_stay_listed_when_their_campaign_is_let_go(
    client: ccf.Client,
) -> None:
    campaigns = CampaignPicker(ccf.load_campaign_summaries())
    first, second = campaigns.campaigns["campaign_id"].head(2)
    campaigns.value = [first]
    picker = ActivityPicker(campaigns)
    picker.value = picker.activities.head(1)
    chosen = picker.value
    campaigns.value = [second]
    assert picker.value == chosen
    assert picker.frame["campaign_id"].tolist() == [first]
    campaigns.value = []
    assert picker.activities["campaign_activity_id"].tolist() == list(chosen)


def test_without_campaigns_it_has_a_campaign_picker_of_its_own(client: ccf.Client) -> None:
    picker = ActivityPicker()
    assert picker.campaigns is picker.children[0]
    assert len(picker.activities) == 0
    picker.campaigns.value = picker.campaigns.campaigns.head(1)
    assert emails(picker) == expected(list(picker.campaigns.value))


def test_a_look_up_in_a_notebook_leaves_the_loop_free_and_says_what_it_does(
    client: ccf.Client,
) -> None:
    async def scene() -> None:
        campaigns = CampaignPicker(ccf.load_campaign_summaries())
        picker = ActivityPicker(campaigns)
        campaigns.value = campaigns.campaigns.head(2)
        assert "looking up the emails of 2 campaigns" in picker.news.value
        assert len(picker.activities) == 0
        await until(picker.news, lambda: "looking up" not in picker.news.value)
        assert emails(picker) == expected(list(campaigns.value))

    in_a_loop(scene)


def test_of_choices_made_in_a_row_the_last_counts(client: ccf.Client) -> None:
    async def scene() -> None:
        campaigns = CampaignPicker(ccf.load_campaign_summaries())
        picker = ActivityPicker(campaigns)
        for count in (1, 5, 2):
            campaigns.value = campaigns.campaigns.head(count)
        await until(picker.news, lambda: "looking up" not in picker.news.value)
        assert emails(picker) == expected(list(campaigns.value))

    in_a_loop(scene)


def test_a_look_up_that_fails_is_said_in_place_and_can_be_tried_again(client: ccf.Client) -> None:
    campaigns = CampaignPicker(ccf.load_campaign_summaries())
    broken = ccf.connect(demo=True, quirks={"faults": {1: 403}})
    picker = ActivityPicker(campaigns, client=broken)
    assert not offers_again(picker)
    campaigns.value = campaigns.campaigns.head(1)
    assert "the emails could not be looked up: " in picker.news.value
    assert offers_again(picker)
    picker.again.click()
    assert len(picker.activities) > 0
    assert not offers_again(picker)
    broken.close()


def test_a_picker_that_is_closed_follows_no_more(client: ccf.Client) -> None:
    campaigns = CampaignPicker(ccf.load_campaign_summaries())
    picker = ActivityPicker(campaigns)
    picker.close()
    sent = client.requests_sent
    campaigns.value = campaigns.campaigns.head(1)
    assert client.requests_sent == sent
    assert campaigns.controls.list.index == (0,)


def test_without_a_client_it_says_how_to_connect_and_leaves_nothing_half_made() -> None:
    with pytest.raises(ConfigError, match=r"not connected: call ccf.connect"):
        ActivityPicker()
    gc.collect()  # a fault in what is thrown away would be a warning, which is an error
