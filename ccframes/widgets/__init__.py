"""Widgets to choose by name what the loaders take by id; stock ipywidgets, no JavaScript."""

from ccframes.widgets.activities import ActivityPicker
from ccframes.widgets.campaigns import CampaignPicker
from ccframes.widgets.contacts import ContactPicker
from ccframes.widgets.dates import DateRangePicker
from ccframes.widgets.explorer import Explorer
from ccframes.widgets.linked import Linked
from ccframes.widgets.links import LinkPicker

__all__ = [
    "ActivityPicker",
    "CampaignPicker",
    "ContactPicker",
    "DateRangePicker",
    "Explorer",
    "LinkPicker",
    "Linked",
]
