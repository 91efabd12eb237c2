"""Dances by diffusion: windows without seams, the same dance whatever else is asked, constant cost
in length.
"""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.config import Config
from footlights.generators.diffusion.sample import _BATCH, Diffusion, padded_length
from footlights.generators.diffusion.travel_limit import RADIUS, limit_travel
from footlights.generators.representation import VELOCITY, WIDTH
from footlights.music import Music
from tiny import tiny_config


class Smoothing:
    """A stand-in network: a fixed low-pass of its input, so that what it returns depends on every
    frame around.
    """

    def __init__(self) -> None:
        self.largest = 0

    def __call__(
        self, x: np.ndarray, time: np.ndarray, music: np.ndarray, style: np.ndarray
    ) -> np.ndarray:
        self.largest = max(self.largest, len(x))
        kernel = np.hanning(13)[1:-1] / np.hanning(13).sum()
        padded = np.pad(x, ((0, 0), (5, 5), (0, 0)), mode="edge")
        out = sum(k * padded[:, i : i + x.shape[1]] for i, k in enumerate(kernel))
        return (out + 0.1 * music[..., :1]).astype(np.float32)


def dancer(network: object) -> Diffusion:
    mean = np.zeros(WIDTH, np.float32)
    mean[[0, 4, 8]] = 0.9, 1, 1
    mean[10:148:6] = mean[14:148:6] = 1
    return Diffusion(
        network,
        tiny_config(),
        mean,
        np.full(WIDTH, 0.1, np.float32),
        {"labels": ["sway"], "styles": ["sway"]},
    )


@pytest.fixture(scope="module")
def click() -> Music:
    rate = 22050
    samples = 0.001 * np.random.default_rng(0).normal(size=rate * 8).astype(np.float32)
    for beat in np.arange(0.25, 8, 0.5):
        start = int(beat * rate)
        samples[start : start + 500] += np.hanning(500) * np.sin(np.arange(500) * 0.3)
    return Music(samples.astype(np.float32), rate, None, "click")


def test_a_dance_is_as_long_as_its_song(click: Music):
    model = dancer(Smoothing())
    assert len(model.sample(click, clean=False)[0]) == round(click.seconds * 30)
    assert len(model.sample(click, seconds=2.5, clean=False)[0]) == 75
    assert len(model.sample(click, seconds=0.1, clean=False)[0]) == 3


def test_N1_a_take_is_the_same_however_many_are_asked(click: Music):
    model = dancer(Smoothing())
    alone, three = (
        model.sample(click, 1, seed=5, clean=False),
        model.sample(click, 3, seed=5, clean=False),
    )
    assert np.array_equal(alone[0].rotations, three[0].rotations)
    assert not np.array_equal(three[0].rotations, three[1].rotations)
    other = model.sample(click, 1, seed=6, clean=False)
    assert not np.array_equal(alone[0].rotations, other[0].rotations)


def test_windows_leave_no_seam():
    model = dancer(Smoothing())
    frames, half = 15 * 60, 15
    vectors = model.denoise_song(np.zeros((frames, 8), np.float32), np.random.default_rng(0), 0)
    jerk = np.abs(np.diff(vectors, 3, axis=0)).mean(axis=1)
    seams = np.arange(half, frames - half, half)
    inside = np.setdiff1d(
        np.arange(5, frames - 8), np.concatenate([seams + k for k in range(-3, 2)])
    )
    assert np.median(jerk[seams - 1]) < np.quantile(jerk[inside], 0.99)


def test_R4_the_network_never_sees_more_than_one_batch():
    network = Smoothing()
    dancer(network).denoise_song(np.zeros((15 * 200, 8), np.float32), np.random.default_rng(0), 0)
    assert network.largest == 2 * _BATCH


def test_a_walk_off_stage_comes_back_and_steps_stay():
    frames, fps = 1200, 30.0
    vectors = np.zeros((frames, WIDTH), np.float32)
    vectors[:, VELOCITY] = [0.5, 0.0]
    vectors[:, VELOCITY] += 0.4 * np.sin(2 * np.pi * 1.5 * np.arange(frames) / fps)[:, None]
    kept = limit_travel(vectors, fps)
    path = np.cumsum(kept[:, VELOCITY], axis=0) / fps
    assert np.linalg.norm(path, axis=1).max() < RADIUS + 0.7
    middle = slice(200, -200)
    assert np.corrcoef(np.diff(kept[middle, 1]), np.diff(vectors[middle, 1]))[0, 1] > 0.99
    still = np.zeros((90, WIDTH), np.float32)
    assert np.array_equal(limit_travel(still, fps), still)


def test_padded_length_is_whole_half_windows():
    assert [padded_length(n, 150) for n in (1, 150, 151, 225, 226)] == [150, 150, 225, 225, 300]


def test_an_unknown_style_is_refused_with_the_known_ones(click: Music):
    with pytest.raises(FootlightsError, match="sway"):
        dancer(Smoothing()).sample(click, style="polka")


def test_configs_read_back_what_they_write():
    for name in ("small", "paper"):
        config = Config.named(name)
        assert Config.parse(config.to_toml(), name) == config
    odd = Config('my "best"\\take', styles={'a "b"': ("mené", "🕺")})
    assert Config.parse(odd.to_toml(), "x") == odd


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[model]\nwidht = 3", "widht"),
        ("[modle]", "modle"),
        ("[model]\nwidth = 'x'", "width"),
        ("a = ", "TOML"),
        ("model = 3", "model"),
        ("[model]\nwindow = 75", "window"),
        ("[model]\nfps = 0", "positive"),
        ("[model]\nmusic = 'humming'", "humming"),
        ("[sample]\nsteps = 0", "0 steps"),
    ],
)
def test_a_wrong_config_is_refused_by_name(text: str, named: str):
    with pytest.raises(FootlightsError, match=named):
        Config.parse(text, "mine.toml")
