"""`ccframes demo`: the embedded account, loaded or served."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

import ccframes as ccf
from ccframes.cli.terminal import echo_table, shown
from ccframes.client import BASE_URL_VARIABLE, TOKEN_VARIABLE
from ccframes.endpoints import endpoint_named

if TYPE_CHECKING:
    import pandas as pd

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


@click.command()
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
    click.echo("delivered; click rate = unique clicks / delivered. load_campaign_table")
    click.echo("knows more of the bounces: it counts vacation replies as delivered.\n")
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
