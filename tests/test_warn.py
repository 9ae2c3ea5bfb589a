"""Warnings are told to whoever asked to hear them, and otherwise as Python tells warnings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ccframes.warn import heard_by, warn


def test_a_hearer_hears_what_is_warned_of_in_its_block_and_nothing_else_is_shown() -> None:
    heard: list[str] = []
    with heard_by(heard.append):
        warn("inside", UserWarning)
    with pytest.warns(UserWarning, match="outside"):
        warn("outside", UserWarning)
    assert heard == ["inside"]


def test_a_hearer_does_not_hear_other_threads() -> None:
    heard: list[str] = []
    with heard_by(heard.append), ThreadPoolExecutor(1) as threads:
        elsewhere = threads.submit(warn, "elsewhere", UserWarning)
    assert isinstance(elsewhere.exception(), UserWarning)  # warnings are errors in tests
    assert heard == []
