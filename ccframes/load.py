"""One load: reports walked together, their frames, and how to go on after an interruption."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import pandas as pd

from ccframes.errors import (
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
from ccframes.wire.transport import Transport
from ccframes.wire.walk import Crew, Params, Walk

OnError = Literal["raise", "warn"]
Combine = Callable[[list[pd.DataFrame]], pd.DataFrame]

ABOUT_IDS = (NotFoundError, RequestError, ServerError, PagingError, SchemaError)
"""Errors that leave the other ids' rows as good as they are."""

_NAMED = 10
_HINTS = {
    "campaign_activity_id": "only primary_email and resend activities have reports, permalinks "
    "have none: load_campaign_activities() tells the roles",
    "campaign_id": "load_campaigns() lists the campaigns there are",
}


class Part:
    """One report in a load: its walks and the rows that they brought."""

    def __init__(
        self,
        endpoint: Endpoint,
        ids: Sequence[str] = (),
        *,
        params: Params | None = None,
        on_error: OnError = "raise",
        max_pages: int | None = None,
        expected_rows: Mapping[str, int] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.ids = list(ids)
        self.on_error = on_error
        self.failures: dict[str, CcframesError] = {}
        self._params = dict(params or {})
        self._max_pages = max_pages
        self._expected = expected_rows or {}
        self._rows: dict[Walk, Rows] = {}
        for chunk in _chunks(self.ids, endpoint.batch_size) if endpoint.key else [()]:
            self._start(chunk)

    def _start(self, ids: tuple[str, ...]) -> Walk:
        params = dict(self._params)
        if self.endpoint.page_limit:
            params["limit"] = str(self.endpoint.page_limit)
        expected = sum(self._expected.get(one, 0) for one in ids)
        return self._own(Walk(self.endpoint, ids, params, self._max_pages, expected))

    def _own(self, walk: Walk) -> Walk:
        key_id = walk.ids[0] if len(walk.ids) == 1 else None
        self._rows[walk] = Rows(self.endpoint, key_id)
        return walk

    @property
    def unfinished(self) -> list[Walk]:
        """Walks that have pages to come."""
        return [walk for walk in self._rows if not walk.done]

    @property
    def pages(self) -> int:
        """Pages that came."""
        return sum(walk.pages for walk in self._rows)

    @property
    def rows(self) -> int:
        """Rows that came."""
        return sum(rows.count for rows in self._rows.values())

    def owns(self, walk: Walk) -> bool:
        """Tell whether the walk is one of this part's."""
        return walk in self._rows

    def take(self, walk: Walk, page: Page) -> None:
        """Add a page to the rows of its walk."""
        self._rows[walk].add(page)
        if page.next_href is None:
            self._rows[walk].finish()

    def fail(self, walk: Walk, error: CcframesError) -> tuple[Walk, ...]:
        """Deal with a failed walk: return the walks to follow in its place, or raise the error."""
        if isinstance(error, NotFoundError) and len(walk.ids) > 1:
            del self._rows[walk]
            return tuple(self._own(half) for half in walk.halves())
        if isinstance(error, ABOUT_IDS) and self.endpoint.key in _HINTS:
            error.add_note(f"asked for {_listed(walk.ids)}; {_HINTS[self.endpoint.key]}")
        answerable = isinstance(error, ABOUT_IDS) and walk.ids
        if answerable and (self.on_error == "warn" or self.endpoint.walk == "batch"):
            self.failures.update(dict.fromkeys(walk.ids, error))
            return ()
        raise error

    def settle(self, frame: pd.DataFrame) -> None:
        """Raise or warn of ids that the API did not answer; then forget what failed.

        A later `run` asks for these ids anew.
        """
        missing = self._unanswered(frame)
        if not missing:
            return
        cause = next(iter(self.failures.values()), None)
        message = (
            f"{self.endpoint.name}: the API did not answer for {_listed(missing)} "
            f"({len(missing)} of {len(self.ids)} ids){f': {cause}' if cause else ''}. "
            f"{_HINTS.get(self.endpoint.key, '').capitalize()}"
        ).rstrip(". ")
        if self.on_error == "warn":
            warn(message, PartialResultWarning)
            return
        self.failures.clear()
        for walk in [walk for walk in self._rows if not walk.done]:
            del self._rows[walk]
        for chunk in _chunks(missing, self.endpoint.batch_size):
            self._start(chunk)
        raise NotFoundError(message, status_code=404, path=self.endpoint.path)

    def _unanswered(self, frame: pd.DataFrame) -> list[str]:
        if self.endpoint.walk != "batch":
            return list(self.failures)
        answered = set(frame[self.endpoint.key].str.lower())
        return [one for one in self.ids if one not in answered]

    def frame(self, warned: set[str], requests: int, *, stopped: bool = False) -> pd.DataFrame:
        """Return all rows that came, in the order of the ids, marked with their origin."""
        frame = assemble(self.endpoint, self._rows.values(), warned)
        if self.endpoint.walk == "batch":
            frame = _in_order(frame, self.endpoint.key, self.ids)
        return mark(
            frame,
            endpoint=self.endpoint.name,
            ids=self.ids,
            complete=not stopped
            and not any(walk.cut for walk in self._rows)
            and not self._unanswered(frame),
            requests=requests,
            errors=[
                *(error for rows in self._rows.values() for error in rows.errors),
                *({"id": one, "error": str(error)} for one, error in self.failures.items()),
            ],
        )


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


def _listed(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:_NAMED])
    return named if len(ids) <= _NAMED else f"{named} and {len(ids) - _NAMED} more"


def chain(
    first: Callable[[], pd.DataFrame],
    then: Callable[[pd.DataFrame], pd.DataFrame],
    partial: Callable[[pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Do one load after another that it needs.

    If the first is interrupted, `partial` turns its rows into those of the whole, and resuming
    goes on through both.
    """
    try:
        came = first()
    except LoadInterrupted as stop:
        raise LoadInterrupted(
            str(stop),
            partial=partial(stop.partial),
            resume=functools.partial(chain, stop.resume, then, partial),
        ) from stop.__cause__
    return then(came)


class Load:
    """Reports that are walked together and combined into one frame."""

    def __init__(
        self,
        transport: Transport,
        parts: Sequence[Part],
        *,
        warned: set[str],
        progress: bool | None = None,
        combine: Combine | None = None,
    ) -> None:
        self._transport = transport
        self._parts = list(parts)
        self._warned = warned
        self._progress = progress
        self._combine = combine or (lambda frames: frames[0])
        self._requests = 0

    def run(self) -> pd.DataFrame:
        """Walk what is still to be walked and return the frame.

        Raises
        ------
        LoadInterrupted
            It stopped part-way, by an error or by Ctrl-C; calling `run` again goes on.
        CcframesError
            It stopped before any page came.
        """
        before = self._transport.requests_sent
        try:
            self._walk()
            self._requests += self._transport.requests_sent - before
            return self._settled()
        except (CcframesError, KeyboardInterrupt) as stop:
            if not any(part.pages for part in self._parts):
                raise
            raise self._interrupted(stop) from stop

    def _walk(self) -> None:
        walks = [walk for part in self._parts for walk in part.unfinished]
        with (
            Progress(self._parts[0].endpoint.name, len(walks), show=self._progress) as bar,
            Crew(self._transport, self._take, walks) as crew,
        ):
            for event in crew:
                if event.error is not None:
                    for walk in self._replacements(event.walk, event.error):
                        crew.add(walk)
                bar.update(walks_done=event.ended, rows=self._rows())

    def _take(self, walk: Walk, page: Page) -> None:
        self._part_of(walk).take(walk, page)

    def _replacements(self, walk: Walk, error: Exception) -> tuple[Walk, ...]:
        if isinstance(error, CcframesError):
            return self._part_of(walk).fail(walk, error)
        raise error

    def _part_of(self, walk: Walk) -> Part:
        return next(part for part in self._parts if part.owns(walk))

    def _rows(self) -> int:
        return sum(part.rows for part in self._parts)

    def _frames(self, *, stopped: bool) -> list[pd.DataFrame]:
        return [part.frame(self._warned, self._requests, stopped=stopped) for part in self._parts]

    def _settled(self) -> pd.DataFrame:
        frames = self._frames(stopped=False)
        for part, frame in zip(self._parts, frames, strict=True):
            part.settle(frame)
        return self._combine(frames)

    def _interrupted(self, stop: BaseException) -> LoadInterrupted:
        partial = self._combine(self._frames(stopped=True))
        why = "Ctrl-C" if isinstance(stop, KeyboardInterrupt) else str(stop)
        return LoadInterrupted(
            f"{self._parts[0].endpoint.name}: stopped after {self._rows():,} rows: {why}\n"
            "Nothing that came is lost: catch this error as `stop` (after the fact it is "
            "`sys.last_value`), then `stop.partial` is the frame so far and `stop.resume()` goes "
            "on and returns the whole",
            partial=partial,
            resume=self.run,
        )
