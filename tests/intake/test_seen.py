"""A million ids are remembered in little memory."""

import tracemalloc

import pytest

from intake.seen import SeenTexts


def test_a_text_is_new_once() -> None:
    seen = SeenTexts()

    assert [seen.add(text) for text in ("a", "b", "a", "", "")] == [True, True, False, True, False]


@pytest.mark.slow
def test_a_million_ids_take_less_than_forty_megabytes() -> None:
    seen = SeenTexts()
    tracemalloc.start()
    assert all(seen.add(f"006{number:09}") for number in range(1_000_000))
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert held < 40_000_000
