"""A picker of many campaigns in the browser: from a keystroke to the list that follows it."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket

from tools import chromium
from tools.jupyter import Jupyter, running

_CELL = """
import resource

import numpy as np
import pandas as pd

import ccframes as ccf

count = {count}
number = np.arange(count)
campaigns = pd.DataFrame(
    {{
        "campaign_id": [f"{{one:08d}}-0000-4000-8000-000000000000" for one in number],
        "name": [f"Campaign {{one * 7919 % count:05d}} of the résumé" for one in number],
        "campaign_type": np.array(["Newsletter", "Sale", "Invitation", "Holiday"])[number % 4],
        "last_sent_date": pd.date_range("2026-06-30", periods=count, freq="-3h", tz="UTC"),
        "unique_sends": 1_000 + number % 700,
        "unique_opens": 300 + number % 200,
        "unique_clicks": 50,
        "unique_bounces": 10,
    }}
)
ccf.CampaignPicker  # its imports are not counted
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
picker = ccf.CampaignPicker(campaigns)
display(picker)
print("kilobytes", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""

_WATCH = """(list) => {
    document.addEventListener("keydown", () => { window.pressed = performance.now() }, true);
    window.followed = () => new Promise((done, fail) => {
        setTimeout(() => fail(new Error("the list did not change")), 30_000);
        const watcher = new MutationObserver(() => {
            watcher.disconnect();
            const changed = performance.now();
            requestAnimationFrame(() => setTimeout(() =>
                done([changed - window.pressed, performance.now() - window.pressed])));
        });
        watcher.observe(list, { childList: true, subtree: true, characterData: true });
    });
}"""


@dataclass
class Traffic:
    """Messages between page and kernel, and their bytes."""

    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def watch(self, socket: WebSocket) -> None:
        """Count what goes over a kernel's socket."""
        if "/channels" in socket.url:
            socket.on("framesent", lambda frame: self.sent.append(len(frame)))
            socket.on("framereceived", lambda frame: self.received.append(len(frame)))

    def clear(self) -> None:
        """Count from here on."""
        self.sent.clear()
        self.received.clear()


def measure(count: int, keystrokes: int) -> dict[str, Any]:
    """Return, for each place, what so many keystrokes take in a picker of so many campaigns."""
    with tempfile.TemporaryDirectory() as home, running(Path(home) / "jupyter") as jupyter:
        jupyter.write("picker", _CELL.format(count=count))
        with chromium.started() as browser:
            found: dict[str, Any] = {}
            for place in chromium.PLACES:
                page = browser.new_page()
                found[place] = _typed(jupyter, page, place, keystrokes)
                page.close()
                jupyter.end_kernels()
            return found


def _typed(jupyter: Jupyter, page: Page, place: chromium.Place, keystrokes: int) -> dict[str, Any]:
    traffic = Traffic()
    page.on("websocket", traffic.watch)
    chromium.show(jupyter, page, place, "picker")
    listed = page.locator(".ccframes-keys").get_by_role("listbox")
    search = page.get_by_role("textbox", name="Search", exact=True)
    listed.evaluate(_WATCH)
    search.focus()
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    traffic.clear()
    taken = [_press(page, key) for key in _keys(keystrokes)]
    changed, painted = zip(*taken, strict=True)
    return {
        "changed_ms": changed,
        "painted_ms": painted,
        "messages": (len(traffic.sent) + len(traffic.received)) / keystrokes,
        "bytes_to_kernel": sum(traffic.sent) / keystrokes,
        "bytes_to_page": sum(traffic.received) / keystrokes,
        "kernel_kilobytes": _printed(page),
        "page_megabytes": heap / 1e6,
    }


def _keys(count: int) -> list[str]:
    """Return keystrokes of which each makes another list."""
    word = [*"753", *["Backspace"] * 3]
    return [word[number % len(word)] for number in range(count)]


def _press(page: Page, key: str) -> list[float]:
    followed = page.evaluate_handle("() => ({ promise: window.followed() })")
    page.keyboard.press(key)
    times: list[float] = followed.evaluate("({ promise }) => promise")
    return times


def _printed(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^kilobytes \d+\s*$")).first.inner_text().split()[-1])


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
