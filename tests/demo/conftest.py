"""One server of the default account for all tests, and a client that knows nothing of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from ccframes.demo import DemoServer, account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccframes.demo.world import World


class Caller:
    """Asks a server, with its token, as any HTTP client would."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {server.token}"

    def get(self, path: str, **params: Any) -> requests.Response:
        url = self.server.origin + path if path.startswith("/v3/") else self.server.base_url + path
        return self.session.get(url, params=params, timeout=10)

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Follow `next` to the end."""
        page = self.get(path, **params).json()
        yield page
        while "_links" in page:
            page = self.get(page["_links"]["next"]["href"]).json()
            yield page

    def walk(self, path: str, records: str, **params: Any) -> list[Any]:
        return [record for page in self.pages(path, **params) for record in page[records]]

    def tracking(self, activity_id: str, kind: str, **params: Any) -> list[Any]:
        path = f"/reports/email_reports/{activity_id}/tracking/{kind}"
        return self.walk(path, "tracking_activities", **params)


@pytest.fixture(scope="session")
def world() -> World:
    return account("default").world


@pytest.fixture(scope="session")
def server() -> Iterator[DemoServer]:
    with DemoServer(account("default")) as running:
        yield running


@pytest.fixture(scope="session")
def caller(server: DemoServer) -> Iterator[Caller]:
    asking = Caller(server)
    with asking.session:
        yield asking
