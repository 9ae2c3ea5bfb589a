"""The pace is even, shared, counted by the UTC day, and survives what may happen to its ledger."""

import json
import logging
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from ccframes.errors import ConfigError, QuotaExceededError
from ccframes.wire.pace import (
    Book,
    Cancelled,
    FileLedger,
    MemoryLedger,
    Pace,
    cancellable,
    next_reset,
)
from tests.wire.pace_experiment import ROOT, Measured, measure

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC).timestamp()
MIDNIGHT = datetime(2026, 11, 11, tzinfo=UTC).timestamp()
GAP = 0.26


def book_at(now: float) -> Book:
    book = Book()
    book.open_day(now)
    return book


def sent_in(path: Path) -> int:
    return int(json.loads(path.read_text())["sent_today"])


def send(pace: Pace, times: int = 1) -> None:
    for _ in range(times):
        with pace.slot():
            pass


# --- the book ---------------------------------------------------------------------------------


def test_turns_are_reserved_a_gap_apart() -> None:
    book = book_at(NOON)
    turns = [book.reserve(NOON, GAP) for _ in range(4)]
    assert turns == pytest.approx([NOON + i * GAP for i in range(4)])


def test_a_turn_is_claimed_only_a_gap_after_the_last_request_was_really_sent() -> None:
    book = book_at(NOON)
    assert book.claim(NOON, GAP) == 0
    book.settle(NOON + 0.1)
    assert book.claim(NOON + GAP, GAP) == pytest.approx(0.1)
    assert book.claim(NOON + GAP + 0.11, GAP) == 0
    assert book.sent_today == 2


def test_a_refusal_pauses_all_and_widens_the_gap_once() -> None:
    book = book_at(NOON)
    for _ in range(3):
        book.throttle(NOON, 1.0)
    assert book.widening == pytest.approx(1.02)
    assert book.reserve(NOON, GAP) == NOON + 1
    assert book.claim(NOON + 0.5, GAP) == pytest.approx(0.5)


def test_the_gap_never_widens_without_end() -> None:
    book = book_at(NOON)
    for second in range(1000):
        book.throttle(NOON + 2 * second, 1.0)
    assert book.widening == 1.5


def test_a_new_utc_day_counts_from_nothing() -> None:
    book = book_at(MIDNIGHT - 1)
    book.claim(MIDNIGHT - 1, GAP)
    book.throttle(MIDNIGHT - 1, 1.0)
    book.open_day(MIDNIGHT)
    assert (book.day, book.sent_today, book.widening) == ("2026-11-11", 0, 1.0)


def test_an_exhausted_day_ends_at_midnight_utc() -> None:
    book = book_at(NOON)
    book.exhaust(NOON)
    assert book.remaining(MIDNIGHT - 1, 10) == 0
    assert book.remaining(MIDNIGHT, 10) == 10
    assert next_reset(NOON).timestamp() == MIDNIGHT


def test_a_refusal_just_after_midnight_does_not_cost_the_new_day() -> None:
    book = book_at(MIDNIGHT + 5)
    book.exhaust(MIDNIGHT + 5)
    assert book.remaining(MIDNIGHT + 30, 10) == 0
    assert book.remaining(MIDNIGHT + 70, 10) == 10


def test_a_clock_that_jumps_back_costs_one_gap_and_a_few_seconds_at_most() -> None:
    book = book_at(NOON)
    book.claim(NOON, GAP)
    book.throttle(NOON, 1.0)
    book.exhaust(NOON)
    an_hour_ago = NOON - 3600
    book.open_day(an_hour_ago)
    assert book.last_sent == an_hour_ago
    assert book.reserve(an_hour_ago, GAP) <= an_hour_ago + 60
    book.open_day(NOON - 2 * 86_400)
    assert book.remaining(NOON - 2 * 86_400, 10) == 10


def test_a_clock_that_jumps_ahead_costs_nothing() -> None:
    book = book_at(NOON)
    book.claim(NOON, GAP)
    book.open_day(NOON + 3600)
    assert book.reserve(NOON + 3600, GAP) == NOON + 3600


def test_a_book_reads_what_it_wrote() -> None:
    book = book_at(NOON)
    book.claim(NOON, GAP)
    book.throttle(NOON, 1.0)
    assert Book.from_json(book.to_json()) == book


def test_entries_that_make_no_sense_start_anew() -> None:
    text = (
        '{"last_sent": "soon", "widening": NaN, "sent_today": -5, "day": 3, '
        '"paused_until": Infinity, "exhausted_until": true, "unknown": 1}'
    )
    assert Book.from_json(text) == Book()


# --- the pace ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_an_impossible_rate_is_refused(rate: float) -> None:
    with pytest.raises(ConfigError, match="rate"):
        Pace(MemoryLedger(), rate=rate)


def test_an_impossible_quota_is_refused() -> None:
    with pytest.raises(ConfigError, match="daily_quota"):
        Pace(MemoryLedger(), daily_quota=-1)


def test_without_a_rate_nothing_waits_but_all_is_counted() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=100)
    send(pace, 60)
    assert pace.remaining_today == 40
    assert pace.gap == 0


def test_without_a_quota_nothing_is_refused() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=None)
    pace.exhausted()
    send(pace)
    assert pace.remaining_today is None


def test_a_spent_day_is_refused_before_sending() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=2)
    send(pace, 2)
    with pytest.raises(QuotaExceededError, match="UTC") as caught:
        send(pace)
    assert caught.value.resets_at == next_reset(time.time())
    assert pace.remaining_today == 0


def test_what_the_api_said_of_the_day_is_remembered(tmp_path: Path) -> None:
    Pace(FileLedger(tmp_path / "pace.json")).exhausted()
    other = Pace(FileLedger(tmp_path / "pace.json"), rate=None)
    assert other.remaining_today == 0
    with pytest.raises(QuotaExceededError):
        send(other)


def test_the_gap_is_widened_for_all_who_share_the_ledger(tmp_path: Path) -> None:
    one, other = (Pace(FileLedger(tmp_path / "pace.json")) for _ in range(2))
    before = other.gap
    one.throttled()
    assert other.gap == pytest.approx(before * 1.02)


def test_requests_of_many_threads_are_a_gap_apart() -> None:
    pace = Pace(MemoryLedger(), rate=100)
    times: list[float] = []

    def note() -> None:
        with pace.slot():
            times.append(time.time())

    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            threads.submit(note)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 0.01


def test_a_request_that_fails_while_it_is_written_gives_the_turn_on() -> None:
    pace = Pace(MemoryLedger(), rate=None, daily_quota=10)
    with pytest.raises(OSError, match="broken"), pace.slot():
        raise OSError("broken")
    send(pace)
    assert pace.remaining_today == 8


def test_cancelling_ends_every_wait_at_once() -> None:
    pace, cancelled = Pace(MemoryLedger(), rate=0.01), threading.Event()
    send(pace)

    def wait() -> None:
        with cancellable(cancelled):
            send(pace)

    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(wait) for _ in range(8)]
        cancelled.set()
        started = time.monotonic()
        assert all(isinstance(future.exception(), Cancelled) for future in waiting)
    assert time.monotonic() - started < 2


# --- the file ---------------------------------------------------------------------------------


def test_the_ledger_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "pace.json"
    send(Pace(FileLedger(path), rate=None))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_the_ledger_of_a_key_is_in_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    send(Pace(FileLedger.of_key("abc"), rate=None))
    assert [path.name for path in tmp_path.rglob("*.json")] == ["pace-abc.json"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\x00\xff\xfe", b'"text"', b"null", b"[" * 100_000]
)
def test_a_corrupt_ledger_starts_anew_with_a_warning(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "pace.json"
    path.write_bytes(content)
    send(Pace(FileLedger(path), rate=None))
    assert sent_in(path) == 1
    assert "not readable" in caplog.text


@pytest.mark.parametrize("obstacle", ["file", "folder"])
def test_a_ledger_that_cannot_be_used_is_kept_in_memory_with_one_warning(
    obstacle: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if obstacle == "file":
        (tmp_path / "state").write_text("in the way of the directory")
    else:
        (tmp_path / "state" / "pace.json").mkdir(parents=True)
    pace = Pace(FileLedger(tmp_path / "state" / "pace.json"), rate=None, daily_quota=10)
    send(pace, 3)
    assert pace.remaining_today == 7
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "cannot be used" in caplog.text


def test_an_unwritable_directory_is_survived(caplog: pytest.LogCaptureFixture) -> None:
    # where not even root may write
    pace = Pace(FileLedger(Path("/proc/ccframes/pace.json")), rate=None, daily_quota=10)
    send(pace, 3)
    assert pace.remaining_today == 7
    assert "cannot be used" in caplog.text


def test_a_disk_that_fills_up_keeps_the_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pace = Pace(FileLedger(tmp_path / "pace.json"), rate=None, daily_quota=10)
    send(pace, 2)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    send(pace, 2)
    assert pace.remaining_today == 6
    assert "No space left" in caplog.text


def test_two_processes_count_in_one_ledger(tmp_path: Path) -> None:
    path = tmp_path / "pace.json"
    code = (
        "import sys; from pathlib import Path; from ccframes.wire.pace import *\n"
        "pace = Pace(FileLedger(Path(sys.argv[1])), rate=None)\n"
        "for _ in range(100):\n"
        "    with pace.slot(): pass\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, path], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert sent_in(path) == 200


def test_a_process_killed_in_its_turn_holds_up_nobody(tmp_path: Path) -> None:
    path = tmp_path / "pace.json"
    code = (
        "import os, signal, sys; from pathlib import Path; from ccframes.wire.pace import *\n"
        "with FileLedger(Path(sys.argv[1])).opened(): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert (
        subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=False).returncode == -9
    )
    send(Pace(FileLedger(path), rate=None))
    assert sent_in(path) == 1


# --- the experiment ---------------------------------------------------------------------------

UNDISTURBED = 0.02
CASES = [(0.05, 1), (0.3, 1), (0.8, 1), (0.3, 2)]


def measure_undisturbed(latency: float, processes: int) -> Measured:
    """Measure again where the machine itself stopped the server: that says nothing of the pace."""
    for _ in range(3):
        found = measure(latency, requests=40, processes=processes)
        if found.stall < UNDISTURBED or (not found.refused and found.used >= 0.95):
            break
    return found


def test_eight_streams_use_the_rate_and_are_never_refused() -> None:
    with ThreadPoolExecutor(len(CASES)) as experiments:
        found = list(experiments.map(measure_undisturbed, *zip(*CASES, strict=True)))
    for measured in found:
        assert measured.refused == 0, measured
        assert measured.used >= 0.95, measured
        assert min(measured.shares) >= 0.3 * sum(measured.shares), measured
