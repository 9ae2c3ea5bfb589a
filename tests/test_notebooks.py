"""The notebooks as they are stored: complete, clean, and true to what was planted.

`make notebooks` runs them, and compares the tables that they show.
"""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ccframes as ccf
from ccframes.analysis import (
    differences,
    engagement,
    human_only,
    human_rates,
    never_opened,
    suspect_machine,
)
from ccframes.demo.causes import Causes
from ccframes.demo.words import LINK_SHARES, OPENINGS, SUBJECTS
from ccframes.demo.zones import ZONES
from tests.analysis.accounts import account_of

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
STORIES = (
    "01_quickstart",
    "02_every_report",
    "03_campaign_performance",
    "04_audience",
    "05_deliverability_and_machines",
    "06_your_own_account",
)
EVERY_STORY = pytest.mark.parametrize("name", STORIES)
EVERY_NOTEBOOK = pytest.mark.parametrize(
    "name", sorted(path.stem for path in FOLDER.glob("*.ipynb"))
)
CHECKED = "# NBVAL_CHECK_OUTPUT"
PLANTED = Causes()

Cell = dict[str, Any]


@cache
def notebook(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def cells(name: str, kind: str = "") -> list[Cell]:
    return [cell for cell in notebook(name)["cells"] if kind in cell["cell_type"]]


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def texts(cell: Cell, *kinds: str) -> list[str]:
    """Return what a cell shows as text, of all kinds or of those named."""
    found = []
    for output in cell.get("outputs", []):
        data = {"stream": output.get("text", ""), **output.get("data", {})}
        kept = [kind for kind in data if not kind.startswith("image/")]
        found += ["".join(data[kind]) for kind in kept if not kinds or kind in kinds]
    return found


def prose(name: str) -> str:
    """Return a notebook's text in one line, without code."""
    text = "\n".join(source(cell) for cell in cells(name, "markdown"))
    text = re.sub(r"```.*?```|`[^`\n]+`|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    return " ".join(text.split())


def everything(name: str) -> str:
    return "\n".join(part for cell in cells(name) for part in [source(cell), *texts(cell)])


# --- stored completely -----------------------------------------------------------------------


@EVERY_STORY
def test_every_cell_was_run_in_order_and_without_complaint(name: str) -> None:
    code = cells(name, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [each for each in outputs if each["output_type"] == "error"]
    assert not [each["text"] for each in outputs if each.get("name") == "stderr"]


@EVERY_STORY
def test_pictures_and_tables_are_stored_and_tables_are_compared(name: str) -> None:
    for cell in cells(name, "code"):
        kinds = {kind for output in cell["outputs"] for kind in output.get("data", ())}
        assert ("image/png" in kinds) == source(cell).endswith(";"), source(cell)
        if "<table" in "".join(texts(cell, "text/html")):
            assert source(cell).startswith(CHECKED)
        if source(cell).startswith(CHECKED):
            assert texts(cell), source(cell)


@EVERY_STORY
def test_nothing_is_stored_that_changes_from_run_to_run(name: str) -> None:
    assert notebook(name)["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert not any(cell["metadata"] for cell in cells(name))
    kept = json.dumps([cell.get("outputs") for cell in cells(name)])
    assert "widget-view" not in kept, "a widget's model id: keep its text/html"
    assert not re.search(r"\b0x[0-9a-f]{6,}", everything(name)), "where an object is in memory"


@EVERY_STORY
def test_cells_have_ids_that_say_what_they_are(name: str) -> None:
    ids = [cell["id"] for cell in cells(name)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z-]*", each) for each in ids)
    assert not [each for each in ids if each.startswith("cell-")]


# --- nothing in them that should not be ------------------------------------------------------


@EVERY_NOTEBOOK
@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an absolute path", r"(?<![\w.:/])/(?:home|root|tmp|usr|var|opt|work|mnt|Users)/"),
        ("a path of Windows", r"\b[A-Z]:\\"),
        ("an address", r"[\w.+-]+@[\w-]+\.\w+"),
        ("a token", r"\beyJ[\w-]{8,}|[Bb]earer\s+[\w.-]{12,}|CCFRAMES_TOKEN\"?\]?\s*=\s*[^.\s]"),
    ],
)
def test_no_notebook_holds(name: str, what: str, pattern: str) -> None:
    assert not re.findall(pattern, everything(name)), what


@EVERY_NOTEBOOK
def test_no_person_is_shown(name: str) -> None:
    shown = "\n".join(part for cell in cells(name, "code") for part in texts(cell))
    assert not re.search(r"<th>(email_address|first_name|last_name)</th>\n\s+<th>", shown)
    uuids = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", shown))
    assert not uuids & set(account_of().world.people.ids)


@EVERY_STORY
def test_no_name_is_used_that_is_not_public(name: str) -> None:
    tree = ast.parse("\n".join(source(cell) for cell in cells(name, "code")))
    nodes = list(ast.walk(tree))
    names = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    assert not [each for each in names if each.startswith("_")]
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    modules |= {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    assert not [each for each in modules if each.startswith("ccframes.")]
    if name != "06_your_own_account":
        assert modules <= {"ccframes", "pandas", "textwrap"}, "01 to 05 run in a browser, too"


# --- readable --------------------------------------------------------------------------------


def test_there_are_six_of_them() -> None:
    assert sorted(path.stem for path in FOLDER.glob("0*.ipynb")) == list(STORIES)


def test_the_quickstart_is_short() -> None:
    assert len(cells("01_quickstart")) < 15


@EVERY_STORY
def test_each_begins_with_a_title_and_ends_with_what_to_try_next(name: str) -> None:
    first, last = cells(name)[0], cells(name)[-1]
    assert source(first).startswith("# ")
    assert "\n## What to try next\n" in f"\n{source(last)}"
    assert source(last).count("\n- ") >= 3


@EVERY_STORY
def test_links_between_them_lead_somewhere(name: str) -> None:
    text = "\n".join(source(cell) for cell in cells(name, "markdown"))
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert all((FOLDER / link).is_file() for link in links)


def test_every_loader_is_called_once_with_one_thing_worth_knowing() -> None:
    code = "\n".join(source(cell) for cell in cells("02_every_report", "code"))
    text = "\n".join(source(cell) for cell in cells("02_every_report", "markdown"))
    loaders = [each for each in ccf.__all__ if each.startswith("load_")]
    assert [each for each in loaders if not re.search(rf"ccf\.{each}\b", code)] == []
    described = [each for each in loaders if not each.startswith("load_landing")]
    assert [each for each in described if f"`{each}`" not in text] == []
    assert text.count("*Worth knowing*") >= 22


# --- true ------------------------------------------------------------------------------------


def shown_numbers(name: str) -> np.ndarray[Any, Any]:
    shown = "\n".join(part for cell in cells(name, "code") for part in texts(cell, *SHOWN))
    found = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?", shown)
    return np.abs([float(each.replace(",", "")) for each in found])


SHOWN = ("stream", "text/html", "text/plain")
CLAIM = re.compile(r"(?<![\w.,])(\d[\d,]*(?:\.\d+)?)( %)?(?![\d%])")


@pytest.mark.parametrize("name", STORIES[2:5])
def test_numbers_in_the_prose_are_those_that_are_shown(name: str) -> None:
    shown = shown_numbers(name)
    claims = re.sub(r"\(Planted:[^)]*\)|\*\*Do not.*?\*\*", "", prose(name))
    known = {"2024", "2025", "2026", "100"} | set(OF_THE_TRUTH.get(name, ()))
    checked = 0
    for number, percent in CLAIM.findall(claims):
        value, digits = float(number.replace(",", "")), len(number.partition(".")[2])
        if number in known or not (percent or digits or value >= 100):
            continue
        scales = (100, 1) if percent or digits else (1,)
        near = [np.isclose(np.round(shown * scale, digits), value) for scale in scales]
        assert np.any(near), f"{number}{percent} is not in what {name} shows"
        checked += 1
    assert checked >= 10


OF_THE_TRUTH = {"05_deliverability_and_machines": ["22,672"]}
"""What no output shows: found by the tests below."""


def openings() -> dict[str, float]:
    return {opening.strip(": "): effect for opening, effect in OPENINGS}


def planted() -> list[tuple[str, str]]:
    """Return what the prose says was planted, made from what was."""
    causes, subjects, kinds = PLANTED, dict(SUBJECTS), openings()
    season = causes.season
    begun, ended = (
        datetime.fromtimestamp(at, tz=UTC) for at in (causes.blocked_from, causes.blocked_until)
    )
    return [
        ("03", f"December {season[11]}, August {season[7]}, July {season[6]} times"),
        ("03", f"{kinds['Last call']}, {kinds['🌻']} and {kinds['[Members]']} times"),
        (
            "03",
            f"“Re: your question” {subjects['Re: your question']} and “You made this possible” "
            f"{subjects['You made this possible']} times the usual chance, “Quarterly report of "
            f"the board” {subjects['Quarterly report of the board']}",
        ),
        ("04", f"{causes.proxied:.0%} have a proxy".replace("%", " %")),
        ("04", f"after {causes.half_tired_after:.0f} months the chance of an open is half"),
        ("04", f"in the first month it is {causes.newcomer} times as high"),
        ("04", f"{causes.best_hour} h is best, at {max(causes.send_hour)} times"),
        ("04", f"in one of {['', 'one', 'two', 'three', 'four', 'five'][len(ZONES)]} zones"),
        ("05", f"{causes.blocking_provider} refuses {causes.blocked:.0%}".replace("%", " %")),
        ("05", f"from {begun.day} to {ended.day} {ended:%B %Y}"),
        ("05", f"most emails give it {LINK_SHARES[''][3]:.0%} of".replace("%", " %")),
    ]


@pytest.mark.parametrize(("number", "said"), planted())
def test_what_the_prose_says_was_planted_was(number: str, said: str) -> None:
    [name] = [each for each in STORIES if each.startswith(number)]
    assert said in prose(name)


def test_the_email_that_is_called_most_attractive_is() -> None:
    account = account_of()
    first = account.activities[account.activities["role"] == "primary_email"]
    attraction = first["campaign_activity_id"].map(account.truth.attraction)
    best = first["name"].tolist()[int(attraction.argmax())]
    assert f"subject, season and hour is *{best}*, second here" in prose(STORIES[2])


def test_the_topics_that_lead_are_the_same_without_machines() -> None:
    assert "and the same three topics lead" in prose(STORIES[2])
    account = account_of()
    table = account.activity_stats.merge(
        account.activities[["campaign_activity_id", "role", "subject", "sent_at"]]
    )
    people = human_rates(table, account.sends, account.opens).set_index("campaign_activity_id")
    leading = []
    for opened in (table["em_opens"], table["campaign_activity_id"].map(people["human_contacts"])):
        emails = table.assign(em_opens=opened)[table["role"] == "primary_email"]
        found = emails["subject"].str.extract(r"^(🌻 |Last call: |\[Members\] )?(.*)$")
        emails = emails.assign(opening=found[0].fillna(""), topic=found[1])
        topics = differences(emails, "topic", adjust=("opening", "Q"), permutations=99)
        leading.append(topics.nlargest(3, "adjusted_rate")["topic"].tolist())
    assert leading[0] == leading[1]


def test_those_who_click_and_are_never_seen_to_open_read_with_images_off() -> None:
    account = account_of()
    sends, opens, clicks = account.sends, account.opens, account.clicks
    read = human_only(opens, suspect_machine(opens, sends))
    clicked = human_only(clicks, suspect_machine(clicks, sends, links=account.links))
    people = never_opened(engagement(sends, read, clicked, bounces=account.bounces))
    clickers = people.loc[people["clicked"] > 0, "contact_id"]
    assert f"deleting all {len(people)} would lose {len(clickers)} readers" in prose(STORIES[3])
    assert all(account.truth.contact(each)["images_off"] for each in clickers)


def causes_of(report: str) -> np.ndarray[Any, Any]:
    account = account_of()
    sent = account.world.mailings.activities
    return np.array([row.cause for one in sent for row in account.truth.rows(report, one.id)])


def test_the_rules_for_machines_are_as_good_as_is_said() -> None:
    account, said = account_of(), prose(STORIES[4])
    machine = causes_of("opens") != "person"
    flagged = suspect_machine(account.opens, account.sends)["suspect"].to_numpy(bool)
    missed, wrong = (machine & ~flagged).sum(), (flagged & ~machine).sum()
    assert f"Of the {machine.sum():,} opens by a proxy" in said
    assert f"find all but {missed}, and take {wrong} by people" in said

    machine = causes_of("clicks") != "person"
    suspects = suspect_machine(account.clicks, account.sends, links=account.links)
    flagged = suspects["suspect"].to_numpy(bool)
    assert not (machine & ~flagged).any()
    wrong = (flagged & ~machine).sum()
    assert f"of {machine.sum():,} clicks by scanners they find all, with {wrong} by" in said
    contacts = suspects.loc[flagged, "contact_id"].unique()
    scanned = sum(account.truth.contact(each)["scanned"] for each in contacts)
    assert f"{scanned} of the {len(contacts)} have such a scanner" in said
