"""Methods that are there for the frames they fit, and say of others what these lack."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, TypeVar, cast

import pandas as pd

from ccframes.errors import UnfitFrameError
from ccframes.frames.recognition import events_in

_Method = TypeVar("_Method", bound=Callable[..., Any])
_EVENT_NAMES = "tracking_activity_type"


@dataclass(frozen=True)
class Wants:
    """What a frame has to be for a method.

    Attributes
    ----------
    columns : tuple of tuple of str
        What it needs; of the columns in one tuple any.
    loaders : str
        The loaders whose frames have them.
    events : frozenset of str
        The kinds of events that its rows may be; any, where none is named.
    """

    columns: tuple[tuple[str, ...], ...]
    loaders: str
    events: frozenset[str] = frozenset()

    def problem(self, frame: pd.DataFrame) -> str:
        """Say what keeps a frame from being that; empty if nothing does."""
        missing = [names for names in self.columns if not any(name in frame for name in names)]
        if missing:
            said = " and no ".join(" or ".join(map(repr, names)) for names in missing)
            return f"the frame has no column {said}; {self.loaders} gives a frame with it"
        others = (events_in(frame) - self.events) if self.events else frozenset()
        if others:
            return (
                f"the frame has rows of {', '.join(sorted(others))} ({_EVENT_NAMES}), and this is "
                f"about {', '.join(sorted(self.events))} alone; {self.loaders} gives such a frame"
            )
        return ""

    def __or__(self, other: Wants) -> Wants:
        """Return what a frame fits that fits one of the two."""
        return _Either((), self.loaders, frozenset(), (self, other))


@dataclass(frozen=True)
class _Either(Wants):
    """What one of several is enough for; the first is spoken of."""

    ways: tuple[Wants, ...] = ()

    def problem(self, frame: pd.DataFrame) -> str:
        problems = [way.problem(frame) for way in self.ways]
        return problems[0] if all(problems) else ""


class Offer:
    """A method that is an attribute only where its frame fits; elsewhere, an AttributeError."""

    def __init__(self, method: Callable[..., Any], wants: Wants) -> None:
        update_wrapper(cast("Any", self), method)
        self._method = method
        self.wants = wants

    def __get__(self, offering: Any, owner: type) -> Any:
        if offering is None:
            return self._method
        problem = self.wants.problem(offering._frame)
        if problem:
            raise UnfitFrameError(f"{self._method.__name__}: {problem}")
        return self._method.__get__(offering, owner)


def offered(wants: Wants, delegate: Callable[..., Any]) -> Callable[[_Method], _Method]:
    """Offer a method on frames that fit, with the documentation of what it calls."""

    def offer(method: _Method) -> _Method:
        method.__doc__ = _completed(method.__doc__ or "", delegate)
        return cast("_Method", Offer(method, wants))

    return offer


def offers_of(offering: type) -> dict[str, Offer]:
    """Return what a class offers, by name."""
    return {name: each for name, each in vars(offering).items() if isinstance(each, Offer)}


def fitting(offering: type, frame: pd.DataFrame) -> Iterator[str]:
    """Yield the names of what a class offers that fit a frame."""
    problems: dict[Wants, str] = {}
    for name, offer in offers_of(offering).items():
        if offer.wants not in problems:
            problems[offer.wants] = offer.wants.problem(frame)
        if not problems[offer.wants]:
            yield name


def _completed(doc: str, delegate: Callable[..., Any]) -> str:
    """Return a method's docstring with the delegate's sections, the examples left out."""
    _, head, sections = inspect.cleandoc(delegate.__doc__ or "").partition("\nParameters\n")
    sections, _, examples = sections.partition("\nExamples\n")
    _, source, where = examples.partition("\nSource: ")
    first = next(iter(inspect.signature(delegate).parameters))
    said = f"This is `{delegate.__module__}.{delegate.__name__}`, with the frame as `{first}`."
    return f"{inspect.cleandoc(doc)}\n\n{said}\n{head}{sections}{source}{where}"
