"""The planted causes: what the rows of the reports come from, as numbers one can try to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ccframes.demo.clock import second

BLOCKING_PROVIDER: Final = "quartz.example"


@dataclass(frozen=True, slots=True)
class Causes:
    """How contacts and machines behave; shares and effects, where nothing else is said.

    A person opens an email with the chance affinity × subject × season × hour of sending ×
    fatigue × newcomer × resend, which is at most 0.97; the affinity is the contact's own. Fatigue
    is `half_tired_after / (half_tired_after + months on the list)`.

    Attributes
    ----------
    proxied, proxy_opens : float
        Contacts whose mail a privacy proxy fetches, and the share of that mail which it opens.
    scanned : float
        Contacts whose mail passes a scanner that clicks the links within a minute.
    images_off : float
        Contacts whose opens are not seen, while their clicks are.
    blocked_from, blocked_until, blocking_provider, blocked
        The incident: from when until when [s since 1970] which provider refuses which share.
    vacationers : float
        Contacts whose mailbox sends vacation replies for one month of each year.
    dying, filling : float
        Contacts whose address ceases to exist, or whose mailbox is full for some months.
    stray_bounces : float
        Emails that bounce for no cause of their own.
    leaving, explained, abuse : float
        Contacts who unsubscribe sooner or later; of these, who give a reason; who report spam.
    half_tired_after : float
        Months on the list after which the chance of an open is half of what it was.
    newcomer_months, newcomer : float
        How long a contact is new, and what that does to the chance of an open.
    resend : float
        What being a resend does to the chance of an open.
    half_open_within : int
        Median of the time from delivery to a person's open, before the night is taken out [s].
    forgotten_after : int
        Time after which nobody opens for the first time [s]; who has opened may return later.
    season : tuple of 12 floats
        Effect of each month on the chance of an open.
    send_hour : tuple of 24 floats
        Effect of the hour of sending, in the account's time zone; `best_hour` has the greatest.
    attention_hour, attention_weekday : tuples of 24 and 7 floats
        How readily people read at each hour of their own day, and day of the week from Monday.
    returning, clicking, clicking_on, forwarding : float
        Chance that an open is followed by another; has a click; that a click is followed by
        another; that an open has a forward.
    strange_device, phone_at_night : float
        Reads on another than the usual device; reads at night on the telephone instead.
    """

    proxied: float = 0.24
    proxy_opens: float = 0.95
    scanned: float = 0.012
    images_off: float = 0.03
    blocked_from: int = second(2025, 3, 10)
    blocked_until: int = second(2025, 3, 24)
    blocking_provider: str = BLOCKING_PROVIDER
    blocked: float = 0.7
    vacationers: float = 0.12
    dying: float = 0.05
    filling: float = 0.01
    stray_bounces: float = 0.005
    leaving: float = 0.22
    explained: float = 0.5
    abuse: float = 0.05
    half_tired_after: float = 24.0
    newcomer_months: float = 1.0
    newcomer: float = 1.4
    resend: float = 0.6
    half_open_within: int = 7_200
    forgotten_after: int = 45 * 86_400
    season: tuple[float, ...] = (
        *(1.0, 0.95, 1.0, 1.05, 1.1, 1.0),
        *(0.85, 0.8, 0.95, 1.0, 1.1, 1.25),
    )
    send_hour: tuple[float, ...] = (
        *(0.7, 0.7, 0.7, 0.7, 0.7, 0.75, 0.85, 0.9, 0.95, 1.0, 1.0, 0.98),
        *(0.95, 0.92, 0.9, 0.95, 1.05, 1.15, 1.1, 1.0, 0.95, 0.85, 0.8, 0.75),
    )
    attention_hour: tuple[float, ...] = (
        *(0.1, 0.1, 0.1, 0.1, 0.1, 0.15, 0.4, 0.7, 0.85, 0.9, 0.85, 0.75),
        *(0.8, 0.7, 0.65, 0.65, 0.7, 0.75, 0.85, 0.95, 1.0, 0.85, 0.5, 0.25),
    )
    attention_weekday: tuple[float, ...] = (1.0, 1.0, 0.97, 0.95, 0.85, 0.6, 0.7)
    returning: float = 0.25
    clicking: float = 0.2
    clicking_on: float = 0.3
    forwarding: float = 0.006
    strange_device: float = 0.12
    phone_at_night: float = 0.4

    @property
    def best_hour(self) -> int:
        """The hour, in the account's time zone, at which an email is opened most."""
        return self.send_hour.index(max(self.send_hour))
