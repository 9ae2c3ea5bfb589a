"""How the documentation is built: `make docs`, into build/docs.

Pages are Markdown. The tutorial is the notebooks, with the outputs stored in them; the reference is
written here from what the package makes public, so that a new name needs no further line.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT))

import ccframes  # noqa: E402
from tools.reference import write_reference  # noqa: E402

project = "ccframes"
author = copyright = "the ccframes developers"
version = release = ccframes.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
source_suffix = {  # the first is what autosummary writes
    ".rst": "restructuredtext",
    ".md": "myst-nb",
    ".ipynb": "myst-nb",
}
exclude_patterns = ["notebooks/.ipynb_checkpoints"]
default_role = "code"  # a single backtick is how the docstrings quote a name
nb_execution_mode = "off"  # the tests run the notebooks and compare what is stored
myst_heading_anchors = 3
autosummary_generate = True
autodoc_typehints = "none"  # the docstrings say them
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "ccframes"
html_extra_path = ["../build/gallery.html", "../build/gallery-dark.html"]
html_show_sourcelink = False

write_reference(DOCS / "reference")
shutil.copytree(
    ROOT / "notebooks",
    DOCS / "notebooks",
    dirs_exist_ok=True,
    ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
)
