"""Compare the table with the provider's published description of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import pandas as pd

from ccframes.endpoints import ENDPOINTS, UNREAD
from ccframes.errors import ConfigError, SchemaError
from ccframes.schema import Column, Endpoint

_TIMEOUT = (5, 60)
_BASE = "https://api.cc.email/v3"
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
    schema: Schema


def drift(description: str | Path | Mapping[str, Any]) -> pd.DataFrame:
    """List where the table differs from the provider's description of the API.

    Compared are the addresses, the fields of each answer with their types and required marks, the
    limits of pages and batches, parameters that must be given, and the scopes.

    Parameters
    ----------
    description : str, Path or dict
        The provider's Swagger 2.0 document: a file, a URL, or decoded.

    Returns
    -------
    pandas.DataFrame
        One row per difference: endpoint, field, kind (new endpoint, missing endpoint, new field,
        missing field, type, required, limit, parameter, scope, address), table and description
        (what each says), explained (why the table differs knowingly; empty where it does not).

    Raises
    ------
    ConfigError
        The description cannot be read.
    SchemaError
        It is no Swagger 2.0 document, or one that cannot be followed.

    Examples
    --------
    >>> from ccframes.drift import drift
    >>> nothing = {"swagger": "2.0", "host": "api.cc.email", "basePath": "/v3", "paths": {}}
    >>> set(drift(nothing)["kind"])
    {'missing endpoint'}
    """
    document = description if isinstance(description, Mapping) else _read(str(description))
    if not isinstance(document, Mapping) or document.get("swagger") != "2.0":
        raise SchemaError("the description is no Swagger 2.0 document")
    try:
        rows = list(_differences(document))
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SchemaError(
            f"the description cannot be followed ({type(error).__name__}: {error})"
        ) from None
    return pd.DataFrame(rows, columns=list(Difference._fields), dtype="str")


def _read(source: str) -> Any:
    if "://" in source:
        return _decoded(_fetched(source), _bare(source))
    try:
        return _decoded(Path(source).read_bytes(), source)
    except OSError as error:
        raise ConfigError(f"the description {source} cannot be read: {error.strerror}") from None


def _decoded(text: bytes, source: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except ValueError as error:
        raise ConfigError(f"the description {source} is no JSON: {error}") from None


def _fetched(url: str) -> bytes:
    import requests  # noqa: PLC0415 - only for a URL

    with requests.Session() as session:
        session.trust_env = False  # no credentials of ~/.netrc
        try:
            answer = session.get(url, timeout=_TIMEOUT)
        except requests.RequestException as error:
            failure = type(error).__name__
        else:
            if answer.ok:
                return answer.content
            failure = f"status {answer.status_code}"
    raise ConfigError(f"the description at {_bare(url)} cannot be fetched: {failure}")


def _bare(url: str) -> str:
    """Return the address without user, password, query or fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _differences(document: Description) -> Iterator[Difference]:
    base = f"https://{document.get('host', '')}{document.get('basePath', '')}"
    if base != _BASE:
        yield Difference("", "", "address", _BASE, base, "")
    known = {endpoint.path: endpoint for endpoint in ENDPOINTS.values()}
    described = {
        path: {"parameters": [], **operations["get"]}
        | {"inherited": operations.get("parameters", [])}
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
    answer = _resolved(operation["responses"]["200"], document)
    body = _resolved(answer.get("schema", {}), document)
    parameters = [
        _resolved(parameter, document)
        for parameter in (*operation["inherited"], *operation["parameters"])
    ]
    fields = _fields_of(endpoint, body, document)
    yield from _of_fields(endpoint, endpoint.columns, fields)
    for column in endpoint.columns:
        if column.items and column.source in fields:
            items = dict(_walk(_items(fields[column.source].schema, document), document))
            if items:  # plain ids have no fields
                yield from _of_fields(endpoint, column.items, items, f"{column.source}[].")
    yield from _of_limits(endpoint, parameters)
    yield from _of_parameters(endpoint, parameters)
    scopes = {
        scope
        for requirement in operation.get("security", ())
        for granted in requirement.values()
        for scope in granted
    }
    if scopes != {endpoint.scope}:
        said = ", ".join(sorted(scopes))
        yield Difference(endpoint.name, "", "scope", endpoint.scope, said, "")


def _of_fields(
    endpoint: Endpoint, columns: Sequence[Column], described: Mapping[str, _Field], within: str = ""
) -> Iterator[Difference]:
    known = {within + column.source: column for column in columns}
    found = {within + path: field for path, field in described.items()}
    for path, field in found.items():
        if path not in known:
            why = endpoint.left_out.get(path) or endpoint.left_out.get(path.partition(".")[0], "")
            yield Difference(endpoint.name, path, "new field", "", field.type, why)
    for path, column in known.items():
        if path in found:
            yield from _of_field(endpoint, path, column, found[path])
        elif path != endpoint.key:
            yield Difference(endpoint.name, path, "missing field", column.dtype, "", column.note)


def _of_field(endpoint: Endpoint, path: str, column: Column, field: _Field) -> Iterator[Difference]:
    if column.dtype not in _dtypes(column, field):
        said = f"{field.type} {field.format}".strip()
        yield Difference(endpoint.name, path, "type", column.dtype, said, column.note)
    if column.required != field.required:
        told, said = _marked(column.required), _marked(field.required)
        yield Difference(endpoint.name, path, "required", told, said, column.note)


def _dtypes(column: Column, field: _Field) -> set[str]:
    """Return the dtypes that hold such a field; ids are text whatever they are sent as."""
    exact = _DTYPES.get((field.type, field.format))
    fitting = exact or _DTYPES.get((field.type, ""), set())
    return fitting | {"str"} if column.unit == "id" else fitting


def _marked(required: bool) -> str:
    return "required" if required else "optional"


def _of_limits(endpoint: Endpoint, parameters: Sequence[Schema]) -> Iterator[Difference]:
    ours = {"limit": endpoint.page_limit}
    if endpoint.walk == "batch":
        ours[endpoint.placeholder] = endpoint.batch_size
    for parameter in parameters:
        name, maximum = parameter["name"], parameter.get("maximum")
        if name in ours and maximum is not None and ours[name] != float(maximum):
            yield Difference(
                endpoint.name,
                name,
                "limit",
                str(ours[name]),
                f"{float(maximum):g}",
                endpoint.limit_note,
            )


def _of_parameters(endpoint: Endpoint, parameters: Sequence[Schema]) -> Iterator[Difference]:
    ours = {param.name: param.required for param in endpoint.params}
    described = {
        parameter["name"]: bool(parameter.get("required"))
        for parameter in parameters
        if parameter.get("in") == "query"
    }
    for name, required in described.items():
        if required != ours.get(name, False):
            told, said = _marked(ours.get(name, False)), _marked(required)
            yield Difference(endpoint.name, name, "parameter", told, said, "")
    for name in ours.keys() - described.keys():
        yield Difference(endpoint.name, name, "parameter", "known", "", "")


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
        yield path, _Field(schema.get("type", "object"), schema.get("format", ""), required, schema)


def _properties(schema: Schema, document: Description) -> Iterator[tuple[str, Schema]]:
    for name, part in schema.get("properties", {}).items():
        yield name, _resolved(part, document)


def _is_required(schema: Schema, name: str) -> bool:
    return name in schema.get("required", ())


def _resolved(schema: Schema, document: Description) -> Schema:
    """Follow references within the document, and join what stands in `allOf`."""
    seen = set()
    while "$ref" in schema:
        reference = schema["$ref"]
        if reference in seen or not reference.startswith("#/"):
            raise LookupError(f"reference {reference!r}")
        seen.add(reference)
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        schema = found
    if "allOf" in schema:
        return _joined([_resolved(part, document) for part in schema["allOf"]])
    return schema


def _joined(parts: Sequence[Schema]) -> Schema:
    joined: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for part in parts:
        joined["properties"] |= part.get("properties", {})
        joined["required"] += part.get("required", [])
    return joined
