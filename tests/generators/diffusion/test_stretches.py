"""A long song is danced in stretches of which nothing is seen."""

import itertools

import numpy as np
import pytest

from footlights.generators import load_generator
from footlights.generators.diffusion import stretches as room
from footlights.generators.diffusion.sample import Diffusion
from footlights.generators.diffusion.stretches import begun_with, place_after, stretches
from footlights.generators.representation import decode, encode
from moving import swaying

FPS = 30.0


@pytest.mark.parametrize("frames", [150, 4500, 4575, 4650, 4725, 9000, 18000])
def test_stretches_cover_a_song_and_overlap_by_half_a_window(frames):
    spans = stretches(frames, 150, FPS)
    assert spans[0][0] == 0 and spans[-1][1] == frames
    assert all(before[1] - after[0] == 75 for before, after in itertools.pairwise(spans))
    for start, stop in spans:
        assert (stop - start) % 75 == 0 and 150 <= stop - start <= 4500 + 150
    assert len(spans) == 1 or frames > 4500


def test_the_place_on_stage_is_that_of_the_decoded_path():
    vectors = encode(swaying(8.0))
    motion = decode(vectors, FPS)
    yaw = np.cumsum(vectors[:200, 3]).astype(float)[-1] / FPS
    place = place_after(vectors[:200], FPS, np.array([0.5, -1.0]))
    x, y = motion.root[200, :2] + np.array([0.5, -1.0])
    here = [x * np.cos(yaw) + y * np.sin(yaw), y * np.cos(yaw) - x * np.sin(yaw)]
    assert np.allclose(place, here, atol=1e-4)


def test_what_a_stretch_begins_with_is_kept_whole():
    vectors = encode(swaying(2.0))
    given = begun_with(vectors, 150)
    other = encode(swaying(5.0, seed=4))
    given.hold(other, FPS)
    assert np.array_equal(other[:60], vectors) and not given.has_places


def test_R4_a_dance_in_stretches_has_no_seam_and_stays_on_stage(monkeypatch):
    monkeypatch.setattr(room, "SECONDS", 10.0)
    model = load_generator("small")
    assert isinstance(model, Diffusion)
    condition = np.zeros((1350, model.config.model.conditions), np.float32)
    spans = stretches(len(condition), 150, FPS)
    assert len(spans) > 4

    vectors = model.denoise_song(condition, np.random.default_rng(0), 1)
    motion = decode(vectors, FPS)
    jerk = np.linalg.norm(np.diff(motion.positions, 3, axis=0), axis=-1).max(axis=1)
    seams = np.array([stop for _, stop in spans[:-1]])
    around = np.concatenate([seams + k for k in range(-4, 3)])
    assert jerk[around].max() < 1.5 * np.quantile(jerk, 0.995)
    assert np.linalg.norm(motion.root[:, :2], axis=1).max() < 4.0
