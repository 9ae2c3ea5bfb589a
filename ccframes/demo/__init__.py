"""The embedded account: a simulated account behind a real HTTP server on loopback.

>>> from ccframes.demo import DemoServer, account
>>> with DemoServer(account("empty")) as server:
...     server.base_url.startswith("http://127.0.0.1:")
True
"""

from ccframes.demo.accounts import account
from ccframes.demo.documents import Account, StaticAccount, WorldAccount
from ccframes.demo.exchange import Answer, Request
from ccframes.demo.quirks import Quirks
from ccframes.demo.server import DemoServer, serve

__all__ = [
    "Account",
    "Answer",
    "DemoServer",
    "Quirks",
    "Request",
    "StaticAccount",
    "WorldAccount",
    "account",
    "serve",
]
