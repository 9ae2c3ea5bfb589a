"""The embedded accounts by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ccframes.demo.documents import Account, StaticAccount, WorldAccount
from ccframes.demo.world import World
from ccframes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_ACCOUNTS: dict[str, Callable[[], Account]] = {
    "default": lambda: WorldAccount(World()),
    "empty": lambda: StaticAccount({}),
}


@cache
def account(name: str = "default") -> Account:
    """Return an embedded account: `default` is worth analysing, `empty` is a new one.

    Accounts cannot change, so the same one is returned each time.

    Raises
    ------
    ConfigError
        No account has that name.

    Examples
    --------
    >>> len(account("default").records("campaigns"))
    125
    """
    if name not in _ACCOUNTS:
        raise ConfigError(f"no embedded account is called {name!r}; use {' or '.join(_ACCOUNTS)}")
    return _ACCOUNTS[name]()
