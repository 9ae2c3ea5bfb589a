"""The rates that are computed here: which count over which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate [0–1]: one count of contacts over another."""

    name: str
    numerator: str
    denominator: str
    meaning: str


RATES = (
    Rate("delivery_rate", "delivered", "sends", "Delivered over sends"),
    Rate("open_rate", "opens", "delivered", "Contacts who opened over delivered"),
    Rate("click_rate", "clicks", "delivered", "Contacts who clicked over delivered"),
    Rate("click_to_open_rate", "clicks", "opens", "Contacts who clicked over those who opened"),
    Rate("bounce_rate", "bounced", "sends", "Not delivered over sends"),
    Rate("optout_rate", "optouts", "delivered", "Contacts who unsubscribed over delivered"),
    Rate("complaint_rate", "complaints", "delivered", "Contacts who reported spam over delivered"),
    Rate("forward_rate", "forwards", "delivered", "Contacts who forwarded over delivered"),
)
