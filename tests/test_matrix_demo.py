"""The embedded account is the same, to the byte, in every environment of the matrix."""

from __future__ import annotations

from ccframes.demo import account
from tests.demo.fingerprint import FINGERPRINT, fingerprint


def test_the_embedded_account_is_the_same_in_every_combination() -> None:
    assert fingerprint(account("default"), 20) == FINGERPRINT
