"""`ccframes report`: one page for a colleague without Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import ccframes as ccf
from ccframes.cli.files import check_writable, write_whole
from ccframes.cli.session import connection, demo_option, warnings_in_lines
from ccframes.cli.terminal import complain

if TYPE_CHECKING:
    import pandas as pd

    from ccframes.plot.canvas import Theme

_EVENTS = ("sends", "opens", "clicks", "bounces", "links")


@click.command()
@click.argument("campaigns", nargs=-1)
@demo_option
@click.option("--title", default="Emails", help="The heading of the page.")
@click.option(
    "--events",
    type=click.IntRange(0, 50),
    default=3,
    help="Load the events of so many emails, the last sent; each takes some requests.",
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", help="Its colours.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The .html file to write.",
)
def report(
    *,
    campaigns: tuple[str, ...],
    demo: bool,
    title: str,
    events: int,
    theme: Theme,
    out: Path,
) -> None:
    """Write one page on all emails, or on those of CAMPAIGNS, for any browser.

    The page has tables and pictures in it, loads and runs nothing, and names no contact.
    """
    from ccframes.overview import overview  # noqa: PLC0415 - draws, which --help does not

    if out.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter("its name must end with .html", param_hint="--out")
    check_writable(out)
    with connection(demo) as client, warnings_in_lines():
        given = list(campaigns) or None
        complain(str(client.plan("campaign_table", given)))
        table = client.load_campaign_table(given)
        frames = {"campaign_table": table} | _events(client, table.head(events))
    written = overview(frames, title=title, theme=theme).encode()
    write_whole(out, lambda file: file.write(written))
    complain(f"{out.name}: {len(table):,} emails, {out.stat().st_size / 1_000:,.0f} kB")


def _events(client: ccf.Client, emails: pd.DataFrame) -> dict[str, pd.DataFrame]:
    ids = emails["campaign_activity_id"].dropna()
    if not len(ids):
        return {}
    for name in _EVENTS:
        complain(str(client.plan(name, ids)))
    every_link = {"links": {"no_clicks": True}}
    return {name: client.load(name, ids, params=every_link.get(name)) for name in _EVENTS}
