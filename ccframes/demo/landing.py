"""Landing pages and what known contacts did there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ccframes.demo.clock import DAY, HOUR, MONTH
from ccframes.demo.draws import Draws, Ints, Mask, key_of, mixed
from ccframes.demo.events import Events, events, newest_first
from ccframes.demo.ids import link_number, random_uuid
from ccframes.demo.mailings import NEVER
from ccframes.demo.programme import Link
from ccframes.demo.words import LANDING_LINKS, LANDING_NAMES

if TYPE_CHECKING:
    from ccframes.demo.people import People
    from ccframes.demo.programme import Programme

_JOINING_SHARES = (0.22, 0.15, 0.1, 0.53)
"""Contacts who joined on each of the pages, if it was there, or elsewhere."""
_EVERY = 7 * MONTH


@dataclass(frozen=True, slots=True)
class Visits:
    """What happened on landing pages, each kind newest first."""

    opens: Events
    clicks: Events
    updates: Events
    adds: Events
    sms_optins: Events

    @property
    def unique_opens(self) -> Events:
        """The latest open of each contact."""
        return self.opens[np.sort(np.unique(self.opens["person"], return_index=True)[1])]


@dataclass(frozen=True, slots=True)
class LandingPage:
    """A landing page and its visits."""

    id: str
    name: str
    created_at: int
    links: tuple[Link, ...]
    visits: Visits


def landing_pages(programme: Programme, people: People, seed: str) -> tuple[LandingPage, ...]:
    """Return the landing pages, oldest first."""
    return tuple(
        _page(number, name, programme, people, seed) for number, name in enumerate(LANDING_NAMES)
    )


def _page(number: int, name: str, programme: Programme, people: People, seed: str) -> LandingPage:
    page_id = random_uuid(seed, "landing page", number)
    created_at = programme.start + number * _EVERY + HOUR
    links = tuple(Link(link_number(page_id, url), url, "") for url in LANDING_LINKS)
    visits = _visits(number, created_at, people, key_of(page_id), programme.now)
    return LandingPage(page_id, name, created_at, links, visits)


def _added(number: int, created_at: int, people: People) -> Mask:
    """Return who joined on the page."""
    place = Draws(people.key).pick("joins on", _JOINING_SHARES)
    added: Mask = (place == number) & (people.stays.joined_at > created_at + DAY)
    added[people.count :] = False
    return added


def _visits(number: int, created_at: int, people: People, key: np.uint64, now: int) -> Visits:
    """Let contacts join here, and some who are known already come by."""
    draws, added = Draws(mixed(people.key ^ key)), _added(number, created_at, people)
    joined_at, left_at = people.stays.joined_at, people.stays.left_at
    since = np.maximum(joined_at, created_at)
    came_at = since + (draws.share("comes") * (now - since)).astype(np.int64)
    comes = draws.happens("comes by", 0.06) & ~added & (came_at < left_at)
    comes[people.count :] = False
    opened_at = np.where(added, joined_at - 90, came_at)
    visits = added | comes

    def kind(which: Mask, at: Ints, link: int = -1) -> Events:
        person = np.flatnonzero(which & (at <= now))
        device = people.habits.device[person]
        return events(person, np.full(len(person), number), at[person], device=device, link=link)

    again = visits & draws.happens("opens again", 0.25)
    opts_in = visits & draws.happens("opts in", 0.25)
    return Visits(
        opens=newest_first([kind(visits, opened_at), kind(again, opened_at + 40)]),
        clicks=newest_first(
            [
                kind(visits & draws.happens(f"follows {link}", 0.25), opened_at + 50 + link, link)
                for link in range(len(LANDING_LINKS))
            ]
        ),
        updates=newest_first([kind(comes & draws.happens("updates", 0.3), opened_at + 80)]),
        adds=newest_first([kind(added, joined_at)]),
        sms_optins=newest_first([kind(opts_in, opened_at + 95)]),
    )


def sms_since(pages: tuple[LandingPage, ...], people: People) -> Ints:
    """Return since when each contact may be texted: NEVER for most."""
    since = np.full(len(people), NEVER)
    for page in pages:
        optins = page.visits.sms_optins
        since[optins["person"]] = np.minimum(since[optins["person"]], optins["at"])
    since[people.count :] = people.stays.joined_at[people.count :]
    return since
