"""A body that keeps a beat is heard to keep it; one that does not, is not."""

import numpy as np
import pytest

from footlights.metrics.motion_beats import MIN_TEMPO_TRUST, beats_of, tempo_of
from footlights.metrics.motion_rhythm import hits, impact, rhythm_of
from footlights.motion.motion import Motion


def turned(angle: np.ndarray, axis: int = 0) -> np.ndarray:
    """(T, 4) quaternions about x, y or z."""
    quaternions = np.zeros((len(angle), 4))
    quaternions[:, 0], quaternions[:, 1 + axis] = np.cos(angle / 2), np.sin(angle / 2)
    return quaternions


def body(seconds: float, fps: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.arange(round(seconds * fps)) / fps
    rotations = np.zeros((len(times), 24, 4))
    rotations[..., 0] = 1
    return times, np.tile([0.0, 0.0, 0.9], (len(times), 1)), rotations


def punching(bpm: float, seconds: float = 24.0, fps: float = 30.0, late: float = 0.0) -> Motion:
    """Arms swing to and fro and stop dead on every beat, the right arm against the left."""
    times, root, rotations = body(seconds, fps)
    beats = (times - late) * bpm / 60
    share = np.clip((beats % 1 - 0.2) / 0.8, 0, 1) ** 2
    angle = np.where(np.floor(beats) % 2, share, 1 - share)
    rotations[:, 16], rotations[:, 17] = turned(1.2 * angle, 1), turned(1.2 * angle, 1)
    return Motion(root, rotations, fps)


def stepping(bpm: float, seconds: float = 24.0, fps: float = 30.0) -> Motion:
    """Each foot is lifted and put down in turn, one landing a beat, the hips bobbing."""
    times, root, rotations = body(seconds, fps)
    beats = times * bpm / 60
    lift = np.maximum(np.sin(np.pi * beats), 0), np.maximum(-np.sin(np.pi * beats), 0)
    for (hip, knee), up in zip(((1, 4), (2, 5)), lift, strict=True):
        rotations[:, hip], rotations[:, knee] = turned(-0.8 * up), turned(1.2 * up)
    root[:, 2] -= 0.03 * np.cos(2 * np.pi * beats) ** 2
    return Motion(root, rotations, fps)


def wandering(seconds: float = 24.0, fps: float = 30.0) -> Motion:
    """Slow drifting of every joint without any period."""
    rng = np.random.default_rng(3)
    times, root, rotations = body(seconds, fps)
    for joint in range(24):
        knots = np.cumsum(rng.uniform(0.2, 1.6, 80))
        rotations[:, joint] = turned(np.interp(times, knots, rng.normal(0, 0.5, 80)))
    return Motion(root, rotations, fps)


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0, 120.0])
def test_a_body_punching_at_100_keeps_100(fps: float) -> None:
    bpm, trust = tempo_of(punching(100, fps=fps))
    assert abs(bpm - 100) < 1 and trust > MIN_TEMPO_TRUST


@pytest.mark.parametrize("bpm", [80, 100, 128, 145])
def test_steps_give_their_tempo_and_land_on_its_beats(bpm: float) -> None:
    found, trust = tempo_of(stepping(bpm))
    assert abs(found - bpm) < 1 and trust > MIN_TEMPO_TRUST


@pytest.mark.parametrize("late", [0.0, 0.13, 0.41])
def test_beats_fall_where_the_arms_stop(late: float) -> None:
    motion = punching(100, late=late)
    beats, true = beats_of(motion), np.arange(0.6 + late, 23, 0.6)
    error = np.abs(beats[:, None] - true).min(axis=0)
    assert np.median(error) < 0.04 and np.mean(error < 0.07) > 0.95
    assert np.allclose(np.diff(beats), 0.6, atol=0.03)


def test_every_stop_is_a_hit() -> None:
    found, true = hits(punching(100)), np.arange(0.6, 23, 0.6)
    assert np.mean(np.abs(found[:, None] - true).min(axis=0) < 0.05) > 0.95
    assert len(found) <= len(true) + 3


def test_impact_is_the_same_at_30_and_60_frames_a_second() -> None:
    slow, fast = impact(punching(100, fps=30)), impact(punching(100, fps=60))
    assert abs(slow.mean() / fast.mean() - 1) < 0.05


def test_a_frozen_body_has_no_rhythm() -> None:
    times, root, rotations = body(20, 30)
    frozen = Motion(root, rotations, 30)
    assert np.isnan(tempo_of(frozen)[0]) and tempo_of(frozen)[1] == 0
    assert not len(beats_of(frozen)) and not len(hits(frozen)) and not impact(frozen).any()
    channels = rhythm_of(frozen, float("nan"), np.empty(0))
    assert (
        channels.shape == (len(times), 6)
        and np.isfinite(channels).all()
        and not channels[:, :3].any()
    )


def test_wandering_is_trusted_less_than_stepping() -> None:
    assert tempo_of(wandering())[1] < MIN_TEMPO_TRUST < tempo_of(stepping(110))[1]


def test_a_clip_of_one_frame_and_of_one_second_have_no_tempo() -> None:
    for frames in (1, 2, 30):
        short = punching(100)[:frames]
        assert (
            np.isnan(tempo_of(short)[0])
            and not len(beats_of(short))
            and np.isfinite(impact(short)).all()
        )


def test_place_and_heading_change_nothing() -> None:
    motion = punching(118)
    moved = motion.moved((3.0, -2.0, 0.0), yaw=1.1)
    assert np.allclose(impact(motion), impact(moved), atol=2e-2)
    assert abs(tempo_of(motion)[0] - tempo_of(moved)[0]) < 0.1


def test_the_channels_of_a_motion_speak_the_language_of_music() -> None:
    motion = punching(110)
    beats = beats_of(motion)
    channels = rhythm_of(motion, 110.0, beats)
    assert channels.dtype == np.float32 and channels.shape == (len(motion), 6)
    assert np.allclose(channels[:, 0], 1) and np.allclose(channels[:, 5], 0, atol=1e-6)
    assert np.allclose(np.hypot(channels[:, 1], channels[:, 2]), 1, atol=1e-5)
    on_beat = np.round(beats[2:-2] * motion.fps).astype(int)
    assert channels[on_beat, 2].min() > 0.8
    assert channels[on_beat, 4].mean() > 0.5 > channels[:, 4].mean()
    assert channels[:, 4].max() <= 4
