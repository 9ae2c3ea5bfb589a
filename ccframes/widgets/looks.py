"""How widgets look beyond what stock ones do; colours are those of the front end's theme."""

from __future__ import annotations

import ipywidgets

EARLIER = "ccframes-earlier"
"""The class of what is shown of an earlier choice."""

_STYLE = f"""<style>
.ccframes img {{ max-width: 100%; height: auto }}
.ccframes figure {{ margin: 0 }}
.ccframes .wide {{ overflow-x: auto }}
.ccframes .panels img {{ min-width: 52rem }}
.ccframes table {{ border-collapse: collapse; font-variant-numeric: tabular-nums }}
.ccframes :is(th, td) {{ border-bottom: 1px solid rgb(128 128 128 / 35%); padding: .2rem .6rem;
  text-align: left; vertical-align: top; max-width: 24rem; overflow-wrap: break-word }}
.ccframes :is(th, td.number) {{ overflow-wrap: normal; white-space: nowrap }}
.ccframes :is(td, th).number {{ text-align: right }}
.ccframes pre {{ overflow-x: auto; padding: .5rem; border: 1px solid rgb(128 128 128 / 35%) }}
.ccframes a {{ color: var(--jp-content-link-color, revert); text-decoration: underline }}
.ccframes summary {{ cursor: pointer }}
.ccframes .widget-html-content {{ line-height: 1.45; min-width: 0 }}
.{EARLIER} {{ opacity: .45 }}
</style>"""


def style() -> ipywidgets.HTML:
    """Return the style as a widget that has to be somewhere on the page, and is not seen."""
    return ipywidgets.HTML(_STYLE, layout=ipywidgets.Layout(display="none"))
