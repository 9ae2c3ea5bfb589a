"""The explorer: each panel with its table, its code and its download; all is loaded once."""

from __future__ import annotations

import asyncio
import base64
import gc
import io
import json
import re
import threading
import time
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib import pyplot as plt

import ccframes as ccf
from ccframes.client import Client
from ccframes.demo import Answer, DemoServer, Request, account
from ccframes.errors import ConfigError
from ccframes.widgets import Explorer
from ccframes.widgets.panels import PANELS
from tests.serving import client_of
from tests.widgets.kernel import in_a_loop, texts, until, wait_for

ROOT = Path(__file__).parents[2]
QUOTA = Answer.of({"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}, 429)
TITLES = [panel.title for panel in PANELS]


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(account()) as running:
        yield running


@pytest.fixture
def client(server: DemoServer) -> Iterator[Client]:
    server.intercept = None
    with client_of(server.base_url, server.token) as connected:
        yield connected


@pytest.fixture
def explorer(client: Client) -> Iterator[Explorer]:
    made = Explorer(client)
    yield made
    made.close()


def latest(explorer: Explorer, count: int) -> list[str]:
    """Return the ids of the campaigns that were sent last."""
    return list(explorer.picker.campaigns["campaign_id"].head(count))


def html(explorer: Explorer) -> str:
    (shown,) = explorer.linked.output.children
    return str(shown.value)


def numbers_of(explorer: Explorer) -> pd.DataFrame:
    assert explorer.numbers is not None
    return explorer.numbers


class Tags(HTMLParser):
    """Collects the tags of a text with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> dict[str, str | None]:
        """Return the attributes of the one such tag."""
        (attributes,) = (attrs for name, attrs in self.found if name == tag)
        return attributes


# --- panels -------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", TITLES)
def test_a_panel_has_a_picture_with_a_text_its_table_its_code_and_a_download(
    explorer: Explorer, title: str
) -> None:
    explorer.panel = title
    explorer.picker.value = latest(explorer, 1)
    assert explorer.linked.state == "done"
    tags = Tags(html(explorer))
    picture, link = tags.of("img"), tags.of("a")
    assert str(picture["src"]).startswith("data:image/png;base64,")
    assert title in str(picture["alt"])
    numbers = numbers_of(explorer)
    data = base64.b64decode(str(link["href"]).removeprefix("data:text/csv;base64,"))
    assert list(pd.read_csv(io.BytesIO(data)).columns) == list(numbers.columns)
    assert len(pd.read_csv(io.BytesIO(data))) == len(numbers)
    assert f"({len(numbers):,} rows, CSV)" in html(explorer)
    heads = html(explorer).replace(" [UTC]</th>", "</th>")  # which those of instants say
    assert all(f">{name}</th>" in heads for name in numbers.columns)
    assert explorer.code in unescape(html(explorer))


@pytest.mark.parametrize("title", TITLES)
def test_the_code_of_a_panel_makes_its_table_in_a_fresh_namespace(title: str) -> None:
    ccf.connect(demo=True)
    explorer = Explorer()
    explorer.panel = title
    explorer.picker.value = latest(explorer, 4)[1:]
    namespace: dict[str, Any] = {}
    ccf.connect(demo=True)
    exec(explorer.code, namespace)
    pd.testing.assert_frame_equal(namespace["numbers"], numbers_of(explorer))
    assert len(plt.get_fignums()) == 1  # the picture, as a cell would show it
    plt.close("all")


def test_the_theme_is_that_of_the_picture_and_of_the_code(client: Client) -> None:
    pictures = {}
    for theme in ("light", "dark"):
        explorer = Explorer(client, theme=theme)
        explorer.panel = "Funnel"
        explorer.picker.value = latest(explorer, 1)
        pictures[theme] = Tags(html(explorer)).of("img")["src"]
        assert ("theme='dark'" in explorer.code) == (theme == "dark")
    assert pictures["light"] != pictures["dark"]


def test_an_unknown_theme_is_refused_before_anything_is_sent(
    client: Client, server: DemoServer
) -> None:
    before = server.requests.count
    with pytest.raises(ConfigError, match="light, dark"):
        Explorer(client, theme="pink")  # type: ignore[arg-type]
    assert server.requests.count == before


def test_without_a_choice_there_is_nothing_to_see(explorer: Explorer) -> None:
    explorer.picker.value = latest(explorer, 1)
    explorer.picker.value = []
    assert explorer.linked.notice.text == "Nothing is chosen."
    assert (explorer.numbers, explorer.code, explorer.linked.output.children) == (None, "", ())


def test_names_that_are_hostile_are_inert_in_every_panel() -> None:
    name = '<img src=x onerror="alert(1)"></details><script>alert(2)</script>'
    ccf.connect(demo=True)
    explorer = Explorer(campaigns=ccf.load_campaign_summaries().assign(name=name))
    explorer.picker.value = latest(explorer, 2)
    for title in TITLES:
        explorer.panel = title
        assert explorer.linked.state == "done"
    assert "<script>" not in texts(explorer).replace("<style>", "")
    assert re.findall(r"<img(?! src=\"data:image/png;base64)", texts(explorer)) == []


# --- what is loaded -----------------------------------------------------------------------------


def test_what_was_loaded_for_one_panel_is_not_loaded_for_the_next(
    explorer: Explorer, server: DemoServer
) -> None:
    explorer.picker.value = latest(explorer, 2)
    before = server.requests.count
    for title in TITLES:
        explorer.panel = title
        assert explorer.linked.state == "done"
    assert server.requests.count == before


def test_of_a_wider_choice_only_what_is_new_is_loaded_and_the_table_is_the_same(
    explorer: Explorer, client: Client, server: DemoServer
) -> None:
    explorer.panel = "Opens over time"
    two, three = latest(explorer, 3)[1:], latest(explorer, 3)
    explorer.picker.value = two
    before = len(server.requests.of("opens"))
    explorer.picker.value = three
    new = ccf.load_opens(campaigns=three[:1], client=client)["campaign_activity_id"].unique()
    asked = {path.split("/")[4] for path, _ in server.requests.of("opens")[before:]}
    assert asked == set(new)
    fresh = Explorer(client)
    fresh.panel = "Opens over time"
    fresh.picker.value = three
    pd.testing.assert_frame_equal(numbers_of(explorer), numbers_of(fresh))


def test_load_again_forgets_what_is_kept(explorer: Explorer, server: DemoServer) -> None:
    explorer.panel = "Links"
    explorer.picker.value = latest(explorer, 1)
    before = len(server.requests.of("links"))
    assert explorer.linked.notice.button.description == "Load again"
    explorer.linked.notice.button.click()
    assert len(server.requests.of("links")) == before + 1


def test_to_load_again_waits_for_no_load_that_is_under_way(client: Client) -> None:
    async def scene() -> None:
        explorer = Explorer(client)
        explorer.panel = "Links"
        explorer.picker.value = latest(explorer, 1)
        under_way, go_on = threading.Event(), threading.Event()

        def hold(*_: Any) -> Any:
            under_way.set()
            wait_for(go_on)

        kept: Any = explorer.kept
        kept._load = hold
        await asyncio.to_thread(wait_for, under_way)
        before = time.monotonic()
        explorer.linked.reload()
        took = time.monotonic() - before
        go_on.set()
        await until(explorer.linked, lambda: explorer.linked.state == "done")
        assert took < 1

    in_a_loop(scene)


def test_of_an_explorer_that_is_closed_nothing_is_kept(client: Client) -> None:
    gc.collect()
    before = len(_instances)
    explorer = Explorer(client)
    explorer.panel = "Links"
    explorer.picker.value = latest(explorer, 1)
    once = len(_instances)
    explorer.picker.value = latest(explorer, 2)
    assert len(_instances) == once
    explorer.close()
    explorer.close()
    assert len(_instances) == before


def test_another_account_is_not_shown_what_was_kept_of_the_first() -> None:
    with DemoServer(account()) as one, DemoServer(account()) as other:
        ccf.connect(token=one.token, base_url=one.base_url, rate=1_000)
        explorer = Explorer()
        explorer.panel = "Links"
        explorer.picker.value = latest(explorer, 1)
        ccf.connect(token=other.token, base_url=other.base_url, rate=1_000)
        explorer.linked.refresh()
        assert len(other.requests.of("links")) == 1


def test_the_cost_of_all_that_a_panel_needs_is_told_and_nothing_where_it_is_kept(
    explorer: Explorer,
) -> None:
    explorer.panel = "Links"
    explorer.picker.value = latest(explorer, 2)
    assert "links, clicks of 2 campaigns" in explorer.linked.notice.text
    explorer.linked.refresh()
    assert "requests" not in explorer.linked.notice.text


def test_a_load_cancelled_half_way_goes_on_where_it_was(client: Client, server: DemoServer) -> None:
    async def scene() -> None:
        explorer = Explorer(client)
        explorer.panel = "Bounces"
        held, go_on, before = threading.Event(), threading.Event(), server.requests.count

        def hold(request: Request) -> None:
            if request.path.endswith("/tracking/sends") and "next" in request.query:
                held.set()
                wait_for(go_on)

        server.intercept = hold
        explorer.picker.value = latest(explorer, 1)
        await asyncio.to_thread(wait_for, held)
        explorer.linked.cancel()
        await until(explorer.linked, lambda: explorer.linked.state == "cancelled")
        go_on.set()
        server.intercept = None
        explorer.linked.notice.button.click()
        await until(explorer.linked, lambda: explorer.linked.state == "done")
        asked = [served.path for served in list(server.requests)[before:]]
        assert sum("/tracking/bounces" in path for path in asked) == 1
        assert sum("/tracking/sends?limit=" in path for path in asked) == 1

    in_a_loop(scene)


def test_a_quota_reached_is_said_keeps_the_choice_and_the_next_panel_works(
    explorer: Explorer, server: DemoServer
) -> None:
    explorer.panel = "Funnel"
    explorer.picker.value = chosen = tuple(latest(explorer, 2))
    server.intercept = lambda request: QUOTA
    explorer.panel = "Links"
    assert explorer.linked.state == "failed"
    assert "quota" in explorer.linked.notice.text
    assert explorer.picker.value == chosen
    assert "Funnel" in html(explorer)
    explorer.panel = "Devices"  # of which everything is kept
    assert explorer.linked.state == "done"
    server.intercept = None
    explorer.panel = "Links"
    assert explorer.linked.state == "done"


# --- where there is no front end ----------------------------------------------------------------


def test_without_a_front_end_it_shows_what_is_chosen_and_seen(explorer: Explorer) -> None:
    explorer.panel = "Funnel"
    explorer.picker.value = latest(explorer, 2)
    bundle = explorer._repr_mimebundle_()
    assert "June Announcement 111" in bundle["text/html"]
    assert 'src="data:image/png;base64,' in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert "2 chosen" in bundle["text/plain"]
    assert repr(explorer) == "<Explorer: Funnel of 2 chosen>"


def test_no_text_of_it_has_the_token(explorer: Explorer, server: DemoServer) -> None:
    explorer.picker.value = latest(explorer, 1)
    assert server.token not in texts(explorer)
    assert server.token not in explorer.code


def test_the_stored_dashboard_shows_what_it_would_without_a_kernel() -> None:
    notebook = json.loads((ROOT / "notebooks" / "dashboard.ipynb").read_text())
    (output,) = notebook["cells"][-1]["outputs"]
    shown = "".join(output["data"]["text/html"])
    assert "June Announcement 111" in shown
    assert 'src="data:image/png;base64,' in shown
    # a view without its state is an error message where no kernel runs
    assert set(output["data"]) == {"text/html", "text/plain"}
