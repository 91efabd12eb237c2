"""Dances by diffusion: windows without seams, the same dance whatever else, in constant memory."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.card import DiffusionCard
from footlights.generators.diffusion.sample import _BATCH, Diffusion, padded_length
from footlights.generators.representation import WIDTH
from footlights.music import Music
from tiny import tiny_config


class Smoothing:
    """A stand-in network: a low-pass of its input, so that it depends on every frame around."""

    def __init__(self) -> None:
        self.largest = 0

    def __call__(
        self, *, x: np.ndarray, time: np.ndarray, music: np.ndarray, style: np.ndarray
    ) -> dict[str, np.ndarray]:
        self.largest = max(self.largest, len(x))
        kernel = np.hanning(13)[1:-1] / np.hanning(13).sum()
        padded = np.pad(x, ((0, 0), (5, 5), (0, 0)), mode="edge")
        out = sum(k * padded[:, i : i + x.shape[1]] for i, k in enumerate(kernel))
        return {"clean": (out + 0.1 * music[..., :1]).astype(np.float32)}

    def release(self) -> None:
        """It keeps nothing."""


def dancer(network: object) -> Diffusion:
    mean = np.zeros(WIDTH, np.float32)
    mean[[0, 4, 8]] = 0.9, 1, 1
    mean[10:148:6] = mean[14:148:6] = 1
    card = DiffusionCard(
        family="diffusion", name="tiny", licences=(), steps=0, labels=("sway",), styles=("sway",)
    )
    return Diffusion(network, tiny_config(), mean, np.full(WIDTH, 0.1, np.float32), card)


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


def test_padded_length_is_whole_half_windows():
    assert [padded_length(n, 150) for n in (1, 150, 151, 225, 226)] == [150, 150, 225, 225, 300]


def test_an_unknown_style_is_refused_with_the_known_ones(click: Music):
    with pytest.raises(FootlightsError, match="sway"):
        dancer(Smoothing()).sample(click, style="polka")
