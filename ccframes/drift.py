"""Compare the table with the provider's published description of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from ccframes.endpoints import ENDPOINTS, UNREAD
from ccframes.errors import ConfigError, SchemaError
from ccframes.schema import Column, Endpoint

_TIMEOUT = (5, 60)
_ENVELOPE = frozenset({"_links", "errors"})
_DTYPES = {
    ("string", "date-time"): {"datetime64[us, UTC]"},
    ("string", "date"): {"datetime64[us]"},
    ("string", ""): {"str", "category"},
    ("integer", ""): {"Int64"},
    ("number", ""): {"float64"},
    ("boolean", ""): {"boolean"},
    ("array", ""): {"str"},
}

Description = Mapping[str, Any]
Schema = Mapping[str, Any]


class Difference(NamedTuple):
    """One place where the table and the description disagree."""

    endpoint: str
    field: str
    kind: str
    table: str
    description: str
    explained: str


@dataclass(frozen=True)
class _Field:
    """A field as the description has it."""

    type: str
    format: str
    required: bool


def drift(description: str | Path | Mapping[str, Any]) -> pd.DataFrame:
    """List where the table differs from the provider's description of the API.

    Parameters
    ----------
    description : str, Path or dict
        The provider's Swagger 2.0 document: a file, a URL, or decoded.

    Returns
    -------
    pandas.DataFrame
        One row per difference: endpoint, field, kind (new endpoint, missing endpoint, new field,
        missing field, type, required, limit, scope), table and description (what each says),
        explained (why the table differs knowingly; empty where it does not).

    Raises
    ------
    ConfigError
        The description cannot be read.
    SchemaError
        It is no Swagger 2.0 document.

    Examples
    --------
    >>> import ccframes as ccf
    >>> from ccframes.drift import drift
    >>> nothing = {"swagger": "2.0", "paths": {}}
    >>> set(drift(nothing)["kind"])
    {'missing endpoint'}
    """
    document = description if isinstance(description, Mapping) else _read(str(description))
    if not isinstance(document, Mapping) or not isinstance(document.get("paths"), Mapping):
        raise SchemaError("the description is no Swagger 2.0 document: it has no paths")
    return pd.DataFrame(_differences(document), columns=list(Difference._fields), dtype="str")


def _read(source: str) -> Any:
    try:
        return msgspec.json.decode(
            _fetched(source) if "://" in source else Path(source).read_bytes()
        )
    except (OSError, ValueError) as error:
        raise ConfigError(f"the description at {source} cannot be read: {error}") from None


def _fetched(url: str) -> bytes:
    import requests  # noqa: PLC0415 - only for a URL

    answer = requests.get(url, timeout=_TIMEOUT)
    answer.raise_for_status()
    return answer.content


def _differences(document: Description) -> Iterator[Difference]:
    known = {endpoint.path: endpoint for endpoint in ENDPOINTS.values()}
    described = {
        path: operations["get"]
        for path, operations in document["paths"].items()
        if "get" in operations
    }
    for path in described:
        if path not in known:
            yield Difference(path, "", "new endpoint", "", "GET", UNREAD.get(path, ""))
    for path, endpoint in known.items():
        if path in described:
            yield from _of_operation(endpoint, described[path], document)
        else:
            yield Difference(endpoint.name, "", "missing endpoint", path, "", "")


def _of_operation(
    endpoint: Endpoint, operation: Schema, document: Description
) -> Iterator[Difference]:
    body = _resolved(operation["responses"]["200"].get("schema", {}), document)
    yield from _of_fields(endpoint, _fields_of(endpoint, body, document))
    yield from _of_limits(endpoint, operation)
    scopes = {
        scope
        for requirement in operation.get("security", ())
        for granted in requirement.values()
        for scope in granted
    }
    if scopes != {endpoint.scope}:
        said = ", ".join(sorted(scopes))
        yield Difference(endpoint.name, "", "scope", endpoint.scope, said, "")


def _of_fields(endpoint: Endpoint, described: Mapping[str, _Field]) -> Iterator[Difference]:
    columns = {column.source: column for column in endpoint.columns}
    for path, field in described.items():
        if path not in columns:
            why = endpoint.left_out.get(path) or endpoint.left_out.get(path.partition(".")[0], "")
            yield Difference(endpoint.name, path, "new field", "", field.type, why)
    for path, column in columns.items():
        if path not in described:
            if path != endpoint.key:
                yield Difference(
                    endpoint.name, path, "missing field", column.dtype, "", column.note
                )
            continue
        field = described[path]
        if column.dtype not in _dtypes(column, field):
            said = f"{field.type} {field.format}".strip()
            yield Difference(endpoint.name, path, "type", column.dtype, said, column.note)
        if column.required != field.required:
            yield Difference(
                endpoint.name,
                path,
                "required",
                _marked(column.required),
                _marked(field.required),
                column.note,
            )


def _dtypes(column: Column, field: _Field) -> set[str]:
    """Return the dtypes that hold such a field; ids are text whatever they are sent as."""
    exact = _DTYPES.get((field.type, field.format))
    fitting = exact or _DTYPES.get((field.type, ""), set())
    return fitting | {"str"} if column.unit == "id" else fitting


def _marked(required: bool) -> str:
    return "required" if required else "optional"


def _of_limits(endpoint: Endpoint, operation: Schema) -> Iterator[Difference]:
    ours = {"limit": endpoint.page_limit}
    if endpoint.walk == "batch":
        ours[endpoint.placeholder] = endpoint.batch_size
    for parameter in operation.get("parameters", ()):
        name, maximum = parameter.get("name"), parameter.get("maximum")
        if name in ours and maximum is not None and ours[name] != maximum:
            yield Difference(
                endpoint.name, name, "limit", str(ours[name]), f"{maximum:g}", endpoint.limit_note
            )


def _fields_of(endpoint: Endpoint, body: Schema, document: Description) -> dict[str, _Field]:
    """Return the described fields by their path, those of the records and those beside them."""
    if body.get("type") == "array" or not endpoint.records:
        return dict(_walk(_items(body, document), document))
    fields: dict[str, _Field] = {}
    for name, schema in _properties(body, document):
        if name == endpoint.records:
            fields.update(_walk(_items(schema, document), document))
        elif name not in _ENVELOPE:
            fields.update(_walk_one(name, schema, document, _is_required(body, name)))
    return fields


def _items(schema: Schema, document: Description) -> Schema:
    return _resolved(schema["items"], document) if schema.get("type") == "array" else schema


def _walk(
    schema: Schema, document: Description, prefix: str = "", *, required: bool = True
) -> Iterator[tuple[str, _Field]]:
    for name, part in _properties(schema, document):
        always = required and _is_required(schema, name)
        yield from _walk_one(f"{prefix}{name}", part, document, always)


def _walk_one(
    path: str, schema: Schema, document: Description, required: bool
) -> Iterator[tuple[str, _Field]]:
    if schema.get("type") == "object" and schema.get("properties"):
        yield from _walk(schema, document, f"{path}.", required=required)
    else:
        yield path, _Field(schema.get("type", "object"), schema.get("format", ""), required)


def _properties(schema: Schema, document: Description) -> Iterator[tuple[str, Schema]]:
    for name, part in schema.get("properties", {}).items():
        yield name, _resolved(part, document)


def _is_required(schema: Schema, name: str) -> bool:
    return name in schema.get("required", ())


def _resolved(schema: Schema, document: Description) -> Schema:
    """Follow a reference within the document."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema
