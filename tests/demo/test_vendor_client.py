"""The vendor's own Python client, pointed at the server, does what it does on the real API.

It cannot live in the usual environment, as it needs an older urllib3: `make vendor` runs this file
where it is, and elsewhere there are no such tests.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from typing import TYPE_CHECKING, Any

import pytest

import ccframes as ccf
from ccframes.demo import DemoServer, Quirks, account

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = account("default")
ACTIVITY = next(
    each
    for each in ACCOUNT.world.mailings.activities
    if len(ACCOUNT.records("opens", each.id)) > 600
)
DEVICES = ("computer", "mobile", "tablet", "other", "none")
BY_DEVICE = [
    f"em_{kind}_all{device}"
    for kind in ("opens", "clicks")
    for device in ("", *(f"_{each}" for each in DEVICES))
]
"""The 12 statistics that the guide spells with dots."""


def vendor(server: DemoServer) -> Any:
    """Return the client's reports on email."""
    client = importlib.import_module("constant_contact_api_client")
    configuration = client.Configuration(host=server.base_url, access_token=server.token)
    return client.EmailReportingApi(client.ApiClient(configuration))


def reports_of(api: Any) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(api, inspect.ismethod)
        if name.startswith("get_") and not name.endswith(("_http_info", "_preload_content"))
    }


@pytest.fixture
def ours(server: DemoServer) -> Iterator[Any]:
    with ccf.connect(token=server.token, base_url=server.base_url) as client:
        yield client


if importlib.util.find_spec("constant_contact_api_client"):  # which only `make vendor` installs

    def test_it_loads_the_first_page_and_we_load_all(server: DemoServer, ours: Any) -> None:
        page = vendor(server).get_email_opens_report(ACTIVITY.id)
        every = ACCOUNT.records("opens", ACTIVITY.id)
        assert len(page.tracking_activities) == 500 < len(every)
        assert page.links.next.href.startswith("/v3/reports/email_reports/")
        assert [row.contact_id for row in page.tracking_activities] == [
            row["contact_id"] for row in every[:500]
        ]
        assert len(ours.load("opens", ACTIVITY.id)) == len(every)

    def test_it_has_no_way_to_the_second_page(server: DemoServer) -> None:
        reports = reports_of(vendor(server))
        names = {name for signature in reports.values() for name in signature.parameters}
        assert len(reports) == 12
        assert {"limit", "campaign_activity_id"} <= names
        assert not {name for name in names if "next" in name or "cursor" in name or "page" in name}

    def test_it_takes_no_number_as_limit(server: DemoServer) -> None:
        with pytest.raises(ValueError, match="valid string"):
            vendor(server).get_email_opens_report(ACTIVITY.id, limit=10)

    @pytest.mark.parametrize(("stat_keys", "lost"), [("underscored", False), ("dotted", True)])
    def test_it_loses_dotted_statistics_and_we_keep_them(stat_keys: Any, lost: bool) -> None:
        with (
            DemoServer(ACCOUNT, quirks=Quirks(stat_keys=stat_keys)) as server,
            ccf.connect(token=server.token, base_url=server.base_url) as ours,
        ):
            [theirs] = vendor(server).get_email_campaign_activity_report(ACTIVITY.id).results
            kept = ours.load("activity_stats", ACTIVITY.id).iloc[0]
        told = ACCOUNT.document("activity_stats", ACTIVITY.id)["stats"]
        assert len(BY_DEVICE) == 12
        assert [getattr(theirs.stats, key) for key in BY_DEVICE] == [
            None if lost else told[key] for key in BY_DEVICE
        ]
        assert [kept[key] for key in BY_DEVICE] == [told[key] for key in BY_DEVICE]
        assert theirs.stats.em_opens == kept["em_opens"] == told["em_opens"]

    def test_other_reports_arrive_as_they_are(server: DemoServer) -> None:
        api = vendor(server)
        links = api.get_campaign_activity_link_report(ACTIVITY.id, no_clicks=True)
        summaries = api.get_email_campaign_report(limit="50").bulk_email_campaign_summaries
        assert len(links.link_click_counts) == len(ACTIVITY.links)
        assert [each.campaign_id for each in summaries] == [
            each["campaign_id"] for each in ACCOUNT.records("campaign_summaries")[:50]
        ]
        for name in ("email_sends", "clicks", "forwards", "unique_opens", "did_not_opens"):
            page = getattr(api, f"get_{name}_report")(ACTIVITY.id)
            rows = ACCOUNT.records(name.removeprefix("email_"), ACTIVITY.id)
            assert [row.contact_id for row in page.tracking_activities] == [
                row["contact_id"] for row in rows[:500]
            ]

    @pytest.mark.parametrize("name", ["optouts", "bounces"])
    def test_it_fails_on_a_last_page_where_links_are_said_to_be_required(
        server: DemoServer, ours: Any, name: str
    ) -> None:
        with pytest.raises(ValueError, match="_links"):
            getattr(vendor(server), f"get_{name}_report")(ACTIVITY.id)
        assert len(ours.load(name, ACTIVITY.id)) == len(ACCOUNT.records(name, ACTIVITY.id))
