"""`ccframes new-notebook`: a notebook to start from, for one's own account."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from ccframes.cli.terminal import complain
from ccframes.client import TOKEN_VARIABLE
from ccframes.errors import ConfigError

_STARTER = files("ccframes.cli") / "starter.ipynb"


def _checked_out(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if value.suffix != ".ipynb":
        raise click.BadParameter("its name must end with .ipynb")
    return value


@click.command("new-notebook")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=Path("my_account.ipynb"),
    show_default=True,
    callback=_checked_out,
    help="Write to this .ipynb, which must not be there yet.",
)
def new_notebook(out: Path) -> None:
    """Write a notebook to start from, for your own account.

    It connects, says what loading costs, makes a table of campaigns, lets you pick some, draws
    them, and saves what was loaded. It holds no token.
    """
    try:
        with out.open("xb") as file:
            file.write(_STARTER.read_bytes())
    except FileExistsError:
        raise ConfigError(
            f"{out} is there already and was left as it is; name another file with --out"
        ) from None
    except FileNotFoundError:
        raise ConfigError(f"there is no directory {out.parent}; make it first") from None
    complain(f"wrote {out}; set {TOKEN_VARIABLE}, then open it: jupyter lab {out}")
