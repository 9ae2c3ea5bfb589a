"""How the commands connect, and how they say what a load warns of."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import click

import ccframes as ccf
from ccframes.cli.terminal import complain
from ccframes.client import TOKEN_VARIABLE
from ccframes.errors import ConfigError

demo_option = click.option(
    "--demo", is_flag=True, help="Use the embedded account, which needs no token."
)


def connection(demo: bool) -> ccf.Client:
    """Connect to the embedded account, or to that of the token in the environment."""
    if demo:
        return ccf.connect(demo=True)
    if not os.environ.get(TOKEN_VARIABLE):
        raise ConfigError(f"no access token: set {TOKEN_VARIABLE}, or look around with --demo")
    return ccf.connect()


@contextmanager
def warnings_in_lines() -> Iterator[None]:
    """Say each warning in a line of its own, without the place in our code."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for warning in caught:
                complain(f"warning: {warning.message}")
