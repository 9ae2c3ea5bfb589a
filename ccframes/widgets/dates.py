"""`DateRangePicker`: two days, in order."""

from __future__ import annotations

from datetime import date, datetime
from html import escape
from typing import Any, NamedTuple

import ipywidgets
import pandas as pd
import traitlets

from ccframes.errors import ConfigError
from ccframes.widgets.layout import as_status, close_within, field, in_line
from ccframes.widgets.linked import Bindable


class Range(NamedTuple):
    """Days from the first to the last, both included; None where there is no bound."""

    start: date | None
    end: date | None

    @property
    def is_in_order(self) -> bool:
        """Whether the first day is not after the last."""
        return self.start is None or self.end is None or self.start <= self.end

    def __str__(self) -> str:
        """Say it as a person would."""
        if self.start is None and self.end is None:
            return "any day"
        if self.start == self.end:
            return f"{self.start}"
        if self.start is None:
            return f"until {self.end}"
        return f"from {self.start}" if self.end is None else f"{self.start} to {self.end}"


class _Days(traitlets.TraitType[Any, Any]):
    """Two days, given as dates, times or text, of which the first is not after the last."""

    def validate(self, obj: Any, value: Any) -> Range:
        if isinstance(value, str) or not isinstance(value, tuple | list) or len(value) != 2:
            raise ConfigError(f"{value!r} is no range; give two days, None where there is no bound")
        days = Range(*(_day(one) for one in value))
        if not days.is_in_order:
            raise ConfigError(
                f"the range begins on {days.start}, after it ends on {days.end}; give the first "
                "day first"
            )
        return days


class DateRangePicker(Bindable, ipywidgets.VBox, ipywidgets.ValueWidget):
    """Choose a range of days.

    Parameters
    ----------
    start, end : datetime.date or anything pandas takes as a day, optional
        First and last day, both included; None where there is no bound.
    labels : tuple of str
        What the two days are called.

    Attributes
    ----------
    value : tuple of datetime.date or None
        First and last day. Assign to it to choose; `observe(function, "value")` calls a function
        once for each real change. A range that ends before it begins is said in place, and the
        value stays what it was.
    start, end : datetime.date or None
        The two of it.

    Raises
    ------
    ConfigError
        A day cannot be read, or the range ends before it begins.

    Examples
    --------
    >>> from ccframes.widgets import DateRangePicker
    >>> days = DateRangePicker("2026-01-01", "2026-03-31")
    >>> days
    <DateRangePicker: 2026-01-01 to 2026-03-31>
    >>> days.value = (days.start, None)
    >>> str(days.end)
    'None'
    """

    value = _Days(Range(None, None))

    def __init__(
        self, start: Any = None, end: Any = None, *, labels: tuple[str, str] = ("From", "To")
    ) -> None:
        self.first, self.last = (
            ipywidgets.DatePicker(description=label, **field()) for label in labels
        )
        self.said = ipywidgets.HTML()
        below = in_line(self.said, below_fields=True)
        self._is_showing = False
        super().__init__([in_line(self.first, self.last), below], value=(start, end))
        self._show()
        self.observe(self._show, "value")
        self.first.observe(self._take, "value")
        self.last.observe(self._take, "value")

    @property
    def start(self) -> date | None:
        """The first day; None where there is no bound."""
        return self.value.start  # type: ignore[no-any-return]

    @property
    def end(self) -> date | None:
        """The last day; None where there is no bound."""
        return self.value.end  # type: ignore[no-any-return]

    def close(self) -> None:
        """Remove it and its widgets."""
        if self.comm is not None:  # it is open
            close_within(self)
        super().close()

    def __repr__(self) -> str:
        """Say the range."""
        return f"<{type(self).__name__}: {self.value}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        return {
            **bundle,
            "text/plain": repr(self),
            "text/html": f"<p>{escape(str(self.value))}</p>",
        }

    def _take(self, _: Any) -> None:
        if self._is_showing:
            return
        days = Range(self.first.value, self.last.value)
        if days.is_in_order:
            self.value = days
        self._say(days)

    def _show(self, _: Any = None) -> None:
        self._is_showing = True
        try:
            self.first.value, self.last.value = self.value
        finally:
            self._is_showing = False
        self._say(self.value)

    def _say(self, days: Range) -> None:
        words = f"{days.start} is after {days.end}: still {self.value}"
        self.said.value = "" if days.is_in_order else as_status(words)
        self.said.layout.display = "none" if days.is_in_order else None


def _day(given: Any) -> date | None:
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    try:
        day = pd.Timestamp(given)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{given!r} is no day; write it like 2026-06-25") from error
    return None if pd.isna(day) else day.date()
