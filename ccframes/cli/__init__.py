"""The `ccframes` command.

Names, subjects and addresses are written by other people: before they reach a terminal, control
and direction characters are taken out of them, and before they reach a spreadsheet, cells that it
would take for formulas are quoted.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
from click.core import ParameterSource

import ccframes as ccf
from ccframes.cli.files import WRITERS, as_json_text, check_writable, partial_name, write
from ccframes.cli.terminal import complain, echo_head, echo_table, printable, shown
from ccframes.client import TOKEN_VARIABLE
from ccframes.endpoints import endpoint_named, report_named
from ccframes.errors import CcframesError, ColumnsError, ConfigError, LoadInterrupted, SchemaError
from ccframes.schema import Endpoint, Table
from ccframes.wire.transport import DEFAULT_BASE_URL

if TYPE_CHECKING:
    import pandas as pd

    from ccframes.schema import Param

BASE_URL_VARIABLE = "CCFRAMES_BASE_URL"

_DEMO_CAMPAIGNS = 10
_EVENT_REPORTS = (
    "sends",
    "opens",
    "unique_opens",
    "did_not_opens",
    "clicks",
    "forwards",
    "optouts",
    "bounces",
)
_INTERRUPTED = 130
_WRONG_USE = 2


class _Commands(click.Group):
    """Commands that say in one line what stopped them."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("stopped by Ctrl-C")
            ctx.exit(_INTERRUPTED)
        except LoadInterrupted as stop:
            what, _, _advice_for_python = str(stop).partition("\n")
            complain(what)
            ctx.exit(_INTERRUPTED if isinstance(stop.__cause__, KeyboardInterrupt) else 1)
        except CcframesError as error:
            complain("; ".join([str(error), *getattr(error, "__notes__", [])]))
            ctx.exit(_WRONG_USE if isinstance(error, ConfigError | ColumnsError) else 1)
        except BrokenPipeError:  # whoever read our output has had enough
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - closed by the interpreter
            ctx.exit(0)
        except OSError as error:
            complain(f"the output could not be written: {error.strerror or error}")
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ccf.__version__, prog_name="ccframes")
def main() -> None:
    """Load every Constant Contact V3 report as a tidy table."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names hold letters that some terminals lack


# --- demo ---------------------------------------------------------------------------------------


@main.command()
@click.option("--serve", "serving", is_flag=True, help="Serve it to any client until Ctrl-C.")
@click.option(
    "--account",
    type=click.Choice(["default", "large", "lagging", "empty"]),
    default="default",
    help="The account to serve.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to serve at.")
@click.option("--throttle", type=click.IntRange(min=1), help="Requests in a second, then 429.")
@click.option("--daily-quota", type=click.IntRange(min=1), help="Requests in a day, then 429.")
@click.option("--quirks", help='Departures from the usual: JSON like {"stat_keys": "dotted"}.')
@click.pass_context
def demo(
    ctx: click.Context,
    *,
    serving: bool,
    account: str,
    port: int,
    throttle: int | None,
    daily_quota: int | None,
    quirks: str | None,
) -> None:
    """Load all twelve email reports of the embedded account, or serve it."""
    if serving:
        _serve(account, port, throttle, daily_quota, quirks)
        return
    for name in ("account", "port", "throttle", "daily_quota", "quirks"):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name.replace('_', '-')} goes with --serve")
    _show_demo()


def _serve(
    account: str, port: int, throttle: int | None, daily_quota: int | None, quirks: str | None
) -> None:
    from ccframes.demo import serve  # noqa: PLC0415 - only who serves pays for it

    serve(
        account,
        announce=_announce,
        port=port,
        throttle=throttle,
        daily_quota=daily_quota,
        quirks=_quirks(quirks),
    )


def _announce(base_url: str, token: str) -> None:
    click.echo(
        f"The embedded account answers at {base_url} until Ctrl-C. Its token is {token}\n"
        f"  {BASE_URL_VARIABLE}={base_url} {TOKEN_VARIABLE}={token} ccframes load campaigns"
    )


def _quirks(text: str | None) -> Any:
    """Return quirks given as JSON, or the name of several."""
    if text is None or text[:1] not in {"{", "["}:
        return text
    try:
        quirks = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"is no JSON ({error})", param_hint="--quirks") from None
    if isinstance(quirks, dict) and isinstance(quirks.get("faults"), dict):
        # the keys of JSON are text always
        quirks["faults"] = {
            int(number) if number.isdecimal() else number: fault
            for number, fault in quirks["faults"].items()
        }
    return quirks


def _show_demo() -> None:
    with ccf.connect(demo=True) as client:
        click.echo("The embedded account, over HTTP: every report of every sent campaign.\n")
        _row(_DEMO_HEADER)
        campaigns = _timed(client, "campaign_summaries", ccf.load_campaign_summaries)
        activities = _timed(
            client,
            "(their activities)",
            lambda: ccf.load_campaign_activities(campaigns, progress=False),
        )
        sent = activities[activities["role"] != "permalink"]
        _timed(
            client,
            "campaign_stats",
            lambda: ccf.load_campaign_stats(campaigns, progress=False),
        )
        for name in ("activity_stats", "links", *_EVENT_REPORTS):
            load = getattr(ccf, endpoint_named(name).loader)
            _timed(client, name, lambda load=load: load(sent, progress=False))  # type: ignore[misc]
        requests = client.requests_sent
    click.echo(
        f"\n{requests:,} requests. The embedded account has no pace to keep: the real one answers "
        f"4 a second,\nso all of this would take {requests / 4 / 60:.0f} minutes there.\n"
    )
    _echo_rates(campaigns)
    click.echo(
        "\nNext: `make lab` opens notebooks/01_quickstart.ipynb; README.md says the rest;\n"
        "`ccframes catalog` lists the reports, `ccframes load opens --help` loads one to a file."
    )


_DEMO_HEADER = ("report", "rows", "columns", "requests", "seconds")


def _row(cells: Sequence[str]) -> None:
    click.echo(f"{cells[0]:<20}" + "".join(f"{cell:>10}" for cell in cells[1:]))


def _timed(client: ccf.Client, name: str, load: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Load a report and print a line on it."""
    sent, began = client.requests_sent, time.perf_counter()
    frame = load()
    seconds, requests = time.perf_counter() - began, client.requests_sent - sent
    rows, columns = frame.shape
    _row((name, f"{rows:,}", f"{columns}", f"{requests:,}", f"{seconds:.2f}"))
    return frame


def _echo_rates(campaigns: pd.DataFrame) -> None:
    """Print the newest campaigns with rates; names come last, since they may run leftwards."""
    head = campaigns.head(_DEMO_CAMPAIGNS)
    delivered = head["unique_sends"] - head["unique_bounces"]
    click.echo("The newest campaigns. delivered = sends − bounces; open rate = unique opens /")
    click.echo("delivered; click rate = unique clicks / delivered.\n")
    echo_table(
        ("sent", "sends", "delivered", "open rate", "click rate", "campaign"),
        list(
            zip(
                head["last_sent_date"].map(shown),
                head["unique_sends"].map("{:,}".format),
                delivered.map("{:,}".format),
                map(_rate, head["unique_opens"], delivered),
                map(_rate, head["unique_clicks"], delivered),
                head["name"].map(shown),
                strict=True,
            )
        ),
        right={1, 2, 3, 4},
    )


def _rate(part: Any, whole: Any) -> str:
    import pandas as pd  # noqa: PLC0415 - as everywhere in this module: --help does without

    return "–" if pd.isna(part) or pd.isna(whole) or not whole else f"{part / whole:.1%}"


# --- catalog and describe -----------------------------------------------------------------------

_as_json = click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")


@main.command()
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


@main.command()
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


# --- drift --------------------------------------------------------------------------------------


@main.command()
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
        ctx.exit(_WRONG_USE)
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


# --- load ---------------------------------------------------------------------------------------


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


_demo = click.option("--demo", is_flag=True, help="Use the embedded account, which needs no token.")
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


@main.command(
    epilog=f"The access token is read from the environment variable {TOKEN_VARIABLE} and from "
    "nowhere else: a token in an option would stay in the shell's history and be seen in the "
    f"list of processes. {BASE_URL_VARIABLE} names another address of the API."
)
@click.argument("name")
@click.argument("ids", nargs=-1)
@_demo
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
    with _connection(demo) as client, _warnings_in_lines():
        try:
            frame = _loaded(client, report, options)
        except LoadInterrupted as stop:
            _deliver(stop.partial, out and partial_name(out), raw)
            raise
        _deliver(frame, out, raw)


@main.command()
@click.argument("name")
@click.argument("ids", nargs=-1)
@_demo
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
    with _connection(demo) as client, _warnings_in_lines():
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


def _connection(demo: bool) -> ccf.Client:
    if demo:
        return ccf.connect(demo=True)
    if not os.environ.get(TOKEN_VARIABLE):
        raise ConfigError(f"no access token: set {TOKEN_VARIABLE}, or look around with --demo")
    return ccf.connect(base_url=os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL)


def _loaded(client: ccf.Client, report: Endpoint | Table, options: dict[str, Any]) -> pd.DataFrame:
    if isinstance(report, Table):
        return client.load_campaign_table(options["ids"])
    if report.name == "campaign_summaries":
        return ccf.load_campaign_summaries(client=client, max_pages=options["max_pages"])
    return client.load(report.name, **options)


@contextmanager
def _warnings_in_lines() -> Iterator[None]:
    """Say each warning in a line of its own, without the place in our code."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for warning in caught:
                complain(f"warning: {warning.message}")


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
