"""The same figures in pytest; skipped, with the reason, where the data sets are not beside the project."""

from types import ModuleType

import pytest

from tests.acceptance import maven, olist, zoho
from tests.acceptance.world import DATA, Verdicts


@pytest.mark.shared_data
@pytest.mark.slow
@pytest.mark.parametrize("data_set", [maven, olist, zoho], ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_product_shows_the_known_figures_of_real_data(data_set: ModuleType) -> None:
    if not DATA.is_dir():
        pytest.skip(f"the data sets are not at {DATA}")
    verdicts = Verdicts()

    data_set.check(verdicts)

    assert verdicts.failures == []
