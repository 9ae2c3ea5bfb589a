"""`ccframes load` and `plan`: reports to files, and what they would cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import ccframes as ccf
from ccframes.cli.files import WRITERS, check_writable, partial_name, write
from ccframes.cli.session import connection, demo_option, warnings_in_lines
from ccframes.cli.terminal import complain, echo_head
from ccframes.client import BASE_URL_VARIABLE, TOKEN_VARIABLE
from ccframes.endpoints import report_named
from ccframes.errors import ConfigError, LoadInterrupted
from ccframes.schema import Endpoint, Table

if TYPE_CHECKING:
    import pandas as pd

    from ccframes.schema import Param


def _checked_out(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in WRITERS:
        raise click.BadParameter(f"its name must end with one of {', '.join(WRITERS)}")
    if value.is_dir():
        raise click.BadParameter(f"{value} is a directory")
    if not value.resolve().parent.is_dir():
        raise click.BadParameter(f"there is no directory {value.resolve().parent}")
    return value.resolve()


_ids_file = click.option(
    "--ids",
    "ids_file",
    type=click.File(encoding="utf-8-sig"),
    help="Read ids from a file: one a line, or CSV with an id column. IDS may be - for stdin.",
)
_campaigns = click.option(
    "--campaigns", is_flag=True, help="The ids are campaigns: they stand for all their activities."
)
_param = click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the report, e.g. bounce_code=B; may be repeated.",
)


@click.command(
    epilog=f"The access token is read from the environment variable {TOKEN_VARIABLE} and from "
    "nowhere else: a token in an option would stay in the shell's history and be seen in the "
    f"list of processes. {BASE_URL_VARIABLE} names another address of the API."
)
@click.argument("name")
@click.argument("ids", nargs=-1)
@demo_option
@_ids_file
@_campaigns
@_param
@click.option(
    "--on-error",
    type=click.Choice(["raise", "warn"]),
    help='"warn" goes on without ids that the API cannot answer, and names them.',
)
@click.option("--max-pages", type=click.IntRange(min=1), help="Stop each walk after so many pages.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=_checked_out,
    help="Write to this .csv, .parquet or .json; without it the first rows are printed.",
)
@click.option("--raw", is_flag=True, help="Write CSV cells as they are, formulas included.")
def load(
    *,
    name: str,
    ids: tuple[str, ...],
    demo: bool,
    ids_file: IO[str] | None,
    campaigns: bool,
    params: tuple[str, ...],
    on_error: str | None,
    max_pages: int | None,
    out: Path | None,
    raw: bool,
) -> None:
    """Load a report to a file, or print its first rows.

    NAME is the report's, as `ccframes catalog` lists it. Reports that need ids take them as
    arguments, from --ids, or from stdin:

    \b
      ccframes load campaign_summaries --demo --out campaigns.csv
      ccframes load opens --demo --ids campaigns.csv --out opens.csv

    A load that stops part-way writes what came to FILE with .partial before its ending.
    """  # noqa: D301 - the \\b is for click: keep these lines as they are
    report = report_named(name)
    given = {"on_error": on_error, "max_pages": max_pages}
    options = _options(report, given, params) | _asked_for(report, ids, ids_file, campaigns)
    if out is not None:
        check_writable(out)
    with connection(demo) as client, warnings_in_lines():
        try:
            frame = _loaded(client, report, options)
        except LoadInterrupted as stop:
            _deliver(stop.partial, out and partial_name(out), raw)
            raise
        _deliver(frame, out, raw)


@click.command()
@click.argument("name")
@click.argument("ids", nargs=-1)
@demo_option
@_ids_file
@_campaigns
@_param
def plan(
    *,
    name: str,
    ids: tuple[str, ...],
    demo: bool,
    ids_file: IO[str] | None,
    campaigns: bool,
    params: tuple[str, ...],
) -> None:
    """Say what a load would cost: requests, time, and share of the day's quota.

    It takes what `ccframes load` takes. A few requests may be sent to learn the number of rows.
    """
    report = report_named(name)
    options = _asked_for(report, ids, ids_file, campaigns)
    given = _params(report, params)
    with connection(demo) as client, warnings_in_lines():
        click.echo(str(client.plan(report.name, **options, params=given)))


def _options(
    report: Endpoint | Table, given: dict[str, Any], params: Sequence[str]
) -> dict[str, Any]:
    """Return the options of a load, as far as they make sense for the report."""
    is_walked = isinstance(report, Endpoint) and report.walk == "cursor"
    if given["max_pages"] and not is_walked:
        raise click.UsageError(f"{report.name} is not walked page by page: no --max-pages")
    takes_ids = isinstance(report, Endpoint) and bool(report.key)
    if given["on_error"] and not takes_ids:
        raise click.UsageError(f"{report.name} takes no --on-error")
    checked = _params(report, params)
    if isinstance(report, Table):
        return {}
    usual = "warn" if report.walk == "batch" else "raise"
    return {
        "max_pages": given["max_pages"],
        "params": checked,
        **({"on_error": given["on_error"] or usual} if takes_ids else {}),
    }


def _asked_for(
    report: Endpoint | Table, ids: Sequence[str], file: IO[str] | None, campaigns: bool
) -> dict[str, Any]:
    """Return what the report is asked for, under the keyword that takes it."""
    by_campaign = campaigns and report.key == "campaign_activity_id"
    return {"campaigns" if by_campaign else "ids": _carrier(report, ids, file)}


def _params(report: Endpoint | Table, given: Sequence[str]) -> dict[str, Any]:
    """Return the parameters as the client takes them, which checks their names and values."""
    declared = report.params if isinstance(report, Endpoint) else ()
    known = {param.name: param for param in declared}
    params: dict[str, Any] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--param")
        if name not in known:
            raise click.BadParameter(
                f"{report.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}",
                param_hint="--param",
            )
        if known[name].many:
            params.setdefault(name, []).append(value)
        else:
            params[name] = _value(known[name], value)
    return params


def _value(param: Param, text: str) -> Any:
    return {"true": True, "false": False}.get(text, text) if param.kind == "bool" else text


def _carrier(report: Endpoint | Table, ids: Sequence[str], file: IO[str] | None) -> Any:
    """Return the ids in whatever form the client takes them; None where the report is whole."""
    if not report.key and (ids or file):
        raise click.UsageError(f"{report.name} takes no ids: it is loaded whole")
    if not report.key or (isinstance(report, Table) and not ids and file is None):
        return None
    if file is not None or list(ids) == ["-"]:
        if ids and file is not None:
            raise click.UsageError("give ids as arguments or with --ids, not both")
        ids = _read_ids(file or click.open_file("-", encoding="utf-8-sig"))
        if not len(ids):
            complain("there are no ids in the input")
        return ids
    if not ids:
        raise click.UsageError(_HOW_TO_GET_IDS.format(name=report.name, key=report.key))
    return list(ids)


_HOW_TO_GET_IDS = """{name} needs ids ({key}). To get some, and then use them:
  ccframes load campaign_summaries --demo --out campaigns.csv
  ccframes load {name} --demo --ids campaigns.csv
(without --demo for your own account)"""


def _read_ids(file: IO[str]) -> Any:
    """Return a frame of a CSV with a header, or the list of lines."""
    import pandas as pd  # noqa: PLC0415

    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name} is no UTF-8 text ({error})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = [name for name in reader.fieldnames or () if name.endswith("_id")]
    if not header:
        return [line.strip() for line in text.splitlines() if line.strip()]
    records = list(reader)
    return pd.DataFrame(
        {name: [record.get(name) or None for record in records] for name in [*header, "role"]}
    )


def _loaded(client: ccf.Client, report: Endpoint | Table, options: dict[str, Any]) -> pd.DataFrame:
    if isinstance(report, Table):
        return client.load_campaign_table(options["ids"])
    if report.name == "campaign_summaries":
        return ccf.load_campaign_summaries(client=client, max_pages=options["max_pages"])
    return client.load(report.name, **options)


def _deliver(frame: pd.DataFrame, out: Path | None, raw: bool) -> None:
    """Write the frame, or print its head, and say whether it is the whole."""
    if out is None:
        echo_head(frame)
    else:
        quoted = write(frame, out, raw)
        click.echo(f"{out.name}: {len(frame):,} rows, {frame.shape[1]} columns", err=True)
        if quoted:
            complain(
                f"cells of {out.name} that begin like a formula: {quoted:,}; each was given an "
                "apostrophe (--raw leaves them as they are)"
            )
    if not frame.attrs.get("ccframes", {}).get("complete", True):
        complain("this is not the whole report")
