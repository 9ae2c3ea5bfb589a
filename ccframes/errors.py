"""Every exception and warning of ccframes. This module imports nothing of the package.

::

    CcframesError
    ├── ConfigError               an argument, id, setting or credential that cannot be used
    ├── MissingDependencyError    an optional package is not installed
    ├── ApiError                  the API answered with an error status
    │   ├── AuthError             401
    │   ├── ScopeError            403
    │   ├── NotFoundError         404
    │   ├── RequestError          any other 4xx
    │   ├── RateLimitError        429
    │   │   ├── ThrottledError        too many requests in a second
    │   │   └── QuotaExceededError    too many requests today
    │   └── ServerError           5xx
    ├── TransportError            no usable answer came: connection, time-out, cut body
    ├── PagingError               a next link that cannot be followed safely
    ├── LoadInterrupted           a load stopped part-way; .partial and .resume()
    ├── SchemaError               an answer without its records key or a required field
    ├── ColumnsError              a frame without the columns that were needed
    │   └── UnfitFrameError           what `df.ccf` does not offer for this frame
    └── ArchiveError              the local store cannot be read or written

    PartialResultWarning          the frame is not the whole of what was asked for
    UnknownFieldWarning           the API sent something the table does not know
    QuotaWarning                  a load needs more requests than are left today
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd


class CcframesError(Exception):
    """Base of every error that ccframes raises on purpose."""


class ConfigError(CcframesError, ValueError):
    """An argument, id, setting or credential cannot be used; nothing was sent."""


class MissingDependencyError(CcframesError, ImportError):
    """A package of an optional extra is needed; the message names the extra."""


class ApiError(CcframesError):
    """The API answered with an error status.

    Attributes
    ----------
    status_code : int
        HTTP status of the answer.
    path : str
        Path that was asked for, without host, query string or token.
    error_key, error_message : str
        What the body said, empty where it said nothing.
    retryable : bool
        Whether the same request may succeed later.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        status_code: int = 0,
        path: str = "",
        error_key: str = "",
        error_message: str = "",
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.path = path
        self.error_key = error_key
        self.error_message = error_message


class AuthError(ApiError):
    """401: the access token is missing, expired or not accepted."""


class ScopeError(ApiError):
    """403: the token lacks a scope, or its user lacks a privilege."""


class NotFoundError(ApiError):
    """404: the API knows no such campaign, activity or contact."""


class RequestError(ApiError):
    """Any other 4xx: the API refused the request as it was put."""


class ServerError(ApiError):
    """5xx: the API failed, and went on failing when asked again."""

    retryable = True


class RateLimitError(ApiError):
    """429: the API refused to answer so many requests."""


class ThrottledError(RateLimitError):
    """429 `throttled`: more requests in a second than the API key may send."""

    retryable = True


class QuotaExceededError(RateLimitError):
    """429 `quota_exceeded`, or the same found in our own ledger before sending.

    Attributes
    ----------
    resets_at : datetime or None
        The instant (UTC) from which requests are answered again.
    """

    resets_at: datetime | None = None


class TransportError(CcframesError):
    """No usable answer came: connection refused or reset, time-out, cut or foreign body."""


class PagingError(CcframesError):
    """A `next` link repeats, points to another host or is no path; it was not followed."""


class LoadInterrupted(CcframesError):
    """A load stopped part-way; what came is in `partial`, and `resume()` goes on from there.

    The error that stopped it is its `__cause__`.

    Attributes
    ----------
    partial : pandas.DataFrame
        All rows that came, with the loader's columns and dtypes, marked incomplete in its attrs.
    """

    def __init__(
        self,
        message: str,
        *,
        partial: Callable[[], pd.DataFrame],
        resume: Callable[[Any], pd.DataFrame],
    ) -> None:
        super().__init__(message)
        self._assemble = partial
        self._partial: pd.DataFrame | None = None
        self._resume = resume

    @property
    def partial(self) -> pd.DataFrame:
        """All rows that came; assembled when first asked for, so that stopping stays prompt."""
        if self._partial is None:
            self._partial = self._assemble()
        return self._partial

    def resume(self, client: Any = None) -> pd.DataFrame:
        """Fetch what is still missing and return the whole frame.

        Pages that came are not asked for again. `client` goes on with another Client, such as
        one with a fresh token. Raises LoadInterrupted anew if it stops again.
        """
        return self._resume(client)


class SchemaError(CcframesError):
    """An answer lacks its records key or a required field."""


class ColumnsError(CcframesError, ValueError):
    """A frame lacks the columns that were needed; the message names the loader that has them."""


class UnfitFrameError(ColumnsError, AttributeError):
    """`df.ccf` does not offer this for the frame; the message names what it lacks."""


class ArchiveError(CcframesError):
    """The local store cannot be read or written."""


class PartialResultWarning(UserWarning):
    """The frame is not the whole of what was asked for; the message names what is missing."""


class UnknownFieldWarning(UserWarning):
    """The API sent a field, value or form that the table does not know; it was kept."""


class QuotaWarning(UserWarning):
    """A load that is about to start needs more requests than are left today."""
