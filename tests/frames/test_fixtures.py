"""Each endpoint's fixture pages make the frame that stands beside them."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import ccframes as ccf
from ccframes.endpoints import ENDPOINTS
from tests.frames import samples

EVERY = pytest.mark.parametrize("name", ENDPOINTS)


@EVERY
def test_pages_as_text_make_the_expected_frame(name: str) -> None:
    frame = ccf.flatten(name, samples.page_texts(name))
    pd.testing.assert_frame_equal(frame, samples.expected(name))


@EVERY
def test_pages_as_dicts_make_the_expected_frame(name: str) -> None:
    frame = ccf.flatten(name, samples.pages(name))
    pd.testing.assert_frame_equal(frame, samples.expected(name))


@EVERY
def test_expected_frame_has_more_than_the_heading(name: str) -> None:
    frame = samples.expected(name)
    assert len(frame) > 1
    assert not frame.isna().all(axis=1).any()


@EVERY
def test_pages_say_where_their_values_come_from(name: str) -> None:
    origin = (samples.FIXTURES / name / "origin.md").read_text(encoding="utf-8")
    assert origin.startswith(f"# {name}\n")
    assert len(samples.page_texts(name)) == 1 or "Page 2" in origin


def test_each_folder_belongs_to_an_endpoint() -> None:
    folders = {path.name for path in samples.FIXTURES.iterdir() if path.is_dir()}
    with_pages = {name for name in folders if any((samples.FIXTURES / name).glob("page_*"))}
    assert with_pages == set(ENDPOINTS)


def test_fixtures_show_every_form_that_the_last_link_takes() -> None:
    objects = [name for name in ENDPOINTS if name not in samples.ARRAYS]
    last = [json.dumps(samples.pages(name)[-1].get("_links", "absent")) for name in objects]
    assert set(last) == {
        '"absent"',
        "null",
        "{}",
        '{"next": null}',
        '{"next": {}}',
        '{"next": {"href": null}}',
        '{"next": {"href": ""}}',
    }


@EVERY
def test_last_page_makes_the_frame_complete_and_the_first_alone_does_not(name: str) -> None:
    first, *others = samples.page_texts(name)
    assert ccf.flatten(name, [first, *others]).attrs["ccframes"]["complete"] is True
    alone = ccf.flatten(name, first).attrs["ccframes"]["complete"]
    assert alone is not (ENDPOINTS[name].walk == "cursor" and bool(others))
