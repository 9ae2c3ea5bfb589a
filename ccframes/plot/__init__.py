"""Pictures one can read: a frame goes in, and Axes come out.

Every plot takes `ax=` (`fig=` where it has several panels) and `theme=`, passes further keywords on
to its main artist, and has a twin `<name>_table()` that returns the numbers it draws.
"""

from ccframes.plot.arms import compare, compare_table
from ccframes.plot.device_split import devices, devices_table
from ccframes.plot.performance import rates, rates_table
from ccframes.plot.periods import trend, trend_table
from ccframes.plot.steps import funnel, funnel_table

__all__ = [
    "compare",
    "compare_table",
    "devices",
    "devices_table",
    "funnel",
    "funnel_table",
    "rates",
    "rates_table",
    "trend",
    "trend_table",
]
