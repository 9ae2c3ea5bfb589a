"""A debounced call happens once, after the last time it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ccframes.widgets.debounce import Debounced


class Clock:
    """An event loop that calls what it was asked to call later when it is told so."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[..., Any], tuple[Any, ...]]] = []

    def call_later(self, seconds: float, call: Callable[..., Any], *arguments: Any) -> None:
        self.later.append((seconds, call, arguments))

    def strike(self) -> None:
        _, call, arguments = self.later.pop(0)
        call(*arguments)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: clock)
    return clock


def test_of_calls_in_a_row_the_last_one_happens(clock: Clock) -> None:
    happened: list[int] = []
    debounced = Debounced(lambda: happened.append(len(clock.later)), 0.04)
    debounced()
    debounced()
    clock.strike()
    assert happened == []
    debounced()
    clock.strike()
    assert happened == []
    clock.strike()
    assert happened == [0]


def test_after_a_pause_it_can_be_asked_for_again(clock: Clock) -> None:
    happened: list[float] = []
    debounced = Debounced(lambda: happened.append(1), 0.04)
    for _ in range(2):
        debounced()
        assert clock.later[0][0] == 0.04
        clock.strike()
    assert happened == [1, 1]


def test_without_a_loop_it_happens_at_once() -> None:
    happened: list[int] = []
    Debounced(lambda: happened.append(1), 60)()
    assert happened == [1]
