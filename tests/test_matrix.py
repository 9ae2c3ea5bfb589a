"""The environment is the one that the matrix says it is; tools/matrix.py sets CCFRAMES_EXPECT."""

from __future__ import annotations

import importlib.util
import os

import numpy as np
import pandas as pd

EXPECTED = dict(
    item.split("=") for item in os.environ.get("CCFRAMES_EXPECT", "").split(",") if item
)


def test_pandas_is_the_one_the_matrix_names() -> None:
    assert f"{pd.__version__}.".startswith(f"{EXPECTED.get('pandas', pd.__version__)}.")


def test_pyarrow_is_there_exactly_where_the_matrix_says_so() -> None:
    found = "yes" if importlib.util.find_spec("pyarrow") else "no"
    assert found == EXPECTED.get("pyarrow", found)


def test_text_has_one_dtype_in_every_combination() -> None:
    text = pd.Series(["a", None], dtype=pd.StringDtype(na_value=np.nan))
    assert str(text.dtype) == "str"
    assert text.isna().tolist() == [False, True]
