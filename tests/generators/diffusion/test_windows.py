"""Training windows: where they come from, how they are augmented, and what they hide."""

import numpy as np

from footlights.generators.diffusion.clips import Clip
from footlights.generators.diffusion.conditioning import BEAT, ENERGY, ONSET, condition_dropout
from footlights.generators.diffusion.windows import Windows
from tiny import tiny_config

ALWAYS_TOLD = {f"drop_{what}": 0.0 for what in ("all", "beat", "energy", "onset", "style")}


def clip(frames: int, style: str = "sway", value: float = 1.0) -> Clip:
    """A clip whose vectors are ``value``, its mirror image's minus that, in rising music."""
    vectors = np.full((2, frames, 152), value, np.float32)
    vectors[1] *= -1
    music = np.zeros((2, frames, 8), np.float32)
    music[..., 0] = 1
    music[..., 5] = np.arange(frames)
    return Clip(f"{style}{frames}", style, "made", vectors, music)


def draw(clips: list[Clip], count: int, labels: tuple[str, ...] = ("sway",), **train: float):
    config = tiny_config(**{"tempo_warp": 0.0, **ALWAYS_TOLD, **train})
    return Windows(clips, config, labels).draw(np.random.default_rng(0), count)


def test_the_same_generator_state_gives_the_same_batch():
    one, two = (draw([clip(90)], 8, tempo_warp=0.3) for _ in "ab")
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_windows_begin_anywhere_and_half_of_them_are_mirrored():
    batch = draw([clip(90)], 400)
    assert batch.vectors.shape == (400, 30, 152) and batch.music.shape == (400, 30, 8)
    mirrored = batch.vectors[:, 0, 4] < 0
    assert 0.4 < mirrored.mean() < 0.6
    starts = batch.music[:, 0, 5]
    assert starts.min() < 5 and starts.max() > 54 and np.allclose(np.diff(batch.music[..., 5]), 1)


def test_a_clip_that_is_over_holds_its_pose_and_stays():
    batch = draw([clip(20)], 4)
    size = np.abs(batch.vectors)
    assert (size[:, :19, 1:4] == 1).all() and not size[:, 19:, 1:4].any()
    assert (size[:, :, 4:] == 1).all()


def test_a_faster_window_travels_faster_and_says_so():
    batch = draw([clip(90)], 200, tempo_warp=0.5)
    speed = np.diff(batch.music[..., 5]).mean(axis=1)
    assert speed.min() < 0.75 and speed.max() > 1.35
    assert np.allclose(np.abs(batch.vectors[:, 0, 1]), speed, rtol=1e-3)
    assert np.allclose(batch.music[:, 0, 3], 2 * np.log2(speed), atol=1e-3)


def test_small_styles_are_drawn_more_often_than_their_length():
    batch = draw([clip(900), clip(100, "turn")], 400, labels=("sway", "turn"))
    # By the square root of its length: 10 of 10 + 30.
    assert 0.19 < (batch.style == 1).mean() < 0.31


def test_styles_without_an_index_and_hidden_ones_are_unknown():
    assert set(draw([clip(90, "polka")], 8).style) == {1}
    assert set(draw([clip(90)], 8).style) == {0}
    assert set(draw([clip(90)], 8, drop_style=1.0).style) == {1}


def test_dropout_hides_whole_groups_in_its_share_of_windows():
    music = np.ones((400, 5, 8), np.float32)
    hidden = condition_dropout(music, np.random.default_rng(0), (0.0, 1.0, 0.5, 0.0))
    assert not hidden[..., BEAT].any() and (hidden[..., ONSET] == 1).all()
    gone = (hidden[..., ENERGY] == 0).all(axis=(1, 2))
    assert 0.4 < gone.mean() < 0.6 and (hidden[~gone][..., ENERGY] == 1).all()
    assert (music == 1).all()


def test_everything_at_once_is_hidden_too():
    music = np.ones((400, 5, 8), np.float32)
    hidden = condition_dropout(music, np.random.default_rng(0), (0.25, 0.0, 0.0, 0.0))
    assert 0.18 < (hidden == 0).all(axis=(1, 2)).mean() < 0.32
