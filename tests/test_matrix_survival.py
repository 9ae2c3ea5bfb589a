"""The Kaplan–Meier estimate agrees with lifelines, in the environments that can hold it.

lifelines needs pandas 2: tools/matrix.py installs it there and nowhere else.
"""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccframes.analysis.survival import KaplanMeier
from tests.test_matrix import EXPECTED

ORACLE = importlib.util.find_spec("lifelines")
WATCHED = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


def test_lifelines_is_there_where_the_matrix_says_so() -> None:
    assert ORACLE or EXPECTED.get("pandas") != "2.3"


if ORACLE:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_times

    @given(WATCHED, st.sampled_from([0.5, 0.9, 0.95, 0.99]))
    def test_curve_band_and_quantiles_are_those_of_lifelines(
        watched: list[tuple[int, bool]], ci: float
    ) -> None:
        times, events = np.array(watched, dtype=np.float64).T
        theirs = KaplanMeierFitter(alpha=1 - ci).fit(times, events)
        ours = KaplanMeier.fit(times, events)
        left = ours.survival > 0
        rises = ours.time[left]
        table, band = theirs.event_table.loc[ours.time], theirs.confidence_interval_.loc[rises]
        low, high = ours.band(ci)

        assert ours.survival == pytest.approx(
            theirs.survival_function_.loc[ours.time].to_numpy()[:, 0], abs=1e-9
        )
        assert ours.at_risk.tolist() == table["at_risk"].tolist()
        assert ours.events.tolist() == table["observed"].tolist()
        assert low[left] == pytest.approx(band.iloc[:, 0].to_numpy(), abs=1e-9)
        assert high[left] == pytest.approx(band.iloc[:, 1].to_numpy(), abs=1e-9)
        if left.all():
            curves = theirs.survival_function_.join(theirs.confidence_interval_)
            for q in (0.137, 0.511, 0.873):
                found = [_or_never(float(each[0])) for each in ours.quantiles([q], ci)]
                assert found == [
                    float(qth_survival_times(1 - q, curves[[each]])) for each in curves
                ]


def _or_never(time: float) -> float:
    return np.inf if np.isnan(time) else time
