"""How quirks bend the body of an answer; the body that was given stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ccframes.demo.quirks import Quirks
    from ccframes.schema import Endpoint

Body = dict[str, Any]
Change = Callable[[Body], Body]

LAST_LINKS: Mapping[str, Any] = {
    "empty": {},
    "null": None,
    "null next": {"next": None},
    "empty next": {"next": {}},
    "null href": {"next": {"href": None}},
    "blank href": {"next": {"href": ""}},
    "blank": "",
}
"""What a last page may have as `_links` instead of nothing."""

_SUMMER_TIME = timezone(timedelta(hours=-4))
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
_NOT_OPENED = {"unique_counts": "not_opened", "stats": "em_not_opened"}
_RATES = {"average_open_rate", "average_click_rate"}


def bend(quirks: Quirks, endpoint: Endpoint, body: Any) -> Any:
    """Return the body of an answer with these quirks."""
    if isinstance(body, list):
        return _bend_records(quirks, endpoint, body)
    if not endpoint.records:
        return _changed(body, _changes(quirks, endpoint))
    body = body | {endpoint.records: _bend_records(quirks, endpoint, body[endpoint.records])}
    if "aggregate_percents" in body:
        body = body | {"aggregate_percents": _bend_aggregate(quirks, body["aggregate_percents"])}
    if quirks.last_links and endpoint.walk == "cursor" and "_links" not in body:
        body = body | {"_links": LAST_LINKS[quirks.last_links]}
    return body


def _changes(quirks: Quirks, endpoint: Endpoint) -> list[Change]:
    """Return what is done to each record."""
    switched: list[tuple[object, Change]] = [
        (quirks.loose_not_opened, _loosen),
        (quirks.stat_keys != "underscored", lambda record: _respell(record, quirks.stat_keys)),
        (quirks.string_counts, _count_in_text),
        (quirks.percents != "rounded", lambda record: _round(record, quirks.percents)),
        (quirks.deleted_at == "instant", _delete_at_instant),
        (quirks.instants != "usual", lambda record: _rewrite(record, quirks.instants)),
        (quirks.url_ids == "number", _number_links),
        (quirks.status_case != "usual", lambda record: _recase(record, quirks.status_case)),
        (quirks.missing_names, lambda record: _without(record, "first_name", "last_name")),
        (quirks.explicit_nulls, lambda record: _keys(endpoint) | record),
        (quirks.unknown_field, lambda record: record | {quirks.unknown_field: "new"}),
    ]
    return [change for switch, change in switched if switch]


def _bend_records(quirks: Quirks, endpoint: Endpoint, records: Any) -> list[Body]:
    changes = _changes(quirks, endpoint)
    bent = [_changed(record, changes) for record in records]
    return [_odd(quirks, endpoint, bent[0]), *bent[1:]] if bent else bent


def _odd(quirks: Quirks, endpoint: Endpoint, record: Body) -> Body:
    """Return the first record of a page, which some quirks single out."""
    if quirks.missing_counts and endpoint.name == "campaign_summaries":
        record = _without(record, "unique_counts", "last_sent_date")
    if quirks.unknown_bounce_code and "bounce_code" in record:
        record = record | {"bounce_code": quirks.unknown_bounce_code}
    if quirks.unknown_device and "tracking_activity_type" in record:
        record = record | {"device_type": quirks.unknown_device}
    return record


def _bend_aggregate(quirks: Quirks, percents: Body) -> Any:
    percents = {key: _precise(value, quirks.percents) for key, value in percents.items()}
    if not quirks.aggregate_array:
        return percents
    return [{key: str(value) for key, value in percents.items()}]


def _changed(record: Body, changes: list[Change]) -> Body:
    for change in changes:
        record = change(record)
    return record


def _keys(endpoint: Endpoint) -> Body:
    """Return the fields that the table knows of a record, all null."""
    sources = [column.source for column in endpoint.columns if column.place == "record"]
    return {source: None for source in sources if "." not in source}


def _respell(record: Body, spelling: str) -> Body:
    if not isinstance(record.get("stats"), dict):
        return record
    stats = {_dotted(key): count for key, count in record["stats"].items()}
    return record | {"stats": record["stats"] | stats if spelling == "both" else stats}


def _dotted(key: str) -> str:
    """Return the dotted spelling of a key that has one: `em_opens.all.mobile`."""
    if not key.startswith(("em_opens_all", "em_clicks_all")):
        return key
    return key.replace("_", ".").replace("em.", "em_", 1)


def _count_in_text(record: Body) -> Body:
    counts = record.get("unique_counts")
    if not isinstance(counts, dict):
        return record
    return record | {"unique_counts": {key: str(count) for key, count in counts.items()}}


def _loosen(record: Body) -> Body:
    for group, key in _NOT_OPENED.items():
        if key in record.get(group, ()):
            count = record[group][key]
            record = record | {group: record[group] | {key: count - count // 30}}
    return record


def _round(record: Body, digits: str) -> Body:
    record = {
        key: _precise(value, digits) if key in _RATES else value for key, value in record.items()
    }
    if "percents" in record:
        percents = {key: _precise(value, digits) for key, value in record["percents"].items()}
        record = record | {"percents": percents}
    return record


def _precise(value: float, digits: str) -> float:
    if digits == "rounded":
        return value
    return round(value) if digits == "whole" else value * (1 - 2**-40)


def _delete_at_instant(record: Body) -> Body:
    if len(record.get("deleted_at", "")) != len("2019-04-10"):
        return record
    return record | {"deleted_at": record["deleted_at"] + "T00:00:00.000Z"}


def _rewrite(value: Any, form: str) -> Any:
    """Return the value with all its instants in another form, at any depth."""
    if isinstance(value, dict):
        return {key: _rewrite(each, form) for key, each in value.items()}
    if isinstance(value, list):
        return [_rewrite(each, form) for each in value]
    return _instant(value, form) if isinstance(value, str) and _INSTANT.fullmatch(value) else value


def _instant(text: str, form: str) -> str:
    at = datetime.fromisoformat(text)
    if form == "seconds":
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"
    if form == "microseconds":
        return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
    local = at.astimezone(_SUMMER_TIME).isoformat(timespec="milliseconds")
    return local if form == "offset" else local.replace("-04:00", "-0400")


def _number_links(record: Body) -> Body:
    return record | {"url_id": int(record["url_id"])} if "url_id" in record else record


def _recase(record: Body, case: str) -> Body:
    status = record.get("current_status")
    if status is None:
        return record
    return record | {"current_status": getattr(status, case)()}


def _without(record: Body, *names: str) -> Body:
    return {key: record[key] for key in record if key not in names}
