"""Measure the pace against a strict server in another process.

The server answers after a latency and refuses a fifth request in any sliding second. Run
`python -m tests.wire.pace_experiment` for a table over latencies and numbers of processes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ccframes.wire.auth import StaticToken
from ccframes.wire.pace import FileLedger, Pace
from ccframes.wire.transport import Transport
from tests.wire.misbehaving import THROTTLED, MisbehavingServer, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RATE = 4
STREAMS = 8
_TICK = 0.005
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """What the server saw."""

    latency: float
    processes: int
    requests: int
    refused: int
    per_second: float
    shortest_five: float
    stall: float
    shares: list[int]

    @property
    def used(self) -> float:
        """Share of the allowed rate that was used."""
        return self.per_second / RATE


class StrictServer:
    """Refuse a request when four came in the second before it."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._recent: deque[float] = deque(maxlen=RATE)
        self.refused = 0

    def __call__(self, request: Request) -> Reply:
        too_fast = len(self._recent) == RATE and request.arrived - self._recent[0] < 1
        self._recent.append(request.arrived)
        self.refused += too_fast
        return THROTTLED if too_fast else Reply(delay=self._latency)


class Watch:
    """Note for how long the machine let this process wait when it wanted to run."""

    def __init__(self) -> None:
        self.stall = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        before = time.monotonic()
        while not self._stop.wait(_TICK):
            now = time.monotonic()
            self.stall, before = max(self.stall, now - before - _TICK), now


def measure(latency: float, *, requests: int, processes: int = 1) -> Measured:
    """Let processes of 8 streams each send so many requests altogether, and look at the server."""
    with tempfile.TemporaryDirectory() as folder, _server(latency) as (base_url, report):
        ledger = str(Path(folder) / "pace.json")
        share = str(requests // processes)
        clients = [_start("client", base_url, ledger, share) for _ in range(processes)]
        for client in clients:
            client.communicate()
            assert client.returncode == 0
        return Measured(latency, processes, **report())


@contextmanager
def _server(latency: float) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    server = _start("server", str(latency))
    assert server.stdout
    assert server.stdin

    def report() -> dict[str, Any]:
        return dict(json.loads(server.communicate("stop\n")[0]))

    try:
        yield server.stdout.readline().strip(), report
    finally:
        server.kill()
        server.communicate()


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.wire.pace_experiment", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _serve(latency: str) -> None:
    script = StrictServer(float(latency))
    with Watch() as watch, MisbehavingServer(script) as server:
        print(server.base_url, flush=True)
        sys.stdin.readline()
        times = [request.arrived for request in server.requests]
        senders = [request.headers["x-process"] for request in server.requests]
    report = {
        "requests": len(times),
        "refused": script.refused,
        "per_second": (len(times) - 1) / (times[-1] - times[0]),
        "shortest_five": min(last - first for first, last in zip(times, times[4:], strict=False)),
        "stall": watch.stall,
        "shares": [senders[: len(senders) // 2].count(name) for name in sorted(set(senders))],
    }
    print(json.dumps(report), flush=True)


def _load(base_url: str, ledger: str, requests: str) -> None:
    transport = Transport(StaticToken("one-key"), Pace(FileLedger(Path(ledger))), base_url=base_url)
    transport._session.headers["X-Process"] = str(threading.get_native_id())
    url = transport.url("/emails")
    with ThreadPoolExecutor(STREAMS) as streams:
        list(streams.map(transport.get, [url] * int(requests)))
    transport.close()


def main() -> None:
    """Print the table."""
    print("latency processes requests refused  rate/s   used  fifth after    stall  halves")
    for latency, processes in [(0.05, 1), (0.3, 1), (0.8, 1), (0.05, 2), (0.3, 2), (0.8, 2)]:
        found = measure(latency, requests=int((sys.argv[1:] or ["100"])[0]), processes=processes)
        print(
            f"{latency:7} {processes:9} {found.requests:8} {found.refused:7} "
            f"{found.per_second:7.3f} {found.used:6.1%} {found.shortest_five:9.3f} s "
            f"{found.stall:6.3f} s  "
            f"{found.shares}",
            flush=True,
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["server", latency]:
            _serve(latency)
        case ["client", base_url, ledger, requests]:
            _load(base_url, ledger, requests)
        case _:
            main()
