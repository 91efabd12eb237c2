"""Noise read in millimetres, and frames written twice: by hand, then on canaries."""

import numpy as np
import pytest

import canaries
from footlights.metrics.jitter import duplicate_frame_rate, duplicate_frames_of, jitter, jitter_of

GOOD = canaries.stepping(6.0)


def _noisy(metres, fps=30.0):
    place = canaries.stepping(6.0, fps=fps).positions
    return place + np.random.default_rng(0).normal(0, metres, place.shape)


def _written(motion, times):
    """Each frame written as many times as ``times`` says, in turn, in as many seconds."""
    counts = np.resize(times, len(motion))
    frames = np.repeat(np.arange(len(motion)), counts)
    place = motion.replace(
        root=motion.root[frames],
        rotations=motion.rotations[frames],
        fps=motion.fps * np.mean(times),
        contacts=None,
    )
    return place


@pytest.mark.parametrize("millimetres", [1, 3, 10])
@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_noise_reads_its_size_at_any_rate(millimetres, fps):
    assert np.median(jitter_of(_noisy(millimetres / 1000, fps), fps)) == pytest.approx(
        millimetres, rel=0.05
    )


def test_a_smooth_dance_does_not_tremble():
    assert jitter(GOOD).value < 0.05
    t = np.arange(90) / 30
    swing = 0.3 * np.sin(2 * np.pi * 1.5 * t)[:, None, None] * np.ones((1, 4, 3))
    assert np.median(jitter_of(swing, 30.0)) < 1.0, (
        "hands that swing 30 cm three times in two seconds"
    )


def test_a_few_limbs_that_stop_hard_do_not_count():
    place = _noisy(0.001)
    place[::7, 20:22] += 0.2
    assert np.median(jitter_of(place, 30.0)) == pytest.approx(1, rel=0.15)


def test_N3_trembling_bodies_read_more_the_more_they_tremble():
    read = [jitter(canaries.vibrating(GOOD, n)).value for n in (0.0003, 0.001, 0.003, 0.01)]
    assert read == sorted(read)
    # Joints that tremble add up along a limb: the middle joint moves by not quite twice the noise
    # of each.
    assert np.allclose(read[1:], [1.8, 5.4, 18], rtol=0.05)


def test_frames_say_when():
    late = np.concatenate([GOOD.positions[:60], _noisy(0.005)[60:]])
    frames = jitter_of(late, 30.0)
    assert len(frames) == len(late) - 5 and frames[:50].max() < 0.2 and np.median(frames[60:]) > 4
    assert jitter(GOOD).frames.shape == (len(GOOD) - 5,)


def test_what_fools_the_jitter_is_known():
    for spoiled in (
        canaries.frozen,
        canaries.hovering,
        canaries.skating,
        canaries.teleporting,
        canaries.swapped_arms,
    ):
        assert jitter(spoiled(GOOD)).value < 0.05


def test_N2_place_yaw_time_and_rate_change_nothing():
    bad = canaries.vibrating(GOOD, 0.003)
    here = jitter(bad).value
    assert jitter(canaries.time_reversed(bad)).value == pytest.approx(here, rel=1e-3)
    assert jitter(bad.moved((3, -2, 0), yaw=1.1)).value == pytest.approx(here, rel=0.03)
    assert jitter(canaries.stepping(6.0, fps=60.0)).value == pytest.approx(
        jitter(GOOD).value, abs=0.01
    )


def test_N5_a_clip_too_short_has_no_number_but_a_reason():
    score = jitter(GOOD[:5])
    assert np.isnan(score.value) and "shorter" in score.reason and not len(score.frames)


@pytest.mark.parametrize(
    ("times", "share"), [([2], 1 / 2), ([2, 3], 3 / 5), ([4], 3 / 4), ([1, 1, 1, 1, 2], 1 / 6)]
)
def test_frames_written_twice_are_noticed(times, share):
    assert duplicate_frame_rate(_written(GOOD, times)) == pytest.approx(share, rel=0.1)


def test_frames_written_twice_are_noticed_after_rounding():
    place = _written(GOOD, [2]).positions
    rounded = np.round(place + np.random.default_rng(0).normal(0, 2e-5, place.shape), 4)
    assert duplicate_frames_of(rounded, 60.0).mean() > 0.4


def test_a_dancer_who_stops_repeats_no_frame():
    assert duplicate_frame_rate(GOOD) == duplicate_frame_rate(canaries.stepping(6.0, fps=60.0)) == 0
    assert (
        duplicate_frame_rate(canaries.frozen(GOOD))
        == duplicate_frame_rate(canaries.slow_drift(GOOD, 0.01))
        == 0
    )
    held = GOOD.replace(
        root=np.repeat(GOOD.root[::30], 30, axis=0),
        rotations=np.repeat(GOOD.rotations[::30], 30, axis=0),
    )
    assert duplicate_frame_rate(held) == 0, "a pose held for a second"
    assert duplicate_frame_rate(GOOD.resampled(60.0)) == 0 and duplicate_frame_rate(GOOD[:1]) == 0


def test_which_frame_is_the_repeated_one():
    place = np.zeros((6, 1, 3))
    place[:, 0, 0] = [0, 0.1, 0.2, 0.2, 0.3, 0.4]
    assert duplicate_frames_of(place, 30.0).tolist() == [False, False, False, True, False, False]
