"""Methods that are there for the frames they fit, and say of others what these lack."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any, cast

import pandas as pd

from ccframes.errors import UnfitFrameError
from ccframes.frames.recognition import events_in

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
    """A function of a frame as a method that is there only for the frames it fits.

    Asked for on another frame it raises UnfitFrameError, which is an AttributeError.
    """

    def __init__(self, function: Callable[..., Any], wants: Wants) -> None:
        self._method = _method(function)
        self.wants = wants

    def __get__(self, offering: Any, owner: type) -> Any:
        if offering is None:
            return self._method
        problem = self.wants.problem(offering._frame)
        if problem:
            raise UnfitFrameError(f"{self._method.__name__}: {problem}")
        return self._method.__get__(offering, owner)


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


def _method(function: Callable[..., Any]) -> FunctionType:
    """Return a function as a method of what has its first argument in `_frame`."""

    @wraps(function)
    def method(self: Any, /, *arguments: Any, **keywords: Any) -> Any:
        return function(self._frame, *arguments, **keywords)

    signature = inspect.signature(function)
    frame, *taken = signature.parameters.values()
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    made = cast("FunctionType", method)
    vars(made)["__signature__"] = signature.replace(parameters=[itself, *taken])
    made.__doc__ = _documentation(function, frame.name)
    return made


def _documentation(function: Callable[..., Any], frame: str) -> str:
    """Return a function's docstring for its method, the examples left out."""
    summary, _, rest = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
    rest, _, examples = rest.partition("\nExamples\n")
    _, source, where = examples.partition("\nSource: ")
    said = f"This is `{function.__module__}.{function.__name__}`, with the frame as `{frame}`."
    return f"{summary}\n\n{said}\n\n{rest}{source}{where}"
