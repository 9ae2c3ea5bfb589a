"""Numbers one can trust, from the loaders' frames: over what, and how sure, is always said."""

from ccframes.analysis.ageing import cohorts, fatigue, fatigue_trend
from ccframes.analysis.audience import engagement, engagement_matrix, never_opened
from ccframes.analysis.comparison import compare, sample_size
from ccframes.analysis.curves import time_curve, time_quantiles
from ccframes.analysis.deliverability import BOUNCE_KINDS, bounce_summary, repeat_bouncers
from ccframes.analysis.destinations import link_ranking
from ccframes.analysis.explanation import explain
from ccframes.analysis.hours import read_hours, send_hours
from ccframes.analysis.humans import human_rates
from ccframes.analysis.incidents import bounce_spikes
from ccframes.analysis.machines import human_only, suspect_machine
from ccframes.analysis.performance import rates
from ccframes.analysis.proportions import equality_test, holm, newcombe, ratio_interval, wilson
from ccframes.analysis.providers import providers_of
from ccframes.analysis.reconciliation import reconcile
from ccframes.analysis.resending import resend_lift
from ccframes.analysis.timing import time_to_click, time_to_open
from ccframes.analysis.urls import TRACKING_PARAMETERS, destination_of, domain_of
from ccframes.analysis.variation import differences

__all__ = [
    "BOUNCE_KINDS",
    "TRACKING_PARAMETERS",
    "bounce_spikes",
    "bounce_summary",
    "cohorts",
    "compare",
    "destination_of",
    "differences",
    "domain_of",
    "engagement",
    "engagement_matrix",
    "equality_test",
    "explain",
    "fatigue",
    "fatigue_trend",
    "holm",
    "human_only",
    "human_rates",
    "link_ranking",
    "never_opened",
    "newcombe",
    "providers_of",
    "rates",
    "ratio_interval",
    "read_hours",
    "reconcile",
    "repeat_bouncers",
    "resend_lift",
    "sample_size",
    "send_hours",
    "suspect_machine",
    "time_curve",
    "time_quantiles",
    "time_to_click",
    "time_to_open",
    "wilson",
]
