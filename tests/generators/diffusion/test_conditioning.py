"""What the network is told of a song: what is known, with a flag, and nothing that is not."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.conditioning import (
    _LEAST_ENERGY,
    BEAT,
    ENERGY,
    ONSET,
    conditioning,
    with_presence_flags,
)
from footlights.generators.diffusion.config import ModelConfig
from songs import grid, kit, scattered

SONG = kit(grid(115.0, 8.0), 8.0)
EDGE = ModelConfig(music="edge35")


def test_each_group_has_a_flag_and_unknown_beats_have_no_tempo():
    known = np.array([1.0, 0.6, 0.8, 0.3, 0.9, -0.2])  # beat known, sin, cos, energy, onset, tempo
    told = with_presence_flags(np.stack([known, known * [0, 0, 0, 1, 1, 1]]))
    assert told[0, BEAT].tolist() == [1.0, 0.6, 0.8, -0.2]
    assert not told[1, BEAT].any()
    assert told[:, ENERGY].tolist() == [[1.0, 0.3]] * 2
    assert told[:, ONSET].tolist() == [[1.0, 0.9]] * 2


def test_energy_is_added_to_its_channel_alone_and_bounded():
    calm, plain, wild = (conditioning(SONG, ModelConfig(), 200, e) for e in (-9.0, 0.0, 9.0))
    assert plain.shape == (200, 8) and plain.dtype == np.float32
    others = np.delete(np.arange(8), ENERGY.start + 1)
    assert np.array_equal(calm[:, others], wild[:, others])
    assert set(calm[:, 5]) == {np.float32(-1.2)}
    assert set(wild[30:180, 5]) == {np.float32(2.5)}, "between setting off and coming to rest"


def test_published_features_are_a_row_a_frame_and_the_last_one_lasts():
    features = SONG.features("edge35")
    told = conditioning(SONG, EDGE, len(features) + 10)
    assert np.array_equal(told[: len(features)], features.astype(np.float32))
    assert (told[len(features) :] == told[len(features) - 1]).all()


@pytest.mark.parametrize(
    ("config", "energy", "words"),
    [
        (ModelConfig(), float("nan"), "energy must be a number"),
        (EDGE, 1.0, "a model of edge35 has no energy"),
        (EDGE, float("nan"), "a model of edge35 has no energy"),
    ],
)
def test_energy_that_cannot_be_is_refused(config: ModelConfig, energy: float, words: str):
    with pytest.raises(FootlightsError, match=words):
        conditioning(SONG, config, 30, energy)


def test_a_dance_sets_off_on_a_count_and_rests_on_one_before_its_end():
    song = kit(grid(120, 12), 12)
    told = conditioning(song, ModelConfig(), 450, 1.0, seconds=9.8)
    energy, onsets = told[:, 5], told[:, 7]
    assert np.allclose(energy[:2], _LEAST_ENERGY) and energy[30:240].min() > _LEAST_ENERGY + 0.5
    # Beats lie every half second from 0.3 s on: the last that leaves 0.7 s is at 8.8 s.
    assert np.allclose(energy[271:], _LEAST_ENERGY) and energy[257] > _LEAST_ENERGY + 0.5
    assert not onsets[271:].any() and np.abs(onsets[30:240]).max() > 0.5


def test_a_song_without_beats_has_a_beginning_and_an_end_too():
    told = conditioning(scattered(0), ModelConfig(), 450, 1.0, seconds=10.0)
    assert np.allclose(told[290:, 5], _LEAST_ENERGY)
    assert told[60:250, 5].min() > _LEAST_ENERGY
