"""The page of ccframes report: whatever comes is shown, and pictures are told in words, too."""

from __future__ import annotations

import io
import re
from functools import cache
from html import unescape

import pandas as pd
import pytest

from ccframes import plot
from ccframes.errors import ColumnsError
from ccframes.overview import overview
from ccframes.plot.wording import percent
from tests.analysis.accounts import Frames, account_of
from tests.plot.frames import emails

BARE = ["sent_at", "em_sends", "em_bounces", "em_opens", "em_clicks"]


def account() -> Frames:
    return account_of("plots", contacts=300, weeks=30)


def headings(page: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", page)


def told(page: str) -> dict[str, str]:
    """Return by its heading what is said of each picture to those who do not see it."""
    found = re.findall(r'<h2>([^<]*)</h2>\n<figure><img [^>]*alt="([^"]*)"', page)
    return {heading: unescape(said) for heading, said in found}


@cache
def whole() -> str:
    names = ("sends", "opens", "clicks", "bounces", "links")
    frames = {name: getattr(account(), name) for name in names}
    return overview({"campaign_table": emails(), **frames})


def test_a_table_read_back_from_csv_makes_the_same_page() -> None:
    again = pd.read_csv(io.StringIO(emails().to_csv(index=False)))
    page = overview({"campaign_table": again})
    assert told(page) == told(overview({"campaign_table": emails()}))
    assert "sent from 2024-01-" in page


def test_emails_of_which_nobody_knows_when_they_were_sent_have_a_page() -> None:
    table = emails()
    table["sent_at"] = pd.NaT
    page = overview({"campaign_table": table})
    assert "<p>32 emails of 26 campaigns. Delivered is" in page
    assert "Through time" in headings(page)


def test_a_table_of_the_needed_columns_alone_has_no_section_on_devices() -> None:
    sections = headings(overview({"campaign_table": emails()[BARE]}))
    assert "Devices" not in sections
    assert "Devices" in headings(overview({"campaign_table": emails()}))
    assert len(sections) == 5
    with pytest.raises(ColumnsError, match="em_clicks"):
        overview({"campaign_table": emails()[BARE[:-1]]})


def test_emails_that_reached_nobody_have_a_page() -> None:
    table = emails()
    table[[*BARE[1:], "em_bounces_vacation"]] = 0
    assert "In short" in headings(overview({"campaign_table": table}))


def test_every_picture_is_told_in_words_that_have_its_numbers() -> None:
    said = told(whole())
    assert len(said) == len(re.findall("<figure>", whole())) == 8
    assert all(re.search(r"\d", words) for words in said.values())
    assert not any("numbers below" in words for words in said.values())


def test_a_trend_is_told_by_its_first_last_and_highest_rate() -> None:
    rows = plot.trend_table(emails())
    rates = rows[rows["metric"] == "open_rate"].set_index("period")["rate"]
    rows_of = {"first": rates.iloc[[0]], "last": rates.iloc[[-1]], "highest": rates.nlargest(1)}
    words = ", ".join(
        f"{place} {percent(rate)} ({day:%Y-%m-%d})"
        for place, found in rows_of.items()
        for day, rate in found.items()
    )
    months = told(overview({"campaign_table": emails()}))["Through time"]
    assert f"over {len(rates)} periods. open rate: {words};" in months


def test_events_are_told_by_what_they_show_most() -> None:
    said = told(whole())
    links = plot.links_table(account().links, account().clicks)
    most = links.nlargest(1, "clickers").iloc[0]
    assert (
        f"{most['destination']}: {most['clickers']}" in said["What was clicked in the last emails"]
    )
    codes = plot.bounces_table(account().bounces, account().sends)
    worst = codes.nlargest(1, "share").iloc[0]
    assert (
        f"by code: {worst['bounce_code']}: {percent(worst['share'])}"
        in (said["Bounces of the last emails"])
    )
    curve = plot.opens_over_time_table(
        account().opens, account().sends, bounces=account().bounces
    ).iloc[-1]
    rises = f"rises to {percent(curve['share'])} of {curve['n']:,} emails"
    assert rises in said["How soon the last emails were opened"]


def test_openings_of_no_email_are_told_to_be_none() -> None:
    frames = {"opens": account().opens.head(0), "sends": account().sends.head(9)}
    said = told(overview({"campaign_table": emails().head(1), **frames}))
    assert said["How soon the last emails were opened"] == "No email was opened."
