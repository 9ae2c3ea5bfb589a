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
from nbclient import NotebookClient

nbformat: Any = untyped  # its functions are not annotated

ROOT = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PATIENCE = 300  # seconds that a cell may take


def main(names: list[str]) -> int:
    """Run the notebooks named, or all."""
    os.environ["TQDM_DISABLE"] = "1"
    found = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in found:
        if not names or path.stem in names:
            began = time.monotonic()
            nbformat.write(stored(run(nbformat.read(path, as_version=4))), path)
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
