"""What is wanted of a song is checked before any work, in one line that says what to give."""

import pytest

from footlights.basics.errors import FootlightsError
from footlights.pipeline.dance_options import DanceOptions, film_size_of


def test_a_film_has_any_even_size_that_people_write():
    assert film_size_of("1080x1920") == (1080, 1920) and film_size_of(" 64X64 ") == (64, 64)
    assert DanceOptions(film_size=(1920, 1080)).film_size == (1920, 1080)


@pytest.mark.parametrize("text", ["11x", "x", "1080", "1080x1920x3", "-4x4", "9" * 5000 + "x2"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(FootlightsError, match=r"--film-size.*give WIDTHxHEIGHT"):
        film_size_of(text)


@pytest.mark.parametrize("size", [(641, 480), (640, 32), (8192, 480)])
def test_sizes_that_no_film_has_are_refused(size):
    with pytest.raises(FootlightsError, match="give even numbers of pixels from 64 to 4096"):
        DanceOptions(film_size=size)


@pytest.mark.parametrize("repeat", [-0.1, 1.01, float("nan")])
def test_a_share_that_returns_is_from_0_to_1(repeat):
    with pytest.raises(FootlightsError, match=r"--repeat.*give a number from 0 \(free\) to 1"):
        DanceOptions(repeat=repeat)
