"""`ccframes catalog`, `describe` and `drift`: what there is, and whether the API still has it."""

from __future__ import annotations

import click

import ccframes as ccf
from ccframes.cli.files import as_json_text
from ccframes.cli.terminal import complain, echo_table, printable
from ccframes.errors import SchemaError

WRONG_USE = 2

_as_json = click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")


@click.command()
@_as_json
def catalog(as_json: bool) -> None:
    """List the reports, with the ids they take."""
    table = ccf.catalog()
    if as_json:
        click.echo(as_json_text(table))
        return
    shown = table[["name", "key", "scope", "rows"]].replace({"key": {"": "–"}})
    echo_table(
        ("name", "ids", "scope", "rows"), list(shown.itertuples(index=False, name=None)), wrap=True
    )


@click.command()
@click.argument("name")
@_as_json
def describe(name: str, as_json: bool) -> None:
    """Say what each column of a report is.

    NAME is the report's, as `ccframes catalog` lists it; with a column that holds several items,
    as in `contacts.notes`, it says what those are. Columns marked * are personal data.
    """
    table = ccf.describe(name)
    if as_json:
        click.echo(as_json_text(table))
        return
    marked = table["column"] + table["pii"].map({True: " *", False: ""})
    rows = list(zip(marked, table["dtype"], table["unit"], table["meaning"], strict=True))
    echo_table(("column", "dtype", "unit", "meaning"), rows, wrap=True)
    if table["pii"].any():
        click.echo("\n* personal data")


@click.command()
@click.argument("swagger")
@_as_json
@click.pass_context
def drift(ctx: click.Context, swagger: str, as_json: bool) -> None:
    """Compare the table of reports with the provider's description of the API.

    SWAGGER is a file or URL of the description. Differences that the table explains are listed
    too; any other makes the command end with 1, and a description that cannot be read with 2.
    """
    from ccframes.drift import drift as differences  # noqa: PLC0415

    try:
        table = differences(swagger)
    except SchemaError as error:
        complain(str(error))
        ctx.exit(WRONG_USE)
    if as_json:
        click.echo(as_json_text(table))
    else:
        table["where"] = (table["endpoint"] + " " + table["field"]).str.strip()
        columns = ("where", "kind", "table", "description", "explained")
        rows = table[list(columns)].map(printable).itertuples(index=False, name=None)
        echo_table(columns, list(rows), wrap=True)
    unexplained = int((table["explained"] == "").sum())
    complain(f"{len(table)} differences, {unexplained} of them not explained in the table")
    ctx.exit(1 if unexplained else 0)
