"""Families of endpoints: the statuses they declare, and what their errors are called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ccframes.demo.exchange import Answer, Refusal

STATS_ERROR = {
    "error_key": "reportingsvc.not_found.invalid_path_param.campaign_ids.",
    "error_message": "Could not find any campaign stats for all requested campaigns.",
}
"""What the statistics say of an id without any: for activities too, and of one id too."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Family:
    """Endpoints of one service.

    Attributes
    ----------
    paths : str
        Pattern that their paths begin with.
    statuses : frozenset of int
        Statuses that the provider's description declares; 429 may come from any.
    """

    paths: str
    statuses: frozenset[int]

    @property
    def is_reporting(self) -> bool:
        """Whether it is one of the reports."""
        return self.paths.startswith("/reports")

    def invalid(self, name: str) -> Refusal:
        """Return the refusal (400) of a parameter."""
        key = "contacts.api.validation.error"
        if self.is_reporting:
            key = f"reportingsvc.bad_request.invalid_query_param.{name}"
        return Refusal.listing(400, key, f"{name} does not have a valid value")

    def not_found(self, name: str, value: str) -> Refusal:
        """Return the refusal (404) of an id in the path."""
        key = "contacts.api.not_found"
        if self.is_reporting:
            key = f"reportingsvc.not_found.invalid_path_param.{name}."
        problem = (
            f"Could not find {name}." if is_uuid(value) else f"{name} is in an invalid format."
        )
        return Refusal.listing(404, key, problem)

    def check_content(self, content_type: str) -> None:
        """Raise Refusal (415) where the family minds content that is not JSON."""
        if 415 in self.statuses and content_type and "json" not in content_type:
            key = "unsupported_media_type"
            raise Refusal.listing(415, key, "Content-Type must be application/json.")


_BASE = {200, 400, 401, 403, 500}
_FAMILIES = [
    Family("/reports/(summary_reports|stats)/", frozenset(_BASE | {404})),
    Family("/reports/", frozenset(_BASE | {404, 415})),
    Family("/emails/activities/[^/]+/abtest", frozenset(_BASE | {404, 409, 429})),
    Family("/emails", frozenset(_BASE | {404, 429})),
    Family("/contacts/", frozenset(_BASE | {404, 503})),
    Family("/contacts", frozenset(_BASE | {202, 404, 503})),
    Family("/contact_tags", frozenset(_BASE | {404})),
    Family("/contact_", frozenset(_BASE | {503})),
    Family("/segments", frozenset(_BASE | {404, 415, 429})),
    Family("/account/summary", frozenset(_BASE | {503})),
    Family("/account/user/privileges", frozenset(_BASE - {400} | {503})),
]


def family_of(path: str) -> Family:
    """Return the family of an endpoint's path.

    >>> sorted(family_of("/contact_lists").statuses)
    [200, 400, 401, 403, 500, 503]
    """
    return next(family for family in _FAMILIES if re.match(family.paths, path))


def is_uuid(text: str) -> bool:
    """Tell whether an id has the form of one."""
    return bool(_UUID.fullmatch(text))


def no_statistics() -> Refusal:
    """Return the refusal (404) of a whole batch."""
    return Refusal(Answer.of([STATS_ERROR], 404))
