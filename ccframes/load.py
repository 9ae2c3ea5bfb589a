"""One load: reports walked together, their frames, and how to go on after an interruption."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from ccframes.errors import (
    AuthError,
    CcframesError,
    LoadInterrupted,
    NotFoundError,
    PagingError,
    PartialResultWarning,
    RequestError,
    SchemaError,
    ServerError,
)
from ccframes.frames.flatten import Rows, assemble
from ccframes.frames.provenance import mark
from ccframes.page import Page
from ccframes.progress import Progress
from ccframes.schema import Endpoint
from ccframes.warn import warn
from ccframes.wire.transport import Cancelled, Transport
from ccframes.wire.walk import Crew, Params, Walk

OnError = Literal["raise", "warn"]
Combine = Callable[[list[pd.DataFrame]], pd.DataFrame]

ABOUT_IDS = (NotFoundError, RequestError)
"""Errors that concern the ids asked for: the other ids' rows can still be had."""

ABOUT_ANSWERS = (*ABOUT_IDS, ServerError, PagingError, SchemaError)
"""Errors that may concern one id alone, which "warn" leaves out."""

_NAMED = 10
_HINTS = {
    "campaign_activity_id": "only primary_email and resend activities have reports, permalinks "
    "have none: load_campaign_activities() tells the roles",
    "campaign_id": "load_campaigns() lists the campaigns there are",
}


class Part:
    """One report in a load: its walks and the rows that they brought.

    A `quiet` one leaves it to whoever asked to say what the API did not answer.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        ids: Sequence[str] = (),
        *,
        params: Params | None = None,
        on_error: OnError = "raise",
        max_pages: int | None = None,
        expected_rows: Mapping[str, int] | None = None,
        quiet: bool = False,
    ) -> None:
        self.endpoint = endpoint
        self.ids = list(ids)
        self.failures: dict[str, CcframesError] = {}
        self.is_filtered = bool(params)
        self._quiet = quiet
        self._on_error = on_error
        self._params = dict(params or {})
        self._max_pages = max_pages
        self._expected = expected_rows or {}
        self._rows: dict[Walk, Rows] = {}
        for chunk in _chunks(self.ids, endpoint.batch_size) if endpoint.key else [()]:
            self._start(chunk)

    def _start(self, ids: tuple[str, ...]) -> None:
        params = dict(self._params)
        if self.endpoint.page_limit:
            params["limit"] = str(self.endpoint.page_limit)
        expected = sum(self._expected.get(one, 0) for one in ids)
        walk = Walk(self.endpoint, ids, params, self._max_pages, expected)
        self._rows[walk] = self._no_rows(walk)

    def _no_rows(self, walk: Walk) -> Rows:
        return Rows(self.endpoint, walk.ids[0] if len(walk.ids) == 1 else None)

    @property
    def unfinished(self) -> list[Walk]:
        """Walks that have pages to come."""
        return [walk for walk in self._rows if not walk.done]

    @property
    def pages(self) -> int:
        """Pages that came."""
        return sum(walk.pages for walk in self._rows)

    @property
    def least_requests(self) -> int:
        """Requests still to be sent, as far as the expected rows tell; at least one a walk."""
        return sum(walk.least_requests for walk in self.unfinished)

    @property
    def whole_counts(self) -> dict[str, int]:
        """Rows of each id whose walk came to its end; under "" where the report takes no ids."""
        return {
            "".join(walk.ids): rows.count
            for walk, rows in self._rows.items()
            if walk.done and not walk.cut and len(walk.ids) <= 1
        }

    @property
    def answered(self) -> set[str]:
        """Ids asked for one by one of which all rows came, or of which the API has none."""
        gone = {one for one, error in self.failures.items() if isinstance(error, NotFoundError)}
        return self.whole_counts.keys() | gone

    def owns(self, walk: Walk) -> bool:
        """Tell whether the walk is one of this part's."""
        return walk in self._rows

    def take(self, walk: Walk, page: Page) -> int:
        """Add a page to the rows of its walk, and return their number."""
        came = 0 if page.is_blank else self._rows[walk].add(page)
        if page.next_href is None:
            self._rows[walk].finish()
        return came

    def fail(self, walk: Walk, error: CcframesError) -> tuple[Walk, ...]:
        """Deal with a failed walk: return the walks to follow in its place, or raise the error."""
        if isinstance(error, NotFoundError) and len(walk.ids) > 1:
            halves = walk.halves()
            kept = {one: rows for one, rows in self._rows.items() if one is not walk}
            self._rows = kept | {half: self._no_rows(half) for half in halves}
            return halves
        if isinstance(error, NotFoundError) and self.endpoint.missing_is_none:
            walk.end()
            return ()
        bearable = ABOUT_ANSWERS if self._on_error == "warn" else ABOUT_IDS
        if isinstance(error, bearable) and walk.ids:
            error.add_note(f"asked for {listed(walk.ids)}; {_HINTS.get(self.endpoint.key, '')}")
            if self._on_error == "warn" or self.endpoint.walk == "batch" or self.pages:
                self.failures.update(dict.fromkeys(walk.ids, error))
                return ()
        raise error

    def frame(self, warned: set[str]) -> pd.DataFrame:
        """Return all rows that came, in the order of the ids."""
        frame = assemble(self.endpoint, self._rows.values(), warned)
        if self.endpoint.walk == "batch":
            return _in_order(frame, self.endpoint.key, self.ids)
        return frame

    def settle(self, frame: pd.DataFrame) -> None:
        """Raise or warn of ids that the API did not answer; to run again asks for them anew."""
        unanswered = self.unanswered(frame)
        if not unanswered:
            return
        cause = next(iter(self.failures.values()), None)
        message = (
            f"{self.endpoint.name}: the API did not answer for {listed(unanswered)} "
            f"({len(unanswered)} of {len(self.ids)} ids)"
            + (f", first because {cause}" if cause else "")
            + f". {_HINTS.get(self.endpoint.key, '')}"
        )
        outage = cause is not None and not isinstance(cause, ABOUT_IDS) and not self.pages
        if self._on_error == "warn" and not outage:
            if not self._quiet:
                warn(message, PartialResultWarning)
            return
        again = {one for walk in self.unfinished for one in walk.ids}
        for chunk in _chunks([one for one in unanswered if one not in again], self._batch):
            self._start(chunk)
        raise cause or NotFoundError(message, status_code=404, path=self.endpoint.path)

    @property
    def _batch(self) -> int:
        return self.endpoint.batch_size

    def unanswered(self, frame: pd.DataFrame) -> list[str]:
        """Return the ids that the rows say nothing of, though they should."""
        if self.endpoint.walk != "batch":
            return list(self.failures)
        answered = set(frame[self.endpoint.key].str.lower())
        return [one for one in self.ids if one not in answered]

    def is_complete(self, frame: pd.DataFrame) -> bool:
        """Tell whether these rows are all there are."""
        return not (
            self.unfinished or any(walk.cut for walk in self._rows) or self.unanswered(frame)
        )

    @property
    def errors(self) -> list[Any]:
        """What the API could not answer, in its words."""
        said = [error for rows in self._rows.values() for error in rows.errors]
        return said + [{"id": one, "error": str(error)} for one, error in self.failures.items()]


def _in_order(frame: pd.DataFrame, key: str, ids: Sequence[str]) -> pd.DataFrame:
    """Return the rows in the order of the ids; the API answers batches in any."""
    place = {one: number for number, one in enumerate(ids)}
    places = frame[key].str.lower().map(place).fillna(len(place))
    if places.is_monotonic_increasing:
        return frame
    return frame.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def _chunks(ids: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(ids), size):
        yield tuple(ids[start : start + size])


def listed(ids: Sequence[str]) -> str:
    """Return the ids as text, the first ten by name."""
    named = ", ".join(ids[:_NAMED])
    return named if len(ids) <= _NAMED else f"{named} and {len(ids) - _NAMED} more"


class Load:
    """Reports that are walked together and combined into one frame.

    `after` is the frame of a load that this one builds on: what that one lacks, this one lacks.
    """

    def __init__(
        self,
        transport: Transport,
        parts: Sequence[Part],
        *,
        warned: set[str],
        progress: bool | None = None,
        combine: Combine | None = None,
        after: pd.DataFrame | None = None,
    ) -> None:
        self._transport = transport
        self._parts = list(parts)
        self._warned = warned
        self._progress = progress
        self._combine = combine or (lambda frames: frames[0])
        self._after = after
        self._requests = 0
        self._came = 0
        self._counting = threading.Lock()
        self._running = threading.Lock()

    def run(self, client: Any = None) -> pd.DataFrame:
        """Walk what is still to be walked and return the frame.

        Parameters
        ----------
        client : Client, optional
            The client to go on with in place of the first.

        Raises
        ------
        LoadInterrupted
            It stopped part-way, by an error or by Ctrl-C; calling `run` again goes on.
        CcframesError
            It stopped before any page came.
        """
        with self._running:
            if client is not None:
                self._transport = client.transport
            try:
                self._walk()
                return self._whole()
            except (Exception, KeyboardInterrupt) as stop:
                if not any(part.pages for part in self._parts):
                    raise
                raise self._interrupted(stop) from stop

    def _walk(self) -> None:
        for part in self._parts:
            part.failures.clear()
        walks = [walk for part in self._parts for walk in part.unfinished]
        to_come = {walk: walk.least_requests for walk in walks}
        with (
            Progress(self._parts[0].endpoint.name, self.least_requests, show=self._progress) as bar,
            Crew(self._transport, walks, take=self._take, sent=self._count) as crew,
        ):
            for event in crew:
                follow = self._replacements(event.walk, event.error) if event.error else ()
                for walk in follow:
                    crew.add(walk)
                foreseen = to_come[event.walk]
                now = {walk: walk.least_requests for walk in follow}
                now[event.walk] = 0 if event.ended else event.walk.least_requests
                to_come |= now
                bar.update(rows=self._came, further=sum(now.values()) - foreseen)

    @property
    def least_requests(self) -> int:
        """Requests still to be sent, as far as the expected rows tell."""
        return sum(part.least_requests for part in self._parts)

    def _take(self, walk: Walk, page: Page) -> None:
        self._came += self._part_of(walk).take(walk, page)

    def _count(self) -> None:
        with self._counting:
            self._requests += 1

    def _replacements(self, walk: Walk, error: Exception) -> tuple[Walk, ...]:
        if isinstance(error, CcframesError):
            return self._part_of(walk).fail(walk, error)
        raise error

    def _part_of(self, walk: Walk) -> Part:
        return next(part for part in self._parts if part.owns(walk))

    def _whole(self) -> pd.DataFrame:
        frames = [part.frame(self._warned) for part in self._parts]
        for part, frame in zip(self._parts, frames, strict=True):
            part.settle(frame)
        return self._marked(frames)

    def _marked(self, frames: list[pd.DataFrame]) -> pd.DataFrame:
        """Return the frames combined into one that says where it comes from."""
        complete = all(
            part.is_complete(frame) for part, frame in zip(self._parts, frames, strict=True)
        )
        return mark(
            self._combine(frames),
            endpoint=self._parts[0].endpoint.name,
            ids=self._parts[0].ids,
            complete=complete,
            requests=self._requests,
            errors=[error for part in self._parts for error in part.errors],
            after=self._after,
        )

    def _partial(self) -> pd.DataFrame:
        with self._running:
            return self._marked([part.frame(self._warned) for part in self._parts])

    def _interrupted(self, stop: BaseException) -> LoadInterrupted:
        return LoadInterrupted(
            f"{self._parts[0].endpoint.name}: stopped after {self._came:,} rows: {_why(stop)}\n"
            "Nothing that came is lost. In a notebook, `import sys; stop = sys.last_value` right "
            "now; in a program, catch this error as `stop`. Then `stop.partial` is the frame so "
            f"far, and {_way_on(stop)}",
            partial=self._partial,
            resume=self.run,
        )


def _why(stop: BaseException) -> str:
    if isinstance(stop, KeyboardInterrupt):
        return "Ctrl-C"
    return (
        str(stop)
        if isinstance(stop, CcframesError | Cancelled)
        else f"{type(stop).__name__}: {stop}"
    )


def _way_on(stop: BaseException) -> str:
    if isinstance(stop, AuthError):
        return "`stop.resume(ccf.connect(token=...))` goes on with a new token"
    if isinstance(stop, ABOUT_IDS):
        return 'it has all rows of the other ids; on_error="warn" leaves such ids out'
    return "`stop.resume()` goes on and returns the whole"


def chain(
    first: Callable[[Any], pd.DataFrame],
    then: Callable[[pd.DataFrame, Any], pd.DataFrame],
    partial: Callable[[pd.DataFrame], pd.DataFrame],
    client: Any = None,
) -> pd.DataFrame:
    """Do one load after another that it needs.

    If the first is interrupted, `partial` turns its rows into those of the whole, and resuming
    goes on through both.
    """
    try:
        came = first(client)
    except LoadInterrupted as stop:
        # a name of its own, since Python forgets `stop` when this block ends
        interrupted = stop
        raise LoadInterrupted(
            str(stop),
            partial=lambda: partial(interrupted.partial),
            resume=lambda client: chain(interrupted.resume, then, partial, client),
        ) from stop.__cause__
    return then(came, client)
