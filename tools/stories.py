"""Run the notebooks and store what they show; `make stories`.

What differs from run to run is left out: times, model ids of widgets, the version of Python.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat as untyped
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbclient import NotebookClient

nbformat: Any = untyped  # its functions are not annotated

ROOT = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
IN_THE_BACKGROUND = {"dashboard"}
"""Notebooks whose widgets go on loading when their cell has ended."""

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PATIENCE = 300  # seconds that a cell may take


def main(names: list[str]) -> int:
    """Run the notebooks named, or all."""
    os.environ["TQDM_DISABLE"] = "1"
    found = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in found:
        if not names or path.stem in names:
            began = time.monotonic()
            notebook = nbformat.read(path, as_version=4)
            done = run_at_once(notebook) if path.stem in IN_THE_BACKGROUND else run(notebook)
            nbformat.write(stored(done), path)
            print(f"{path.relative_to(ROOT)}: {time.monotonic() - began:.0f} s")
    return 0


def run(notebook: Any) -> Any:
    """Run a notebook from top to bottom; an error in a cell is raised."""
    client = NotebookClient(
        notebook,
        timeout=_PATIENCE,
        kernel_name="python3",
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(ROOT / "notebooks")}},
    )
    return client.execute()


def run_at_once(notebook: Any) -> Any:
    """Run a notebook where no event loop does, so that its widgets load before they are shown."""
    shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, 1):
        with capture_output():
            done = shell.run_cell(cell.source)
        done.raise_error()
        cell.execution_count, cell.outputs = number, []
        if done.result is not None:
            data, _ = shell.display_formatter.format(done.result)
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=number)]
    return notebook


def stored(notebook: Any) -> Any:
    """Leave out what differs from run to run, and what takes a kernel to be shown."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output["data"].pop(_WIDGET, None)
    return notebook


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
