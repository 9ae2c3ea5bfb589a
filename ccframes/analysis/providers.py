"""The providers of mailboxes: the domains of addresses, each in one spelling."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import numpy as np
import pandas as pd

from ccframes.frames.conform import STR

PROVIDER: Final = "provider"
"""The column that says whose mailbox it is."""


def providers_of(addresses: pd.Series[Any]) -> pd.Series[Any]:
    """Return the domain of each address, lower-cased, in the letters people read.

    Parameters
    ----------
    addresses : Series of str
        Email addresses.

    Returns
    -------
    Series of str
        With the index of the addresses. An internationalised domain is the same whether it was
        written in its own letters or as `xn--…`. Missing for what has no domain.

    Notes
    -----
    The domain of an address says whose mailbox it is only where the provider's own domain is in
    it: a firm's domain may be served by the same provider as thousands of others.

    Examples
    --------
    >>> domains = ["Ann@Mail.Example", "x@xn--mnchen-3ya.example", "x@MÜNCHEN.example", "nobody"]
    >>> providers_of(pd.Series(domains)).tolist()
    ['mail.example', 'münchen.example', 'münchen.example', nan]

    Source: RFC 5321, 2.3.11 and 2.4 (domains are alike in either case); RFC 3490 (`xn--`).
    """
    codes, texts = pd.factorize(addresses)
    domains = [str(text).rpartition("@") for text in texts]
    numbers, distinct = pd.factorize(np.array([end for *_, end in domains], dtype=object))
    readable = np.array([*map(_readable, distinct), np.nan], dtype=object)
    names = [
        readable[number] if at else np.nan
        for number, (_, at, _) in zip(numbers, domains, strict=True)
    ]
    every = pd.array([*names, np.nan], dtype=STR)
    return pd.Series(every.take(codes), index=addresses.index, name=PROVIDER)


def _readable(domain: str) -> Any:
    plain = unicodedata.normalize("NFKC", domain).strip().rstrip(".").lower()
    return ".".join(map(_label, plain.split("."))) or np.nan


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
