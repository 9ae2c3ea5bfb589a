"""Widgets to choose by name what the loaders take by id; stock ipywidgets, no JavaScript."""

from ccframes.widgets.campaigns import CampaignPicker
from ccframes.widgets.explorer import Explorer
from ccframes.widgets.linked import Linked

__all__ = ["CampaignPicker", "Explorer", "Linked"]
