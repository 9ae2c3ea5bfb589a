"""Pictures one can read: a frame goes in, and Axes come out.

Every plot takes `ax=` (`fig=` where it has several panels) and `theme=`, passes further keywords on
to its main artist, and has a twin `<name>_table()` that returns the numbers it draws.
"""

from ccframes.plot.arms import compare, compare_table
from ccframes.plot.destinations import links, links_table
from ccframes.plot.device_split import devices, devices_table
from ccframes.plot.glance import summary, summary_table
from ccframes.plot.heat import hours, hours_table, retention, retention_table
from ccframes.plot.openings import opens_over_time, opens_over_time_table
from ccframes.plot.performance import rates, rates_table
from ccframes.plot.periods import trend, trend_table
from ccframes.plot.readers import engagement, engagement_table
from ccframes.plot.returned import bounces, bounces_table
from ccframes.plot.steps import funnel, funnel_table

__all__ = [
    "bounces",
    "bounces_table",
    "compare",
    "compare_table",
    "devices",
    "devices_table",
    "engagement",
    "engagement_table",
    "funnel",
    "funnel_table",
    "hours",
    "hours_table",
    "links",
    "links_table",
    "opens_over_time",
    "opens_over_time_table",
    "rates",
    "rates_table",
    "retention",
    "retention_table",
    "summary",
    "summary_table",
    "trend",
    "trend_table",
]
