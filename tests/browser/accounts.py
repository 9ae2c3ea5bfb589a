"""The embedded account with texts that a browser may take for something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ccframes.demo import Account, WorldAccount
from tests.browser.notebooks import HOSTILE, IMAGE


class Retold:
    """An account in whose answers some texts are others; those of contacts are left as they are."""

    def __init__(self, account: Account, texts: Mapping[str, str]) -> None:
        self._account = account
        self._texts = texts

    def records(self, endpoint: str, key: str = "") -> Sequence[Any]:
        """Return the records of the account, retold."""
        records = self._account.records(endpoint, key)
        return [self._retold(one) for one in records] if endpoint == "campaigns" else records

    def document(self, endpoint: str, key: str) -> Any:
        """Return a document of the account, retold."""
        return self._retold(self._account.document(endpoint, key))

    def _retold(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._retold(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._retold(one) for one in value]
        return self._texts.get(value, value) if isinstance(value, str) else value


def hostile(account: WorldAccount) -> Retold:
    """Return the account with hostile names of its newest campaigns, and hostile links and tags."""
    newest = [one["campaign_id"] for one in account.records("campaign_summaries")[: len(HOSTILE)]]
    texts: dict[str, str] = {}
    for campaign, name in zip(newest, HOSTILE, strict=True):
        document = account.document("campaign_activities", campaign)
        texts[document["name"]] = name
        activity = document["campaign_activities"][0]["campaign_activity_id"]
        details = account.document("campaign_activity_details", activity)
        texts[details["subject"]] = name
        links = account.document("links", activity)["link_click_counts"]
        targets = ("javascript:window.pwned=2", f'https://x.example/">{IMAGE}', f"https://{name}")
        texts |= {link["link_url"]: to for link, to in zip(links, targets, strict=False)}
        texts |= {link["link_tag"]: name for link in links if link.get("link_tag")}
    return Retold(account, texts)
