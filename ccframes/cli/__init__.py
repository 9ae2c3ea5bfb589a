"""The `ccframes` command.

Names, subjects and addresses are written by other people: before they reach a terminal, control
and direction characters are taken out of them, and before they reach a spreadsheet, cells that it
would take for formulas are quoted.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

import ccframes as ccf
from ccframes.cli.embedded import demo
from ccframes.cli.handout import report
from ccframes.cli.loading import load, plan
from ccframes.cli.notebook import new_notebook
from ccframes.cli.reference import WRONG_USE, catalog, describe, drift
from ccframes.cli.terminal import complain
from ccframes.errors import CcframesError, ColumnsError, ConfigError, LoadInterrupted

_INTERRUPTED = 130


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
            ctx.exit(WRONG_USE if isinstance(error, ConfigError | ColumnsError) else 1)
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


for command in (demo, catalog, describe, drift, load, new_notebook, plan, report):
    main.add_command(command)
