"""What becomes of emails: the cause of every row of the reports."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ccframes.demo.clock import HOUR, MONTH, WEEK
from ccframes.demo.draws import Draws, Floats, Ints, Mask, mixed
from ccframes.demo.events import CAUSES, CODES, DEVICE_TYPES, Events, Outcome, events
from ccframes.demo.mailings import NEVER
from ccframes.demo.people import SURE
from ccframes.demo.words import PROVIDERS
from ccframes.demo.zones import hour_of, local, weekday_of

if TYPE_CHECKING:
    from ccframes.demo.causes import Causes
    from ccframes.demo.mailings import Mailings
    from ccframes.demo.people import People

PROXY_WITHIN, SCANNER_WITHIN, PERSON_AFTER = 20, 57, 30
"""Seconds from delivery: a proxy opens before, a scanner clicks before, a person opens after."""

_SENT_EACH_SECOND = 20
_MORNING, _EVENING = 7, 21
_MOST_READS, _MOST_CLICKS = 5, 4
_MOST_LIKELY = 0.97
_STRAYS = {"D": 0.55, "X": 0.22, "F": 0.12, "Z": 0.11}
_OTHER_DEVICES = {"mobile": 0.4, "computer": 0.4, "tablet": 0.1, "other": 0.1}
_DELIVERED = [CODES.index(""), CODES.index("V")]


class Post:
    """Emails on their way, each to one contact; arrays have one value for each email."""

    def __init__(
        self, causes: Causes, mailings: Mailings, people: People, mailing: Ints, person: Ints
    ) -> None:
        self.causes, self.mailings, self.people = causes, mailings, people
        self.mailing, self.person = mailing, person

    def __len__(self) -> int:
        return len(self.person)

    def only(self, which: Mask) -> Post:
        """Return some of the emails: what happens to them is the same."""
        mailing, person = self.mailing[which], self.person[which]
        return Post(self.causes, self.mailings, self.people, mailing, person)

    def subscribed(self) -> Post:
        """Return the emails to those who had joined and not left when it was their turn."""
        stays, at = self.people.stays, self.mailings.sent_at[self.mailing]
        stays_on = self.at < stays.left_at[self.person]
        return self.only(stays_on & (stays.joined_at[self.person] <= at))

    @cached_property
    def draws(self) -> Draws:
        """Decisions about each email."""
        return Draws(mixed(self.people.key[self.person] ^ self.mailings.key[self.mailing]))

    @cached_property
    def at(self) -> Ints:
        """When each email is sent: in a few minutes, or after the test of its subject."""
        queue = max(1, self.people.count // _SENT_EACH_SECOND)
        wait = np.where(self._arm < 2, 0, self.mailings.trial_lasts[self.mailing])
        at: Ints = self.mailings.sent_at[self.mailing] + wait + self.draws.below("queue", queue)
        return at

    @cached_property
    def has_rival(self) -> Mask:
        """Which emails have the other subject of an A/B test."""
        better = self.mailings.rival_attraction > self.mailings.attraction
        has: Mask = (self._arm == 1) | ((self._arm == 2) & better[self.mailing])
        return has

    @cached_property
    def leaves(self) -> Mask:
        """Whose reader unsubscribes by this email."""
        leaves: Mask = self.people.stays.left_by[self.person] == self.mailing
        return leaves

    @cached_property
    def open_probability(self) -> Floats:
        """The planted chance that a person opens the email."""
        affinity = self.people.habits.affinity[self.person]
        months = (self.at - self.people.stays.joined_at[self.person]) / MONTH
        fatigue = self.causes.half_tired_after / (self.causes.half_tired_after + months)
        newcomer = np.where(months < self.causes.newcomer_months, self.causes.newcomer, 1.0)
        attraction = np.where(
            self.has_rival,
            self.mailings.rival_attraction[self.mailing],
            self.mailings.attraction[self.mailing],
        )
        likely = np.minimum(affinity * fatigue * newcomer * attraction, _MOST_LIKELY)
        return np.where(affinity == SURE, 1.0, likely)

    @cached_property
    def _arm(self) -> Ints:
        """0 and 1 for the two halves of an A/B test, 2 for those who get the better subject."""
        share, tested = self.draws.share("arm"), self.mailings.tested[self.mailing]
        return np.where(share < tested / 2, 0, np.where(share < tested, 1, 2))

    def events(self, at: Ints, cause: str | Ints = "person", **more: Any) -> Events:
        """Return an event for each email."""
        return events(self.person, self.mailing, at, cause, **more)


def outcome_of(post: Post, now: int) -> Outcome:
    """Return what has come of the emails by now; each depends on itself alone."""
    bounces = _bounces(post)
    reached = post.only(np.isin(bounces["code"], _DELIVERED))
    opens, clicks, forwards = _reads(reached)
    left = reached.only(reached.leaves)
    left_at = left.people.stays.left_at[left.person]
    spam = left.draws.happens("spam", post.causes.abuse)
    return Outcome.of(
        sends=[post.events(post.at, "system")],
        opens=[_proxy_opens(reached), *opens],
        clicks=[_scanner_clicks(reached), *clicks],
        forwards=forwards,
        optouts=[left.events(left_at)],
        bounces=[bounces[bounces["code"] > 0]],
        abuse=[left.only(spam).events(left_at[spam])],
    ).until(now)


def _bounces(post: Post) -> Events:
    """Return one event for each email, whose code is that of the bounce, or 0 for none."""
    stays, at = post.people.stays, post.at
    dead_from, full_from = stays.dead_from[post.person], stays.full_from[post.person]
    away = post.people.habits.replies_in[post.person] == post.mailings.month[post.mailing]
    exposed = _is_exposed(post)
    blocked = exposed & post.draws.happens("blocked", post.causes.blocked)
    stray = post.draws.happens("stray", post.causes.stray_bounces) & ~exposed
    cases = [
        (post.leaves, ""),
        (at >= dead_from + 3 * WEEK, "S"),
        (at >= dead_from, "B"),
        ((at >= full_from) & (at < full_from + 4 * MONTH), "F"),
        (blocked, "Z"),
        (away, "V"),
    ]
    strays = np.array([CODES.index(code) for code in _STRAYS])
    code = np.select(
        [case for case, _ in cases],
        [np.int64(CODES.index(code)) for _, code in cases],
        stray * strays[post.draws.pick("stray code", tuple(_STRAYS.values()))],
    )
    by_incident = blocked & (code == CODES.index("Z"))
    cause = np.where(by_incident, CAUSES.index("incident"), CAUSES.index("system"))
    return post.events(at + 1 + post.draws.below("bounce", 90), code=code, cause=cause)


def _is_exposed(post: Post) -> Mask:
    causes = post.causes
    [place] = [i for i, (name, _) in enumerate(PROVIDERS) if name == causes.blocking_provider]
    during = (causes.blocked_from <= post.at) & (post.at < causes.blocked_until)
    exposed: Mask = during & (post.people.provider[post.person] == place)
    return exposed


def _proxy_opens(post: Post) -> Events:
    """Let privacy proxies open within seconds of delivery."""
    proxied = post.people.habits.proxied[post.person]
    mail = post.only(proxied & post.draws.happens("proxy", post.causes.proxy_opens))
    opened_at = mail.at + 1 + mail.draws.below("proxy delay", PROXY_WITHIN - 1)
    return mail.events(opened_at, "proxy", device=DEVICE_TYPES.index("computer"))


def _scanner_clicks(post: Post) -> Events:
    """Let scanners follow every link but the last within a minute."""
    mail = post.only(post.people.habits.scanned[post.person])
    links = range(mail.mailings.link_shares.shape[1] - 1)
    clicks = [
        mail.events(
            mail.at + 2 + mail.draws.below(f"scan {link}", SCANNER_WITHIN - 2),
            "scanner",
            link=link,
        )
        for link in links
    ]
    return np.concatenate(clicks)


def _reads(post: Post) -> tuple[list[Events], list[Events], list[Events]]:
    """Let people open, perhaps click and forward, and perhaps come back: the events of each."""
    opens, clicks, forwards = [], [], []
    opened_at = _opening(post)
    reads = opened_at < post.mailings.closes_at[post.mailing]
    mail, at = post.only(reads), opened_at[reads]
    for turn in range(_MOST_READS):
        device = _device(mail, at, turn)
        seen = ~mail.people.habits.images_off[mail.person]
        opens.append(mail.only(seen).events(at[seen], device=device[seen]))
        clicks += _follow(mail, at, device, turn)
        forwarding = mail.draws.happens(f"forwards {turn}", mail.causes.forwarding)
        forwards.append(mail.only(forwarding).events(at[forwarding] + 120))
        again = mail.draws.happens(f"returns {turn}", mail.causes.returning)
        mail, at = mail.only(again), at[again]
        at = _awake(mail, at + 60 + mail.draws.wait(f"pause {turn}", 9 * HOUR), f"return {turn}")
    return opens, clicks, forwards


def _opening(post: Post) -> Ints:
    """Return when each person first opens: NEVER, or at the latest before unsubscribing."""
    delay = post.draws.wait("delay", post.causes.half_open_within)
    opens = post.draws.happens("opens", post.open_probability)
    opens &= delay < post.causes.forgotten_after
    opened_at = np.full(len(post), NEVER)
    mail = post.only(opens)
    opened_at[opens] = _awake(mail, mail.at + PERSON_AFTER + delay[opens], "open")
    leaving = post.people.stays.left_at[post.person] - 60
    return np.where(post.leaves, np.maximum(leaving, post.at + PERSON_AFTER), opened_at)


def _awake(post: Post, at: Ints, purpose: str) -> Ints:
    """Put off what would happen at an hour or on a day at which the person hardly reads."""
    hours = post.causes.attention_hour
    for attempt in ("", " again"):
        clock = local(at, post.people.habits.zone[post.person])
        hour = hour_of(clock)
        readiness = np.array(hours)[hour]
        readiness *= np.array(post.causes.attention_weekday)[weekday_of(clock)]
        later = post.draws.pick(f"{purpose} hour{attempt}", hours)
        wait = ((later - hour - 1) % 24 + 1) * HOUR - clock % HOUR
        wait += post.draws.below(f"{purpose} minute{attempt}", HOUR)
        at = np.where(post.draws.happens(f"{purpose} now{attempt}", readiness), at, at + wait)
    return at


def _device(post: Post, at: Ints, turn: int) -> Ints:
    """Return the usual device, at times another; at night rather the telephone."""
    hour = hour_of(local(at, post.people.habits.zone[post.person]))
    night = (hour < _MORNING) | (hour >= _EVENING)
    others = np.array([DEVICE_TYPES.index(device) for device in _OTHER_DEVICES])
    other = others[post.draws.pick(f"other device {turn}", tuple(_OTHER_DEVICES.values()))]
    strange = post.draws.happens(f"strange device {turn}", post.causes.strange_device)
    phoning = night & post.draws.happens(f"telephone {turn}", post.causes.phone_at_night)
    usual = post.people.habits.device[post.person]
    return np.where(phoning, DEVICE_TYPES.index("mobile"), np.where(strange, other, usual))


def _follow(post: Post, at: Ints, device: Ints, turn: int) -> list[Events]:
    """Let some click one link, and perhaps more."""
    clicks = []
    clicking = post.draws.happens(f"clicks {turn}", post.causes.clicking)
    for step in range(_MOST_CLICKS):
        post, at, device = post.only(clicking), at[clicking], device[clicking]
        at = at + 4 + post.draws.below(f"finds a link {turn} {step}", 50)
        shares = post.mailings.link_shares[post.mailings.theme[post.mailing]]
        point = post.draws.share(f"link {turn} {step}")
        link = (point[:, None] >= shares[:, :-2]).sum(axis=1)
        clicks.append(post.events(at, device=device, link=link))
        clicking = post.draws.happens(f"clicks on {turn} {step}", post.causes.clicking_on)
    return clicks
