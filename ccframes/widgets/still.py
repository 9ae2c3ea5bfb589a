"""What a picker says in words, and what stands for it where nothing runs: on paper, on GitHub."""

from __future__ import annotations

from html import escape

from ccframes.widgets.state import State

_MOST = 20


def said(state: State) -> str:
    """Say how many rows are chosen, how many of these one does not see, and how many match."""
    parts = [f"{len(state.value):,} chosen"]
    if unseen := len(set(state.value) - set(state.listed) - set(state.gone)):
        parts[0] += f" ({unseen:,} not in the list)"
    if state.gone:
        is_are = "is" if len(state.gone) == 1 else "are"
        parts.append(f"{len(state.gone):,} chosen {is_are} no longer there")
    return " · ".join([*parts, _matching(state)])


def _matching(state: State) -> str:
    listing, shown = state.listing, state.shown
    if not len(listing):
        return f"there are no {listing.nouns}"
    if listing.typed_first and not state.asks:
        return f"type to search {len(listing):,} {listing.nouns}"
    text = f"{len(shown):,} of {len(listing):,} {'matches' if len(shown) == 1 else 'match'}"
    return text if len(shown) <= state.limit else f"{text}, the first {state.limit:,} listed"


def in_short(state: State) -> str:
    """Say what there is to choose from and how many are chosen."""
    listing = state.listing
    noun = listing.noun if len(listing) == 1 else listing.nouns
    return f"{len(listing):,} {noun}, {len(state.value):,} chosen"


def as_text(state: State) -> str:
    """Return what is chosen as lines of text."""
    return "\n".join([in_short(state), *(f"  {line}" for line in _chosen_lines(state))])


def as_html(state: State) -> str:
    """Return what is chosen as HTML that does nothing; names in it are escaped."""
    items = "".join(f"<li>{escape(line)}</li>" for line in _chosen_lines(state))
    words = f"<p>{escape(in_short(state))}</p>" + (f"<ul>{items}</ul>" if items else "")
    return verbatim(words)


def verbatim(html: str) -> str:
    """Return HTML in which a front end takes no dollar signs for formulas.

    JupyterLab and nbconvert typeset the HTML of outputs; these classes are what MathJax leaves.

    >>> verbatim("<p>$5 off, and $2 more</p>")
    '<div class="tex2jax_ignore mathjax_ignore"><p>$5 off, and $2 more</p></div>'
    """
    return f'<div class="tex2jax_ignore mathjax_ignore">{html}</div>'


def _chosen_lines(state: State) -> list[str]:
    listing = state.listing
    lines = [
        listing.labels[listing.positions[one]]
        if one in listing.positions
        else f"{one} (no longer there)"
        for one in state.value[:_MOST]
    ]
    left = len(state.value) - len(lines)
    return [*lines, f"and {left:,} more"] if left else lines
