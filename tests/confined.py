"""Run ccframes as a browser would let it: no threads, no sockets, no processes, no file locks.

The gaps are those that were seen in Pyodide 314.0.7, which has no `SO_REUSEADDR` either.

`python -m tests.confined FRAMES` pickles a frame of every report of the embedded account, and
`python -m tests.confined NOTEBOOK` runs the code of a notebook.
"""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any


def refuse(message: str) -> Any:
    """Return what stands in for something that a browser does not have."""

    def refused(*_: Any, **__: Any) -> None:
        raise OSError(138, message)

    return refused


def no_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def forbid() -> None:
    """Take away what Python in a browser has not got."""
    assert not {"ccframes", "requests", "urllib3"} & sys.modules.keys()
    setattr(threading.Thread, "start", no_thread)  # noqa: B010 - mypy lets no method be replaced
    for name in ("bind", "connect", "listen"):
        setattr(socket.socket, name, refuse(f"no {name}"))
    del socket.SO_REUSEADDR
    subprocess.Popen.__init__ = refuse("no processes")  # type: ignore[method-assign]
    os.fork = refuse("no processes")
    for missing in ("fcntl", "_multiprocessing", "_posixshmem", "filelock", "platformdirs"):
        sys.modules[missing] = None  # type: ignore[assignment]
    os.environ["MPLBACKEND"] = "agg"


def load_everything(out: Path) -> None:
    """Load every report, analyse and draw some of them, and pickle what came."""
    import ccframes as ccf  # noqa: PLC0415 - after things were forbidden
    from tests.every_report import every_report  # noqa: PLC0415

    with ccf.connect(demo=True) as client:
        frames = every_report(client)
    out.write_bytes(pickle.dumps(frames))


def run_notebook(path: Path) -> None:
    """Run the code cells of a notebook, one after the other."""
    namespace: dict[str, Any] = {"__name__": "__main__", "display": repr}
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)


if __name__ == "__main__":
    forbid()
    given = Path(sys.argv[1])
    (run_notebook if given.suffix == ".ipynb" else load_everything)(given)
