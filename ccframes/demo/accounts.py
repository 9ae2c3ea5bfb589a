"""The embedded accounts by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, overload

from ccframes.demo.clock import DAY
from ccframes.demo.documents import Account, StaticAccount, WorldAccount
from ccframes.demo.world import World
from ccframes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_EMPTY = {
    "account": {"": {"organization_name": "New account", "time_zone_id": "US/Eastern"}},
}
_ACCOUNTS: dict[str, Callable[[], Account]] = {
    "large": lambda: WorldAccount(World(contacts=9_500, editions=4)),
    "lagging": lambda: WorldAccount(World(lag=14 * DAY)),
    "default": lambda: WorldAccount(World()),
    "empty": lambda: StaticAccount(_EMPTY),
}


@overload
def account(name: Literal["default", "large", "lagging"] = "default") -> WorldAccount: ...
@overload
def account(name: str) -> Account: ...
def account(name: str = "default") -> Account:
    """Return an embedded account: `default` is worth analysing, `empty` is a new one.

    `large` is that of a big organisation: 458 campaigns and more than 3 million events. `lagging`
    is the default one, whose statistics are two weeks behind the rows for every other campaign.
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
    return _account(name)


@cache
def _account(name: str) -> Account:
    if name not in _ACCOUNTS:
        raise ConfigError(f"no embedded account is called {name!r}; use {' or '.join(_ACCOUNTS)}")
    return _ACCOUNTS[name]()
