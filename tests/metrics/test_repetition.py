"""A dance over minutes: repetition and variety, on dances made by hand and on canaries."""

import numpy as np
import pytest

import canaries
from footlights.metrics.repetition import piece_distances, pieces_of, repetition_scores
from moving import wandering

GOOD = canaries.stepping(12.0)


def _values(motion):
    return {name: score.value for name, score in repetition_scores(motion).items()}


def test_what_comes_again_is_repetition():
    once = wandering(10.0)
    assert _values(once)["repetition"] == 0
    again = once.joined(wandering(9.3, seed=1)).joined(once)
    score = repetition_scores(again)["repetition"]
    assert score.value == pytest.approx(2 / 3, abs=0.08)
    assert score.frames[:16].all() and not score.frames[21:37].any()
    assert _values(GOOD)["repetition"] == 1, "the same eight beats over and over"


def test_a_repeat_is_found_elsewhere_and_facing_elsewhere():
    once = wandering(6.0)
    turned = once.joined(once.moved((2, 1, 0), yaw=2.0))
    assert _values(turned)["repetition"] > 0.6
    assert _values(once.joined(once.mirrored()))["repetition"] == 0, (
        "a mirror image is another move"
    )


def test_held_poses_repeat_themselves_and_vary_by_nothing():
    frozen = _values(canaries.frozen(GOOD))
    assert frozen["repetition"] == 1 and frozen["variety"] < 1e-3


def test_N1_equal_pieces_are_no_distance_apart_however_their_product_is_summed():
    pieces = pieces_of(wandering(10.0))
    shuffled = np.random.default_rng(0).permutation(24)
    distances = piece_distances(pieces, pieces)
    # Joints in another order are summed in another order, as by other numbers of threads.
    others = piece_distances(pieces[:, :, shuffled], pieces[:, :, shuffled])
    assert len(distances) == 81 and not distances.diagonal().any()
    assert not others.diagonal().any() and np.allclose(distances, others, rtol=1e-12, atol=0)

    frozen = np.repeat(pieces[:1], 40, axis=0)
    assert not piece_distances(frozen, frozen).any()
    assert piece_distances(frozen[:1], frozen[:1] + np.float32(1e-5)) > 1e-5, "10 um is something"


def test_variety_is_told_by_the_minute():
    rich, poor = wandering(60.0), wandering(60.0, size=0.1)
    scores = repetition_scores(rich.joined(poor))["variety"]
    assert len(scores.frames) == 2 and scores.frames[0] > 2.5 * scores.frames[1] > 0
    assert len(repetition_scores(rich.joined(poor)[: 80 * 30])["variety"].frames) == 1, (
        "a third of a minute is no minute"
    )


def test_N3_wider_dances_vary_more():
    values = [_values(wandering(20.0, size=size))["variety"] for size in (0.1, 0.2, 0.4)]
    assert values == sorted(values) and values[2] > 2 * values[0]


def test_pieces_are_poses_in_their_own_heading():
    pieces = pieces_of(GOOD)
    assert pieces.shape == (101, 20, 24, 3) and not pieces[..., 0, :].any()
    assert np.allclose(pieces_of(GOOD.moved((3, 2, 0), yaw=1.0)), pieces, atol=1e-4)


def test_N2_place_yaw_and_frame_rate_change_nothing():
    motion = wandering(12.0)
    here, there = _values(motion), _values(motion.moved((3, -2, 0), yaw=1.1))
    dense = _values(wandering(12.0, fps=60.0))
    assert there == pytest.approx(here, rel=1e-3, abs=1e-3)
    assert dense == pytest.approx(here, rel=0.05, abs=1e-3)


def test_N5_what_cannot_be_said_is_nan_with_a_reason():
    for motion in (GOOD[:1], GOOD[:90]):
        for name, score in repetition_scores(motion).items():
            assert np.isnan(score.value) and "two pieces" in score.reason, name
