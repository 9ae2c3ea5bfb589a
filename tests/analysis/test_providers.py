"""Domains are the same however they are written."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ccframes.analysis.providers import providers_of
from ccframes.frames.conform import STR


def test_letters_case_and_punycode_do_not_matter() -> None:
    written = [
        "A@Bücher.Example",
        "b@xn--bcher-kva.EXAMPLE",
        "c@BÜCHER.example.",
        '"@"@bücher.example',
    ]
    assert providers_of(pd.Series(written)).unique().tolist() == ["bücher.example"]


def test_what_has_no_domain_has_no_provider() -> None:
    assert providers_of(pd.Series(["nobody", "nobody@", "", None, "@"])).isna().all()


def test_punycode_that_cannot_be_read_stays() -> None:
    assert providers_of(pd.Series(["a@xn--ü.example", "a@xn--a.example"])).notna().all()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.none(), max_size=6))
def test_any_text_is_survived_and_the_index_kept(texts: list[str | None]) -> None:
    addresses = pd.Series(texts, index=range(5, 5 + len(texts)), dtype=STR)
    for written in (addresses, addresses.astype(object), addresses.astype("category")):
        providers = providers_of(written)
        assert providers.index.equals(addresses.index)
        assert str(providers.dtype) == "str"
