"""The services behind the server: from a request to the answer the contract promises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from ccframes.demo.documents import Account, NoStatistics, Unknown
from ccframes.demo.exchange import Answer, Refusal, Request
from ccframes.demo.queries import Cursor, filters_of, invalid
from ccframes.demo.statistics import aggregate_percents
from ccframes.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccframes.demo.gate import Gate
    from ccframes.demo.quirks import Quirks
    from ccframes.schema import Endpoint

SCOPES: Final = frozenset(endpoint.scope for endpoint in ENDPOINTS.values())
PRIVILEGES: Final = frozenset(endpoint.privilege for endpoint in ENDPOINTS.values())
PREFIX: Final = "/v3"

_ROUTES = [
    (re.compile(PREFIX + re.sub(r"\\?\{\w+\\?\}", "([^/]+)", endpoint.path)), endpoint)
    for endpoint in ENDPOINTS.values()
]
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_STATS_ERROR = {
    "error_key": "reportingsvc.not_found.invalid_path_param.campaign_ids.",
    "error_message": "Could not find any campaign stats for all requested campaigns.",
}


@dataclass(frozen=True)
class Route:
    """An endpoint and the id, or ids, of the path."""

    endpoint: Endpoint
    key: str

    @classmethod
    def of(cls, path: str) -> Route | None:
        """Return the route of a path, None where there is none."""
        for pattern, endpoint in _ROUTES:
            found = pattern.fullmatch(path)
            if found:
                return cls(endpoint, unquote(found[1]) if endpoint.placeholder else "")
        return None


@dataclass
class Service:
    """Answers requests for one account and one token."""

    account: Account
    token: str
    gate: Gate
    scopes: frozenset[str] = SCOPES
    privileges: frozenset[str] = PRIVILEGES

    def answer(self, request: Request, quirks: Quirks) -> Answer:
        """Return the answer to a request, refusals included."""
        try:
            return Answer.of(self._body(request, quirks))
        except Refusal as refusal:
            return refusal.answer

    def _body(self, request: Request, quirks: Quirks) -> Any:
        route = Route.of(request.path)
        if route is None or request.method != "GET":
            raise Refusal(Answer.of({"message": "Missing Authentication Token"}, 403))
        self._authorise(request.headers, route.endpoint)
        self.gate.enter()
        answer_by_walk = {"cursor": self._page, "batch": self._batch, "single": self._single}
        body = answer_by_walk[route.endpoint.walk](request, route, quirks)
        return quirks.bend(route.endpoint, body)

    def _authorise(self, headers: Mapping[str, str], endpoint: Endpoint) -> None:
        if headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal.bare(
                401,
                "unauthorized",
                "Unauthorized",
                x_amzn_ErrorType="UnauthorizedException",
                WWW_Authenticate="Bearer realm=api.cc.email",
            )
        if endpoint.scope not in self.scopes or endpoint.privilege not in self.privileges:
            raise Refusal.listing(
                403, "forbidden", f"needs scope {endpoint.scope}, privilege {endpoint.privilege}"
            )

    def _page(self, request: Request, route: Route, quirks: Quirks) -> dict[str, Any]:
        endpoint = route.endpoint
        cursor = Cursor.of(endpoint, request.query)
        try:
            records = self.account.records(endpoint.name, route.key)
        except Unknown:
            raise _not_found(endpoint) from None
        rows, following = cursor.page(records, quirks.late_rows)
        body: dict[str, Any] = {endpoint.records: rows}
        if endpoint.name == "campaign_summaries":
            body["aggregate_percents"] = aggregate_percents(rows)
        if following:
            href = _next_link(request, following.token(endpoint), quirks)
            body["_links"] = {"next": {"href": href}}
        return body

    def _single(self, request: Request, route: Route, _: Quirks) -> dict[str, Any]:
        endpoint = route.endpoint
        params = filters_of(endpoint, request.query)
        try:
            body = self.account.document(endpoint.name, route.key)
        except (Unknown, NoStatistics):
            raise _not_found(endpoint) from None
        if endpoint.name == "links" and params.get("no_clicks", ["false"])[-1] != "true":
            clicked = [link for link in body[endpoint.records] if link.get("unique_clicks") != 0]
            body = body | {endpoint.records: clicked}
        return body

    def _batch(self, _: Request, route: Route, __: Quirks) -> dict[str, Any]:
        """Answer for several ids: some errors fail one id, others all of them."""
        endpoint = route.endpoint
        keys = list(dict.fromkeys(route.key.split(",")))
        if len(keys) > endpoint.batch_size:
            raise invalid(endpoint, endpoint.placeholder)
        body: dict[str, Any] = {"errors": [], endpoint.records: []}
        for key in keys:
            try:
                body[endpoint.records].append(self.account.document(endpoint.name, key))
            except NoStatistics:
                body["errors"].append(_STATS_ERROR)
            except Unknown:
                if endpoint.key == "campaign_id" or not _UUID.fullmatch(key):
                    raise Refusal(Answer.of([_STATS_ERROR], 404)) from None
                body["errors"].append(_STATS_ERROR)
        return body


def _not_found(endpoint: Endpoint) -> Refusal:
    name = endpoint.placeholder
    if "/reports/" in endpoint.path:
        key = f"reportingsvc.not_found.invalid_path_param.{name}."
    else:
        key = "contacts.api.not_found"
    return Refusal.listing(404, key, f"Could not find {name}.")


def _next_link(request: Request, token: str, quirks: Quirks) -> str:
    usual = f"{request.path}?next={token}"
    here = request.target if "next" in request.query else usual
    return quirks.href.format(origin=request.origin, path=request.path, token=token, here=here)
