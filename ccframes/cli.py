"""The `ccframes` command.

Names, subjects and addresses are written by other people: before they reach a terminal, control
and direction characters are taken out of them, and before they reach a spreadsheet, cells that it
would take for formulas are quoted.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import shutil
import sys
import textwrap
import time
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import ccframes as ccf
from ccframes.client import TOKEN_VARIABLE
from ccframes.endpoints import endpoint_named
from ccframes.errors import CcframesError, ConfigError, LoadInterrupted, MissingDependencyError
from ccframes.wire.transport import DEFAULT_BASE_URL

if TYPE_CHECKING:
    import pandas as pd

    from ccframes.schema import Endpoint, Param

BASE_URL_VARIABLE = "CCFRAMES_BASE_URL"

_DEMO_CAMPAIGNS = 10
_HEAD_ROWS = 10
_CELL = 20  # columns of the terminal for a cell of a table's head
_LAST_CELL = 24  # least room for a last column that takes what is left
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_EVENTS = (
    "sends opens unique_opens did_not_opens clicks forwards optouts bounces".split()  # noqa: SIM905
)
_INTERRUPTED = 130


class _Commands(click.Group):
    """Commands that say in one line what stopped them."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _complain("stopped by Ctrl-C")
            ctx.exit(_INTERRUPTED)
        except LoadInterrupted as stop:
            what, _, _advice_for_python = str(stop).partition("\n")
            _complain(what)
            ctx.exit(_INTERRUPTED if isinstance(stop.__cause__, KeyboardInterrupt) else 1)
        except CcframesError as error:
            _complain("; ".join([str(error), *getattr(error, "__notes__", [])]))
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
def demo() -> None:
    """Load all twelve email reports of the embedded account."""
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
        for name in ("activity_stats", "links", *_EVENTS):
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
    _echo_table(
        ("sent", "sends", "delivered", "open rate", "click rate", "campaign"),
        list(
            zip(
                head["last_sent_date"].map(_shown),
                head["unique_sends"].map("{:,}".format),
                delivered.map("{:,}".format),
                map(_rate, head["unique_opens"], delivered),
                map(_rate, head["unique_clicks"], delivered),
                head["name"].map(_shown),
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
        click.echo(_json(table))
        return
    shown = table[["name", "key", "scope", "rows"]].replace({"key": {"": "–"}})
    _echo_table(
        ("name", "ids", "scope", "rows"), list(shown.itertuples(index=False, name=None)), wrap=True
    )


@main.command()
@click.argument("name")
@_as_json
def describe(name: str, as_json: bool) -> None:
    """Say what each column of a report is.

    NAME is the report's, as `ccframes catalog` lists it. Columns marked * are personal data.
    """
    table = ccf.describe(name)
    if as_json:
        click.echo(_json(table))
        return
    marked = table["column"] + table["pii"].map({True: " *", False: ""})
    rows = list(zip(marked, table["dtype"], table["unit"], table["meaning"], strict=True))
    _echo_table(("column", "dtype", "unit", "meaning"), rows, wrap=True)
    if table["pii"].any():
        click.echo("\n* personal data")


# --- load ---------------------------------------------------------------------------------------


def _checked_out(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in _WRITERS:
        raise click.BadParameter(f"its name must end with one of {', '.join(_WRITERS)}")
    if value.is_dir() or not value.resolve().parent.is_dir():
        raise click.BadParameter(f"there is no directory {value.resolve().parent}")
    return value.resolve()


@main.command(
    epilog=f"The access token is read from the environment variable {TOKEN_VARIABLE} and from "
    "nowhere else: a token in an option would stay in the shell's history and be seen in the "
    f"list of processes. {BASE_URL_VARIABLE} names another address of the API."
)
@click.argument("name")
@click.argument("ids", nargs=-1)
@click.option("--demo", is_flag=True, help="Load from the embedded account; needs no token.")
@click.option(
    "--ids",
    "ids_file",
    type=click.File(encoding="utf-8-sig"),
    help="Read ids from a file: one a line, or CSV with an id column. IDS may be - for stdin.",
)
@click.option("--campaigns", is_flag=True, help="The ids are campaigns: load all their activities.")
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the report, e.g. bounce_code=B; may be repeated.",
)
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
    endpoint = endpoint_named(name)
    options: dict[str, Any] = {"max_pages": max_pages, "params": _params(endpoint, params)}
    if max_pages and endpoint.walk != "cursor":
        raise click.UsageError(f"{endpoint.name} comes in one page for each id: no --max-pages")
    if endpoint.key:
        options["on_error"] = on_error or ("warn" if endpoint.walk == "batch" else "raise")
    elif on_error:
        raise click.UsageError(f"{endpoint.name} takes no ids: no --on-error")
    carrier = _carrier(endpoint, ids, ids_file)
    by_campaign = campaigns and endpoint.key == "campaign_activity_id"
    options["campaigns" if by_campaign else "ids"] = carrier
    if out is not None:
        _check_writable(out)
    with _connection(demo) as client, _warnings_in_lines():
        try:
            frame = _loaded(client, endpoint, options)
        except LoadInterrupted as stop:
            _deliver(stop.partial, out and _partial_name(out), raw)
            raise
        _deliver(frame, out, raw)


def _params(endpoint: Endpoint, given: Sequence[str]) -> dict[str, Any]:
    """Return the parameters as the client takes them, which checks their names and values."""
    known = {param.name: param for param in endpoint.params}
    params: dict[str, Any] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE", param_hint="--param")
        if name not in known:
            raise click.BadParameter(
                f"{endpoint.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}",
                param_hint="--param",
            )
        if known[name].many:
            params.setdefault(name, []).append(value)
        else:
            params[name] = _value(known[name], value)
    return params


def _value(param: Param, text: str) -> Any:
    return {"true": True, "false": False}.get(text, text) if param.kind == "bool" else text


def _carrier(endpoint: Endpoint, ids: Sequence[str], file: IO[str] | None) -> Any:
    """Return the ids in whatever form the client takes them; None where the report takes none."""
    if not endpoint.key:
        if ids or file:
            raise click.UsageError(f"{endpoint.name} takes no ids: it is loaded whole")
        return None
    if file is not None or list(ids) == ["-"]:
        if ids and file is not None:
            raise click.UsageError("give ids as arguments or with --ids, not both")
        return _read_ids(file or click.open_file("-", encoding="utf-8-sig"))
    if not ids:
        raise click.UsageError(_HOW_TO_GET_IDS.format(name=endpoint.name, key=endpoint.key))
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


def _loaded(client: ccf.Client, endpoint: Endpoint, options: dict[str, Any]) -> pd.DataFrame:
    if endpoint.name == "campaign_summaries":
        return ccf.load_campaign_summaries(client=client, max_pages=options["max_pages"])
    return client.load(endpoint.name, **options)


@contextmanager
def _warnings_in_lines() -> Iterator[None]:
    """Say each warning in a line of its own, without the place in our code."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for warning in caught:
                _complain(f"warning: {warning.message}")


def _deliver(frame: pd.DataFrame, out: Path | None, raw: bool) -> None:
    """Write the frame, or print its head, and say whether it is the whole."""
    if out is None:
        _echo_head(frame)
    else:
        quoted = _write(frame, out, raw)
        click.echo(f"{out.name}: {len(frame):,} rows, {frame.shape[1]} columns", err=True)
        if quoted:
            _complain(
                f"cells of {out.name} that begin like a formula: {quoted:,}; each was given an "
                "apostrophe (--raw leaves them as they are)"
            )
    if not frame.attrs.get("ccframes", {}).get("complete", True):
        _complain("this is not the whole report")


# --- files --------------------------------------------------------------------------------------


def _partial_name(out: Path) -> Path:
    return out.with_name(f"{out.stem}.partial{out.suffix}")


def _check_writable(out: Path) -> None:
    if out.suffix.lower() == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        raise MissingDependencyError("Parquet needs pyarrow: pip install 'ccframes[parquet]'")
    if not os.access(out.parent, os.W_OK):
        raise ConfigError(f"cannot write to {out.parent}; nothing was sent")


def _write(frame: pd.DataFrame, out: Path, raw: bool) -> int:
    """Write the whole file or none of it; return how many cells were quoted."""
    scratch = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with scratch.open("xb") as file:
            quoted = _WRITERS[out.suffix.lower()](frame, file, raw)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(out)
    except OSError as error:
        raise ConfigError(f"{out.name} could not be written: {error.strerror or error}") from error
    finally:
        scratch.unlink(missing_ok=True)
    return quoted


def _write_csv(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    text, quoted = _with_iso_times(frame), 0
    if not raw:
        text, quoted = _without_formulas(text)
    text.to_csv(file, index=False, encoding="utf-8", lineterminator="\n")
    return quoted


def _write_json(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    file.write(_json(_with_iso_times(frame)).encode())
    return 0


def _write_parquet(frame: pd.DataFrame, file: IO[bytes], raw: bool) -> int:
    frame.to_parquet(file, index=False)
    return 0


_WRITERS: dict[str, Callable[[pd.DataFrame, IO[bytes], bool], int]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".json": _write_json,
}


def _json(frame: pd.DataFrame) -> str:
    return frame.to_json(
        orient="records", date_format="iso", force_ascii=False, double_precision=15
    )


def _with_iso_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with instants and days as ISO 8601 text."""
    import pandas as pd  # noqa: PLC0415

    spelled = frame.copy(deep=False)
    for name, column in frame.items():
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            spelled[name] = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        elif pd.api.types.is_datetime64_dtype(column.dtype):
            spelled[name] = column.dt.strftime("%Y-%m-%d")
    return spelled


def _without_formulas(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the frame with an apostrophe before text that a spreadsheet would evaluate."""
    import pandas as pd  # noqa: PLC0415

    safe, quoted = frame.copy(deep=False), 0
    for name, column in frame.items():
        if not isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            continue
        text = column.astype(pd.StringDtype(na_value=float("nan")))
        risky = text.str.startswith(_FORMULA, na=False).astype(bool)
        if risky.any():
            safe[name] = text.mask(risky, "'" + text)
            quoted += int(risky.sum())
    return safe, quoted


# --- the terminal -------------------------------------------------------------------------------


def printable(text: str) -> str:
    r"""Return text that a terminal shows and does not obey: no control or direction characters.

    >>> printable("a\x1b[31mb\u202ec")
    'a�[31mbc'
    """
    return "".join(map(_harmless, text))


def _harmless(letter: str) -> str:
    if letter.isspace():
        return " "
    kind = unicodedata.category(letter)
    if kind == "Cf" or "\ufe00" <= letter <= "\ufe0f":  # direction, joiners, emoji style
        return ""
    return "\N{REPLACEMENT CHARACTER}" if kind.startswith("C") else letter


def _complain(message: str) -> None:
    click.echo(f"ccframes: {' '.join(printable(message).split())}", err=True)


def _echo_head(frame: pd.DataFrame) -> None:
    """Print the first rows, in as many columns as fit."""
    head = frame.head(_HEAD_ROWS)
    names = [printable(str(name)) for name in frame.columns]
    columns = [[name, *map(_shown, head.iloc[:, at])] for at, name in enumerate(names)]
    widths = [max(map(_width, column)) for column in columns]
    # the first column is whole: it has the ids that other reports ask for
    widths[1:] = [
        min(width, max(_CELL, _width(name)))
        for width, name in zip(widths[1:], names[1:], strict=True)
    ]
    ends = accumulate(width + 2 for width in widths)
    fit = max(1, sum(end - 2 <= _terminal_width() for end in ends))
    cut = [
        [_cut(cell, width) for cell in column]
        for column, width in zip(columns[:fit], widths[:fit], strict=True)
    ]
    header, *rows = zip(*cut, strict=True)
    _echo_table(header, rows, right={at for at in range(fit) if _is_number(frame, at)})
    if fit < len(names):
        click.echo(_wrapped(f"and {len(names) - fit} more columns: {', '.join(names[fit:])}"))
    click.echo(f"{len(frame):,} rows, {len(names)} columns; --out FILE keeps them all")


def _is_number(frame: pd.DataFrame, at: int) -> bool:
    import pandas as pd  # noqa: PLC0415

    return bool(pd.api.types.is_numeric_dtype(frame.dtypes.iloc[at]))


def _shown(value: Any) -> str:
    """Return a value as a terminal shows it."""
    import pandas as pd  # noqa: PLC0415

    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    return printable(f"{value:,}" if isinstance(value, int) else str(value))


def _echo_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] | set[int] = frozenset(),
    wrap: bool = False,
) -> None:
    """Print aligned columns; the last takes the room that is left, cut or wrapped to it."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(_width, column)) for column in columns]
    room = max(_LAST_CELL, _terminal_width() - sum(width + 2 for width in widths[:-1]))
    widths[-1] = min(widths[-1], room)
    indent = " " * (sum(widths[:-1]) + 2 * len(widths[:-1]))
    for row in (header, ["─" * width for width in widths], *rows):
        last = textwrap.wrap(row[-1], room) or [""] if wrap else [_cut(row[-1], widths[-1])]
        cells = [*row[:-1], last[0]]
        click.echo(
            "  ".join(
                _padded(cell, width, at in right)
                for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ).rstrip()
        )
        for line in last[1:]:
            click.echo(indent + line)


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept, room = "", width - 1
    for letter in text:
        room -= _width(letter)
        if room < 0:
            break
        kept += letter
    return kept + "…"


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me"}
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _terminal_width())


def _terminal_width() -> int:
    return max(60, shutil.get_terminal_size((100, 24)).columns)
