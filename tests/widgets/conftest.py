"""What tests of widgets share."""

from __future__ import annotations

import comm
import pytest

from tests.widgets.frontend import FrontEnd


@pytest.fixture
def front_end(monkeypatch: pytest.MonkeyPatch) -> FrontEnd:
    """A front end to which all widgets are shown that are made in the test."""
    there = FrontEnd()
    monkeypatch.setattr(comm, "create_comm", there.comm)
    return there
