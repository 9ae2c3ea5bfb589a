"""Every loader of the table: signature, documentation, and frames of the embedded account."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.demo import DemoServer, account
from ccframes.schema import Endpoint
from tests.every_report import LOADED, loaded
from tests.serving import client_of


@pytest.fixture(scope="module")
def client() -> Iterator[ccf.Client]:
    with (
        DemoServer(account()) as server,
        client_of(server.base_url, server.token) as connected,
    ):
        yield connected


@pytest.mark.parametrize("endpoint", LOADED, ids=lambda endpoint: endpoint.name)
def test_a_loader_has_the_common_keywords_and_its_parameters(endpoint: Endpoint) -> None:
    keywords = inspect.signature(getattr(ccf, endpoint.loader)).parameters
    expected = {"client", "progress"} | {param.name for param in endpoint.params}
    expected |= {"on_error"} if endpoint.key else set()
    expected |= {"max_pages"} if endpoint.walk == "cursor" else set()
    expected |= {"campaigns"} if endpoint.takes_campaigns else set()
    assert expected <= set(keywords)
    if endpoint.key:
        assert keywords["on_error"].default == ("warn" if endpoint.walk == "batch" else "raise")


@pytest.mark.parametrize("endpoint", LOADED, ids=lambda endpoint: endpoint.name)
def test_a_loaders_documentation_is_complete(endpoint: Endpoint) -> None:
    doc = inspect.getdoc(getattr(ccf, endpoint.loader)) or ""
    headings = ["Parameters", "Returns", "Raises", "Notes", "Examples"]
    places = [doc.index(f"\n{heading}\n{'-' * len(heading)}\n") for heading in headings]
    assert places == sorted(places)
    assert doc.rstrip().splitlines()[-1].startswith(f"Source: GET {endpoint.path} (scope ")
    for column in (*endpoint.columns, *endpoint.joined):
        assert f"\n{column.name} : {column.dtype} [{column.unit}]\n" in doc
    for keyword in inspect.signature(getattr(ccf, endpoint.loader)).parameters:
        assert any(
            keyword in line.partition(" : ")[0].split(", ")
            for line in doc[places[0] : places[1]].splitlines()
        )


@pytest.mark.parametrize("endpoint", LOADED, ids=lambda endpoint: endpoint.name)
def test_a_loader_gives_the_declared_columns_and_dtypes(
    endpoint: Endpoint, client: ccf.Client
) -> None:
    frame = loaded(endpoint, client)
    joined = endpoint.joined if endpoint.name == "campaign_summaries" else ()
    declared = {column.name: column.dtype for column in (*endpoint.columns, *joined)}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == declared
    assert len(frame)
    for column in endpoint.columns:
        if column.required:
            assert frame[column.name].notna().all()
    if endpoint.key:
        assert frame[endpoint.key].notna().all()
    assert frame.attrs["ccframes"]["endpoint"] == endpoint.name
    assert frame.attrs["ccframes"]["complete"]


@pytest.mark.parametrize(
    "endpoint",
    [one for one in LOADED if one.sort],
    ids=lambda endpoint: endpoint.name,
)
def test_rows_come_newest_first_for_each_id(endpoint: Endpoint, client: ccf.Client) -> None:
    frame = loaded(endpoint, client)
    groups = frame.groupby(endpoint.key, sort=False) if endpoint.key else [("", frame)]
    for _, rows in groups:
        assert rows[endpoint.sort].is_monotonic_decreasing


def test_filters_give_the_rows_that_filtering_the_whole_gives(client: ccf.Client) -> None:
    campaigns = ccf.load_campaigns(client=client).query("current_status == 'Done'").head(3)
    clicks = ccf.load_clicks(campaigns, client=client)
    link = clicks["url_id"].mode()[0]
    pd.testing.assert_frame_equal(
        ccf.load_clicks(campaigns, url_id=link, client=client),
        clicks[clicks["url_id"] == link].reset_index(drop=True),
    )
    bounces = ccf.load_bounces(campaigns, client=client)
    pd.testing.assert_frame_equal(
        ccf.load_bounces(campaigns, bounce_code=["B", "V"], client=client),
        bounces[bounces["bounce_code"].isin(["B", "V"])].reset_index(drop=True),
    )
    every = ccf.load_links(campaigns, no_clicks=True, client=client)
    clicked = ccf.load_links(campaigns, client=client)
    assert (clicked["unique_clicks"] > 0).all()
    assert len(every) > len(clicked)
    contacts = ccf.load_contacts(client=client)
    subscribed = contacts["sms_channel_sms_channel_consents"].str.contains('"explicit"', na=False)
    pd.testing.assert_frame_equal(
        ccf.load_contacts(sms_status="explicit", client=client),
        contacts[subscribed].reset_index(drop=True),
    )
    some = ccf.load_campaigns(client=client)["updated_at"].median()
    assert (ccf.load_campaigns(after_date=some, client=client)["updated_at"] > some).all()
