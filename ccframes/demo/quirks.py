"""Switches for the inconsistencies and faults that the real API is known or feared to have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any, Literal, NamedTuple, Self, get_args, get_origin, get_type_hints

from ccframes.errors import ConfigError

NamedFault = Literal["cut", "gzip", "truncated", "reset", "html", "empty", "quota"]
Fault = int | NamedFault

FORMS: dict[str, dict[str, Any]] = {
    "guide": {
        "stat_keys": "dotted",
        "string_counts": True,
        "aggregate_array": True,
        "missing_names": True,
    },
    "storm": {"outage": 503, "outage_every": 9, "outage_length": 2, "retry_after": 1},
}
"""Quirks that come together, by name: the guide's examples, and a bad day."""


class Entry(NamedTuple):
    """A line of the catalog of quirks."""

    name: str
    values: str
    """What may be given; the first is the default."""
    meaning: str
    contract: str
    """Row of the contract that tells of it: B and a number, or a section."""


def _quirk(default: Any, contract: str, meaning: str) -> Any:
    metadata = {"contract": contract, "meaning": meaning}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Quirks:
    """How the server departs from the contract's usual form; by default not at all.

    `Quirks.catalog()` tells of each: its values, its meaning, and where the contract has it.

    Raises
    ------
    ConfigError
        A value is none of those that the quirk takes.

    Examples
    --------
    >>> Quirks(stat_keys="dotted") == Quirks.of({"stat_keys": "dotted"})
    True
    >>> Quirks.catalog()[0].name, Quirks.catalog()[0].values
    ('stat_keys', 'underscored, dotted, both')
    """

    # --- forms of an answer ---------------------------------------------------------------
    stat_keys: Literal["underscored", "dotted", "both"] = _quirk(
        "underscored", "B1 B2", "Spelling of the statistics by device, e.g. em_opens.all.mobile"
    )
    string_counts: bool = _quirk(False, "B15", "`unique_counts` are text: '3129'")
    aggregate_array: bool = _quirk(
        False, "B14", "`aggregate_percents` is an array of one object of texts"
    )
    percents: Literal["rounded", "long", "whole"] = _quirk(
        "rounded", "H", "Digits of percentages and rates: 33.33, 33.32999999997 or 33"
    )
    loose_not_opened: bool = _quirk(
        False, "B16", "Not-opened counts are not what sends, opens and bounces say"
    )
    instants: Literal["usual", "offset", "basic offset", "seconds", "microseconds"] = _quirk(
        "usual",
        "B23",
        "Ends of instants at any depth: as ever, -04:00, -0400, Z without fractions, or 6 digits",
    )
    deleted_at: Literal["day", "instant"] = _quirk("day", "B7", "Form of `deleted_at` in rows")
    url_ids: Literal["text", "number"] = _quirk("text", "B6", "Type of `url_id` in rows")
    status_case: Literal["usual", "upper", "lower", "title"] = _quirk(
        "usual", "B21", "Letters of `current_status`; usually lists differ from details"
    )
    missing_names: bool = _quirk(False, "B26", "No record has first or last names")
    missing_counts: bool = _quirk(
        False, "B41", "The first email summary of a page has no date and no counts"
    )
    explicit_nulls: bool = _quirk(False, "A", "Fields that a record lacks are there, as null")
    unknown_field: str = _quirk("", "G10", "Name of a field that every record has in addition")
    unknown_bounce_code: str = _quirk("", "G10", "Bounce code of the first row of a page")
    unknown_device: str = _quirk("", "G10 B27", "Device type of the first row of a page")
    partial_errors: bool = _quirk(
        False, "G10 B28", "The last id of a batch is among `errors`, without reason"
    )
    shuffled_results: bool = _quirk(False, "A4", "Results of a batch are not in the order asked")
    duplicate_keys: bool = _quirk(False, "0.3", "The first key of a body is there twice")

    # --- pages ----------------------------------------------------------------------------
    last_links: Literal[
        "", "empty", "null", "null next", "empty next", "null href", "blank href", "blank"
    ] = _quirk("", "B8 B9", "What the last page has as `_links`; usually none")
    href: str = _quirk(
        "{path}?{param}={token}",
        "B10",
        "Form of a next link, of {origin} {path} {param} {token} and {here}, the link to this page",
    )
    token_param: Literal["", "next", "cursor"] = _quirk(
        "", "B11", "Name of the parameter of a next link; usually depends on the endpoint"
    )
    late_rows: int = _quirk(0, "G10", "Rows new between two pages: a page begins with old ones")
    lists_limit: Literal[1000, 500] = _quirk(1000, "B13", "Largest `limit` of /contact_lists")
    summaries_reach: int = _quirk(0, "A3 H", "Campaigns that the summaries go back to; 0 for all")

    # --- what is undocumented or contradicts itself ---------------------------------------
    no_clicks: Literal["true", "false"] = _quirk(
        "true", "B25", "Value of `no_clicks` that lists the links nobody clicked"
    )
    unknown_activity: Literal["404", "empty"] = _quirk(
        "404", "G7 H", "Answer of reports for an activity the account does not have"
    )
    bad_limit: Literal["400", "clamped"] = _quirk("400", "G7 H", "Answer to a limit out of range")
    large_batch: Literal["400", "answered"] = _quirk("400", "G8", "Answer to too many ids at once")
    error_body: Literal["usual", "object", "message", "html", "empty"] = _quirk(
        "usual", "0.3 B28 H", "Body of the services' errors; usually an array of one"
    )
    preparing: Literal["once", "never", "always"] = _quirk(
        "once", "A9", "How often contacts of a segment are answered 202 before 200"
    )
    count_refused: bool = _quirk(False, "D", "A request that was answered 429 counts as one")

    # --- tokens ---------------------------------------------------------------------------
    refresh_tokens: Literal["rotating", "long-lived"] = _quirk(
        "rotating", "C G10", "Whether a refresh token is good for one use or for many"
    )
    device_refresh: bool = _quirk(True, "C", "The device flow gives refresh tokens")
    token_uses: int = _quirk(0, "G10", "Requests after which an access token expires; 0 for never")

    # --- faults ---------------------------------------------------------------------------
    faults: Mapping[int, Fault] = _quirk(
        {},
        "G10 0.3",
        "What goes wrong with the requests of these numbers, from 1: a status from 400, or a name; "
        "`cut` and `reset` end the connection, `truncated` and `gzip` the body, `html` is a 200",
    )
    outage: Literal["", 500, 502, 503] = _quirk("", "G10", "Status of a burst of HTML errors")
    outage_every: int = _quirk(20, "G10", "Requests from the start of a burst to the next")
    outage_length: int = _quirk(3, "G10", "Requests that a burst lasts")
    retry_after: int = _quirk(0, "D", "Seconds in a Retry-After header of 429 and 503; 0 for none")
    content_type: str = _quirk("", "0.3", "Content type of every JSON answer, e.g. text/plain")
    slow: float = _quirk(0.0, "-", "Seconds before each answer")
    out_of_order: float = _quirk(0.0, "-", "Seconds that every odd request waits in addition")

    def __post_init__(self) -> None:
        for name, hint in _hints().items():
            _check(name, getattr(self, name), hint)

    @classmethod
    def of(cls, given: Quirks | Mapping[str, Any] | str | None) -> Self:
        """Return quirks given by name and value, or the name of several: `guide`, `storm`.

        Raises
        ------
        ConfigError
            There is no such quirk, or it does not take that value.

        Examples
        --------
        >>> Quirks.of("storm").outage
        503
        >>> Quirks.of({"stat_keys": "dashed"})
        Traceback (most recent call last):
        ccframes.errors.ConfigError: quirk stat_keys cannot be 'dashed'; it may be 'underscored',
        'dotted' or 'both'
        """
        if isinstance(given, cls):
            return given
        if isinstance(given, str):
            given = _form(given)
        if not isinstance(given, Mapping | None):
            raise ConfigError(f"quirks are a mapping of names to values, not {given!r}")
        given = dict(given or {})
        names = [each.name for each in fields(cls)]
        for name in given:
            if name not in names:
                raise ConfigError(f"no quirk is called {name!r}; there are: {', '.join(names)}")
        return cls(**given)

    @classmethod
    def catalog(cls) -> list[Entry]:
        """Return every quirk: its name, values, meaning and row of the contract."""
        return [_entry(each, _hints()[each.name]) for each in fields(cls)]

    def fault_of(self, number: int) -> Fault | None:
        """Return what goes wrong with the request of that number."""
        in_burst = (number - 1) % self.outage_every >= self.outage_every - self.outage_length
        return self.faults.get(number, self.outage if self.outage and in_burst else None)

    def wait_of(self, number: int) -> float:
        """Return the seconds that the request of that number waits for its answer."""
        return self.slow + self.out_of_order * (number % 2)


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Quirks)


def _form(name: str) -> Mapping[str, Any]:
    if name not in FORMS:
        raise ConfigError(f"no quirks are called {name!r}; there are: {', '.join(FORMS)}")
    return FORMS[name]


def _entry(each: Field[Any], hint: Any) -> Entry:
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    values = ", ".join(str(choice) or "(none)" for choice in choices)
    if hint is bool:
        values = "on, off" if each.default else "off, on"
    if get_origin(hint) is Mapping:
        values = "{number: fault}"
    shown = values or str(each.default) or "(none)"
    return Entry(each.name, shown, each.metadata["meaning"], each.metadata["contract"])


def _check(name: str, value: Any, hint: Any) -> None:
    """Raise ConfigError unless the quirk of that name takes the value."""
    problem = _problem(value, hint) or _problem_of(name, value)
    if problem:
        raise ConfigError(f"quirk {name} cannot be {value!r}; it may be {problem}")


def _problem(value: Any, hint: Any) -> str:
    """Return what would have been right, empty where the value is."""
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return "" if value in choices and not isinstance(value, bool) else _either(choices)
    if get_origin(hint) is Mapping:
        return _problem_of_faults(value)
    if hint in {int, float}:
        numeric = isinstance(value, hint | int) and not isinstance(value, bool)
        return "" if numeric and value >= 0 else "a number from 0"
    return "" if isinstance(value, hint) else {bool: "True or False", str: "a text"}[hint]


def _problem_of(name: str, value: Any) -> str:
    """Return what the quirk of that name would take, of values of its type."""
    if name == "outage_every" and value < 1:
        return "1 or more"
    if name == "href" and not _is_template(value):
        return "a text with {origin}, {path}, {param}, {token} or {here}"
    return ""


def _is_template(text: str) -> bool:
    try:
        text.format(origin="", path="", param="", token="", here="")
    except (LookupError, ValueError, AttributeError):
        return False
    return True


def _problem_of_faults(faults: Any) -> str:
    named = get_args(NamedFault)
    right = isinstance(faults, Mapping) and all(
        isinstance(number, int) and (fault in named or (isinstance(fault, int) and fault >= 400))
        for number, fault in faults.items()
    )
    return "" if right else f"a mapping of numbers to a status from 400, {_either(named)}"


def _either(choices: tuple[Any, ...]) -> str:
    *others, last = map(repr, choices)
    return f"{', '.join(others)} or {last}"
