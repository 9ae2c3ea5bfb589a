"""What the browser tells assistive technology: its accessibility tree."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

Named = tuple[str, str]


def tree(page: Page, selector: str) -> list[dict[str, Any]]:
    """Return the nodes of the browser's accessibility tree below an element, in its order."""
    session = page.context.new_cdp_session(page)
    document = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})["nodeId"]
    answer = session.send("Accessibility.queryAXTree", {"nodeId": node})
    session.detach()
    return [one for one in answer["nodes"] if not one["ignored"]]


def named(nodes: list[dict[str, Any]], *roles: str) -> list[Named]:
    """Return role and accessible name of the nodes with these roles."""
    every = [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in nodes]
    return [pair for pair in every if pair[0] in roles]
