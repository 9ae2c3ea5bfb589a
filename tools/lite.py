"""Copy the notebooks that run in a browser, each with a first cell that installs ccframes.

`docs/jupyterlite.md` says what for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INSTALL: dict[str, Any] = {
    "cell_type": "code",
    "execution_count": None,
    "id": "install",
    "metadata": {},
    "outputs": [],
    "source": ["%pip install -q ccframes"],
}


def main() -> None:
    """Write the copies into the directory that is named."""
    for notebook in sorted(ROOT.glob("notebooks/0[1-5]_*.ipynb")):
        content: dict[str, Any] = json.loads(notebook.read_text())
        content["cells"].insert(0, INSTALL)
        out = Path(sys.argv[1]) / notebook.name
        out.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
