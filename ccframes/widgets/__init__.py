"""Widgets to choose by name what the loaders take by id; stock ipywidgets, no JavaScript."""

from ccframes.widgets.campaigns import CampaignPicker

__all__ = ["CampaignPicker"]
