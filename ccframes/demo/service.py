"""The services behind the server: from a request to the answer the contract promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ccframes.demo.bending import bend
from ccframes.demo.derived import Question
from ccframes.demo.documents import Account, NoStatistics, Unknown
from ccframes.demo.exchange import Answer, Refusal, Request, unauthorized
from ccframes.demo.families import STATS_ERROR, family_of, is_uuid, no_statistics
from ccframes.demo.queries import Asked, Cursor, opened
from ccframes.demo.routes import Route, Routes
from ccframes.demo.rules import Record, Rule, rule_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccframes.demo.gate import Gate
    from ccframes.demo.quirks import Quirks
    from ccframes.demo.tokens import Access, Tokens
    from ccframes.schema import Endpoint

PRIVILEGES: Final = frozenset(
    {
        "account:read",
        "campaign:list",
        "campaign:read",
        "contacts:lists:read",
        "contacts:read",
        "ui:campaign:metrics",
        "ui:contacts:contactreports",
    }
)
"""What the owner of the account may do."""


@dataclass
class Service:
    """Answers requests for one account."""

    account: Account
    tokens: Tokens
    gate: Gate
    privileges: frozenset[str] = PRIVILEGES
    routes: Routes = field(default_factory=Routes)
    _prepared: set[str] = field(default_factory=set, init=False)

    def answer(self, request: Request, quirks: Quirks) -> Answer:
        """Return the answer to a request, refusals included."""
        route = self.routes.of(request.path)
        if route is None or request.method != "GET":
            return Answer.of({"message": "Missing Authentication Token"}, 403)
        try:
            access = self._admit(request, quirks)
        except Refusal as refusal:
            return refusal.answer
        try:
            self._authorise(access, route.endpoint)
            return Answer.of(_Reply(self, request, route, quirks).body())
        except Refusal as refusal:
            return _bent_error(refusal.answer, quirks)

    def is_prepared(self, name: str, quirks: Quirks) -> bool:
        """Tell whether what takes time to prepare is ready; asking for it begins it."""
        asked_before = name in self._prepared
        self._prepared.add(name)
        return quirks.preparing == "never" or (asked_before and quirks.preparing == "once")

    def _admit(self, request: Request, quirks: Quirks) -> Access:
        """Return what the token allows, as the gateway sees it; raise Refusal (401, 429)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.tokens.accept(token, quirks.token_uses) if scheme == "Bearer" else None
        if access is None:
            raise unauthorized()
        self.gate.enter(access.client_id, count_refused=quirks.count_refused)
        return access

    def _authorise(self, access: Access, endpoint: Endpoint) -> None:
        if endpoint.scope and endpoint.scope not in access.scopes:
            raise Refusal.listing(403, "forbidden", f"needs scope {endpoint.scope}")
        if endpoint.privilege and endpoint.privilege not in self.privileges:
            raise Refusal.listing(403, "forbidden", f"needs privilege {endpoint.privilege}")


@dataclass(frozen=True)
class _Reply:
    """The reply to one request that was let in."""

    service: Service
    request: Request
    route: Route
    quirks: Quirks

    @property
    def endpoint(self) -> Endpoint:
        return self.route.endpoint

    @property
    def rule(self) -> Rule:
        return rule_of(self.endpoint, self.quirks)

    def body(self) -> Any:
        """Return the body; raise Refusal where there is none."""
        family = family_of(self.endpoint.path)
        family.check_content(self.request.headers.get("content-type", ""))
        answers = {"cursor": self._page, "batch": self._batch, "single": self._single}
        try:
            body = answers[self.endpoint.walk]()
        except (Unknown, NoStatistics):
            raise family.not_found(self.endpoint.placeholder, self.route.key) from None
        return bend(self.quirks, self.endpoint, body)

    def _page(self) -> dict[str, Any]:
        query = opened(self.endpoint, self.request.query, self._token_param)
        asked = Asked(self.endpoint, self.rule, query)
        asked.check()
        cursor = Cursor.of(asked, clamped=self.quirks.bad_limit == "clamped")
        records = asked.kept(self._records(asked))
        rows, following = cursor.page(records, self.quirks.late_rows)
        body: dict[str, Any] = {self.endpoint.records: asked.trimmed(rows)}
        if self.rule.beside:
            body |= self.rule.beside(self.route.key, rows)
        if self.endpoint.total and query.get("include_count") == ["true"]:
            body[self.endpoint.total] = len(records)
        if following:
            body["_links"] = {"next": {"href": self._next_link(following.token(asked))}}
        return body

    def _records(self, asked: Asked) -> Sequence[Record]:
        for param, name in self.rule.instead.items():
            if param in asked.given:
                return self._prepared_records(param, name, asked.given[param][-1])
        try:
            records = self.service.account.records(self.endpoint.name, self.route.key)
        except Unknown:
            if self._stays_silent:
                return ()
            raise
        reach = self.quirks.summaries_reach
        return records[:reach] if reach and self.endpoint.name == "campaign_summaries" else records

    def _prepared_records(self, param: str, name: str, key: str) -> Sequence[Record]:
        try:
            records = self.service.account.records(name, key)
        except Unknown:
            problem = f"Could not find {param}."
            raise Refusal.listing(404, "contacts.api.not_found", problem) from None
        if not self.service.is_prepared(f"{name} {key}", self.quirks):
            raise Refusal(Answer.of({self.endpoint.records: [], "status": "processing"}, 202))
        return records

    @property
    def _stays_silent(self) -> bool:
        """Whether an unknown id is answered as one without events."""
        is_report = self.endpoint.path.startswith("/reports/email_reports/")
        return is_report and self.quirks.unknown_activity == "empty"

    def _single(self) -> Any:
        asked = Asked(self.endpoint, self.rule, self.request.query)
        asked.check()
        body = self._document(asked)
        if isinstance(body, list):
            return asked.trimmed(asked.kept(body))
        if self.endpoint.records:
            return {**body, self.endpoint.records: asked.kept(body[self.endpoint.records])}
        return asked.trimmed([body])[0]

    def _document(self, asked: Asked) -> Any:
        account, key = self.service.account, self.route.key
        if self.rule.made:
            return self.rule.made(Question(account, key, asked.kept, self.service.privileges))
        try:
            return account.document(self.endpoint.name, key)
        except Unknown:
            if self._stays_silent:
                return {self.endpoint.key: key, self.endpoint.records: []}
            raise

    def _batch(self) -> dict[str, Any]:
        """Answer for several ids: some errors fail one id, others all of them."""
        keys = list(dict.fromkeys(self.route.key.split(",")))
        if len(keys) > self.endpoint.batch_size and self.quirks.large_batch == "400":
            raise family_of(self.endpoint.path).invalid(self.endpoint.placeholder)
        found = [document for key in keys for document in self._documents_of(key)]
        if self.quirks.partial_errors:
            found = found[:-1]
        if self.quirks.shuffled_results:
            found.reverse()
        errors = [STATS_ERROR] * (len(keys) - len(found))
        return {"errors": errors, self.endpoint.records: found}

    def _documents_of(self, key: str) -> list[Record]:
        """Return what there is for an id: one, or none; raise Refusal (404) for the batch."""
        try:
            return [self.service.account.document(self.endpoint.name, key)]
        except NoStatistics:
            return []
        except Unknown:
            if self.endpoint.key == "campaign_id" or not is_uuid(key):
                raise no_statistics() from None
            return []

    @property
    def _token_param(self) -> str:
        return self.quirks.token_param or self.rule.link_param

    def _next_link(self, token: str) -> str:
        path, param = self.request.path, self._token_param
        here = self.request.target if param in self.request.query else f"{path}?{param}={token}"
        return self.quirks.href.format(
            origin=self.request.origin, path=path, param=param, token=token, here=here
        )


def _bent_error(answer: Answer, quirks: Quirks) -> Answer:
    """Return an answer of the services with its error in the form of the quirk."""
    if answer.status < 400 or quirks.error_body == "usual":
        return answer
    if quirks.error_body == "html":
        return Answer.html("<html><body><h1>Error</h1></body></html>", answer.status)
    if quirks.error_body == "empty":
        return Answer(answer.status, b"")
    [error] = answer.decoded()
    if quirks.error_body == "message":
        return Answer.of({"message": error["error_message"]}, answer.status)
    return Answer.of(error, answer.status)
